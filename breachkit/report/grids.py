"""The report's tables as typed rows, drawn from the impact: what pandas shows, Typst prints and charts draw.

Labels are already words of the language; an id of the impact never appears.
"""

from __future__ import annotations

from collections.abc import Sequence

from breachkit.impact import ControllerImpact, Estimate, Impact, Reason
from breachkit.reference.catalogue import load_toml
from breachkit.report.format import clock, typography
from breachkit.report.grid import ENISA_LEVELS, INFORM_WHEN, Grid, Kind, sentence
from breachkit.report.people_grids import PERSON_HEADS, accounts
from breachkit.report.shared_grids import exposure_rows, finding_rows, profile_rows, segment_rows
from breachkit.report.wording import wording

NO_RECORD_LINES = ("header_lines", "blank_lines", "other_lines")


def sources(impact: Impact, language: str) -> Grid:
    """One row per source: what it is and the account of its records."""
    words = wording(language)
    columns: tuple[tuple[str, Kind], ...] = (
        ("file", "text"), ("member", "text"), ("table", "text"), ("format", "text"), ("encoding", "text"),
        ("bytes", "count"), ("physical_lines", "count"), ("header_lines", "count"), ("blank_lines", "count"),
        ("other_lines", "count"), ("record_lines", "count"),
        ("records", "count"), ("loaded", "count"), ("repaired", "count"), ("rejected", "count"),
    )  # fmt: skip
    rows = (
        (
            one.file, one.member or "–", one.table or "–", words.label("formats", one.format),
            one.encoding or "–", one.bytes, one.physical_lines,
            one.header_lines, one.blank_lines, one.other_lines, one.record_lines,
            one.records, one.loaded, one.repaired, one.rejected,
        )
        for one in impact.sources
    )  # fmt: skip
    return Grid(columns, tuple(rows))


def distinct_bytes(impact: Impact) -> int:
    """Bytes read, each file once though several sources may come from it."""
    return sum({(one.file, one.sha256): one.bytes for one in impact.sources}.values())


def reconciliation(impact: Impact, language: str) -> Grid:
    """From bytes to persons, one row per step; a step that changes nothing is left out where it is optional."""
    words = wording(language)
    patients = impact.people.patients
    total = {key: sum(getattr(one, key) for one in impact.sources) for key in (
        "physical_lines", "header_lines", "blank_lines", "other_lines",
        "records", "rejected", "loaded", "repaired")}  # fmt: skip
    lines = total["physical_lines"] - sum(total[key] for key in NO_RECORD_LINES) - total["records"]
    duplicates = impact.quality.duplicate_records
    rest = patients.records - duplicates - patients.best
    steps: list[tuple[str, int, str]] = [("bytes", distinct_bytes(impact), "bytes")]
    if total["physical_lines"]:
        steps.append(("physical_lines", total["physical_lines"], "lines"))
        steps += [(key, total[key], "lines") for key in NO_RECORD_LINES if total[key]]
        steps += [("continuation", lines, "lines")] if lines > 0 else []
        steps += [("several_per_line", -lines, "records")] if lines < 0 else []
    steps += [(key, total[key], "records") for key in ("records", "rejected", "loaded", "repaired")]
    if total["loaded"] > patients.records:
        steps.append(("other_tables", total["loaded"] - patients.records, "records"))
    steps.append(("patient_records", patients.records, "records"))
    steps.append(("duplicate_records", duplicates, "records"))
    steps += [("other_difference", -rest, "records")] if rest else []
    steps.append(("patients", patients.best, "patients"))
    rows = tuple(
        (
            words.text(f"steps.{key}"),
            count,
            words.text("steps.unit_bytes") if unit == "bytes" else words.unit(unit, count),
        )
        for key, count, unit in steps
    )
    return Grid((("step", "text"), ("count", "count"), ("unit", "text")), rows)


