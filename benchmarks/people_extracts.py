"""Simulated registers as extracts: three styles of file that breachkit reads from the bytes, and their truth.

`software` is a practice-management export (contacts, doctors by RPPS); `insurance` has children on a parent's NIR and
no contact at all; `laboratory` has both, names in one case, dates as ISO and the prescriber's number.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
from people_register import Setting, draw

STYLES = ("software", "insurance", "laboratory")


@dataclass(frozen=True)
class Truth:
    """What is to be found in an extract."""

    persons: int
    minors: int
    deceased: int
    per_doctor: dict[str, int]


def luhn(digits: str) -> str:
    """The digits with their Luhn key."""
    total = sum(sum(divmod(int(one) * (2 if at % 2 == 0 else 1), 10)) for at, one in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def doctors(count: int) -> pl.Series:
    return pl.Series([luhn(f"1{9_000_000_00 + 7919 * number:09d}"[:10]) for number in range(count)])


def write(style: str, setting: Setting, folder: Path, encoding: str = "utf-8") -> Truth:
    """Writes `patients.csv` (and `doctors.csv` where the style has doctors) and gives the truth."""
    lines = draw(setting)
    rpps = doctors(setting.doctors)
    born, age = pl.col("born"), 2025 - pl.col("true_born").dt.year()
    # A third of those over 88 died lately; it stands on every file of theirs.
    died = pl.when((age > 88) & (pl.col("person") % 3 == 0)).then(pl.lit("15/03/2024"))
    lines = lines.with_columns(
        rpps=rpps.gather(lines["doctor"]),
        died=died,
        french=pl.when("default").then(pl.lit("01/01/1900")).otherwise(born.dt.strftime("%d/%m/%Y")),
    )
    table = {"software": _software, "insurance": _insurance, "laboratory": _laboratory}[style](lines)
    separator = {"software": ";", "insurance": "|", "laboratory": ","}[style]
    text = table.write_csv(separator=separator)
    (folder / "patients.csv").write_bytes(text.encode(encoding))
    if style != "insurance":
        cells = [f"{number};DR{'ABCDEFGHIJ'[at % 10]} MARTEL;PAUL;Médecine générale" for at, number in enumerate(rpps)]
        (folder / "doctors.csv").write_text("\n".join(["RPPS;NOM;PRENOM;SPECIALITE", *cells, ""]), encoding="utf-8")
    per_doctor = lines.group_by("rpps").agg(pl.col("person").n_unique()).rows() if style != "insurance" else []
    alone = lines.unique("person")
    return Truth(
        persons=alone.height,
        minors=int(alone["minor"].sum()),
        deceased=alone["died"].drop_nulls().len() if style == "software" else 0,
        per_doctor=dict(per_doctor),
    )


ACCENTED = {"Helene": "Hélène", "Celine": "Céline", "Francois": "François", "Noemie": "Noémie", "Zoe": "Zoé",
            "Lea": "Léa", "Chloe": "Chloé", "Gregory": "Grégory", "Andre": "André", "Eric": "Éric"}  # fmt: skip


def _software(lines: pl.DataFrame) -> pl.DataFrame:
    title = pl.col("family").str.to_titlecase()
    return lines.with_row_index("ID_DOSSIER", offset=1).select(
        "ID_DOSSIER",
        NOM=pl.when(pl.col("person") % 3 == 0).then(title).otherwise("family"),
        NOM_NAISSANCE="birth", PRENOM=pl.col("given").str.to_titlecase().replace(ACCENTED), SEXE="sex",
        DATE_NAISSANCE="french",
        TELEPHONE="landline", PORTABLE="mobile", EMAIL="email", ADRESSE="address", CODE_POSTAL="postcode", VILLE="city",
        RPPS_MEDECIN="rpps", DATE_DECES="died",
    )  # fmt: skip


def _insurance(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.select(
        nss="nir", nom=pl.col("family").str.to_lowercase(), prenom=pl.col("given").str.replace("-", " "), sexe="sex",
        date_naissance="french", code_postal="postcode",
    )  # fmt: skip


def _laboratory(lines: pl.DataFrame) -> pl.DataFrame:
    iso = pl.col("born").dt.strftime("%Y-%m-%d")
    return lines.select(
        nom_usage="family", nom_naissance="birth", prenom="given", sexe=pl.col("sex").replace({"M": "1", "F": "2"}),
        naissance=iso, tel=pl.coalesce("mobile", "landline"), mail="email", adresse="address", cp="postcode",
        nir=pl.when(pl.col("person") % 2 == 0).then("nir"), prescripteur_rpps="rpps",
    )  # fmt: skip
