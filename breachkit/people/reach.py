"""Whom to inform in which way: each person's status, what leaked of them, and the channels that reach them.

`w.informed` (one row a person) and `w.informed_of` (one row a controller and a patient) are views: nothing is stored
twice, and the mailing room reads the same verdicts as the figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from breachkit.impact import Channel, ChannelMix, Reach, ReachGroup
from breachkit.reference.catalogue import load_toml
from breachkit.workspace import row

CHANNELS: tuple[Channel, ...] = ("email", "mobile", "landline", "postal")
_STATUS = """CASE WHEN deceased THEN 'deceased' WHEN child THEN 'child' WHEN minor THEN 'teenager'
    WHEN protected THEN 'protected' WHEN minor IS NULL THEN 'age_unknown' ELSE 'adult' END"""


def build_informed(connection: Any, masked: Sequence[str]) -> None:
    """Makes the two views: those of `w.person` and `w.patient_of`, with status, sensitive, leaked.

    `masked` are the fields of the bits of `mask`, lowest first.
    """
    table = load_toml("segments.toml")
    kinds = [one for one in reversed(table["leaks"]) if one["fields"]]
    cases = " ".join(f"WHEN {_any_of(one['fields'], masked)} THEN '{one['id']}'" for one in kinds)
    sensitive = f"special > 0 OR revealing OR care OR {_any_of(table['sensitive']['fields'], masked)}"
    for view, source in (("w.informed", "w.person"), ("w.informed_of", "w.patient_of")):
        connection.execute(
            f"CREATE OR REPLACE VIEW {view} AS SELECT *, {_STATUS} AS status, ({sensitive}) AS sensitive, "
            f"CASE {cases} ELSE 'contact' END AS leaked FROM {source}"
        )


def _any_of(fields: Sequence[str], masked: Sequence[str]) -> str:
    bits = sum(1 << bit for bit, field in enumerate(masked) if field in fields)
    return f"(mask & {bits}) <> 0" if bits else "false"


_GROUPED = """status, sensitive, leaked, count(*) AS persons, count(*) FILTER (email), count(*) FILTER (phone),
    count(*) FILTER (mobile), count(*) FILTER (landline), count(*) FILTER (postal),
    count(*) FILTER (NOT (email OR phone OR postal)), bit_or(mask), bit_and(mask)"""


def reach(connection: Any, masked: Sequence[str]) -> tuple[ReachGroup, ...]:
    """Persons by status and what leaked, with the channels by which they can be reached."""
    found = connection.execute(f"SELECT {_GROUPED} FROM w.informed GROUP BY ALL ORDER BY 1, 2, 3").fetchall()
    return tuple(_group(one, masked) for one in found)


def reach_by_controller(connection: Any, masked: Sequence[str]) -> dict[str, tuple[ReachGroup, ...]]:
    """The same for each controller."""
    result: dict[str, list[ReachGroup]] = defaultdict(list)
    sql = f"SELECT controller, {_GROUPED} FROM w.informed_of GROUP BY ALL ORDER BY 1, 2, 3, 4"
    for controller, *found in connection.execute(sql).fetchall():
        result[controller].append(_group(found, masked))
    return {controller: tuple(found) for controller, found in result.items()}


def _group(found: Sequence[Any], masked: Sequence[str]) -> ReachGroup:
    status, sensitive, leaked, persons, email, phone, mobile, landline, postal, none, some, everybody = found
    fields = tuple(field for bit, field in enumerate(masked) if int(some) >> bit & 1)
    partial = tuple(field for bit, field in enumerate(masked) if (int(some) & ~int(everybody)) >> bit & 1)
    return ReachGroup(
        status=status, sensitive=sensitive, leaked=leaked, persons=persons, email=email, phone=phone, mobile=mobile,
        landline=landline, postal=postal, none=none, fields=fields, partial=partial,
    )  # fmt: skip


# Every value by which somebody is reached: kind, value (its hash: 64 bits tell millions apart), person.
_VALUES = """
    SELECT 1 AS kind, hash(email) AS value, p2 FROM {records} WHERE email IS NOT NULL
    UNION ALL SELECT 2, hash(unnest(phones)), p2 FROM {records}
    UNION ALL SELECT 4, hash(address), p2 FROM {records} WHERE postal AND address IS NOT NULL"""


def reach_of_all(connection: Any) -> Reach:
    """The channels of the living, how they overlap, and who has only what another patient has too."""
    mixes = connection.execute(
        f"SELECT {', '.join(CHANNELS)}, count(*) AS persons, count(*) FILTER (sensitive) FROM w.informed "
        "WHERE status <> 'deceased' GROUP BY ALL ORDER BY persons DESC, 1, 2, 3, 4"
    ).fetchall()
    told = {name: sum(one[4] for one in mixes if one[at]) for at, name in enumerate(CHANNELS)}
    own = _own(connection)
    persons, none = sum(one[4] for one in mixes), sum(one[4] for one in mixes if not any(one[:4]))
    phone = sum(one[4] for one in mixes if one[1] or one[2])
    return Reach(
        persons=persons,
        **told,
        none=none,
        mixes=tuple(
            ChannelMix(channels=tuple(name for at, name in enumerate(CHANNELS) if one[at]), persons=one[4])
            for one in mixes
        ),
        email_shared=told["email"] - own["email"],
        phone_shared=phone - own["phone"],
        postal_shared=told["postal"] - own["postal"],
        only_shared=persons - none - own["any"],
        sensitive=sum(one[5] for one in mixes),
        sensitive_without_post=sum(one[5] for one in mixes if not one[3]),
    )


def _own(connection: Any) -> dict[str, int]:
    """Living persons with a value that is no other patient's, by kind; `any`: with one of any kind."""
    persons = "(SELECT rid AS owner, p2 FROM w.persons)"
    values = _VALUES.format(
        records=f"(SELECT email, phones, address, postal, p2 FROM w.files JOIN {persons} USING (owner))"
    )
    email, phone, postal, every = row(
        connection,
        f"""WITH own AS (SELECT kind, min(p2) AS p2 FROM ({values}) GROUP BY kind, value HAVING min(p2) = max(p2)),
            kinds AS (SELECT p2, bit_or(kind) AS kinds FROM own GROUP BY p2)
        SELECT count(*) FILTER (kinds & 1 > 0), count(*) FILTER (kinds & 2 > 0), count(*) FILTER (kinds & 4 > 0),
            count(*)
        FROM kinds SEMI JOIN (SELECT p2 FROM w.person WHERE NOT deceased) USING (p2)""",
    )
    return {"email": email, "phone": phone, "postal": postal, "any": every}
