"""From classified tables to the persons: their records and notes, the day of their ages, and who they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from breachkit import assembly
from breachkit.case import Decisions
from breachkit.classified import PATIENT_ROLES, Classified
from breachkit.freetext.findings import find_mentions
from breachkit.freetext.review import replay
from breachkit.impact import Apart, ControllerCount, People, Review, Source
from breachkit.incident import PARIS, Incident
from breachkit.people import counts, effects, facts
from breachkit.people.accounts import count_accounts
from breachkit.people.contacts import build_contacts
from breachkit.people.controllers import professionals
from breachkit.people.mentions import store_mentions
from breachkit.people.reach import build_informed, reach
from breachkit.people.records import CONTROLLER_FIELDS, PersonTable, build_notes, build_records, own_controllers
from breachkit.people.relations import store_relations, third_parties
from breachkit.people.resolve import Resolution
from breachkit.people.revealed import RevealingColumn, build_revealed
from breachkit.people.row_roles import count_row_roles
from breachkit.people.status import build_status
from breachkit.people.ties import Tied, find_ties, store_ties
from breachkit.reference.catalogue import fields
from breachkit.reference.method import revealing_specialties
from breachkit.workspace import row

UNKNOWN_DAY, UNKNOWN_REFERENCE = date(1970, 1, 1), "reference_unknown"  # no date at all: no age is told then
NO_TABLE = PersonTable(0, "(SELECT 0 AS _record, 0 AS _line WHERE false)", ())
# Fields that say something of the professional or the organisation, or nothing of anybody: not of the patient.
NOT_THE_PATIENT = ("professional", "organisation", "technical")


@dataclass(frozen=True)
class ReferenceDay:
    """The day at which ages are computed, and the id of how it was chosen."""

    day: date
    method: str

    @property
    def known(self) -> bool:
        return self.method != UNKNOWN_REFERENCE


@dataclass(frozen=True)
class Filed:
    """What the rows of the extract are to the persons: the fields of every mask, the tables tied, the rows lost.

    `review` is a person's reading of a sample of the notes.
    """

    masked: tuple[str, ...]
    ties: tuple[Tied, ...]
    review: Review | None

    @property
    def tied(self) -> frozenset[int]:
        """The numbers of the tied tables."""
        return frozenset(one.tie.child.number for one in self.ties)

    @property
    def lost(self) -> int:
        """Rows of tied tables whose key is nowhere."""
        return sum(one.lost for one in self.ties)


def patient_fields(classified: Iterable[Classified]) -> list[str]:
    """The fields that say something of the patient, in the order of fields.tsv: the bits of every mask."""
    tables = [one.patients or (one.table if one.may_be_tied else None) for one in classified]
    present = {column.field for table in tables if table for column in table.columns}
    return [key for key, info in fields().items() if key in present and info.cnil_type not in NOT_THE_PATIENT]


def read_notes(connection: Any, classified: Sequence[Classified], incident: Incident, decisions: Decisions) -> Filed:
    """Makes the patients' records, the rows tied to them, their notes and what these say."""
    _store_order(connection, classified)
    masked = patient_fields(classified)
    patients = [one.patients for one in classified if one.patients]
    others = [one.others for one in classified if one.others]
    # Whom a row only quotes is no controller where another column, or the incident, tells who is.
    cited = not incident.controller.name and not any(
        own_controllers(one.table) for one in classified if one.role in PATIENT_ROLES
    )
    build_records(connection, patients or [NO_TABLE], masked, cited=cited)
    build_records(connection, others or [NO_TABLE], masked, "w.others", cited=cited)  # known to the leak gate
    found = find_ties(connection, [one.tieable for one in classified if one.names_persons or one.may_be_tied])
    ties = store_ties(connection, found)
    build_notes(connection)
    store_mentions(connection, find_mentions)
    store_relations(connection)
    return Filed(tuple(masked), ties, replay(connection, decisions))


