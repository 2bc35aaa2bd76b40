"""Write the `sophia` sample: an invented workbook of patients to call for a prevention programme.

    python data/samples/sophia/generate.py --out DIR [--persons N] [--seed S] [--key FILE]

Two lists with names, numbers and diagnosis codes, their headers on row 4 below a title, a list of call platforms, and
a page of instructions, as somebody makes a workbook by hand. Same arguments, same bytes.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import xlsxwriter

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]  # the generators are scripts, not an installed package

from command import command  # noqa: E402
from identifiers import birth_departments, nir_key, nirs, rpps_numbers, siren  # noqa: E402
from population import Lists, pick  # noqa: E402
from writing import capitals, population, write_truth  # noqa: E402

COMMITTED = {"persons": 1500, "seed": 2025}
FILE, CONTROLLER = "Campagne_DIAB_IC_ciblage_v3.xlsx", siren(5)  # as in incident.toml
DIABETES, HEART = "Diabète", "Insuffisance cardiaque"
CODES = {
    DIABETES: (("E11.9", 40), ("E11.2", 9), ("E11.3", 7), ("E11.4", 6), ("E11.5", 4), ("E10.9", 12), ("E10.2", 3)),
    HEART: (("I50.0", 30), ("I50.1", 18), ("I50.9", 20), ("I11.0", 8), ("I13.0", 3)),
}
# Header as written (row 4), column of the lines, field.
COLUMNS = (
    ("NIR", "nir", "nir"), ("Clé", "key", "flag"), ("Nom", "nom", "family_name"), ("Prénom", "prenom", "given_name"),
    ("Date de\nnaissance", "date", "birth_date"), ("CP", "code", "postcode"), ("Commune", "town", "city"),
    ("Tél. 1", "fixed", "phone"), ("Tél. 2", "cell", "phone"), ("Code CIM-10", "cim", "diagnosis_code"),
    ("Début ALD", "since", "insurance_rights"), ("RPPS médecin traitant", "doctor", "rpps"),
    ("Plateforme", "platform", "flag"), ("Adhésion", "joined", "consent"),
)  # fmt: skip
PLATFORMS = (
    ("PF01", "Plateforme Nord", "Lille", "03 53 01 90 10"), ("PF02", "Plateforme Ouest", "Rennes", "02 61 91 90 20"),
    ("PF03", "Plateforme Sud", "Toulouse", "05 36 49 90 30"), ("PF04", "Plateforme Est", "Dijon", "03 53 01 90 40"),
)  # fmt: skip
JOINED = ("", "", "", "Oui", "Refus", "En attente")
BOTH, SECOND_CODE, SLIP = 0.11, 0.08, 0.01


def draw_lines(rng: np.random.Generator, persons: int, lists: Lists) -> pl.DataFrame:
    """One row for each line of the two lists: the person, its traits as written, the list, the code."""
    people, _ = population(rng, 2 * persons + 200, lists)
    old = rng.random(people.height) < np.interp(people["age"].to_numpy(), [18, 30, 60, 80], [0.05, 0.2, 1, 1])
    grown = people.filter((pl.col("age") >= 20) & pl.Series(old))[:persons]
    people = grown.with_columns(pl.int_range(pl.len()).alias("person"))
    n = people.height
    bodies = nirs(rng, people, birth_departments(rng, people, lists))
    doctors = np.array(rpps_numbers(rng, max(40, n // 25)), dtype=object)
    people = people.with_columns(
        pl.Series("nir", bodies),
        pl.Series("key", [nir_key(body) for body in bodies]),
        capitals(pl.col("family_name")).alias("nom"),
        capitals(pl.col("given_name")).alias("prenom"),
        pl.Series("since", [int(day) for day in 14_600 + rng.integers(0, 5500, n)]),
        pl.Series("doctor", doctors[rng.integers(0, doctors.size, n)].tolist()),
        pl.Series("platform", [PLATFORMS[k][0] for k in rng.integers(0, len(PLATFORMS), n)]),
        pl.Series("told", rng.random(n) < 0.93),
    )
    heart = rng.random(n) < np.interp(people["age"].to_numpy(), [30, 60, 90], [0.05, 0.25, 0.6])
    both = rng.random(n) < BOTH
    parts = []
    for name, inside in ((DIABETES, ~heart | both), (HEART, heart | both)):
        who = np.flatnonzero(inside)
        who = np.sort(np.concatenate([who, who[rng.random(who.size) < SECOND_CODE]]))
        weights = np.array([weight for _, weight in CODES[name]])
        codes = [CODES[name][k][0] for k in pick(rng, weights, who.size)]
        joined = [JOINED[k] for k in rng.integers(0, len(JOINED), who.size)]
        parts.append(people[who].with_columns(
            pl.lit(name).alias("list"), pl.Series("cim", codes), pl.Series("joined", joined),
            pl.Series("cut", rng.random(who.size) < SLIP), pl.Series("shuffle", rng.permutation(who.size)),
        ).sort("shuffle"))  # fmt: skip
    return pl.concat(parts).with_columns(
        # the list of hearts was typed again from another export: some given names are cut
        pl.when((pl.col("list") == HEART) & pl.col("cut")).then(pl.col("prenom").str.replace("[- ].*$", ""))
        .otherwise(pl.col("prenom")).alias("prenom")
    )  # fmt: skip


def cell_of(name: str, line: dict[str, Any]) -> Any:
    """A cell as the workbook keeps it: numbers lose the zeros in front, dates are days, the rest is text."""
    match name:
        case "nir":
            return int(line["nir"]) if line["nir"].isdigit() else line["nir"]
        case "key":
            return int(line["key"])
        case "date":
            return dt.date(1970, 1, 1) + dt.timedelta(days=line["born"])
        case "since":
            return dt.date(1970, 1, 1) + dt.timedelta(days=line["since"])
        case "code":
            return int(line["postcode"])
        case "town":
            return line["city"].upper()
        case "fixed":
            return int(line["landline"]) if line["has_landline"] else None
        case "cell":
            return int(line["mobile"]) if line["has_mobile"] else None
        case "doctor":
            return line["doctor"] if line["told"] else None
        case _:
            return line[name] or None


def write_list(book: Any, sheet: Any, title: str, lines: pl.DataFrame) -> None:
    """A list below its title: the header on row 4, a total under the last line."""
    day, head = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"bold": True, "text_wrap": True})
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, f"CIBLAGE {title.upper()} – vague 3", head)
    sheet.write(1, 0, "Fichier nominatif – ne pas diffuser hors de la plateforme")
    for place, (header, _, _) in enumerate(COLUMNS):
        sheet.write(3, place, header, head)
    for row, line in enumerate(lines.iter_rows(named=True), start=4):
        for place, (_, name, _) in enumerate(COLUMNS):
            cell = cell_of(name, line)
            if isinstance(cell, dt.date):
                sheet.write_datetime(row, place, dt.datetime.combine(cell, dt.time()), day)
            elif cell is not None:
                sheet.write(row, place, cell)
    sheet.write(lines.height + 5, 0, f"Total : {lines.height}")


def write_book(path: Path, lines: pl.DataFrame) -> None:
    """The workbook."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"title": "Ciblage", "created": dt.datetime(2025, 5, 28, 9, 12)})
    notice = book.add_worksheet("Lisez-moi")
    for row, text in enumerate((
        "Campagne diabète et insuffisance cardiaque",
        "Chaque plateforme appelle les assurés de son onglet, puis complète la colonne Adhésion.",
        "Ne pas transférer ce classeur.",
    )):  # fmt: skip
        notice.write(row, 0, text)
    for name in (DIABETES, HEART):
        write_list(book, book.add_worksheet(name), name, lines.filter(pl.col("list") == name))
    sheet = book.add_worksheet("Plateformes")
    for place, header in enumerate(("Code", "Plateforme", "Ville", "Téléphone")):
        sheet.write(0, place, header)
    for row, one in enumerate(PLATFORMS, start=1):
        for place, cell in enumerate(one):
            sheet.write(row, place, cell)
    book.close()


