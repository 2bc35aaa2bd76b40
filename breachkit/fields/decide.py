"""One field per column: header evidence and value evidence, scored apart, then combined.

A key far above chance may stand alone. A guess from lists or shapes needs the header, a neighbour, or a second kind
of evidence. What stays in doubt is `unknown`: a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from breachkit.errors import FactsError
from breachkit.fields.agreement import CONTRADICTED, DOUBTFUL, agreement
from breachkit.fields.coherence import coherence_signals
from breachkit.fields.context import in_context
from breachkit.fields.counts import count_rows
from breachkit.fields.dates import date_signals
from breachkit.fields.entities import entity_relations
from breachkit.fields.evidence import Signal, value_signals
from breachkit.fields.forms import form_signals
from breachkit.fields.header import header_in_list
from breachkit.fields.listed import list_signals
from breachkit.fields.mixed import mixed_reasons
from breachkit.fields.names import name_signals
from breachkit.fields.neighbours import with_neighbours
from breachkit.fields.profile import SAMPLE_BOUND, SAMPLE_SEED, ColumnProfile, profile
from breachkit.fields.reasons import sampled, statement
from breachkit.fields.refine import refined
from breachkit.fields.relations import Relation, relations
from breachkit.fields.residue import residual
from breachkit.fields.technical import technical_signals
from breachkit.fields.vitals import vital_signals
from breachkit.impact import Reason
from breachkit.reference.catalogue import field_label, fields

if TYPE_CHECKING:
    import duckdb

DECISION = 0.55  # least confidence; below, the column is `unknown` and goes to review. Our choice.
AGAINST_HEADER = 0.7  # least confidence where the header announced something else. Our choice.
MARGIN = 0.04  # least lead over the second field, where the header does not settle it. Our choice.
NEAR = 0.45  # score from which a field of a person forbids the plain reading of codes and counts. Our choice.
SECOND_KIND = 0.4  # weight of a second kind of evidence for the same field. Our choice.
HEADER_TRUST = 0.8  # weight of a clear header whose values can be that field but do not prove it. Our choice.


@dataclass(frozen=True)
class ColumnVerdict:
    """What one column holds. `filled`, `valid`, `placeholders` are rows; `distinct` values of the column.

    `confidence` is 0 to 1: 1 for a person's decision; it orders columns by doubt and is not a probability.
    """

    position: int
    column: str
    header: str
    field: str
    confidence: float
    filled: int
    valid: int
    placeholders: int
    distinct: int
    decided_by: Literal["rule", "person"]
    evidence: tuple[Reason, ...]


@dataclass(frozen=True)
class Choice:
    """A field with its combined score and its reasons, best first."""

    field: str
    score: float
    reasons: tuple[Reason, ...]


def _header_reason(field: str, contradiction: float) -> Reason:
    label_fr, label_en = field_label(field, "fr"), field_label(field, "en")
    if contradiction <= CONTRADICTED:
        return statement(
            "header_contradicted",
            f"L'en-tête annonce « {label_fr} », mais les valeurs n'en ont pas la forme.",
            f"The header announces “{label_en}”, but the values do not have its form.",
        )
    if contradiction <= DOUBTFUL:
        return statement(
            "header_doubtful",
            f"L'en-tête annonce « {label_fr} » ; la forme convient, la clé ou le contenu le plus souvent non.".replace(
                " ;", "\u202f;"
            ),
            f"The header announces “{label_en}”; the form fits, the key or the content mostly does not.",
        )
    return statement("header", f"L'en-tête annonce « {label_fr} ».", f"The header announces “{label_en}”.")


def _combine(profile_: ColumnProfile, headers: Mapping[str, float], signals: Sequence[Signal]) -> list[Choice]:
    """Fields by score, best first: 1 - (1 - header)(1 - values), the header first tempered by the values' veto."""
    by_field: dict[str, list[Signal]] = {}
    for signal in signals:
        by_field.setdefault(signal.field, []).append(signal)
    choices = []
    for field in sorted({*headers, *by_field}):
        reasons: list[Reason] = []
        doubt = 1.0
        if field in headers:
            left = agreement(field, profile_)
            doubt -= HEADER_TRUST * headers[field] * left
            reasons.append(_header_reason(field, left))
        found = sorted(by_field.get(field, []), key=lambda one: -one.weight)
        if found:
            doubt *= 1 - found[0].weight
            others = [one.weight for one in found[1:] if one.reason.id != found[0].reason.id]
            doubt *= 1 - SECOND_KIND * max(others, default=0.0)
            reasons = [*(one.reason for one in found), *reasons]
        choices.append(Choice(field, 1 - doubt, tuple(dict.fromkeys(reasons))))
    return sorted(choices, key=lambda one: (-one.score, one.field))


