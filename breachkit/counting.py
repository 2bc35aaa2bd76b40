"""From classified tables to the persons: their records and notes, the day of their ages, and who they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from breachkit import assembly
from breachkit.case import Decisions
from breachkit.classified import Classified
from breachkit.freetext.findings import find_mentions
from breachkit.freetext.review import replay
from breachkit.impact import Apart, ControllerCount, People, Review, Source
from breachkit.incident import PARIS, Incident
from breachkit.people import counts, effects, facts
from breachkit.people.accounts import count_accounts
from breachkit.people.contacts import build_contacts
from breachkit.people.controllers import professionals
from breachkit.people.mentions import store_mentions
from breachkit.people.records import CONTROLLER_FIELDS, PersonTable, build_notes, build_records
from breachkit.people.relations import store_relations, third_parties
from breachkit.people.resolve import Resolution
from breachkit.people.row_roles import count_row_roles
from breachkit.people.status import build_status
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


def patient_fields(patients: Iterable[PersonTable | None]) -> list[str]:
    """The fields that say something of the patient, in the order of fields.tsv: the bits of every mask."""
    present = {column.field for table in patients if table for column in table.columns}
    return [key for key, info in fields().items() if key in present and info.cnil_type not in NOT_THE_PATIENT]


def read_notes(
    connection: Any, classified: Sequence[Classified], masked: Sequence[str], decisions: Decisions
) -> Review | None:
    """Makes the patients' records, their notes and what these say; a person's reading of a sample of them."""
    patients = [one.patients for one in classified if one.patients]
    others = [one.others for one in classified if one.others]
    build_records(connection, patients or [NO_TABLE], masked)
    build_records(connection, others or [NO_TABLE], [], "w.others")  # known to the leak gate, no patient's
    build_notes(connection)
    store_mentions(connection, find_mentions)
    store_relations(connection)
    return replay(connection, decisions)


def bring_together(connection: Any, classified: Sequence[Classified], reference: ReferenceDay) -> None:
    """Makes the tables that every figure of persons is counted from: controllers, statuses, facts, contacts."""
    facts.build_controllers(connection, _staff(classified), revealing_specialties())
    build_status(connection, [one for each in classified for one in each.status_columns()])
    facts.build_facts(connection, reference.day, ages_known=reference.known)
    build_contacts(connection, [one.patients for one in classified if one.patients])


def _staff(classified: Sequence[Classified]) -> list[PersonTable]:
    """The rows that describe professionals."""
    return [one.staff.prepared() for one in classified if one.staff]


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
        professionals=professionals(connection, _staff(classified), CONTROLLER_FIELDS),
        third_parties=third_parties(connection),
        minors=counts.minors(connection),
        deceased=counts.deceased(connection),
        controllers=ControllerCount(count=0, sum_of_patients=0),
        accounts=count_accounts(connection, [one.patients for one in classified if one.patients]),
        linking=effects.linking(resolution),
        apart=apart,
        row_roles=count_row_roles(connection, told),
        path=effects.path(sources, resolution, counts.reach(connection), aside),
    )
