"""Write the `melange` sample: an invented archive of five files gathered from elsewhere, with other columns each.

    python data/samples/melange/generate.py --out DIR [--persons N] [--seed S] [--key FILE]

An electoral roll, patients, bank details, drivers, and a register of health professionals: each file in its own
dialect, the same persons in several. Same arguments, same bytes.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]  # the generators are scripts, not an installed package

from command import command  # noqa: E402
from identifiers import birth_departments, ibans, nir_key, nirs, rpps_numbers, siren  # noqa: E402
from population import Lists  # noqa: E402
from records import typo  # noqa: E402
from writing import capitals, date_text, persons_with, population, write_truth  # noqa: E402

COMMITTED = {"persons": 1500, "seed": 2025}
FILE, CONTROLLER = "collection_fr_45M.zip", siren(6)  # as in incident.toml
DUPLICATES, SLIPS = 0.04, 0.02  # of the lines of each file
STAMP = (2025, 11, 18, 4, 12, 0)  # of every member of the archive
PATHOLOGIES = [
    ("Hypertension artérielle", ""), ("Diabète de type 2", ""), ("Asthme", ""), ("Lombalgie chronique", ""),
    ("Hypothyroïdie", ""), ("Infection par le VIH", "hiv_sti"), ("Hépatite C", "hiv_sti"),
    ("Cancer du sein", "oncology"), ("Cancer de la prostate", "oncology"), ("Dépression", "mental_health"),
    ("Trouble bipolaire", "mental_health"), ("Dépendance à l'alcool", "addiction"),
]  # fmt: skip
BICS = ["BVDOFR2XXXX", "CRBGFR2AXXX", "CAESFR2RXXX", "NEOLFR2PXXX"]
SPECIALTIES = ["Médecin généraliste", "Infirmier", "Masseur-kinésithérapeute", "Pharmacien", "Chirurgien-dentiste"]
INSURERS = ["MAIF", "MACIF", "MATMUT", "AXA", "GROUPAMA"]


@dataclass(frozen=True)
class Member:
    """One file of the archive: who is in it, the field of each column, its dialect, and how a line is typed."""

    name: str
    share: float
    whom: pl.Expr
    fields: dict[str, str]
    role: str
    separator: str
    encoding: str
    quote: str
    cells: Callable[[np.random.Generator, pl.DataFrame], list[pl.Expr | pl.Series]]


def _slipped(rng: np.random.Generator, text: pl.Expr, n: int) -> pl.Expr:
    """The text, with one slip on a few lines."""
    draw = [pl.Series(rng.random(n)) for _ in range(3)]
    return pl.when(draw[0] < SLIPS).then(typo(text, draw[1], draw[2])).otherwise(text)


def _some(rng: np.random.Generator, text: pl.Expr, n: int, share: float) -> pl.Expr:
    """The text on a share of the lines."""
    return pl.when(pl.Series(rng.random(n) < share)).then(text)


def voters(rng: np.random.Generator, lines: pl.DataFrame) -> list[pl.Expr | pl.Series]:
    n = lines.height
    use, birth = capitals(pl.col("family_name")), capitals(pl.col("birth_name"))
    return [
        _slipped(rng, birth, n).alias("nom_naissance"),
        pl.when(use != birth).then(use).alias("nom_usage"),
        capitals(pl.col("given_name")).alias("prenoms"),
        pl.when("female").then(pl.lit("F")).otherwise(pl.lit("M")).alias("sexe"),
        date_text(pl.col("born"), "%d/%m/%Y").alias("date_naissance"),
        pl.col("birth_town").alias("commune_naissance"),
        capitals(pl.col("address")).alias("adresse"),
        pl.col("postcode").alias("code_postal"),
        capitals(pl.col("city")).alias("commune"),
        pl.Series([f"{one:04d}" for one in rng.integers(1, 60, n)]).alias("bureau_vote"),
    ]


def patients(rng: np.random.Generator, lines: pl.DataFrame) -> list[pl.Expr | pl.Series]:
    n = lines.height
    doctor = pl.Series(["Dr Vallin", "Dr Ouspen", "Dr Kerbrat", "Dr Lamourec", "Dr Festin"])
    return [
        pl.col("nir").alias("Num_Secu"),
        _slipped(rng, pl.col("family_name"), n).alias("Nom"),
        pl.col("given_name").alias("Prénom"),
        date_text(pl.col("born"), "%Y-%m-%d").alias("Né(e) le"),
        _some(rng, pl.col("mobile"), n, 0.8).alias("Portable"),
        doctor[rng.integers(0, doctor.len(), n)].alias("Médecin traitant"),
        pl.when(pl.Series(rng.random(n) < 0.1)).then(None).otherwise(pl.col("pathology")).alias("Pathologie"),
    ]


def clients(rng: np.random.Generator, lines: pl.DataFrame) -> list[pl.Expr | pl.Series]:
    n = lines.height
    return [
        pl.Series([f"C{one:07d}" for one in rng.choice(10**7, n, replace=False)]).alias("CLIENT_ID"),
        (capitals(pl.col("family_name")) + " " + capitals(pl.col("given_name"))).alias("TITULAIRE"),
        date_text(pl.col("born"), "%Y%m%d").alias("DT_NAISS"),
        pl.col("iban").alias("IBAN"),
        pl.Series(BICS)[(pl.int_range(n, eager=True) * 7) % len(BICS)].alias("BIC"),
        _some(rng, pl.col("email"), n, 0.85).alias("EMAIL"),
        _some(rng, pl.lit("+33") + pl.col("mobile").str.slice(1), n, 0.7).alias("TEL_MOBILE"),
    ]


def drivers(rng: np.random.Generator, lines: pl.DataFrame) -> list[pl.Expr | pl.Series]:
    n = lines.height
    letters = list("ABCDEFGHJKLMNPQRSTVWXYZ")
    two = lambda: pl.Series(["".join(one) for one in rng.choice(letters, (n, 2))])  # noqa: E731
    plate = two() + "-" + pl.Series([f"{one:03d}" for one in rng.integers(1, 1000, n)]) + "-" + two()
    return [
        pl.Series([f"{one:09d}" for one in rng.choice(10**9, n, replace=False)]).alias("n° contrat"),
        pl.Series(INSURERS)[rng.integers(0, len(INSURERS), n)].alias("assureur"),
        _slipped(rng, capitals(pl.col("family_name")), n).alias("nom conducteur"),
        pl.col("given_name").alias("prénom conducteur"),
        date_text(pl.col("born"), "%d-%m-%Y").alias("né le"),
        pl.col("address").alias("rue"),
        pl.col("postcode").alias("cp"),
        pl.col("city").alias("ville"),
        _some(rng, pl.col("mobile"), n, 0.75).alias("gsm"),
        plate.alias("immatriculation"),
    ]


def professionals(rng: np.random.Generator, lines: pl.DataFrame) -> list[pl.Expr | pl.Series]:
    n = lines.height
    return [
        pl.Series(rpps_numbers(rng, n)).alias("Identifiant PP"),
        capitals(pl.col("family_name")).alias("Nom d'exercice"),
        pl.col("given_name").alias("Prénom d'exercice"),
        pl.Series(SPECIALTIES)[rng.integers(0, len(SPECIALTIES), n)].alias("Libellé profession"),
        pl.col("postcode").alias("Code postal (coord. structure)"),
        pl.col("city").alias("Libellé commune (coord. structure)"),
        (capitals(pl.col("family_name")).str.to_lowercase().str.replace_all("[^a-z]", "") + "@pro-sante.example")
        .alias("Adresse e-mail (coord. structure)"),
    ]  # fmt: skip


ADULT = pl.col("age") >= 18
MEMBERS = (
    Member("demographie/electeurs.csv", 0.6, ADULT, {
        "nom_naissance": "birth_name", "nom_usage": "family_name", "prenoms": "given_name", "sexe": "sex",
        "date_naissance": "birth_date", "commune_naissance": "birth_place", "adresse": "postal_address",
        "code_postal": "postcode", "commune": "city", "bureau_vote": "flag",
    }, "patients", ";", "utf-8", "necessary", voters),
    Member("sante/patients.csv", 0.35, pl.lit(True), {
        "Num_Secu": "nir", "Nom": "family_name", "Prénom": "given_name", "Né(e) le": "birth_date", "Portable": "phone",
        "Médecin traitant": "practitioner_name", "Pathologie": "diagnosis",
    }, "patients", ",", "utf-8-sig", "always", patients),
    Member("banque/clients_iban.txt", 0.4, ADULT, {
        "CLIENT_ID": "patient_id", "TITULAIRE": "full_name", "DT_NAISS": "birth_date", "IBAN": "iban", "BIC": "bic",
        "EMAIL": "email", "TEL_MOBILE": "phone",
    }, "patients", "\t", "utf-16", "never", clients),
    Member("vehicules/assures_auto.csv", 0.3, ADULT, {
        "n° contrat": "contract_number", "assureur": "insurer", "nom conducteur": "family_name",
        "prénom conducteur": "given_name", "né le": "birth_date", "rue": "postal_address", "cp": "postcode",
        "ville": "city", "gsm": "phone", "immatriculation": "vehicle_plate",
    }, "patients", "|", "cp1252", "necessary", drivers),
)  # fmt: skip
REGISTER = Member("sante/rpps.csv", 0.04, ADULT, {
    "Identifiant PP": "rpps", "Nom d'exercice": "family_name", "Prénom d'exercice": "given_name",
    "Libellé profession": "specialty", "Code postal (coord. structure)": "postcode",
    "Libellé commune (coord. structure)": "city", "Adresse e-mail (coord. structure)": "email",
}, "professionals", ";", "utf-8", "always", professionals)  # fmt: skip
SILENT = {"flag", "practitioner_name", "rpps", "specialty"}


def write(lines: pl.DataFrame, member: Member) -> bytes:
    """The bytes of a member."""
    text = lines.select(*member.fields).write_csv(
        separator=member.separator, quote_style=member.quote, line_terminator="\r\n"
    )
    return text.encode(member.encoding)


def draw_lines(rng: np.random.Generator, people: pl.DataFrame, member: Member) -> pl.DataFrame:
    """The lines of a member, a few of them twice, in the order in which they were gathered."""
    here = people.filter(member.whom & pl.Series(rng.random(people.height) < member.share))
    again = here.filter(pl.Series(rng.random(here.height) < DUPLICATES))
    lines = pl.concat([here, again])
    lines = lines[rng.permutation(lines.height)]
    return lines.with_columns(*member.cells(rng, lines))


def generate(out: Path, *, persons: int, seed: int, key: Path | None = None) -> dict[str, Any]:
    """Write the archive and truth.json under `out`; `key` receives the true person of each line."""
    rng, lists = np.random.default_rng([seed, 19]), Lists.load()
    people, _ = population(rng, persons, lists)
    body = nirs(rng, people, birth_departments(rng, people, lists))
    adult = (people["age"] >= 18).to_numpy()
    ill = np.where(adult, rng.integers(0, len(PATHOLOGIES), persons), rng.integers(0, 5, persons))
    ill = np.where(~people["female"].to_numpy() & (ill == 7), 8, ill)  # each cancer to its sex
    ill = np.where(people["female"].to_numpy() & (ill == 8), 7, ill)
    people = people.with_columns(
        pl.Series("nir", [one + nir_key(one) for one in body]),
        pl.Series("iban", ibans(rng, persons)),
        lists.communes["commune"].gather(rng.integers(0, lists.communes.height, persons)).alias("birth_town"),
        pl.Series("ill", ill),
        pl.Series("pathology", [PATHOLOGIES[one][0] for one in ill]),
    )
    drawn = [(member, draw_lines(rng, people, member)) for member in (*MEMBERS, REGISTER)]
    out.mkdir(parents=True, exist_ok=True)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for member, lines in drawn:
            info = zipfile.ZipInfo(member.name, STAMP)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            archive.writestr(info, write(lines, member), compresslevel=6)
    (out / FILE).write_bytes(packed.getvalue())
    if key:
        pl.concat(lines.select(pl.lit(member.name).alias("member"), "person") for member, lines in drawn).write_csv(key)
    truth = truth_of(drawn)
    write_truth(out, truth)
    return truth


def truth_of(drawn: list[tuple[Member, pl.DataFrame]]) -> dict[str, Any]:
    """What the generator knows of the lines it wrote."""
    of_persons = [(member, lines) for member, lines in drawn if member is not REGISTER]

    def who(*wanted: str) -> set[int]:
        """Persons with a filled cell in a column of one of these fields."""
        return {
            person
            for member, lines in of_persons
            for name, field in member.fields.items()
            if field in wanted
            for person in lines.filter(pl.col(name).is_not_null())["person"]
        }

    everybody = {person for _, lines in of_persons for person in lines["person"]}
    fields = {field for member, _ in of_persons for field in member.fields.values()} - SILENT
    bank, sick = drawn[2][1], drawn[1][1].filter(pl.col("Pathologie").is_not_null())
    seen = pl.concat(lines.select("person", "age") for _, lines in of_persons).unique("person")
    held = pl.concat(lines.select("person").unique() for _, lines in of_persons).group_by("person").len()
    return {
        "sample": "melange",
        "tables": {
            member.name.split("/")[-1]: {"role": member.role, "rows": lines.height, "columns": member.fields}
            for member, lines in drawn
        },
        "persons": len(everybody),
        "professionals": drawn[4][1].height,
        "accounts": {"bank": bank["IBAN"].n_unique()},
        "controllers": {"count": 1, "patients": {CONTROLLER: len(everybody)}},
        "minors": seen.filter(pl.col("age") < 18).height,
        "deceased": 0,
        "persons_by_number_of_files": {
            str(files): count for files, count in held.group_by("len").len(name="n").sort("len").iter_rows()
        },
        "exposure": {
            "fields": {field: len(who(field)) for field in sorted(fields)},
            "special_categories": {"health": len(who("diagnosis"))},
            "special_tolerance": 0.01,
        },
        "revealed": {
            topic: persons_with(sick, pl.col("ill").is_in([n for n, one in enumerate(PATHOLOGIES) if one[1] == topic]))
            for topic in ("hiv_sti", "oncology", "mental_health", "addiction")
        },
        "reach": {
            "email": len(who("email")), "phone": len(who("phone")), "postal": len(who("postal_address")),
            "none": len(everybody - who("email", "phone", "postal_address")),
        },
        "obligations": {"notify_authority": "yes", "inform_persons": "yes", "register_only": False},
        "severity": {"level": "very_high", "cnil_level": "maximal"},
    }  # fmt: skip


if __name__ == "__main__":
    command(generate, __doc__, COMMITTED)
