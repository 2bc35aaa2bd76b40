"""What the severity hangs on: the one column, fact or rule that would change a band or a verdict, by scoring again.

Each change is tried alone, everything else kept, and told only where it changes something. What is tried is data:
`reference/sensitivity.toml`. Nothing here goes back to a record: a column is taken out of the profiles, not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from breachkit.assessment.answers import exposed_of
from breachkit.assessment.context import data_context_points
from breachkit.assessment.enisa import LEVELS, circumstances_quarters, identification_quarters, level_of
from breachkit.assessment.facts import breach_facts
from breachkit.assessment.obligations import decide
from breachkit.assessment.wording import Words, say, table, words
from breachkit.impact import Column, EnisaLevel, EnisaScore, Profile, Reason, Severity, Table, Verdict, WhatIf
from breachkit.incident import Incident
from breachkit.reference.catalogue import fields

NO_RULE: frozenset[str] = frozenset()
Verdicts = tuple[Verdict, Verdict]  # the authority, the persons
Decider = Callable[[Sequence[Profile] | None, Severity, Incident], Verdicts]


@dataclass(frozen=True)
class _Change:
    """One thing tried: `out` leaves the profiles, `into` takes its place, `without` are rules left out."""

    id: str
    kind: Literal["column", "fact", "rule"]
    told: Reason
    incident: Incident
    out: str | None = None
    into: str | None = None
    without: frozenset[str] = frozenset()
    touches: frozenset[str] = frozenset()  # without a rule: a profile that holds none of these does not change


def with_sensitivity(
    severity: Severity | None,
    profiles: Sequence[Profile],
    tables: Sequence[Table],
    incident: Incident,
    persons: int,
    *,
    counted: bool = True,
) -> Severity | None:
    """The severity with what would change it, gravest first, and with each profile's share of it; None stays None.

    `tables` may be empty (facts without an extract): then only facts and rules are tried. `persons` and `counted` are
    those of `decide`.
    """
    if severity is None:
        return None

    whole = exposed_of(profiles)

    def verdicts_of(exposed: Sequence[Profile] | None, weighed: Severity, told: Incident) -> Verdicts:
        together = whole if exposed is None else exposed_of(exposed)
        owed = decide(profiles, weighed, persons, told, counted=counted, exposed=together)
        return owed.notify_authority, owed.inform_persons

    now = verdicts_of(None, severity, incident)
    found: list[tuple[WhatIf, tuple[str, ...]]] = []
    for change in _changes(profiles, tables, incident):
        tried = _tried(change, profiles, severity, now, verdicts_of)
        if tried is not None:
            found.append(tried)
    found.sort(key=lambda one: _rank(one[0]))
    touched: dict[str, list[str]] = {}
    for what_if, ids in found:
        for profile in ids:
            touched.setdefault(profile, []).append(what_if.id)
    rows = tuple(
        row.model_copy(update={"sensitive_to": tuple(touched.get(row.profile, ()))}) for row in severity.by_profile
    )
    return severity.model_copy(update={"by_profile": rows, "sensitivity": tuple(one for one, _ in found)})


def _rank(one: WhatIf) -> tuple[bool, bool, int, str]:
    """First what changes the highest band, then what changes a verdict, then by persons."""
    return not one.changes_maximum, not one.changes_obligations, -one.persons, one.id


def _tried(
    change: _Change, profiles: Sequence[Profile], severity: Severity, now: Verdicts, verdicts_of: Decider
) -> tuple[WhatIf, tuple[str, ...]] | None:
    """What a change does, and the profiles whose band it changes; None where it changes nothing."""
    facts = breach_facts(change.incident)
    cb, direct = circumstances_quarters(facts), facts.directly_identifiable
    of_ei = frozenset(one for one in change.without if one.startswith("ei."))
    of_dpc = change.without - of_ei
    spread: dict[EnisaLevel, int] = dict.fromkeys(LEVELS, 0)
    moved: list[Profile] = []
    after = [_changed(one, change) for one in profiles] if change.out else profiles
    top = (-1, 1, 1)
    for one, changed in zip(profiles, after, strict=True):
        exposed, special = changed.fields, changed.special_categories
        kept = change.touches.isdisjoint((*exposed, *special, *changed.context))
        dpc = data_context_points(exposed, special, changed.context, facts.vulnerable, NO_RULE if kept else of_dpc)
        ei = identification_quarters(exposed, special, direct, NO_RULE if kept else of_ei)
        level = level_of(dpc * ei + cb)
        spread[level] += one.persons
        top = max(top, (dpc * ei + cb, dpc, ei))
        if level != one.severity.enisa.level:
            moved.append(one)
    then = _highest(*top, cb, spread)
    decided = verdicts_of(after if change.out else None, then, change.incident)
    if not moved and decided == now:
        return None
    what_if = WhatIf(
        id=change.id,
        kind=change.kind,
        change=change.told,
        se=then.enisa.se,
        level=then.enisa.level,
        cnil_level=then.cnil_level,
        changes_maximum=then.enisa.level != severity.enisa.level,
        profiles=len(moved),
        persons=sum(one.persons for one in moved),
        persons_by_level=spread,
        notify_authority=decided[0],
        inform_persons=decided[1],
        changes_obligations=decided != now,
    )
    return what_if, tuple(one.id for one in moved)


def _highest(se: int, dpc: int, ei: int, cb: int, spread: dict[EnisaLevel, int]) -> Severity:
    """The severity of the highest score, in quarters; its reasons are not told again."""
    level = level_of(se)
    score = EnisaScore(dpc=float(dpc), ei=ei / 4, cb=cb / 4, se=se / 4, level=level, reasons=())
    rank = table("enisa.toml")["cnil"][level]["id"]
    return Severity(enisa=score, cnil_level=rank, by_profile=(), persons_by_level=spread)


def _changed(profile: Profile, change: _Change) -> Profile:
    """The profile as it would be; the categories of the notes leave with the column of the notes."""
    if change.out is None or change.out not in profile.fields:
        return profile
    left = tuple(one for one in profile.fields if one != change.out)
    exposed = (*left, change.into) if change.into and change.into not in left else left
    special = () if change.out == "free_text" else profile.special_categories
    return profile.model_copy(update={"fields": exposed, "special_categories": special})


# --- What is tried ------------------------------------------------------------------------------------------


def _changes(profiles: Sequence[Profile], tables: Sequence[Table], incident: Incident) -> Iterator[_Change]:
    yield from _columns(profiles, tables, incident)
    yield from _facts(incident)
    yield from _rules(profiles, incident)


def _columns(profiles: Sequence[Profile], tables: Sequence[Table], incident: Incident) -> Iterator[_Change]:
    """Doubtful columns whose field no other column holds: with another, the same persons may stay exposed."""
    book, settings = table("sensitivity.toml")["say"], table("sensitivity.toml")["column"]
    exposed = {field for one in profiles for field in one.fields}
    held = [(one, column) for one in tables if one.role != "professionals" for column in one.columns]
    for one, column in held:
        alone = sum(other.field == column.field for _, other in held) == 1
        if column.field not in exposed or not alone or not _doubtful(column, settings):
            continue
        worst = settings["worst_field"] if column.field == "unknown" else None
        told = say(
            book["column_worst" if worst else "column_out"],
            f"sensitivity.column.{column.field}",
            column=column.name,
            table=one.name,
            field=_field(worst or column.field),
            confidence=_two_digits(column.confidence),
        )
        yield _Change(f"column:{one.name}:{column.position}", "column", told, incident, column.field, worst)


def _doubtful(column: Column, settings: dict[str, Any]) -> bool:
    kinds = len({one.id for one in column.evidence})
    little = column.confidence < settings["confidence"] or kinds < settings["kinds_of_evidence"]
    return column.decided_by == "rule" and little


def _facts(incident: Incident) -> Iterator[_Change]:
    known = table("sensitivity.toml")
    for entry in known["fact"]:
        section, key = entry["key"].split(".")
        if entry.get("nature", "") not in ("", *incident.breach.nature):
            continue
        now = getattr(getattr(incident, section), key)
        for value in entry["values"]:
            if value == now:
                continue
            changed = getattr(incident, section).model_copy(update={key: value})
            told = say(
                known["say"]["fact"],
                f"sensitivity.fact.{entry['key']}",
                key=entry["key"],
                name=words(known["names"][entry["key"]]),
                now=_value(now),
                then=_value(value),
            )
            written = str(value).lower() if isinstance(value, bool) else value
            yield _Change(
                f"fact:{entry['key']}={written}", "fact", told, incident.model_copy(update={section: changed})
            )


def _rules(profiles: Sequence[Profile], incident: Incident) -> Iterator[_Change]:
    """The rules of the reference that bear on what is exposed, each left out alone."""
    book, vulnerable = table("sensitivity.toml")["say"], incident.data.vulnerable is True
    exposed = {name for one in profiles for name in (*one.fields, *one.special_categories, *one.context)}
    for key, entry, touches in _known_rules():
        names = exposed | {"vulnerable"} if vulnerable else exposed
        if touches.isdisjoint(names):
            continue
        everybody = frozenset(exposed) if "vulnerable" in touches else touches
        told = say(book["rule"], f"sensitivity.rule.{key}", rule=words(entry))
        yield _Change(f"rule:{key}", "rule", told, incident, without=frozenset((key,)), touches=everybody)


def _known_rules() -> Iterator[tuple[str, dict[str, Any], frozenset[str]]]:
    """Each rule that can be left out, with the fields, categories or contexts without which it does nothing."""
    known, middle = table("enisa.toml"), table("sensitivity.toml")["rules"]["ei_quarters"]
    for key, entry in known["why"].items():
        named = {**known["fields"], **known["categories"]}
        adjusted = [name for name, one in named.items() if one.get("why") == key and one.get("adjust")]
        yield f"why.{key}", entry, frozenset(adjusted)
    for key, entry in known["context"].items():
        yield f"context.{key}", entry, frozenset((entry["when"],) if "when" in entry else entry["fields"])
    for entry in known["ei"]:
        if entry["quarters"] in middle:
            yield f"ei.{entry['id']}", entry, frozenset(one for name in entry["needs"] for one in known["sets"][name])


def _value(value: object) -> Words:
    if value is None:
        return words(table("sensitivity.toml")["values"]["untold"])
    key = str(value).lower() if isinstance(value, bool) else str(value)
    return words(table("sensitivity.toml")["values"][key])


def _field(field: str) -> Words:
    info = fields()[field]
    return Words(info.label_fr, info.label_en)


def _two_digits(share: float) -> Words:
    text = f"{share:.2f}"
    return Words(text.replace(".", ","), text)
