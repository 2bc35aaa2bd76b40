"""The list of a controller's own patients with what is needed to write to them, encrypted before it is written.

Never in the clear on a disk: the table is drawn from the encrypted workspace, laid out and encrypted in memory, for
a public key of age (X25519 or SSH). A person of a sensitive segment is told by post; only where no full address is
known does the list hold a telephone (for the script that checks the identity first), or else an e-mail address (for
the announcement that says nothing), since both may be shared by a household.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from breachkit.errors import UsageError
from breachkit.people.facts import MOBILE

NAMES = ("addressee", "civility", "family", "given", "whole_name")
POST, WHOM = ("street", "code", "town"), ("segment", "letter")
# What each channel needs, and nothing else.
COLUMNS: dict[str, tuple[str, ...]] = {
    "all": (*WHOM, *NAMES, *POST, "email", "phone"),
    "letter": (*WHOM, *NAMES, *POST),
    "email": (*WHOM, *NAMES, "email"),
    "sms": (*WHOM, "mobile"),
    "phone": (*WHOM, *NAMES, "phone"),
}
NEEDED: dict[str, str] = {"letter": "street", "email": "email", "sms": "mobile", "phone": "phone"}
_FORMULA = r"^[=+\-@\t\r]"  # what a spreadsheet would run when the file is opened (OWASP)


@dataclass(frozen=True)
class SegmentRule:
    """Which persons are of a segment: their status, whether what leaked is sensitive, else what leaked (None: all).

    `addressee` is what the envelope says beside the name: the parents, or a blank for the guardian's name.
    """

    segment: str
    status: str
    sensitive: bool
    leaked: str | None
    letter: str
    addressee: str = ""


def mailing_list(
    connection: Any, rules: Sequence[SegmentRule], controller: str | None, channel: str = "all"
) -> pl.DataFrame:
    """One row a person to write to, columns COLUMNS[channel] (text, null where unknown), by segment and name.

    `controller` is the identifier of the workspace, or None where the whole incident is one controller's. Persons of a
    segment without a letter (the deceased) are left out, and so are those whom the channel does not reach. Where a
    person has several records, the most complete address is kept.
    """
    table = pl.DataFrame([vars(one) | {"place": at} for at, one in enumerate(rules) if one.letter])
    connection.register("segment_rules", table.to_arrow())
    try:
        query, values = _QUERY.format(**_sources(controller), **_NUMBERS), [controller] * 2 if controller else []
        listed = pl.DataFrame(pl.from_arrow(connection.sql(query, params=values).to_arrow_table()))
    finally:
        connection.unregister("segment_rules")
    if channel in NEEDED:
        listed = listed.filter(pl.col(NEEDED[channel]).is_not_null())
    return listed.select(COLUMNS[channel])


def _sources(controller: str | None) -> dict[str, str]:
    if controller is None:
        return {"persons": "w.informed", "records": "w.facts"}
    return {
        "persons": "(SELECT * FROM w.informed_of WHERE controller = ?)",
        "records": "(SELECT * FROM w.facts_of WHERE controller = ?)",
    }


def _dialled(number: str) -> str:
    """A number as it is dialled from France, in pairs: a leading + would be a formula, a leading 0 alone is lost."""
    pairs = f"trim(regexp_replace(concat('0', substr({number}, 4)), '(..)', '\\1 ', 'g'))"
    return f"CASE WHEN starts_with({number}, '+33') THEN {pairs} ELSE '00 ' || substr({number}, 2) END"


_NUMBERS = {
    "mobile": MOBILE,
    "dialled_mobile": _dialled("called.mobiles[1]"),
    "dialled": _dialled("called.phones[1]"),
}
_QUERY = """
    WITH persons AS (
        SELECT p2, status, sensitive, leaked, sensitive AND postal AS sealed, sensitive AND (postal OR phone) AS silent
        FROM {persons}),
    records AS (
        SELECT f.p2, f.rid, c.* EXCLUDE (rid), r.email AS mail, r.phones, f.postal,
            row_number() OVER (PARTITION BY f.p2 ORDER BY f.postal DESC, (c.street IS NOT NULL) DESC,
                (c.family IS NOT NULL AND c.given IS NOT NULL) DESC, f.rid) AS place_in_person
        FROM {records} f LEFT JOIN w.contacts c USING (rid) JOIN w.files r USING (rid)),
    -- a table of addresses names nobody: the name is then another record's
    named AS (
        SELECT p2, arg_min(struct_pack(civility, family, given, whole_name), place_in_person) AS name
        FROM records WHERE coalesce(family, whole_name) IS NOT NULL GROUP BY p2),
    reached AS (
        SELECT p2, min(mail) AS mail, list_sort(list_distinct(flatten(list(phones)))) AS phones
        FROM records GROUP BY p2),
    called AS (SELECT p2, mail, phones, list_filter(phones, lambda one: {mobile}) AS mobiles FROM reached)
    SELECT s.segment, s.letter, nullif(s.addressee, '') AS addressee, name.civility AS civility,
        name.family AS family, name.given AS given,
        CASE WHEN name.family IS NULL THEN name.whole_name END AS whole_name,
        CASE WHEN postal THEN street END AS street, CASE WHEN postal THEN code END AS code,
        CASE WHEN postal THEN town END AS town,
        CASE WHEN NOT silent THEN called.mail END AS email,
        CASE WHEN NOT sensitive THEN {dialled_mobile} END AS mobile,
        -- a mobile first: a text message reaches it
        CASE WHEN NOT sealed THEN coalesce({dialled_mobile}, {dialled}) END AS phone
    FROM persons JOIN segment_rules s USING (status, sensitive) JOIN records USING (p2) JOIN called USING (p2)
        LEFT JOIN named USING (p2)
    WHERE place_in_person = 1 AND (s.leaked IS NULL OR s.leaked = persons.leaked)
    ORDER BY s.place, family NULLS LAST, given NULLS LAST, records.rid
"""


def as_csv(listed: pl.DataFrame, header: Mapping[str, str]) -> bytes:
    """The list as CSV (UTF-8 with BOM, semicolons), formulas made texts by an apostrophe."""
    text = pl.col(pl.String)
    safe = listed.with_columns(pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).name.keep())
    return b"\xef\xbb\xbf" + safe.rename(dict(header)).write_csv(separator=";", line_terminator="\r\n").encode("utf-8")


def encrypted(content: bytes, recipients: Sequence[str]) -> bytes:
    """The content encrypted for public keys of age; UsageError naming the one that is none."""
    from pyrage import RecipientError, encrypt, ssh, x25519

    keys: list[Any] = []
    for at, recipient in enumerate(recipients, 1):
        reader = ssh.Recipient if recipient.startswith("ssh-") else x25519.Recipient
        try:
            keys.append(reader.from_str(recipient.strip()))
        except RecipientError:
            raise UsageError(
                f"La clé publique n° {at} n'en est pas une. Donnez une clé age (« age1… ») ou SSH (« ssh-ed25519 … »).",
                f"Public key no. {at} is none. Give a key of age (“age1…”) or of SSH (“ssh-ed25519 …”).",
            ) from None
    return bytes(encrypt(content, keys))