def truth_of(lines: pl.DataFrame) -> dict[str, Any]:
    """What the generator knows of the lines it wrote."""
    who = lines.unique("person")
    n = who.height
    phone = lines.filter(pl.col("has_landline") | pl.col("has_mobile"))["person"].n_unique()
    consent = lines.filter(pl.col("joined") != "")["person"].n_unique()
    everybody = ["nir", "family_name", "given_name", "birth_date", "postcode", "city", "diagnosis_code",
                 "insurance_rights"]  # fmt: skip
    columns = {header.replace("\n", " "): field for header, _, field in COLUMNS}
    return {
        "sample": "sophia",
        "tables": {
            **{name: {"role": "patients", "rows": lines.filter(pl.col("list") == name).height, "columns": columns}
               for name in (DIABETES, HEART)},
            "Plateformes": {
                "role": "other", "rows": len(PLATFORMS),
                "columns": {"Code": "technical_id", "Plateforme": "organisation_name", "Ville": "city",
                            "Téléphone": "phone"},
            },
            # the page of instructions, whose name may not be told
            "feuille 1": {
                "role": "other", "rows": 2,
                "columns": {"Campagne diabète et insuffisance cardiaque": "free_text"},
            },
        },
        "persons": n,
        "professionals": lines.filter("told")["doctor"].n_unique(),
        "controllers": {"count": 1, "patients": {CONTROLLER: n}},
        "minors": 0,
        "deceased": 0,
        "exposure": {
            "fields": dict(sorted({**dict.fromkeys(everybody, n), "phone": phone, "consent": consent}.items())),
            "special_categories": {"health": n},
            "special_tolerance": 0.01,
        },
        "reach": {"email": 0, "phone": phone, "postal": 0, "none": n - phone},
        "obligations": {"notify_authority": "yes", "inform_persons": "undetermined", "register_only": False},
        "severity": {"level": "very_high", "cnil_level": "maximal"},
    }  # fmt: skip


def generate(out: Path, *, persons: int, seed: int, key: Path | None = None) -> dict[str, Any]:
    """Write the workbook and truth.json under `out`; `key` receives the true person of each line, by list and row."""
    lines = draw_lines(np.random.default_rng([seed, 51]), persons, Lists.load())
    out.mkdir(parents=True, exist_ok=True)
    write_book(out / FILE, lines)
    if key:
        lines.select("list", pl.int_range(pl.len()).over("list").alias("row"), "person").write_csv(key)
    truth = truth_of(lines)
    write_truth(out, truth)
    return truth


if __name__ == "__main__":
    command(generate, __doc__, COMMITTED)