def _choose(profile_: ColumnProfile, choices: Sequence[Choice]) -> Choice:
    if not profile_.filled:
        reason = statement(
            "empty", "Aucune valeur, ou des mots pour rien seulement.", "No value, or only words for nothing."
        )
        return Choice("empty", 1.0, (reason,))
    doubt = statement(
        "doubt",
        "Indices insuffisants ou contradictoires\u202f: une personne doit trancher.",
        "Too little or contradictory evidence: a person has to decide.",
    )
    if not choices:
        plain = residual(profile_)
        return Choice(plain.field, plain.weight, (plain.reason,)) if plain else Choice("unknown", 0.0, (doubt,))
    best = choices[0]
    second = choices[1].score if len(choices) > 1 else 0.0
    # A clear header that the values contradict is itself a doubt: then only strong evidence decides.
    contradicted = any(reason.id == "fields.header_contradicted" for one in choices for reason in one.reasons)
    least = AGAINST_HEADER if contradicted else DECISION
    # A date of the software or of care: both are told apart by little, and either is a date.
    close = best.score - second < MARGIN and {one.field for one in choices[:2]} != {"timestamp", "care_date"}
    if best.score < least or (close and best.score < 0.9):
        plain = residual(profile_) if _says_nothing(choices) else None
        if plain:
            return Choice(plain.field, plain.weight, (plain.reason,))
        candidates = [reason for one in choices[:2] for reason in one.reasons]
        return Choice("unknown", best.score, (doubt, *dict.fromkeys(candidates)))
    return best


def _says_nothing(choices: Sequence[Choice]) -> bool:
    """No field of a person comes near: the plain reading may be taken."""
    if any(reason.id == "fields.header_contradicted" for one in choices for reason in one.reasons):
        return False
    return all(one.score < NEAR for one in choices if one.field not in ("flag", "technical_id"))


def _evidence(profile_: ColumnProfile, choice: Choice) -> tuple[Reason, ...]:
    reasons = (*choice.reasons, *mixed_reasons(profile_, choice.field))
    if profile_.sample_modulus > 1:
        return (*reasons, sampled(profile_, SAMPLE_SEED, SAMPLE_BOUND))
    return reasons


def _decided(decisions: Mapping[str, str], position: int, column: str, header: str) -> str | None:
    """The person's field for a column, by header, by name (`c3`) or by position (`3`)."""
    for key in (header, column, str(position)):
        if key in decisions:
            field = decisions[key]
            if field not in fields():
                raise FactsError(
                    f"Décision sur la colonne {position}\u202f: « {field} » n'est pas un champ du catalogue.",
                    f"Decision on column {position}: “{field}” is not a field of the catalogue.",
                )
            return field
    return None


def _by_person(field: str) -> Choice:
    reason = statement("person", "Décision d'une personne.", "Decided by a person.")
    return Choice(field, 1.0, (reason,))


LINKED = Choice(
    "technical_id",
    1.0,
    (statement("nested_list", "L'enregistrement dont vient la liste.", "The record that the list hung from."),),
)


@dataclass(frozen=True)
class Measured:
    """Everything that is read of a table before deciding: no value is in it."""

    profiles: tuple[ColumnProfile, ...]
    relations: tuple[Relation, ...] = ()
    within: str = ""  # name of the nested list whose table it is


def measured(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[tuple[str, str]], within: str = ""
) -> Measured:
    """What the columns of a table look like, and how they go together."""
    profiles = profile(connection, table, columns)
    together = (*relations(connection, table, profiles), *entity_relations(connection, table, profiles))
    return Measured(tuple(profiles), together, within)


def choices_of(found: Measured) -> list[list[Choice]]:
    """The candidate fields of each column, best first, neighbours taken into account."""
    profiles = found.profiles
    headers = [one.header for one in profiles]
    announced = [
        refined(header_in_list(header, headers[:at] + headers[at + 1 :], found.within), profiles[at])
        for at, header in enumerate(headers)
    ]
    together = coherence_signals(found.relations, profiles)
    signals = [
        [
            *value_signals(one),
            *list_signals(one),
            *form_signals(one),
            *technical_signals(one),
            *vital_signals(one),
            *name_signals(one),
            *date_signals(one),
            *together[at],
        ]
        for at, one in enumerate(profiles)
    ]
    signals = in_context(profiles, announced, found.relations, signals)
    signals = with_neighbours(profiles, announced, signals)
    return [_combine(one, announced[at], signals[at]) if one.filled else [] for at, one in enumerate(profiles)]


def decided(found: Measured) -> list[Choice]:
    """The field of each column by rule."""
    return [_choose(one, choices) for one, choices in zip(found.profiles, choices_of(found), strict=True)]


def classify(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[tuple[str, str]],
    *,
    decisions: Mapping[str, str] | None = None,
    within: str = "",
) -> list[ColumnVerdict]:
    """Exactly one field for each (column, header) of a table, with confidence and reasons.

    `decisions` are a person's corrections: header, column name or position to field id; FactsError where the id is
    unknown. `within` is the name of the list where the table is a nested one's, whose first column is the record that
    it hung from. The order of the rows changes nothing.
    """
    found = measured(connection, table, columns, within)
    chosen = []
    for position, (one, choice) in enumerate(zip(found.profiles, decided(found), strict=True), start=1):
        field = _decided(decisions or {}, position, one.column, one.header)
        by_rule = LINKED if within and position == 1 else choice
        chosen.append(_by_person(field) if field else by_rule)
    counts = count_rows(connection, table, [(p, c.field) for p, c in zip(found.profiles, chosen, strict=True)])
    return [
        ColumnVerdict(
            position=position,
            column=one.column,
            header=one.header,
            field=choice.field,
            confidence=round(choice.score, 3),
            filled=filled,
            valid=valid,
            placeholders=placeholders,
            distinct=one.distinct,
            decided_by="person" if choice.reasons[0].id == "fields.person" else "rule",
            evidence=_evidence(one, choice),
        )
        for position, (one, choice, (filled, valid, placeholders)) in enumerate(
            zip(found.profiles, chosen, counts, strict=True), start=1
        )
    ]
