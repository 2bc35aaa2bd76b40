"""Why a format is not read, and what to do instead."""

from __future__ import annotations

from breachkit.errors import UnreadableSource
from breachkit.reading.blob import Blob

# format → (what it is, what to do), in French and in English
REASONS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "pg_custom": (
        ("archive pg_dump (format custom)", "convertissez-la par « pg_restore -f dump.sql FICHIER »"),
        ("pg_dump archive (custom format)", "convert it with “pg_restore -f dump.sql FILE”"),
    ),
    "office_encrypted": (
        ("classeur protégé par un mot de passe", "enregistrez-en une copie sans mot de passe"),
        ("workbook protected by a password", "save a copy without password"),
    ),
    "parquet_encrypted": (
        ("fichier Parquet chiffré", "déchiffrez-le d'abord"),
        ("encrypted Parquet file", "decrypt it first"),
    ),
    "mssql_backup": (
        ("sauvegarde SQL Server (.bak)", "restaurez-la puis exportez les tables en CSV ou en script SQL"),
        ("SQL Server backup (.bak)", "restore it, then export the tables as CSV or as a SQL script"),
    ),
    "program": (("programme", "un programme n'est jamais exécuté ni lu"), ("program", "programs are not read or run")),
}
DOCUMENT = (
    ("document sans table ({kind})", "exportez ses tables en CSV ou en classeur"),
    ("document without tables ({kind})", "export its tables as CSV or as a workbook"),
)
BINARY = (
    ("format {kind}, qui n'est pas pris en charge", "exportez la table en CSV"),
    ("format {kind}, which is not supported", "export the table as CSV"),
)


def refusal(blob: Blob, kind: str) -> UnreadableSource:
    """The error for a format that no reader takes."""
    from breachkit.reading.formats import DOCUMENTS

    french, english = REASONS.get(kind) or (DOCUMENT if kind in DOCUMENTS else BINARY)
    (what, do), (what_en, do_en) = french, english
    return blob.unreadable(f"{what.format(kind=kind)} ; {do}.", f"{what_en.format(kind=kind)}; {do_en}.")
