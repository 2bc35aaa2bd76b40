"""The method on one screen: from sources to the impact. The only file that knows the order.

    read → classify → find notes → link → count → weigh → impact

Each step is one function from a value to a value; what may hold personal data stays in the workspace, and only
figures come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from breachkit import assembly
from breachkit.assessment.obligations import decide
from breachkit.assessment.sensitivity import with_sensitivity
from breachkit.assessment.severity import summarise, weigh
from breachkit.case import Decisions
from breachkit.classified import PATIENT_ROLES, Classified, classify_table
from breachkit.errors import BreachkitError, InternalError, UnreadableSource
from breachkit.fields.shapes import common_shapes
from breachkit.freetext.findings import find_mentions
from breachkit.freetext.review import METHOD as REVIEW_METHOD
from breachkit.freetext.review import replay
from breachkit.impact import ControllerCount, ControllerImpact, Impact, Information, PairReview, People, Source, Table
from breachkit.incident import PARIS, Incident
from breachkit.information.segments import segments
from breachkit.people import counts, effects, facts
from breachkit.people.apart import groups_apart
from breachkit.people.contacts import build_contacts
from breachkit.people.controllers import count_controllers, professionals
from breachkit.people.mentions import store_mentions
from breachkit.people.public_figures import PublicFigures
from breachkit.people.records import CONTROLLER_FIELDS, PersonTable, build_notes, build_records
from breachkit.people.relations import store_relations, third_parties
from breachkit.people.resolve import Resolution, resolve
from breachkit.people.status import build_status
from breachkit.reading.archives.archive import Passwords
from breachkit.reading.load import Reading, no_password, read_sources
from breachkit.reading.table_writer import Progress
from breachkit.reading.take_back import applies
from breachkit.reference.catalogue import fields
from breachkit.reference.method import limit, methods, revealing_specialties
from breachkit.workspace import row

UNKNOWN_DAY = date(1970, 1, 1)  # stands for no date at all; no age is told then
NO_TABLE = PersonTable(0, "(SELECT 0 AS _record, 0 AS _line WHERE false)", ())
APART_METHODS = {"protection_told", "death_probable", "revealing_care", "public_list"}
# Fields that say something of the professional or the organisation, or nothing of anybody: not of the patient.
NOT_THE_PATIENT = ("professional", "organisation", "technical")


@dataclass(frozen=True)
class Analysis:
    """The impact, and the sources that are missing from it because they could not be read."""

    impact: Impact
    unreadable: tuple[UnreadableSource, ...]


@dataclass(frozen=True)
class Steps:
    """How a run tells where it is: `at` receives the id of each step as it begins, `read` the bytes read.

    `password` is asked for an archive's password, by the archive's label.
    """

    at: Callable[[str], None] = lambda _: None
    read: Progress = lambda _: None
    password: Passwords = no_password

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """A named step: an unknown failure in it becomes an InternalError that quotes nothing."""
        self.at(name)
        try:
            yield
        except BreachkitError:
            raise
        except Exception as error:  # noqa: BLE001 - told by its type alone, whatever it is
            raise InternalError(name, error) from None


def inspect(
    sources: Sequence[Path], connection: Any, *, decisions: Decisions | None = None, steps: Steps | None = None
) -> tuple[Reading, list[Classified]]:
    """What was read, and what each column holds."""
    steps, decisions = steps or Steps(), decisions or Decisions()
    with steps.stage("reading"):
        reading = read_sources(sources, connection, steps.read, decisions=decisions, password=steps.password)
    with steps.stage("fields"):
        classified = [
            classify_table(one, number, connection, decisions) for number, one in enumerate(reading.tables, 1)
        ]
    return reading, classified


def tables_of(classified: Sequence[Classified], connection: Any) -> tuple[Table, ...]:
    """The tables as the impact tells them."""
    return tuple(
        assembly.table_of(
            one.loaded,
            one.verdicts,
            one.role,
            common_shapes(connection, one.loaded.table, one.loaded.columns, one.loaded.source.loaded),
        )
        for one in classified
    )


def analyse(
    sources: Sequence[Path],
    connection: Any,
    incident: Incident,
    *,
    decisions: Decisions | None = None,
    reference_date: date | None = None,
    public_figures: PublicFigures | None = None,
    steps: Steps | None = None,
) -> Analysis:
    """The impact of an incident, computed in the workspace that `connection` opens.

    UnreadableSource where no source could be read; an unreadable one among others is told in `quality.limits`.
    """
    steps, decisions = steps or Steps(), decisions or Decisions()
    reading, classified = inspect(sources, connection, decisions=decisions, steps=steps)
    patients = [one.table for one in classified if one.names_persons]
    staff = [one.table.prepared() for one in classified if one.role == "professionals"]
    masked = _patient_fields(patients)
    with steps.stage("freetext"):
        build_records(connection, patients or [NO_TABLE], masked)
        others = [one.table for one in classified if not one.names_persons]
        build_records(connection, others or [NO_TABLE], [], "w.others")  # known to the leak gate, counted nowhere
        build_notes(connection)
        store_mentions(connection, find_mentions)
        store_relations(connection)
        review = replay(connection, decisions)
    with steps.stage("people"):
        resolution = resolve(connection, decisions)
    with steps.stage("counting"):
        reference, reference_method = _reference(reference_date, incident, connection, classified)
        facts.build_controllers(connection, staff, revealing_specialties())
        ages_known = reference_method != "reference_unknown"
        build_status(connection, [one for each in classified for one in each.status_columns()])
        facts.build_facts(connection, reference, ages_known=ages_known)
        build_contacts(connection, patients)
        people = _people(connection, resolution, staff, reading.sources)
        apart = groups_apart(connection, public_figures, ages_known=ages_known)
        people = people.model_copy(update={"apart": apart})
        counted = count_controllers(connection, masked)
    with steps.stage("assessment"):
        controllers = tuple(assembly.controller_of(one, incident) for one in counted)
        groups = counts.groups(connection, masked)
        profiles = weigh(groups, incident)
        tables = tables_of(classified, connection)
        best = people.patients.best
        severity = with_sensitivity(summarise(profiles, incident), profiles, tables, incident, best)
        free_text = counts.free_text(connection)
        impact = Impact(
            reference_date=reference,
            reference_date_method=reference_method,
            incident=incident.facts(),
            sources=reading.sources,
            tables=tables,
            people=people,
            exposure=counts.exposures(connection, masked),
            data_types_per_person=assembly.data_types(groups),
            free_text=free_text,
            profiles=profiles,
            severity=severity,
            obligations=decide(profiles, severity, best, incident),
            information=Information(segments=segments(counts.reach(connection))),
            controllers=controllers,
            quality=assembly.quality_of(
                reading,
                tables,
                resolution,
                reference_method=reference_method,
                notes=free_text.notes,
                review=review,
                **_quality_counts(connection, classified, decisions, resolution.review),
            ),
            methods=_methods(reference_method, people, reviewed=review is not None),
        )
    return Analysis(_with_controllers(impact, controllers, incident), reading.unreadable)


def _quality_counts(
    connection: Any, classified: Sequence[Classified], decisions: Decisions, review: PairReview | None
) -> dict[str, int]:
    """What `quality_of` asks that only the workspace and the classified tables know."""
    pairs = review.joined + review.separated if review else 0
    unmatched = unmatched_decisions(decisions, classified)
    return {
        "without_identity": sum(one.role in PATIENT_ROLES and not one.names_persons for one in classified),
        "undated": _count(connection, "minor IS NULL"),
        "without_controller": _count(connection, "controllers = 0"),
        "decisions": len(decisions.column) + len(decisions.reject) - unmatched + pairs,
        "unmatched": unmatched,
    }


def unmatched_decisions(decisions: Decisions, classified: Sequence[Classified]) -> int:
    """Decisions about a table or a column that this extract does not have, or whose rejects no rule can take."""
    known = {(one.loaded.name, verdict.header) for one in classified for verdict in one.verdicts}
    unused = (rule for rule in decisions.reject if not any(applies(one.loaded, rule) for one in classified))
    return sum((one.table, one.column) not in known for one in decisions.column) + sum(1 for _ in unused)


def _patient_fields(patients: Sequence[PersonTable]) -> list[str]:
    """The fields that say something of the patient, in the order of fields.tsv: the bits of every mask."""
    present = {column.field for table in patients for column in table.columns}
    return [key for key, info in fields().items() if key in present and info.cnil_type not in NOT_THE_PATIENT]


def _reference(
    given: date | None, incident: Incident, connection: Any, classified: Sequence[Classified]
) -> tuple[date, str]:
    """The day at which ages are computed, and how it was chosen; never the day of the run."""
    if given:
        return given, "reference_given"
    dates = incident.dates
    told = dates.end or dates.start or dates.discovered or dates.aware
    if told:
        return told.astimezone(PARIS).date(), "reference_breach"
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
            return day, "reference_extract"
    return UNKNOWN_DAY, "reference_unknown"


def _people(connection: Any, resolution: Resolution, staff: Sequence[PersonTable], sources: Sequence[Source]) -> People:
    return People(
        patients=assembly.patients_of(resolution),
        professionals=professionals(connection, staff, CONTROLLER_FIELDS),
        third_parties=third_parties(connection),
        minors=counts.minors(connection),
        deceased=counts.deceased(connection),
        controllers=ControllerCount(count=0, sum_of_patients=0),
        linking=effects.linking(resolution),
        path=effects.path(sources, resolution, counts.reach(connection)),
    )


def _count(connection: Any, condition: str) -> int:
    return int(row(connection, f"SELECT count(*) FROM w.person WHERE {condition}")[0])


def _methods(reference_method: str, people: People, *, reviewed: bool) -> dict[str, Any]:
    """The methods that these figures rest on."""
    unused = {key for key in methods() if key.startswith("reference_") and key != reference_method}
    unused |= set() if reviewed else {REVIEW_METHOD}
    unused |= APART_METHODS - {one.method for one in people.apart}
    return {key: reason for key, reason in methods().items() if key not in unused}


def _with_controllers(impact: Impact, controllers: tuple[ControllerImpact, ...], incident: Incident) -> Impact:
    """The impact with the controllers' count; incident.toml's controller where the extract names none."""
    quality = impact.quality
    if not controllers and incident.controller.name and impact.people.patients.records:
        controllers = (assembly.controller_of_incident(impact, incident),)
        quality = quality.model_copy(update={"limits": (*quality.limits, limit("controller_of_incident"))})
    total = ControllerCount(count=len(controllers), sum_of_patients=sum(one.patients.best for one in controllers))
    people = impact.people.model_copy(update={"controllers": total})
    return impact.model_copy(update={"people": people, "controllers": controllers, "quality": quality})