def bring_together(connection: Any, classified: Sequence[Classified], reference: ReferenceDay, filed: Filed) -> None:
    """Makes the tables that every figure of persons is counted from: controllers, statuses, facts, contacts."""
    facts.build_controllers(connection, [*_staff(classified), *_directories(classified)], revealing_specialties())
    build_status(connection, [one for each in classified for one in each.status_columns(filed.tied)])
    build_revealed(connection, _revealing(classified, filed.tied), find_mentions)
    facts.build_facts(connection, reference.day, ages_known=reference.known)
    build_informed(connection, filed.masked)
    theirs = [one.patients or (one.table if one.table.number in filed.tied else None) for one in classified]
    build_contacts(connection, [one for one in theirs if one])


def _store_order(connection: Any, classified: Sequence[Classified]) -> None:
    """Makes `w.read_order` (place, table_name): the order of the tables in the impact, not that they were made in."""
    connection.execute("CREATE OR REPLACE TABLE w.read_order (place INTEGER, table_name VARCHAR)")
    for place, one in enumerate(classified):
        connection.execute("INSERT INTO w.read_order VALUES (?, ?)", [place, one.loaded.table.removeprefix("w.")])


def _directories(classified: Sequence[Classified]) -> list[PersonTable]:
    """Lists of establishments: they name the controllers that a number alone designates elsewhere."""
    return [
        one.table.prepared()
        for one in classified
        if one.role == "other" and one.table.of("organisation_name") and own_controllers(one.table)
    ]


def _revealing(classified: Sequence[Classified], tied: frozenset[int]) -> list[RevealingColumn]:
    """The columns of patients' rows, and of those tied to them, whose cells may reveal more than their field does."""
    found = []
    for one in classified:
        table = one.patients or (one.table if one.table.number in tied else None)
        if table:
            found += [RevealingColumn(table.number, table.table, v.field, v.column, v.header) for v in one.verdicts]
    return found


def _staff(classified: Sequence[Classified]) -> list[PersonTable]:
    """The rows that describe professionals."""
    return [one.staff.prepared() for one in classified if one.staff]


def _quoting(classified: Sequence[Classified]) -> list[PersonTable]:
    """Tables that name professionals whom they are not about: prescribers, authors, traces of access."""
    return [one.table.prepared() for one in classified if not one.staff and (one.others or one.quotes)]


def reference_day(
    given: date | None, incident: Incident, connection: Any, classified: Sequence[Classified]
) -> ReferenceDay:
    """The day at which ages are computed, and how it was chosen; never the day of the run."""
    if given:
        return ReferenceDay(given, "reference_given")
    dates = incident.dates
    told = dates.end or dates.start or dates.discovered or dates.aware
    if told:
        return ReferenceDay(told.astimezone(PARIS).date(), "reference_breach")
    written = [
        f"SELECT {column.normal} AS day FROM {table.table} WHERE {column.valid}"
        for table in (one.table.prepared() for one in classified)
        for column in table.columns
        if column.field == "timestamp"
    ]
    if written:
        # One date in a thousand may be an error of the future: the last but those is the age of the extract.
        latest = f"SELECT CAST(quantile_disc(day, 0.999) AS DATE) FROM ({' UNION ALL '.join(written)})"
        (day,) = row(connection, latest)
        if day:
            return ReferenceDay(day, "reference_extract")
    return ReferenceDay(UNKNOWN_DAY, UNKNOWN_REFERENCE)


def people_of(
    connection: Any,
    resolution: Resolution,
    classified: Sequence[Classified],
    sources: Sequence[Source],
    apart: tuple[Apart, ...],
) -> People:
    """Who is affected; the controllers are counted later, where an incident may name the only one."""
    aside = sum(one.rows_of_others for one in classified)
    told = [one.row_roles for one in classified if one.row_roles and one.identifies]
    return People(
        patients=assembly.patients_of(resolution),
        professionals=professionals(connection, _staff(classified), CONTROLLER_FIELDS, _quoting(classified)),
        third_parties=third_parties(connection),
        minors=counts.minors(connection),
        deceased=counts.deceased(connection),
        controllers=ControllerCount(count=0, sum_of_patients=0),
        accounts=count_accounts(connection, [one.patients for one in classified if one.patients]),
        linking=effects.linking(resolution),
        apart=apart,
        row_roles=count_row_roles(connection, told),
        path=effects.path(sources, resolution, reach(connection, ()), aside),
    )
