"""The DPO's list of public figures, matched by digest: how many are in the extract is kept, never who.

A line of the list is either a digest, or a name to be digested here: family name; given name; birth date. Digests are
SHA-256, in hexadecimal, of « FAMILY|GIVEN|YYYY-MM-DD » in upper-case letters A to Z only, so that a list can be made
elsewhere and handed over without a name. A name without a birth date finds namesakes: they count in the upper bound
only. Nothing of the list is written to the workspace or to any output.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from breachkit.errors import FactsError
from breachkit.impact import Apart
from breachkit.workspace import row

DIGEST = re.compile("[0-9a-f]{64}")
DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y%m%d")
METHOD = "public_list"


@dataclass(frozen=True)
class PublicFigures:
    """The digests of a list: of names with a birth date (or handed over as digests), and of names alone."""

    dated: frozenset[str] = field(repr=False)
    names: frozenset[str] = field(repr=False, default=frozenset())

    def __len__(self) -> int:
        return len(self.dated) + len(self.names)


def digest_of(family: str, given: str, born: date | None) -> str:
    """The digest of a person, as the list may hold it."""
    told = f"{_letters(family)}|{_letters(given)}|{born.isoformat() if born else ''}"
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def _letters(name: str) -> str:
    return re.sub("[^A-Z]", "", unicodedata.normalize("NFKD", name.upper()))


def read_public_figures(path: Path) -> PublicFigures:
    """The list of a file: one digest a line, or family name; given name; birth date with a delimiter.

    FactsError with the line's number (never its words) where a line is neither.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise FactsError(
            f"{path.name} : fichier introuvable, ou qui n'est pas du texte en UTF-8.",
            f"{path.name}: file missing, or not text in UTF-8.",
        ) from None
    delimiter = max(";\t,|", key=text.count)
    dated: set[str] = set()
    names: set[str] = set()
    for number, cells in enumerate(csv.reader(text.splitlines(), delimiter=delimiter), 1):
        cells = [cell.strip() for cell in cells]
        if not any(cells) or cells[0].startswith("#"):
            continue
        if DIGEST.fullmatch(cells[0].lower()):
            dated.add(cells[0].lower())
            continue
        born = _day(cells[2]) if len(cells) > 2 and cells[2] else None
        named = len(cells) > 1 and _letters(cells[0]) and _letters(cells[1])
        if number == 1 and (not named or (len(cells) > 2 and cells[2] and born is None)):
            continue  # a line of headers
        if not named or (len(cells) > 2 and cells[2] and born is None):
            raise FactsError(
                f"{path.name} : la ligne {number} n'est ni une empreinte SHA-256, ni « nom ; prénom ; date de "
                "naissance » (1990-01-31 ou 31/01/1990).",
                f"{path.name}: line {number} is neither a SHA-256 digest nor “family name; given name; birth date” "
                "(1990-01-31 or 31/01/1990).",
            )
        (dated if born else names).add(digest_of(cells[0], cells[1], born))
    return PublicFigures(frozenset(dated), frozenset(names))


def _day(text: str) -> date | None:
    for form in DATES:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def count_public_figures(connection: Any, listed: PublicFigures) -> Apart:
    """How many persons are on the list (`w.facts` and `w.records` must be there); the list itself is not kept."""
    dated = _matches(connection, listed.dated, "coalesce(strftime(born, '%Y-%m-%d'), '')")
    names = _matches(connection, listed.names, "''")
    best = dated[1]
    return Apart(
        id="public_figures", low=min(dated[0], best), best=best, high=max(dated[2] + names[2], best), method=METHOD
    )


def _matches(connection: Any, digests: frozenset[str], born: str) -> tuple[int, int, int]:
    """Persons (low, best, high) of whom a record has one of these digests, whichever of its names is written."""
    if not digests:
        return 0, 0, 0
    connection.register("listed", pl.DataFrame({"digest": sorted(digests)}).to_arrow())
    found = row(
        connection,
        f"""SELECT count(DISTINCT p3), count(DISTINCT p2), count(DISTINCT p1) FROM w.persons SEMI JOIN (
            SELECT rid FROM (SELECT rid, sha256(upper(family) || '|' || upper(given) || '|' || {born}) AS digest
                FROM (SELECT rid, born, unnest([family, birth]) AS family, given FROM (
                    SELECT rid, born, family, birth, unnest([given, regexp_replace(upper(given_first), '[^A-Z]', '',
                        'g')]) AS given FROM w.records))
                WHERE family IS NOT NULL AND given IS NOT NULL) SEMI JOIN listed USING (digest)) USING (rid)""",
    )
    connection.unregister("listed")
    low, best, high = found
    return int(low), int(best), int(high)
