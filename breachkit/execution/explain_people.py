"""What `breachkit explain` says of the persons: what was counted and merged, what is doubtful, what would change it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from breachkit.errors import Language
from breachkit.impact import Impact, Linking, Merge, Reason
from breachkit.reference.catalogue import load_toml
from breachkit.report.format import day, number, short_number
from breachkit.report.grid import sentence
from breachkit.report.wording import wording

Lines = list[tuple[str, str]]
RULES_TOLD = 4  # rules named one by one, the others together: a DPO reads ten lines


def explain_words(language: Language) -> dict[str, str]:
    """The words of `breachkit explain`, of reference/explain.toml."""
    found: dict[str, str] = load_toml("explain.toml")[language]
    return found


def told_of(key: str, impact: Impact, language: Language) -> Lines:
    """What is said of a figure besides its definition, its value and its method; nothing where that says it all."""
    tell = _TELL.get(key)
    return tell(impact, language) if tell else []


def _patients(impact: Impact, language: Language) -> Lines:
    said, found = explain_words(language), impact.people.linking
    if found is None:
        return [(said["decisions"], _decisions(impact, language))]
    first = found.merges[0]
    counted = said["counted_patients"].format(
        records=number(impact.people.patients.records, language),
        identical=number(first.merges, language),
        left=number(first.persons, language),
    )
    if found.nameless:
        counted += " " + said["nameless"].format(n=number(found.nameless, language))
    return [
        (said["counted"], counted),
        (said["merged"], _merged(found.merges[1:], language)),
        (said["doubtful"], _doubt(found, language)),
        (said["decisions"], _decisions(impact, language)),
    ]


def _merged(merges: Sequence[Merge], language: Language) -> str:
    said = explain_words(language)
    if not merges:
        return said["merged_none"]
    ordered = sorted(merges, key=lambda one: -one.merges)
    counts = [(sentence(one.rule, language), one.merges) for one in ordered]
    return said["merged_rules"].format(
        total=number(sum(n for _, n in counts), language), rules=_listed(counts, language)
    )


def _listed(counts: Sequence[tuple[str, int]], language: Language) -> str:
    """The commonest by name, the rest together: « a (12) ; b (3) ; autres raisons (2) »."""
    shown = list(counts[:RULES_TOLD])
    if rest := sum(n for _, n in counts[RULES_TOLD:]):
        shown.append((explain_words(language)["others"], rest))
    mark = "; " if language == "en" else " ; "
    return mark.join(f"{name} ({number(n, language)})" for name, n in shown)


def _doubt(found: Linking, language: Language) -> str:
    by_rule: list[tuple[Reason, int]] = sorted(
        ((one.rule, one.merged + one.apart) for one in found.doubtful), key=lambda one: -one[1]
    )
    rules = _listed([(sentence(rule, language), n) for rule, n in by_rule], language)
    mark = ": " if language == "en" else " : "
    return explain_words(language)["doubt"].format(
        joined=short_number(found.joined, language, 1),
        missed=short_number(found.missed, language, 1),
        pairs=number(sum(n for _, n in by_rule), language),
        rules=f"{mark}{rules}" if rules else "",
    )


def _decisions(impact: Impact, language: Language) -> str:
    """What a person can still decide, and what she has."""
    said, quality, found = explain_words(language), impact.quality, impact.people.linking
    rejected = sum(one.rejected for one in impact.sources)
    told = [said["decide_pairs"]] if found and found.doubtful else []
    told += [said["decide_columns"].format(n=len(quality.undecided_columns))] if quality.undecided_columns else []
    told += [said["decide_rejected"].format(n=number(rejected, language))] if rejected else []
    if found and found.review:
        told.append(said["answered"].format(n=found.review.joined + found.review.separated))
    mark = "; " if language == "en" else " ; "
    return mark.join(told or [said["decide_none"]]) + "."


def _minors(impact: Impact, language: Language) -> Lines:
    said = explain_words(language)
    known = impact.reference_date_method != "reference_unknown"
    told = said["reference"].format(date=day(impact.reference_date, language)) if known else ""
    undated = said["undated"].format(n=number(impact.quality.persons_without_birth_date, language))
    lines = [(said["counted"], told)] if known else []
    decide = _decisions(impact, language) if known else said["decide_date"] + "."
    return [*lines, (said["doubtful"], undated), (said["decisions"], decide)]


def _deceased(impact: Impact, language: Language) -> Lines:
    said = explain_words(language)
    probable = next((one.best for one in impact.people.apart if one.id == "death_probable"), 0)
    more = " " + said["probable"].format(n=number(probable, language)) if probable else ""
    return [(said["doubtful"], said["living"] + more)]


def _third_parties(impact: Impact, language: Language) -> Lines:
    said, words = explain_words(language), wording(language)
    found = sorted(impact.people.third_parties.by_relation, key=lambda one: -one.best)
    if not found:
        return []
    listed = ", ".join(f"{words.label('relations', one.relation)} ({number(one.best, language)})" for one in found)
    return [(said["counted"], said["relations"].format(relations=listed))]


def _professionals(impact: Impact, language: Language) -> Lines:
    said, found = explain_words(language), impact.people.professionals
    accounts = sum(one.role == "accounts" for one in impact.tables)
    lines = [(said["counted"], said["professionals"].format(n=number(found.high - found.best, language)))]
    return lines + ([(said["doubtful"], said["accounts"].format(n=accounts))] if accounts else [])


def _controllers(impact: Impact, language: Language) -> Lines:
    said, found = explain_words(language), impact.people.controllers
    tied = impact.people.patients.best - impact.quality.persons_without_controller
    told = {
        "count": found.count,
        "sum": found.sum_of_patients,
        "more": max(found.sum_of_patients - tied, 0),
    }
    shown = {key: number(n, language) for key, n in told.items()}
    return [(said["counted"], said["controllers"].format(**shown))]


_TELL: dict[str, Callable[[Impact, Language], Lines]] = {
    "people.patients": _patients,
    "people.linking": _patients,
    "people.minors": _minors,
    "people.deceased": _deceased,
    "people.third_parties": _third_parties,
    "people.professionals": _professionals,
    "people.controllers": _controllers,
}
