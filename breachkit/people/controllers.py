"""The figures of each controller, in one pass for all of them; and the professionals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from breachkit.impact import (
    SPECIAL_CATEGORIES,
    Counted,
    Estimate,
    ExposedGroup,
    Exposure,
    Finding,
    ReachGroup,
)
from breachkit.people import counts
from breachkit.people.bounds import Doubt, interval
from breachkit.people.reach import reach_by_controller
from breachkit.people.records import PersonTable
from breachkit.workspace import row


def patients_by_controller(connection: Any) -> list[dict[str, Any]]:
    """One dict for each controller, by id: its identity, its records, patients with bounds, and their status."""
    found = connection.execute("""
        WITH counted AS (
            SELECT controller AS id, count(*) FILTER (is_file) AS records, count(DISTINCT p3) AS low,
                count(DISTINCT p2) AS best, count(DISTINCT p1) AS high, count(note_id) AS notes,
                count(DISTINCT p2) FILTER (note_id IS NOT NULL) AS persons_with_notes
            FROM w.facts_of GROUP BY 1),
        status AS (
            SELECT controller AS id, count(*) FILTER (minor) AS minors, count(*) FILTER (deceased) AS deceased,
                count(*) FILTER (controllers > 1) AS shared, count(*) FILTER (any_special) AS with_special
            FROM w.patient_of GROUP BY 1)
        SELECT id, field, label, specialty, revealing, records, low, best, high, minors, deceased, notes,
            persons_with_notes, shared, with_special, coalesce(joined, 0), coalesce(missed, 0)
        FROM w.controllers JOIN counted USING (id) JOIN status USING (id)
        LEFT JOIN w.controller_doubt d ON d.controller = id ORDER BY id
    """)
    names = [column[0] for column in found.description[:-2]]
    return [_bounded(dict(zip(names, one, strict=False)), Doubt(*one[-2:])) for one in found.fetchall()]


def _bounded(one: dict[str, Any], found: Doubt) -> dict[str, Any]:
    """Its bounds widened to what is doubtful among its own files: a total may be surer than each of its parts."""
    low, high = interval(one["best"], one["records"], found, 0)
    return {**one, "low": min(low, one["low"]), "high": max(high, one["high"])}


def special_by_controller(
    connection: Any, categories: Sequence[str], masked: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Patients of each controller of whom a note, a cell or a field exposes each special category."""
    bits = f"CAST({counts.special_bits(masked)} AS BIGINT)"
    sums = ", ".join(f"coalesce(sum((({bits}) >> {bit}) & 1), 0)" for bit in range(len(categories)))
    found = connection.execute(f"SELECT controller, {sums} FROM w.patient_of GROUP BY 1").fetchall()
    return {
        controller: {name: int(n) for name, n in zip(categories, counts, strict=True) if n}
        for controller, *counts in found
    }


OWN_NUMBERS = ("rpps", "adeli")  # of a professional; a FINESS or a SIREN is an establishment's


def professionals(
    connection: Any, tables: Sequence[PersonTable], fields: Sequence[str], others: Sequence[PersonTable] = ()
) -> Counted:
    """Professionals: distinct identifiers in their own tables, in the patients' files and in `others` that name them.

    A row of `tables` without a valid identifier counts as one more at most (`high`). An establishment's number is no
    professional's in a file: it only counts where it stands for one, in a table of professionals.
    """
    described, cited, records, bare = [], [], 0, 0
    for table in tables:
        column = next((table.of(field)[0] for field in fields if table.of(field)), None)
        valid = column.valid if column else "false"
        (total, without) = row(
            connection,
            f"SELECT count(*), count(*) FILTER (NOT coalesce({valid}, false)) FROM {table.table}",
        )
        records, bare = records + total, bare + without
        if column:
            described.append(f"SELECT {column.normal} AS id FROM {table.table} WHERE {column.valid}")
    numbers = ", ".join(f"'{one}'" for one in OWN_NUMBERS)
    cited.append(f"SELECT controller AS id FROM w.files WHERE controller_field IN ({numbers})")
    for table in others:  # prescribers, authors, traces of access
        found = [column for field in OWN_NUMBERS for column in table.of(field)]
        cited += [f"SELECT {column.normal} AS id FROM {table.table} WHERE {column.valid}" for column in found]
    (best,) = row(connection, f"SELECT count(DISTINCT id) FROM ({' UNION ALL '.join(described + cited)})")
    return Counted(records=records, low=best, best=best, high=best + bare, method="distinct_identifier")


@dataclass(frozen=True)
class ControllerCounts:
    """What was counted for one controller; severity and segments are not weighed yet."""

    id: str
    field: str  # the field that identified it: rpps, adeli, finess or siren
    label: str | None
    specialty: str | None
    revealing: bool
    records: int
    patients: Estimate
    minors: int
    deceased: int
    notes: int
    persons_with_notes: int
    shared: int
    with_special: int
    special_categories: dict[str, int]
    findings: tuple[Finding, ...]
    exposure: tuple[Exposure, ...]
    groups: tuple[ExposedGroup, ...]
    reach: tuple[ReachGroup, ...]


def count_controllers(connection: Any, masked: Sequence[str]) -> tuple[ControllerCounts, ...]:
    """Every controller named in the records, by id; in one pass for all of them."""
    special = special_by_controller(connection, SPECIAL_CATEGORIES, masked)
    findings = counts.findings_by_controller(connection)
    exposure = counts.exposures_by_controller(connection, masked)
    groups = counts.groups_by_controller(connection, masked)
    reached = reach_by_controller(connection, masked)
    return tuple(
        ControllerCounts(
            patients=counts.estimate(one.pop("low"), one.pop("best"), one.pop("high"), "identity_links"),
            special_categories=special.get(one["id"], {}),
            findings=findings.get(one["id"], ()),
            exposure=exposure.get(one["id"], ()),
            groups=groups.get(one["id"], ()),
            reach=reached.get(one["id"], ()),
            **one,
        )
        for one in patients_by_controller(connection)
    )
