"""What the rooms found, put into the parts of the impact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal, cast

from breachkit.assessment.obligations import decide
from breachkit.assessment.severity import summarise, weigh
from breachkit.fields.decide import ColumnVerdict
from breachkit.fields.reasons import count_en, count_fr
from breachkit.impact import (
    Column,
    ControllerImpact,
    Counted,
    DataTypesPerPerson,
    Estimate,
    ExposedGroup,
    HistogramBin,
    Impact,
    Quality,
    Reason,
    Review,
    Role,
    Severity,
    Shape,
    Table,
)
from breachkit.incident import Incident
from breachkit.information.segments import segments
from breachkit.people.controllers import ControllerCounts
from breachkit.people.resolve import Resolution
from breachkit.people.ties import Tied
from breachkit.reading.load import Reading
from breachkit.reading.table_writer import LoadedTable
from breachkit.reference.catalogue import fields
from breachkit.reference.method import limit

Kind = Literal["professional", "practice", "establishment", "unknown"]
POOR_SHARE = 0.05  # of the records, above which the reader is told that names alone cannot be counted well
KINDS: dict[str, Kind] = {
    "rpps": "professional",
    "adeli": "professional",
    "finess": "establishment",
    "siren": "practice",
}


def table_of(
    loaded: LoadedTable, verdicts: Sequence[ColumnVerdict], role: str, shapes: Mapping[str, tuple[Shape, ...]]
) -> Table:
    """A table of the impact, with its columns' verdicts and masked shapes (by column)."""
    return Table(
        name=loaded.name,
        source=loaded.source.file,
        role=cast(Role, role),
        rows=loaded.source.loaded,
        columns=tuple(_column(one, loaded.mojibake.get(one.column, 0), shapes.get(one.column, ())) for one in verdicts),
    )


def _column(verdict: ColumnVerdict, mojibake: int, shapes: tuple[Shape, ...]) -> Column:
    info = fields()[verdict.field]
    return Column(
        name=verdict.header,
        position=verdict.position,
        field=verdict.field,
        cnil_type=info.cnil_type,
        edpb_code=info.edpb_code,
        sensitivity=info.sensitivity,
        special_category=info.special_category,
        filled=verdict.filled,
        valid=verdict.valid,
        placeholders=verdict.placeholders,
        mojibake=mojibake,
        distinct=verdict.distinct,
        confidence=round(verdict.confidence, 3),
        decided_by=verdict.decided_by,
        evidence=verdict.evidence,
        shapes=shapes,
    )


def with_ties(tables: Sequence[Table], numbers: Sequence[int], ties: Sequence[Tied]) -> tuple[Table, ...]:
    """The tables, with what ties their rows to persons among the evidence of the column that does.

    `numbers` are those of the tables in the workspace.
    """
    told = {(one.tie.child.number, one.tie.child_header): tied_reason(one) for one in ties}
    found = []
    for table, number in zip(tables, numbers, strict=True):
        columns = tuple(
            column.model_copy(update={"evidence": (*column.evidence, reason)})
            if (reason := told.get((number, column.name)))
            else column
            for column in table.columns
        )
        found.append(table.model_copy(update={"columns": columns}))
    return tuple(found)


def tied_reason(tied: Tied) -> Reason:
    """In words, to which table a column ties its rows, and how many of them found their person."""
    tie, kept, lost = tied.tie, tied.rows, tied.lost
    by = (f", colonne « {tie.parent_header} »", f", column “{tie.parent_header}”") if tie.parent_header else ("", "")
    return Reason(
        id="people.tied",
        fr=f"Rattache les lignes à la table « {tie.parent.name} »{by[0]}\u202f: {count_fr(kept)} trouvées, "
        f"{count_fr(lost)} sans correspondance.",
        en=f"Ties the rows to the table “{tie.parent.name}”{by[1]}: {count_en(kept)} found, "
        f"{count_en(lost)} without a match.",
    )


def controller_of(counted: ControllerCounts, incident: Incident) -> ControllerImpact:
    """A controller's figures, with their severity and the persons it must inform."""
    profiles = weigh(counted.groups, incident)
    severity = summarise(profiles, incident)
    return ControllerImpact(
        id=counted.id,
        label=counted.label,
        kind=KINDS.get(counted.field, "unknown"),
        specialty=counted.specialty,
        revealing_specialty=counted.revealing,
        patients=counted.patients,
        shared_patients=counted.shared,
        records=counted.records,
        minors=counted.minors,
        deceased=counted.deceased,
        notes=counted.notes,
        persons_with_notes=counted.persons_with_notes,
        persons_with_special_category=counted.with_special,
        special_categories=counted.special_categories,
        by_finding=counted.findings,
        exposure=counted.exposure,
        data_types_per_person=data_types(counted.groups),
        severity=_without_profiles(severity),
        obligations=decide(profiles, severity, counted.patients.best, incident),
        segments=segments(counted.reach),
    )


