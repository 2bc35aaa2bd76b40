"""The small tables that only a notebook shows, as grids drawn from the impact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from breachkit.impact import ControllerImpact, Impact, Profile
from breachkit.reference.catalogue import fields, load_toml
from breachkit.report.format import bounds, day, number, percent, short_number, typography
from breachkit.report.grid import Grid
from breachkit.report.shared_grids import exposure_label, profile_rows
from breachkit.report.show_html import TextTable
from breachkit.report.wording import LANGUAGES, wording

Pairs = list[tuple[str, str]]


class ShowWords:
    """The words of `reference/wording/show_<language>.toml`, found by dotted keys; KeyError for another key."""

    def __init__(self, language: str, tree: dict[str, Any]) -> None:
        self.language = language
        self.tree = tree

    def text(self, key: str, **values: str) -> str:
        """The sentence of a key, with its named places filled."""
        value: Any = self.tree
        for part in key.split("."):
            value = value[part]
        return typography(str(value).format(**values) if values else str(value), self.language)


@cache
def show_words(language: str) -> ShowWords:
    """The notebook's words in "fr" or "en"; ValueError for another language."""
    if language not in LANGUAGES:
        raise ValueError("language must be fr or en")
    return ShowWords(language, load_toml(f"wording/show_{language}.toml"))


def pairs_table(pairs: Pairs, language: str, *, heads: tuple[str, str] = ("figure", "value")) -> TextTable:
    """Names and their values as a table of two columns."""
    words = show_words(language)
    align = ("left", "right" if heads[1] == "value" else "left")
    return TextTable([words.text(f"columns.{head}") for head in heads], align, pairs)


def counted(keys: list[tuple[str, int]], language: str) -> Pairs:
    """Keys of [figures] and their counts, as texts."""
    words = show_words(language)
    return [(words.text(f"figures.{key}"), number(count, language)) for key, count in keys]


def notes(impact: Impact, language: str) -> Pairs:
    """How many notes there are, and how many say something."""
    text = impact.free_text
    keys = ("notes", "distinct_notes", "notes_with_findings", "notes_with_special_category", "persons_with_notes",
            "persons_with_special_category")  # fmt: skip
    found = [(key, int(getattr(text, key))) for key in keys]
    return counted([*found, ("reviewed_notes", impact.quality.reviewed_notes)], language)


def third_parties(impact: Impact, language: str) -> Pairs:
    """Mentions of third parties, and the persons they stand for."""
    found = impact.people.third_parties
    return counted(
        [
            ("mentions", found.mentions),
            ("third_low", found.low),
            ("third_best", found.best),
            ("third_high", found.high),
        ],
        language,
    )


def special_categories(impact: Impact, language: str) -> TextTable:
    """Patients for each category of GDPR art. 9 or 10 found in notes, most persons first."""
    words = wording(language)
    found = [one for one in impact.exposure if one.special_category is not None and one.high]
    found.sort(key=lambda one: (-one.persons, str(one.special_category)))
    rows = [
        (exposure_label(one, words), *(number(count, language) for count in (one.persons, one.low, one.high)))
        for one in found
    ]
    header = [words.text(f"columns.{key}") for key in ("datum", "persons", "low", "high")]
    return TextTable(header, ("left", "right", "right", "right"), rows)


def doubles(impact: Impact, language: str) -> Pairs:
    """Duplicates, and what is missing to link or to place somebody."""
    quality = impact.quality
    keys = ("duplicate_records", "records_without_identity", "persons_without_birth_date", "persons_without_controller")
    found = counted([(key, int(getattr(quality, key))) for key in keys], language)
    share = (show_words(language).text("figures.duplicate_share"), percent(quality.duplicate_share, language))
    return [found[0], share, *found[1:]]


def types(impact: Impact, language: str) -> Pairs:
    """How many types of data are exposed for one person."""
    spread, words = impact.data_types_per_person, show_words(language)
    return [
        (words.text(f"figures.types_{key}"), short_number(getattr(spread, key), language))
        for key in ("min", "median", "p95", "max")
    ]


def tables(impact: Impact, language: str) -> TextTable:
    """Each table of the extract, its role and its size."""
    words, labels = show_words(language), wording(language)
    header = [labels.text("columns.table"), labels.text("columns.file")]
    header += [words.text(f"columns.{key}") for key in ("role", "rows", "columns")]
    rows = [
        (
            one.name,
            one.source,
            labels.label("roles", one.role),
            number(one.rows, language),
            number(len(one.columns), language),
        )
        for one in impact.tables
    ]
    return TextTable(header, ("left", "left", "left", "right", "right"), rows)


