"""The figures of the persons: how many, exposed to what, of what status, reachable how."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

from breachkit.impact import (
    SPECIAL_CATEGORIES,
    Estimate,
    ExposedGroup,
    Exposure,
    Finding,
    FreeText,
)
from breachkit.people.minimisation import note_kinds
from breachkit.reference.catalogue import fields
from breachkit.workspace import row

LEVELS = ("p3", "p2", "p1")  # low, best, high
Context = tuple[Literal["minor", "revealing_specialty"], ...]


def estimate(low: int, best: int, high: int, method: str) -> Estimate:
    """An estimate whose bounds hold even where a status changes with the grouping of records."""
    return Estimate(low=min(low, best), best=best, high=max(high, best), method=method)


def _bits(value: int, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for bit, name in enumerate(names) if value >> bit & 1)


def _sums(column: str, count: int) -> str:
    return ", ".join(f"coalesce(sum(({column} >> {bit}) & 1), 0)" for bit in range(count))


def _masks(masked: Sequence[str]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Kind of exposure, its column of bits, the names of the bits; a kind without names has nothing to count."""
    special = ("special_category", f"({special_bits(masked)})", SPECIAL_CATEGORIES)
    return [("field", "mask", tuple(masked)), special] if masked else [special]


def special_bits(masked: Sequence[str]) -> str:
    """SQL of the categories of GDPR art. 9 and 10 exposed: by a note, by what a cell reveals, or by a field alone."""
    alone = [(bit, fields()[field].special_category) for bit, field in enumerate(masked)]
    bits = [
        f"(((mask >> {bit}) & 1) << {SPECIAL_CATEGORIES.index(category)})"
        for bit, category in alone
        if category in SPECIAL_CATEGORIES
    ]
    return " | ".join(["special", *bits])


def exposures(connection: Any, masked: Sequence[str]) -> tuple[Exposure, ...]:
    """Persons and records with at least one valid value, for each field, then for each special category."""
    found: list[Exposure] = []
    for kind, column, names in _masks(masked):
        records = row(connection, f"SELECT {_sums(column, len(names))} FROM w.facts")
        by_level = [
            row(
                connection,
                f"SELECT {_sums('bits', len(names))} FROM "
                f"(SELECT bit_or({column}) AS bits FROM w.facts GROUP BY {level})",
            )
            for level in LEVELS
        ]
        for bit, name in enumerate(names):
            low, best, high = (int(level[bit]) for level in by_level)
            if best:
                found.append(Exposure(**{kind: name}, persons=best, low=low, high=high, records=int(records[bit])))
    return tuple(found)


def exposures_by_controller(connection: Any, masked: Sequence[str]) -> dict[str, tuple[Exposure, ...]]:
    """The same for each controller, over its own records."""
    result: dict[str, list[Exposure]] = defaultdict(list)
    for kind, column, names in _masks(masked):
        sums = _sums(column, len(names))
        records = _by_controller(connection, f"SELECT controller, {sums} FROM w.facts_of GROUP BY 1")
        levels = [
            _by_controller(
                connection,
                f"SELECT controller, {_sums('bits', len(names))} FROM (SELECT controller, bit_or({column}) AS bits "
                f"FROM w.facts_of GROUP BY controller, {level}) GROUP BY 1",
            )
            for level in LEVELS
        ]
        for controller, counted in records.items():
            for bit, name in enumerate(names):
                low, best, high = (int(level[controller][bit]) for level in levels)
                if best:
                    one = {kind: name}
                    exposure = Exposure(**one, persons=best, low=low, high=high, records=int(counted[bit]))
                    result[controller].append(exposure)
    return {controller: tuple(found) for controller, found in result.items()}


def _by_controller(connection: Any, sql: str) -> dict[str, tuple[Any, ...]]:
    return {found[0]: found[1:] for found in connection.execute(sql).fetchall()}


def groups(connection: Any, masked: Sequence[str]) -> tuple[ExposedGroup, ...]:
    """Persons by what exactly is exposed of them, most numerous first."""
    return tuple(_group(found, masked) for found in _grouped(connection, "w.person", ""))


