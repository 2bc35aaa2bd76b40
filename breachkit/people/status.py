"""What rows say of a person's status beside the fields: a death, a protection, a care unit that tells the condition.

A flag (DECEDE = O), the title of a document (certificat de décès), a measure (curatelle) or a unit (psychiatrie) is
read from its own column; a measure is also read from the notes, where one is affirmed of the patient.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from breachkit.people.records import PersonTable

Kind = Literal["dead", "protected", "care"]
YES = "'O', 'OUI', '1', 'X', 'Y', 'YES', 'TRUE', 'VRAI', 'V', 'T', 'S', 'SI', 'J', 'JA'"
# Words of a cell, unaccented upper case.
DEAD = r"\b(?:DECEDEE?|DCD|DECEASED|DEAD|DIED)\b"
CERTIFICATE = r"\b(?:CERTIFICAT|ACTE|BULLETIN|AVIS) (?:DE )?DECES\b|\bDEATH CERTIFICATE\b"
# Measures for adults (Code civil, art. 425 to 494-12): the future mandate counts once it is in force only.
MEASURE = (
    r"\b(?:TUTELLE|CURATELLE|CURATELLE RENFORCEE|SAUVEGARDE DE JUSTICE|HABILITATION FAMILIALE|MAJEURE? PROTEGEE?"
    r"|PROTECTION (?:JURIDIQUE|JUDICIAIRE)|MJPM|GUARDIANSHIP)\b"
)
# Names of columns that tell a status, letters and digits only.
DEAD_HEADER = re.compile(
    r"(?:^|IS|EST|FLAG|TOP|IND|CODE)(?:DECEDEE?|DECES|DCD|DECEASED|DEAD)(?:$|ON|FLAG|IND|OUINON|YN)"
)
# Why a file was closed, how a stay ended: by a death, among other reasons. The PMSI writes 9 for it.
END_HEADER = re.compile(
    r"(?:MOTIF|CAUSE|RAISON)\w*(?:FERMETURE|CLOTURE|SORTIE|RADIATION|FIN|DEPART)|(?:MODE|STATUT|ETAT)\w*SORTIE"
)
ENDED_BY_DEATH = r"\b(?:DECES|DECEDEE?|DCD|DEATH|DIED|DECEASED)\b"
PROTECTED_HEADER = re.compile(r"TUTELLE|CURATELLE|PROTECTIONJURIDIQUE|MAJEURPROTEGE|MESUREPROTECTION|GUARDIANSHIP")
_PLAIN = "trim(regexp_replace(upper(strip_accents({0})), '[^A-Z0-9]+', ' ', 'g'))"


@dataclass(frozen=True)
class StatusColumn:
    """A column that may tell a status: its table's number, its name there, and SQL that is true where it does."""

    number: int
    table: str
    kind: Kind
    told: str


def status_columns(table: PersonTable, headers: Sequence[tuple[str, str]], care: Sequence[str]) -> list[StatusColumn]:
    """The columns of a patients' table that tell a status.

    `headers` are (column, header as found); `care` unaccented stems of units that reveal the condition.
    """
    found: list[StatusColumn] = []

    def add(kind: Kind, told: str) -> None:
        found.append(StatusColumn(table.number, table.table, kind, told))

    for column, header in headers:
        name = plain_header(header)
        yes = f"{_PLAIN.format(column)} IN ({YES})"
        if DEAD_HEADER.search(name) and column not in {one.raw for one in table.of("death_date")}:
            add("dead", f"{yes} OR {_matches(column, DEAD)}")
        if END_HEADER.search(name):
            nine = f" OR {_PLAIN.format(column)} = '9'" if name.startswith("MODE") else ""
            add("dead", f"{_matches(column, ENDED_BY_DEATH)}{nine}")
        if PROTECTED_HEADER.search(name):
            add("protected", f"{yes} OR {_matches(column, MEASURE)}")
    for field in ("document_title", "diagnosis"):
        for one in table.of(field):
            add("dead", _matches(one.raw, CERTIFICATE))
    for one in table.of("disability"):
        add("protected", _matches(one.raw, MEASURE))
    for field in ("care_unit", "specialty"):
        for one in table.of(field):
            stems = " OR ".join(f"contains({_PLAIN.format(one.raw)}, '{stem}')" for stem in care)
            add("care", stems)
    return found


def plain_header(header: str) -> str:
    """A header as letters and digits only, upper case without accents."""
    return re.sub("[^A-Z0-9]", "", unicodedata.normalize("NFKD", header).upper())


def _matches(column: str, pattern: str) -> str:
    return f"regexp_matches({_PLAIN.format(column)}, '{pattern}')"


def build_status(connection: Any, columns: Sequence[StatusColumn]) -> None:
    """Makes `w.status` (rid, dead, protected, care): one row for each record of which something is told."""
    parts = [
        f"SELECT {one.number} AS source, _record AS record, '{one.kind}' AS kind FROM {one.table} "
        f"WHERE coalesce({one.told}, false)"
        for one in columns
    ]
    told = " UNION ALL ".join(parts) or "SELECT 0 AS source, 0 AS record, '' AS kind WHERE false"
    said = _PLAIN.format('substring(text, CAST(start AS BIGINT) + 1, CAST("end" - start AS BIGINT))')
    connection.execute(f"""
        CREATE OR REPLACE TABLE w.status AS
        WITH told AS (SELECT rid, kind FROM ({told}) JOIN (SELECT rid, source, record FROM w.files)
                USING (source, record)
            UNION ALL
            SELECT rid, 'protected' FROM w.record_notes SEMI JOIN (
                SELECT note_id FROM w.mentions JOIN w.notes USING (note_id)
                WHERE subject = 'patient' AND assertion = 'affirmed' AND category = 'social'
                    AND regexp_matches({said}, '{MEASURE}')) USING (note_id))
        SELECT rid, bool_or(kind = 'dead') AS dead, bool_or(kind = 'protected') AS protected,
            bool_or(kind = 'care') AS care FROM told GROUP BY rid ORDER BY rid
    """)
