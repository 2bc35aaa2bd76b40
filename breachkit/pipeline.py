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
from breachkit.counting import Filed, bring_together, people_of, read_notes, reference_day
from breachkit.errors import BreachkitError, InternalError, UnreadableSource
from breachkit.fields.shapes import common_shapes
from breachkit.freetext.review import METHOD as REVIEW_METHOD
from breachkit.impact import (
    ControllerCount,
    ControllerImpact,
    Impact,
    People,
    Quality,
    Table,
)
from breachkit.incident import Incident
from breachkit.information.informing import informing
from breachkit.notification.boxes import boxes
from breachkit.people import counts
from breachkit.people.apart import groups_apart
from breachkit.people.controllers import count_controllers
from breachkit.people.public_figures import PublicFigures
from breachkit.people.reach import reach, reach_of_all
from breachkit.people.resolve import Resolution, resolve
from breachkit.people.revealed import revealed
from breachkit.reading.archives.archive import Passwords
from breachkit.reading.load import Reading, no_password, read_sources
from breachkit.reading.table_writer import Progress
from breachkit.reading.take_back import applies
from breachkit.reference.method import limit, methods
from breachkit.workspace import row

APART_METHODS = {"protection_told", "death_probable", "revealing_care", "public_list"}


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
    with steps.stage("freetext"):
        filed = read_notes(connection, classified, incident, decisions)
    with steps.stage("people"):
        resolution = resolve(connection, decisions)
    with steps.stage("counting"):
        reference = reference_day(reference_date, incident, connection, classified)
        bring_together(connection, classified, reference, filed)
        apart = groups_apart(connection, public_figures, ages_known=reference.known)
        people = people_of(connection, resolution, classified, reading.sources, apart)
        counted = count_controllers(connection, filed.masked)
    with steps.stage("assessment"):
        controllers = tuple(assembly.controller_of(one, incident) for one in counted)
        tables = assembly.with_ties(
            tables_of(classified, connection), [one.table.number for one in classified], filed.ties
        )
        impact = Impact(
            reference_date=reference.day,
            reference_date_method=reference.method,
            incident=incident.facts(),
            sources=reading.sources,
            tables=tables,
            people=people,
            free_text=counts.free_text(connection),
            controllers=controllers,
            quality=_quality(connection, reading, classified, tables, resolution, decisions, filed, reference.method),
            methods=_methods(reference.method, people, reviewed=filed.review is not None),
            **_exposed(connection, filed.masked, tables, people, incident),
        )
    return Analysis(_with_controllers(impact, controllers, incident), reading.unreadable)


def _exposed(
    connection: Any, masked: Sequence[str], tables: Sequence[Table], people: People, incident: Incident
) -> dict[str, Any]:
    """The parts of the impact that tell what is exposed, how gravely, and what is owed to whom."""
    groups, best = counts.groups(connection, masked), people.patients.best
    profiles = weigh(groups, incident)
    severity = with_sensitivity(summarise(profiles, incident), profiles, tables, incident, best)
    return {
        "exposure": counts.exposures(connection, masked),
        "revealed": revealed(connection),
        "boxes": boxes(profiles),
        "data_types_per_person": assembly.data_types(groups),
        "profiles": profiles,
        "severity": severity,
        "obligations": decide(profiles, severity, best, incident),
        "information": informing(reach(connection, masked), reach_of_all(connection), people, incident),
    }


def _quality(
    connection: Any,
    reading: Reading,
    classified: Sequence[Classified],
    tables: Sequence[Table],
    resolution: Resolution,
    decisions: Decisions,
    filed: Filed,
    reference_method: str,
) -> Quality:
    """What a reader must know before using a figure, with what only the workspace and the classified tables know."""
    pairs = resolution.review.joined + resolution.review.separated if resolution.review else 0
    unmatched = unmatched_decisions(decisions, classified)
    return assembly.quality_of(
        reading,
        tables,
        resolution,
        filed.review,
        reference_method=reference_method,
        decisions=len(decisions.column) + len(decisions.reject) - unmatched + pairs,
        notes=int(row(connection, "SELECT count(note_id) FROM w.facts")[0]),
        without_identity=sum(
            one.role in PATIENT_ROLES and not one.identifies and one.table.number not in filed.tied
            for one in classified
        ),
        lost_keys=filed.lost,
        rows_of_others=sum(one.rows_of_others for one in classified),
        undated=_count(connection, "minor IS NULL"),
        without_controller=_count(connection, "controllers = 0"),
        unmatched=unmatched,
    )


def unmatched_decisions(decisions: Decisions, classified: Sequence[Classified]) -> int:
    """Decisions about a table or a column that this extract does not have, or whose rejects no rule can take."""
    known = {(one.loaded.name, verdict.header) for one in classified for verdict in one.verdicts}
    unused = (rule for rule in decisions.reject if not any(applies(one.loaded, rule) for one in classified))
    return sum((one.table, one.column) not in known for one in decisions.column) + sum(1 for _ in unused)


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