def groups_by_controller(connection: Any, masked: Sequence[str]) -> dict[str, tuple[ExposedGroup, ...]]:
    """The same for each controller, over its own records."""
    result: dict[str, list[ExposedGroup]] = defaultdict(list)
    for controller, *found in _grouped(connection, "w.patient_of", "controller, "):
        result[controller].append(_group(tuple(found), masked))
    return {controller: tuple(found) for controller, found in result.items()}


def _grouped(connection: Any, table: str, by: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = connection.execute(
        f"SELECT {by}mask, special, coalesce(minor, false), revealing, count(*) AS persons "
        f"FROM {table} GROUP BY ALL ORDER BY {by}persons DESC, mask, special, 3, 4".replace(
            "3, 4", "coalesce(minor, false), revealing"
        )
    ).fetchall()
    return found


def _group(found: tuple[Any, ...], masked: Sequence[str]) -> ExposedGroup:
    mask, special, minor, revealing, persons = found
    context: Context = (*(("minor",) if minor else ()), *(("revealing_specialty",) if revealing else ()))
    return ExposedGroup(
        fields=_bits(int(mask), masked),
        special_categories=_bits(int(special), SPECIAL_CATEGORIES),
        context=context,
        persons=persons,
    )


def minors(connection: Any) -> Estimate:
    """Persons under 18 on the reference date; among those without a usable birth date, the share of the others.

    `low` counts the known alone; `high` adds every person without a usable birth date.
    """
    known, dated, undated = row(
        connection,
        "SELECT count(*) FILTER (minor), count(minor), count(*) FILTER (minor IS NULL) FROM w.person",
    )
    low, high = (
        row(connection, f"SELECT count(DISTINCT {level}) FROM w.facts JOIN w.age USING (p2) WHERE minor")[0]
        for level in ("p3", "p1")
    )
    best = known + (round(undated * known / dated) if dated else 0)
    return estimate(low, best, high + undated, "birth_date_known")


def deceased(connection: Any) -> Estimate:
    """Persons whose death the extract tells (`low`), and with them those born too long ago (`best`).

    The others who died are not knowable from it.
    """
    (low,) = row(connection, "SELECT count(DISTINCT p3) FROM w.facts WHERE deceased")
    best, high = (
        row(
            connection,
            f"SELECT count(DISTINCT {level}) FROM w.facts LEFT JOIN w.age USING (p2) WHERE deceased OR too_old",
        )[0]
        for level in LEVELS[1:]
    )
    return estimate(low, best, high, "death_declared")


_FINDINGS = """SELECT {by}category, topic, assertion, subject, count(DISTINCT f.rid) AS notes,
    count(DISTINCT p2) AS persons FROM {facts} f JOIN w.mentions USING (note_id)
    GROUP BY ALL ORDER BY {by}notes DESC, category, topic NULLS FIRST, assertion, subject"""


def free_text(connection: Any) -> FreeText:
    """What the notes reveal, counted in filled notes and in persons."""
    notes, distinct, persons = row(
        connection,
        "SELECT count(note_id), count(DISTINCT note_id), count(DISTINCT p2) FILTER (note_id IS NOT NULL) FROM w.facts",
    )
    special_persons, special_notes = row(
        connection, "SELECT count(DISTINCT p2), count(*) FROM w.facts WHERE any_special"
    )
    (with_findings,) = row(connection, "SELECT count(*) FROM w.facts SEMI JOIN w.mentions USING (note_id)")
    return FreeText(
        notes=notes,
        distinct_notes=distinct,
        persons_with_notes=persons,
        persons_with_special_category=special_persons,
        notes_with_special_category=special_notes,
        notes_with_findings=with_findings,
        by_finding=tuple(
            _finding(one) for one in connection.execute(_FINDINGS.format(by="", facts="w.facts")).fetchall()
        ),
        minimisation=note_kinds(connection),
    )


def findings_by_controller(connection: Any) -> dict[str, tuple[Finding, ...]]:
    """What the notes of each controller reveal."""
    result: dict[str, list[Finding]] = defaultdict(list)
    sql = _FINDINGS.format(by="controller, ", facts="w.facts_of")
    for controller, *found in connection.execute(sql).fetchall():
        result[controller].append(_finding(found))
    return {controller: tuple(found) for controller, found in result.items()}


def _finding(found: Sequence[Any]) -> Finding:
    category, topic, assertion, subject, notes, persons = found
    return Finding(category=category, topic=topic, assertion=assertion, subject=subject, notes=notes, persons=persons)