def columns(impact: Impact, language: str) -> Grid:
    """One row per column of every table: what it holds, how surely and on what evidence, most sensitive first."""
    words = wording(language)
    heads: tuple[tuple[str, Kind], ...] = (
        ("table", "text"), ("position", "count"), ("name", "text"), ("field", "text"), ("sensitivity", "text"),
        ("filled", "count"), ("valid", "count"), ("placeholders", "count"), ("distinct", "count"),
        ("confidence", "share"), ("decided_by", "text"), ("evidence", "text"),
    )  # fmt: skip
    found = [(table.name, column) for table in impact.tables for column in table.columns]
    found.sort(key=lambda pair: -pair[1].sensitivity)
    rows = (
        (
            table, one.position, one.name, words.field(one.field),
            words.label("sensitivity", str(one.sensitivity)), one.filled, one.valid, one.placeholders,
            one.distinct, one.confidence, words.label("decided_by", one.decided_by),
            _statements(one.evidence, language),
        )
        for table, one in found
    )  # fmt: skip
    return Grid(heads, tuple(rows))


def _statements(evidence: Sequence[Reason], language: str) -> str:
    """The reasons one after the other, each a sentence of its own or a part between semicolons."""
    told = [sentence(reason, language) for reason in evidence]
    if all(one.endswith(".") for one in told):
        return typography(" ".join(told), language)
    return typography("; ".join(told) if language == "en" else " ; ".join(told), language)


def exposure(impact: Impact, language: str) -> Grid:
    """Persons for each exposed datum of the incident."""
    return exposure_rows(impact.exposure, impact.people.patients.best, language)


def findings(impact: Impact, language: str) -> Grid:
    """What the notes of the incident reveal."""
    return finding_rows(impact.free_text.by_finding, language)


def relations(impact: Impact, language: str) -> Grid:
    """Persons named in notes beside the patient, by relation."""
    words = wording(language)
    rows = (
        (words.label("relations", one.relation), one.mentions, one.low, one.best, one.high)
        for one in impact.people.third_parties.by_relation
    )
    heads: tuple[tuple[str, Kind], ...] = (
        ("relation", "text"), ("mentions", "count"), ("low", "count"), ("best", "count"), ("high", "count"),
    )  # fmt: skip
    return Grid(heads, tuple(rows))


def note_kinds(impact: Impact, language: str) -> Grid:
    """Notes by what was needed, each kind with the rule behind it."""
    rules = {one["id"]: one for one in load_toml("minimisation.toml")["kind"]}
    rows = (
        (
            typography(rules[one.id][language], language), one.notes, one.persons,
            typography(rules[one.id][f"rule_{language}"], language),
        )
        for one in impact.free_text.minimisation
        if one.id in rules
    )  # fmt: skip
    heads: tuple[tuple[str, Kind], ...] = (
        ("note_kind", "text"), ("notes", "count"), ("persons", "count"), ("rule", "text"),
    )  # fmt: skip
    return Grid(heads, tuple(rows))


def groups(impact: Impact) -> tuple[tuple[str, Estimate, int | None, str | None], ...]:
    """The groups of persons: id, estimate, what it was counted from, and the unit of that."""
    people = impact.people
    return (
        ("patients", people.patients, people.patients.records, "records"),
        ("minors", people.minors, None, None),
        ("deceased", people.deceased, None, None),
        ("professionals", people.professionals, people.professionals.records, "records"),
        ("third_parties", people.third_parties, people.third_parties.mentions, "mentions"),
    )


def persons(impact: Impact, language: str) -> Grid:
    """Each group of persons with its bounds and its method."""
    words = wording(language)
    rows = []
    for key, estimate, count, unit in groups(impact):
        method = impact.methods.get(estimate.method)
        rows.append(
            (
                words.text(f"groups.{key}"), estimate.low, estimate.best, estimate.high, count,
                words.unit(unit, count) if unit is not None and count is not None else "–",
                sentence(method, language) if method else "–",
            )
        )  # fmt: skip
    rows += accounts(impact, language).rows
    return Grid(PERSON_HEADS, tuple(rows))


def profiles(impact: Impact, language: str) -> Grid:
    """The profiles of the incident."""
    return profile_rows(impact.profiles, impact.people.patients.best, language)