def reasons(impact: Impact, language: str) -> TextTable:
    """Repairs and rejects by reason, over all sources."""
    words, labels = show_words(language), wording(language)
    counts: dict[tuple[str, str], int] = {}
    for key in ("repaired", "rejected"):
        for one in impact.sources:
            for reason, count in getattr(one, f"{key}_by_reason").items():
                name = (words.text(f"states.{key}"), labels.label("reading_reasons", reason))
                counts[name] = counts.get(name, 0) + count
    ordered = sorted(counts.items(), key=lambda pair: (pair[0][0], -pair[1], pair[0][1]))
    header = [words.text("columns.reason"), words.text("columns.status"), labels.text("columns.records")]
    rows = [(reason, state, number(count, language)) for (state, reason), count in ordered]
    return TextTable(header, ("left", "left", "right"), rows)


def statuses(form: Mapping[str, Mapping[str, Any]], language: str) -> TextTable:
    """How many fields of a form are filled, proposed and to complete, and what each state means."""
    words, labels = show_words(language), wording(language)
    found = [str(one["status"]) for one in form.values()]
    rows = [
        (labels.label("statuses", key), number(found.count(key), language), labels.text(f"status_help.{key}"))
        for key in ("filled", "proposed", "to_complete")
    ]
    header = [words.text(f"columns.{key}") for key in ("status", "fields", "note")]
    return TextTable(header, ("left", "right", "left"), rows)


def usual_fields(profiles: Sequence[Profile]) -> tuple[str, ...]:
    """The fields exposed for at least half of the persons, in the order of the contract's fields."""
    total = sum(one.persons for one in profiles)
    return tuple(
        key for key in fields() if total and 2 * sum(one.persons for one in profiles if key in one.fields) >= total
    )


def profiles(impact: Impact, language: str) -> Grid:
    """The profiles of exposure, each told by what it adds to the usual fields (+) and what it lacks (−)."""
    words, usual = wording(language), usual_fields(impact.profiles)
    told = {}
    for one in impact.profiles:
        signs = [f"+\u00a0{words.field(key)}" for key in one.fields if key not in usual]
        signs += [f"−\u00a0{words.field(key)}" for key in usual if key not in one.fields]
        told[one.id] = " · ".join(signs) or show_words(language).text("usual_profile")
    grid = profile_rows(impact.profiles, impact.people.patients.best, language)
    key, place = grid.ids.index("profile"), grid.ids.index("fields")
    rows = ((*row[:place], told[row[key]], *row[place + 1 :]) for row in grid.rows)
    return Grid(grid.columns, tuple(rows))


def controller(one: ControllerImpact, language: str, doubts: tuple[str, ...] = ()) -> Pairs:
    """The key figures of one controller; `doubts` as `certainty.missing` tells them."""
    words, labels = show_words(language), wording(language)
    first = counted([("patients", one.patients.best)], language)
    spread = bounds(one.patients.low, one.patients.high, language, doubts)
    keys = ("shared_patients", "records", "minors", "deceased", "notes", "persons_with_notes")
    rest = counted([(key, getattr(one, key)) for key in keys], language)
    level = "–"
    if one.severity is not None:
        level = f"{labels.label('enisa_levels', one.severity.enisa.level)} ; "
        level += labels.label("cnil_levels", one.severity.cnil_level)
        level = level.replace(" ; ", "; ") if language == "en" else level.replace(" ; ", "\u202f; ")
    return [
        (words.text("figures.kind"), labels.label("kinds", one.kind)),
        (words.text("figures.specialty"), one.specialty or "–"),
        *first,
        (words.text("figures.patients_bounds"), spread),
        *rest,
        (words.text("figures.level"), level),
    ]


def run(impact: Impact, language: str) -> Pairs:
    """What was run, without clock, path or machine: version, scope, reference date and its method, decisions."""
    words = show_words(language)
    try:
        installed = version("breachkit")
    except PackageNotFoundError:
        installed = words.text("run.unknown_version")
    method = impact.methods.get(impact.reference_date_method)
    dated = day(impact.reference_date, language)
    if method is not None:
        dated += f" – {method.en if language == 'en' else method.fr}"
    incident = impact.incident.get("incident", {})
    told = [
        ("version", installed),
        ("schema", impact.schema_),
        ("scope", words.text(f"run.scope_{impact.scope}")),
        ("reference", str(incident.get("reference") or "–")),
        ("reference_date", dated),
        ("decisions", number(impact.quality.decisions, language)),
        ("reviewed_notes", number(impact.quality.reviewed_notes, language)),
        ("language", words.text("run.language_name")),
    ]
    return [(words.text(f"run.{key}"), value) for key, value in told]


def hashes(impact: Impact, language: str) -> TextTable:
    """The digest of each file, once each."""
    words = show_words(language)
    found = {(one.file, one.member or ""): one.sha256 for one in impact.sources}
    rows = [(f"{file} › {member}" if member else file, digest) for (file, member), digest in found.items()]
    return TextTable([words.text("columns.file"), words.text("columns.hash")], ("left", "left"), rows)
