"""The persons' own tables: from bytes to persons, what each rule merged, what is doubtful, whom to treat apart."""

from __future__ import annotations

from breachkit.impact import Impact, Step
from breachkit.report.format import number
from breachkit.report.grid import Grid, Kind, sentence
from breachkit.report.wording import Wording, wording

PERSON_HEADS: tuple[tuple[str, Kind], ...] = (
    ("group", "text"), ("low", "count"), ("best", "count"), ("high", "count"), ("counted_from", "count"),
    ("unit", "text"), ("method", "text"),
)  # fmt: skip


def accounts(impact: Impact, language: str) -> Grid:
    """Accounts of each kind beside the groups of persons, with how many hold one and how many are shared."""
    words = wording(language)

    def told(persons: int, shared: int) -> str:
        return words.text("accounts.told", persons=number(persons, language), shared=number(shared, language))

    rows = (
        (
            words.label("accounts", one.kind), one.accounts, one.accounts, one.accounts, one.records,
            words.unit("records", one.records), told(one.persons, one.shared),
        )
        for one in impact.people.accounts
    )  # fmt: skip
    return Grid(PERSON_HEADS, tuple(rows))


def path(impact: Impact, language: str) -> Grid:
    """From bytes to persons who can be reached: what left or joined at each step, then what is counted there."""
    words = wording(language)
    rows: list[tuple[str, int, str]] = []
    former = "bytes"
    for step in impact.people.path:
        for one in step.changes:
            sign = "−" if one.count < 0 else "+"
            # What leaves is of the kind there was before; what joins, of the kind counted here.
            unit = _unit(words, former if one.count < 0 else step.unit, abs(one.count))
            rows.append((f"{sign} {words.text(f'path_changes.{one.id}')}", abs(one.count), unit))
        former = step.unit
        mark = "= " if step.changes else ""
        rows.append((f"{mark}{step_name(step, words)}", step.count, _unit(words, step.unit, step.count)))
    return Grid((("step", "text"), ("count", "count"), ("unit", "text")), tuple(rows))


def step_name(step: Step, words: Wording) -> str:
    """What is counted at a step."""
    return words.text(f"path_steps.{step.id}")


def _unit(words: Wording, unit: str, count: int) -> str:
    return words.text("steps.unit_bytes") if unit == "bytes" else words.unit(unit, count)


def merges(impact: Impact, language: str) -> Grid:
    """What each rule did to the count, in their order: files merged, persons left, merges expected to be wrong."""
    words, found = wording(language), impact.people.linking
    heads: tuple[tuple[str, Kind], ...] = (
        ("link_rule", "text"), ("link_level", "text"), ("merges", "count"), ("persons_left", "count"),
        ("wrong", "score"),
    )  # fmt: skip
    rows = (
        (sentence(one.rule, language), words.text(f"link_levels.{one.level}"), one.merges, one.persons, one.wrong)
        for one in (found.merges if found else ())
    )
    return Grid(heads, tuple(rows))


def doubtful(impact: Impact, language: str) -> Grid:
    """Pairs of files near the threshold, by rule: merged, left apart; most pairs first."""
    found = impact.people.linking
    heads: tuple[tuple[str, Kind], ...] = (("link_rule", "text"), ("pairs_merged", "count"), ("pairs_apart", "count"))
    ordered = sorted(found.doubtful if found else (), key=lambda one: (-one.merged - one.apart, one.rule.id))
    return Grid(heads, tuple((sentence(one.rule, language), one.merged, one.apart) for one in ordered))


def apart(impact: Impact, language: str) -> Grid:
    """Persons to treat apart, each group with its bounds; groups overlap."""
    words, patients = wording(language), impact.people.patients.best
    heads: tuple[tuple[str, Kind], ...] = (
        ("apart", "text"), ("best", "count"), ("low", "count"), ("high", "count"), ("share", "share"),
    )  # fmt: skip
    rows = (
        (
            words.text(f"apart.{one.id}"),
            one.best,
            one.low,
            one.high,
            min(1.0, one.best / patients) if patients else None,
        )
        for one in impact.people.apart
    )
    return Grid(heads, tuple(rows))


def row_roles(impact: Impact, language: str) -> Grid:
    """What the rows say themselves of whom they are about."""
    words = wording(language)
    heads: tuple[tuple[str, Kind], ...] = (("row_role", "text"), ("row_count", "count"), ("persons", "count"))
    rows = ((words.text(f"row_roles.{one.role}"), one.rows, one.persons) for one in impact.people.row_roles)
    return Grid(heads, tuple(rows))