def severity_levels(impact: Impact, language: str) -> Grid:
    """Persons at each ENISA level, the four levels always there once there is a severity."""
    words = wording(language)
    if impact.severity is None:
        return Grid((("level", "text"), ("persons", "count"), ("share", "share")), ())
    found = impact.severity.persons_by_level
    patients = impact.people.patients.best
    rows = tuple(
        (
            words.label("enisa_levels", level),
            found.get(level, 0),
            min(1.0, found.get(level, 0) / patients) if patients else None,
        )
        for level in ENISA_LEVELS
    )
    return Grid((("level", "text"), ("persons", "count"), ("share", "share")), rows)


def segments(impact: Impact, language: str) -> Grid:
    """The segments of the incident."""
    return segment_rows(impact.information.segments, language)


def controllers_by_patients(impact: Impact) -> list[ControllerImpact]:
    """Controllers, the one with most patients first, then by id."""
    return sorted(impact.controllers, key=lambda one: (-one.patients.best, one.id))


def controllers(impact: Impact, language: str) -> Grid:
    """One row per controller; `label` is a dash where the extract does not name it."""
    words = wording(language)
    rows = (
        (
            one.id, typography(one.label, language) if one.label else "–", words.label("kinds", one.kind),
            one.specialty or "–", one.patients.best, one.patients.low, one.patients.high, one.shared_patients,
            one.records, one.minors, one.deceased, one.notes, one.persons_with_notes,
            words.label("enisa_levels", one.severity.enisa.level) if one.severity else "–",
        )
        for one in controllers_by_patients(impact)
    )  # fmt: skip
    heads: tuple[tuple[str, Kind], ...] = (
        ("id", "text"), ("label", "text"), ("kind", "text"), ("specialty", "text"), ("patients", "count"),
        ("low", "count"), ("high", "count"), ("shared", "count"), ("records", "count"), ("minors", "count"),
        ("deceased", "count"), ("notes", "count"), ("persons_with_notes", "count"), ("level", "text"),
    )  # fmt: skip
    return Grid(heads, tuple(rows))


def obligations(impact: Impact, language: str) -> Grid:
    """The three obligations: the authority, the persons, the internal register."""
    words = wording(language)
    owed = impact.obligations
    if owed.notify_authority == "no":
        authority = words.text("obligations.not_applicable")
    elif owed.deadline is None:
        authority = words.text("obligations.no_deadline")
    else:
        authority = clock(owed.deadline, language)
        authority += f" ({words.text('obligations.late')})" if owed.late else ""
    inform = INFORM_WHEN[owed.inform_persons]
    reasons = " ".join(sentence(one, language) for one in owed.reasons) or "–"
    rows = (
        (
            words.text("obligations.notify_authority"),
            words.label("verdicts", owed.notify_authority),
            authority,
            reasons,
        ),
        (
            words.text("obligations.inform_persons"),
            words.label("verdicts", owed.inform_persons),
            words.text(f"obligations.{inform}"),
            reasons,
        ),
        (
            words.text("obligations.register"),
            words.text("verdicts.yes"),
            words.text("obligations.always"),
            "–",
        ),
    )
    heads: tuple[tuple[str, Kind], ...] = (
        ("obligation", "text"), ("verdict", "text"), ("deadline", "text"), ("reasons", "text"),
    )  # fmt: skip
    return Grid(heads, rows)


def methods(impact: Impact, language: str) -> Grid:
    """Each method in words, with what it concerns."""
    words = wording(language)
    used: dict[str, list[str]] = {}
    for key, estimate, _count, _unit in groups(impact):
        used.setdefault(estimate.method, []).append(words.text(f"groups.{key}"))
    used.setdefault(impact.reference_date_method, []).append(words.text("groups.reference_date"))
    rows = tuple(
        (", ".join(used.get(key, [words.text("groups.other")])), sentence(reason, language))
        for key, reason in impact.methods.items()
    )
    return Grid((("concerns", "text"), ("method", "text")), rows)
