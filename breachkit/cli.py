"""Arguments → one call → exit code. No logic here: every command is one call into `execution`."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from datetime import date
from pathlib import Path
from typing import Annotated, cast

import typer

from breachkit.errors import BreachkitError, ControllersFailed, InternalError, Language, UnreadableSource, UsageError
from breachkit.execution import console
from breachkit.execution.samples import sample_folder, sample_names, sample_sources
from breachkit.impact import json_schema

LANGUAGE = console.language_of(sys.argv[1:])


def _(key: str, **values: object) -> str:
    return console.say(key, LANGUAGE, **values)


def _help(key: str, example: str) -> str:
    return f"{_(key)}\n\n{_('example')} : {example}" if LANGUAGE == "fr" else f"{_(key)}\n\n{_('example')}: {example}"


app = typer.Typer(help=_("about"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
PasswordFile = Annotated[Path | None, typer.Option("--password-file", help=_("password_file"))]
Sources = Annotated[list[Path], typer.Argument(help=_("sources"), show_default=False)]
Folder = Annotated[Path, typer.Argument(help=_("case"), show_default=False)]
Lang = Annotated[str | None, typer.Option("--lang", help=_("lang"), show_default=False)]
Threads = Annotated[int | None, typer.Option("--threads", help=_("threads"), show_default=False)]
Workspace = Annotated[Path | None, typer.Option("--workspace", help=_("workspace"), show_default=False)]
Memory = Annotated[str | None, typer.Option("--memory", help=_("memory"), show_default=False)]


def _language(chosen: str | None) -> Language:
    if chosen not in (None, "fr", "en"):
        raise UsageError(console.say("bad_lang", "fr"), console.say("bad_lang", "en"))
    return cast(Language, chosen or LANGUAGE)


def _both(key: str) -> UsageError:
    return UsageError(console.say(key, "fr"), console.say(key, "en"))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _both("bad_date") from None


@app.command(help=_help("demo", "breachkit demo --sample hopital --out reports/demo"))
def demo(
    sample: Annotated[str, typer.Option("--sample", help=_("demo_sample", known=", ".join(sample_names())))] = "mlm",
    out: Annotated[Path, typer.Option("--out", help=_("out"))] = Path("reports/demo"),
    lang: Lang = None,
) -> None:
    folder = sample_folder(sample)
    sources = sample_sources(folder)
    _run_and_tell(sources, out, lang, incident=folder / "incident.toml", reference_date=date(2025, 12, 31))


@app.command(help=_help("init", "breachkit init dossier/"))
def init(case: Folder, lang: Lang = None) -> None:
    from breachkit.execution.new_case import new_case

    new_case(case, _language(lang))
    console.tell(_("init_done", path=case))


@app.command(help=_help("inspect", "breachkit inspect patients.csv medecins.csv --json"))
def inspect(
    sources: Sources,
    as_json: Annotated[bool, typer.Option("--json", help=_("as_json"))] = False,
    decisions: Annotated[Path | None, typer.Option("--decisions", help=_("decisions"))] = None,
    password_file: PasswordFile = None,
    lang: Lang = None,
    threads: Threads = None,
    memory: Memory = None,
) -> None:
    from breachkit.execution.inspection import inspection, inspection_text
    from breachkit.reference.method import limit

    language = _language(lang)
    password = console.passwords(password_file, language)
    with console.shown_steps(_size(sources), language, password) as steps:
        found = inspection(sources, decisions, threads=threads, memory=memory, steps=steps)
    if as_json:
        sys.stdout.write(json.dumps(found.document, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write(inspection_text(found, language))
    if found.unmatched:
        unmatched = limit("decisions_unmatched", found.unmatched)
        console.tell(unmatched.en if language == "en" else unmatched.fr)
    _tell_unreadable(found.unreadable, language)


@app.command(help=_help("run", "breachkit run patients.csv medecins.csv --incident incident.toml --out resultats"))
def run(
    sources: Sources,
    out: Annotated[Path, typer.Option("--out", help=_("out"), show_default=False)],
    incident: Annotated[Path | None, typer.Option("--incident", help=_("incident"))] = None,
    decisions: Annotated[Path | None, typer.Option("--decisions", help=_("decisions"))] = None,
    public_figures: Annotated[
        Path | None, typer.Option("--public-figures", help=_("public_figures"), show_default=False)
    ] = None,
    workspace: Workspace = None,
    password_file: PasswordFile = None,
    reference_date: Annotated[str | None, typer.Option("--reference-date", help=_("reference_date"))] = None,
    lang: Lang = None,
    no_notebooks: Annotated[bool, typer.Option("--no-notebooks", help=_("no_notebooks"))] = False,
    no_pdf: Annotated[bool, typer.Option("--no-pdf", help=_("no_pdf"))] = False,
    threads: Threads = None,
    memory: Memory = None,
) -> None:
    _run_and_tell(
        tuple(sources),
        out,
        lang,
        incident=incident,
        decisions=decisions,
        public_figures=public_figures,
        workspace=workspace,
        password_file=password_file,
        reference_date=_day(reference_date),
        notebooks=not no_notebooks,
        pdf=not no_pdf,
        threads=threads,
        memory=memory,
    )


def _size(sources: list[Path] | tuple[Path, ...]) -> int:
    return sum(path.stat().st_size for path in sources if path.is_file())


def _run_and_tell(
    sources: tuple[Path, ...], out: Path, lang: str | None, *, password_file: Path | None = None, **options: object
) -> None:
    from breachkit.execution.outputs import PDF_NAMES
    from breachkit.execution.run import Options
    from breachkit.execution.run import run as run_chain

    language = _language(lang)
    threads = options.get("threads")
    if isinstance(threads, int) and threads < 1:
        raise _both("bad_threads")
    password = console.passwords(password_file, language)
    with console.shown_steps(_size(sources), language, password) as steps:
        done = run_chain(Options(sources=sources, out=out, language=language, **options), steps)  # type: ignore[arg-type]
    patients = done.impact.people.patients
    console.tell(
        _(
            "done",
            persons=patients.best,
            low=patients.low,
            high=patients.high,
            records=patients.records,
            controllers=done.impact.people.controllers.count,
        )
    )
    if not patients.high:
        console.tell(_("no_patients"))
    if rejected := sum(one.rejected for one in done.impact.sources):
        console.tell(_("rejected", n=rejected))
    unmatched = [one for one in done.impact.quality.limits if one.id == "decisions_unmatched"]
    for one in unmatched:
        console.tell(one.en if language == "en" else one.fr)
    if done.impact.quality.undecided_columns:
        console.tell(_("undecided", n=len(done.impact.quality.undecided_columns)))
    console.tell(_("figures_at", path=out / "impact.json"))
    if options.get("pdf", True):
        console.tell(_("pdfs_at"))
        for name in PDF_NAMES[language]:
            sys.stdout.write(f"{out / name}\n")
    _tell_unreadable(done.unreadable, language)


def _tell_unreadable(unreadable: tuple[UnreadableSource, ...], language: Language) -> None:
    """Exit code 3 at the end where a source among others could not be read."""
    if unreadable:
        console.tell(console.say("unreadable", language, n=len(unreadable)))
        for one in unreadable:
            console.tell(f"  - {one.message(language)}")
        raise typer.Exit(UnreadableSource.exit_code)


@app.command(help=_help("text", "breachkit text commentaires.jsonl --out classes.jsonl"))
def text(
    file: Annotated[Path, typer.Argument(help=_("comments"), show_default=False)],
    out: Annotated[Path | None, typer.Option("--out", help=_("text_out"))] = None,
    lang: Lang = None,
) -> None:
    from breachkit.execution.comments import classify_file

    classify_file(file, out)


@app.command(help=_help("assess", "breachkit assess FACTS.toml --json"))
def assess(
    facts: Annotated[Path, typer.Argument(help=_("facts"), show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help=_("as_json"))] = False,
    lang: Lang = None,
) -> None:
    from breachkit.execution.facts import assess_facts, facts_text

    found = assess_facts(facts)
    written = json.dumps(found, ensure_ascii=False, indent=2) + "\n" if as_json else facts_text(found, _language(lang))
    sys.stdout.write(written)


@app.command(help=_help("batch", "breachkit batch resultats --jobs 2"))
def batch(
    folder: Folder,
    jobs: Annotated[int, typer.Option("--jobs", help=_("jobs"))] = 1,
    only: Annotated[list[str] | None, typer.Option("--only", help=_("only"))] = None,
    limit: Annotated[int | None, typer.Option("--limit", help=_("limit"))] = None,
    engine: Annotated[str, typer.Option("--engine", help=_("engine"))] = "breachkit-warm",
    errors: Annotated[bool, typer.Option("--errors", help=_("errors"))] = False,
    lang: Lang = None,
) -> None:
    from breachkit.execution.batch import BatchOptions, run_batch
    from breachkit.execution.batch_screen import batch_summary, shown_batch
    from breachkit.execution.kept_errors import errors_told
    from breachkit.execution.runners import engine_named

    language = _language(lang)
    if errors:
        sys.stdout.write(errors_told(folder, language))
        return
    if jobs < 1 or (limit is not None and limit < 0):
        raise _both("bad_threads")
    options = BatchOptions(jobs, tuple(only or ()), limit, language, engine_named(engine))
    started = time.monotonic()
    with shown_batch(language) as progress:
        outcome = run_batch(folder, options, progress=progress)
    console.tell(batch_summary(folder, outcome, time.monotonic() - started, language))
    counts = {"done": outcome.done, "skipped": outcome.skipped, "failed": outcome.failed}
    if outcome.failed:
        raise ControllersFailed(console.say("batch_done", "fr", **counts), console.say("batch_done", "en", **counts))
    console.tell(_("batch_done", **counts))


@app.command(help=_help("explain", "breachkit explain resultats people.patients"))
def explain(
    folder: Folder, figure: Annotated[str, typer.Argument(help=_("figure"), show_default=False)], lang: Lang = None
) -> None:
    from breachkit.execution.explain import explanation

    sys.stdout.write(explanation(folder, figure, _language(lang)))


@app.command(help=_help("compare", "breachkit compare resultats-initiaux resultats --out comparaison"))
def compare(
    old: Annotated[Path, typer.Argument(help=_("compare_old"), show_default=False)],
    new: Annotated[Path, typer.Argument(help=_("compare_new"), show_default=False)],
    out: Annotated[Path | None, typer.Option("--out", help=_("compare_out"), show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("as_json"))] = False,
    lang: Lang = None,
) -> None:
    from breachkit.execution.comparison import comparison, comparison_text, write_comparison

    language = _language(lang)
    found = comparison(old, new)
    if out is not None:
        write_comparison(found, new, out, language)
    if as_json:
        sys.stdout.write(found.model_dump_json(by_alias=True, indent=2) + "\n")
    else:
        sys.stdout.write(comparison_text(found, language))


@app.command(
    help=_help("mailing", "breachkit mailing resultats --controller 10001234567 --to age1… --out lettres.csv.age")
)
def mailing(
    case: Folder,
    out: Annotated[Path, typer.Option("--out", help=_("mailing_out"), show_default=False)],
    to: Annotated[list[str], typer.Option("--to", help=_("mailing_to"), show_default=False)],
    controller: Annotated[str | None, typer.Option("--controller", help=_("mailing_whose"), show_default=False)] = None,
    author: Annotated[str | None, typer.Option("--author", help=_("mailing_author"), show_default=False)] = None,
    channel: Annotated[str, typer.Option("--channel", help=_("mailing_which"))] = "all",
    workspace: Workspace = None,
    lang: Lang = None,
) -> None:
    from breachkit.execution.mailing import write_mailing

    language = _language(lang)
    made = write_mailing(
        case, out, to, controller=controller, author=author, channel=channel, database=workspace, language=language
    )
    told = console.say("mailing_done", language, file=made.file.name, rows=made.rows, unreachable=made.unreachable)
    console.tell(told)


@app.command(help=_help("review", "breachkit review dossier --size 300"))
def review(
    case: Folder,
    size: Annotated[int | None, typer.Option("--size", min=1, help=_("review_size"), show_default=False)] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help=_("review_seed"), show_default=False)] = None,
    what: Annotated[str, typer.Option("--what", help=_("review_what"))] = "notes",
    sample: Annotated[bool, typer.Option("--sample", help=_("review_sample"))] = False,
    author: Annotated[str | None, typer.Option("--author", help=_("review_author"), show_default=False)] = None,
    decisions: Annotated[Path | None, typer.Option("--decisions", help=_("review_decisions"))] = None,
    workspace: Workspace = None,
    lang: Lang = None,
) -> None:
    from breachkit.execution.pair_review import plan_pairs, review_pairs
    from breachkit.execution.review import plan_text, review_notes

    language = _language(lang)
    if what not in ("notes", "pairs"):
        raise _both("bad_what")
    plan, ask = (plan_text, review_notes) if what == "notes" else (plan_pairs, review_pairs)
    if sample:
        sys.stdout.write(plan(case, database=workspace, decisions=decisions, size=size, seed=seed, language=language))
        return
    told = ask(case, database=workspace, decisions=decisions, size=size, seed=seed, author=author, language=language)
    sys.stdout.write(told)


@app.command(help=_help("verify", "breachkit verify resultats"))
def verify(
    folder: Folder,
    workspace: Workspace = None,
    source: Annotated[list[Path] | None, typer.Option("--source", help=_("verify_source"), show_default=False)] = None,
    lang: Lang = None,
) -> None:
    from breachkit.execution.verify import checked_text, verify_outputs

    console.tell(checked_text(verify_outputs(folder, workspace, source or ()), _language(lang)))


@app.command(help=_help("purge", "breachkit purge resultats"))
def purge(case: Folder, workspace: Workspace = None, lang: Lang = None) -> None:
    from breachkit.execution.purge import destroy, purged_text

    console.tell(purged_text(destroy(case, workspace), _language(lang)))


@app.command(help=_help("lab", "breachkit lab dossier"))
def lab(case: Folder, lang: Lang = None) -> None:
    from breachkit.execution.lab import open_lab

    raise typer.Exit(open_lab(case))


@app.command(help=_help("schema", "breachkit schema > impact.schema.json"))
def schema(lang: Lang = None) -> None:
    sys.stdout.write(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n")


# The library's own error for a command written wrongly, which it does not export under a name.
WrongCommand = cast(type[Exception], typer.BadParameter.__mro__[1])


def _wrong_command(error: Exception) -> str:
    """What is wrong with the command, in the user's language; the library speaks English only."""
    told = str(getattr(error, "format_message", lambda: "")())
    if LANGUAGE == "fr":
        key = f"wrong_{type(error).__name__}" if told[:7] != "No such" else "wrong_NoSuch"
        where = ", ".join(re.findall(r"'([^']+)'", told)) or getattr(error, "option_name", "")
        told = _(key if key in console.known_keys(LANGUAGE) else "wrong_command", where=where)
    command = getattr(getattr(error, "ctx", None), "command_path", "breachkit")
    return f"{told}\n{_('see_help', command=command)}"


def main() -> None:
    """Runs a command; every failure is one message in the user's language and its exit code."""
    os.umask(0o077)  # what a case holds is its owner's alone
    try:
        code = app(standalone_mode=False)
    except WrongCommand as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            console.tell(str(getattr(error, "message", error)))
        else:
            console.tell(_wrong_command(error))
        raise SystemExit(UsageError.exit_code) from None
    except BreachkitError as error:
        console.tell(error.message(LANGUAGE))
        raise SystemExit(error.exit_code) from None
    except (KeyboardInterrupt, typer.Abort):
        console.tell(_("interrupted"))
        raise SystemExit(130) from None
    except Exception as error:  # noqa: BLE001 - the edge of the program
        # The text of an unknown error may quote a record: only its type is told.
        console.tell(InternalError("cli", error).message(LANGUAGE))
        raise SystemExit(InternalError.exit_code) from None
    raise SystemExit(code if isinstance(code, int) else 0)