def data_types(groups: Sequence[ExposedGroup]) -> DataTypesPerPerson:
    """How many different fields are exposed for one person, from the groups of persons exposed to the same."""
    bins: Counter[int] = Counter()
    for group in groups:
        bins[len(group.fields)] += group.persons
    ordered = sorted(bins.items())
    if not ordered:
        return DataTypesPerPerson(min=0, median=0, p95=0, max=0, histogram=())
    total = bins.total()
    return DataTypesPerPerson(
        min=ordered[0][0],
        median=(_at_rank(ordered, (total + 1) // 2) + _at_rank(ordered, total // 2 + 1)) / 2,
        p95=float(_at_rank(ordered, -(-95 * total // 100))),
        max=ordered[-1][0],
        histogram=tuple(HistogramBin(types=types, persons=persons) for types, persons in ordered),
    )


def _at_rank(ordered: Sequence[tuple[int, int]], rank: int) -> int:
    """The value of the person at this rank, counted from 1."""
    for value, persons in ordered:
        rank -= persons
        if rank <= 0:
            return value
    return ordered[-1][0]


def _without_profiles(severity: Severity | None) -> Severity | None:
    """The highest severity and its spread; rows by profile and sensitivity stay with the incident."""
    return severity and severity.model_copy(update={"by_profile": (), "sensitivity": ()})


def controller_of_incident(impact: Impact, incident: Incident) -> ControllerImpact:
    """The only controller, where the extract ties no file to anybody and incident.toml names one."""
    patients = impact.people.patients
    special = {one.special_category: one.persons for one in impact.exposure if one.special_category}
    return ControllerImpact(
        id=incident.controller.siren or "responsable",
        label=incident.controller.name,
        kind="unknown",
        specialty=incident.controller.speciality or None,
        patients=Estimate(low=patients.low, best=patients.best, high=patients.high, method=patients.method),
        records=patients.records,
        minors=impact.people.minors.best,
        deceased=impact.people.deceased.best,
        notes=impact.free_text.notes,
        persons_with_notes=impact.free_text.persons_with_notes,
        persons_with_special_category=impact.free_text.persons_with_special_category,
        special_categories={key: persons for key, persons in special.items() if key},
        by_finding=impact.free_text.by_finding,
        exposure=impact.exposure,
        data_types_per_person=impact.data_types_per_person,
        severity=_without_profiles(impact.severity),
        obligations=impact.obligations,
        segments=impact.information.segments,
    )


def quality_of(
    reading: Reading,
    tables: Sequence[Table],
    resolution: Resolution,
    review: Review | None,
    *,
    reference_method: str,
    decisions: int,
    notes: int,
    **counted: int,
) -> Quality:
    """What a reader must know before using a figure.

    `counted` holds what only the workspace and the classified tables know: `without_identity`, `lost_keys`,
    `rows_of_others`, `undated`, `without_controller`, `unmatched`.
    """
    undecided = tuple(
        f"{table.name} : {column.name}" for table in tables for column in table.columns if column.field == "unknown"
    )
    duplicates = resolution.records - resolution.best
    reviewed = review is not None and _is_bounded(review)
    told = (
        *_limits_of_sources(reading, counted, without_patients=not resolution.records),
        (reference_method, 1 if reference_method in ("reference_unknown", "reference_extract") else 0),
        ("undecided_columns", len(undecided)),
        ("decisions_unmatched", counted["unmatched"]),
        ("pairs_unmatched", resolution.review.unmatched if resolution.review else 0),
        ("pairs_contradictory", resolution.review.contradictory if resolution.review else 0),
        ("poor_identity", resolution.poor if resolution.poor > POOR_SHARE * resolution.records else 0),
        ("undated_persons", counted["undated"]),
        ("no_controller", counted["without_controller"]),
        ("notes_not_reviewed", 0 if reviewed else notes),
        ("review_incomplete", 1 if reviewed and review and not review.complete else 0),
        ("review_unmatched", review.unmatched if review else 0),
    )
    return Quality(
        duplicate_records=duplicates,
        duplicate_share=round(duplicates / resolution.records, 6) if resolution.records else 0.0,
        records_without_identity=resolution.without_identity,
        persons_without_birth_date=counted["undated"],
        persons_without_controller=counted["without_controller"],
        undecided_columns=undecided,
        decisions=decisions,
        reviewed_notes=review.answers if review else 0,
        review=review,
        limits=(*(limit(key, n) for key, n in told if n), limit("severity_is_proposal")),
    )


def _limits_of_sources(
    reading: Reading, counted: Mapping[str, int], *, without_patients: bool
) -> tuple[tuple[str, int], ...]:
    """What was not read, or not counted, of the sources."""
    return (
        ("no_patient_table", int(without_patients)),
        ("tables_without_identity", counted["without_identity"]),
        ("lost_keys", counted["lost_keys"]),
        ("rows_of_others", counted["rows_of_others"]),
        ("unreadable_sources", len(reading.unreadable)),
        ("truncated_sources", sum(one.truncated for one in reading.sources)),
        ("documents", len(reading.documents)),
        ("rejected", sum(one.source.rejected for one in reading.tables)),
    )


def _is_bounded(review: Review) -> bool:
    """Whether a person's reading says how much may have been missed."""
    return review.missed_at_most is not None


def patients_of(resolution: Resolution) -> Counted:
    """Patients with their bounds."""
    return Counted(
        records=resolution.records,
        low=resolution.low,
        best=resolution.best,
        high=resolution.high,
        method="identity_links",
    )
