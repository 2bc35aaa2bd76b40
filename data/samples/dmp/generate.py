"""Write the `dmp` sample: an invented export of shared medical records, with the register of refusals.

    python data/samples/dmp/generate.py --out DIR [--persons N] [--seed S] [--key FILE]

One JSON document, gzipped: for each record its INS and traits, the titles of its documents, what the patient masked
or refused, the medicines dispensed for four months, and who looked at it, emergency access ("bris de glace")
included. Same arguments, same bytes.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]  # the generators are scripts, not an installed package

from command import command  # noqa: E402
from identifiers import birth_departments, finess, nir_key, nirs, rpps_numbers  # noqa: E402
from population import REFERENCE_DAY, Lists, age_years, pick  # noqa: E402
from titles import DRUGS, READERS, TITLES, Title  # noqa: E402
from truth import truth_of  # noqa: E402
from writing import capitals, date_text, population, write_truth  # noqa: E402

COMMITTED = {"persons": 1300, "seed": 2025}
FILE = "export_dmp_20251103.json.gz"
LAST_DAY = REFERENCE_DAY - 58
REFUSED, OLD_NUMBER, CLOSED, ABROAD = 0.06, 0.02, 0.02, 0.01  # shares of persons
VISIBILITY = ("NORMALE", "NORMALE", "NORMALE", "NORMALE", "NORMALE", "NORMALE", "NORMALE", "MASQUE_PS",
              "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX")  # fmt: skip
MODES = ("NORMAL", "NORMAL", "NORMAL", "NORMAL", "NORMAL", "NORMAL", "NORMAL", "BRIS_DE_GLACE", "CENTRE_15")
ACTIONS = ("CONSULTATION", "CONSULTATION", "CONSULTATION", "ALIMENTATION")


def draw_doctors(rng: np.random.Generator, count: int, lists: Lists) -> list[dict[str, str]]:
    """Professionals who write or read: number, names, profession."""
    family = lists.family[pick(rng, lists.family_weights(lists.areas[0]), count)]
    given = lists.given["given_name"].to_numpy()[rng.integers(0, lists.given.height, count)]
    names = pl.DataFrame({"nom": family.tolist()}).select(capitals(pl.col("nom")))["nom"]
    kinds = [*dict.fromkeys([*(one.author for one in TITLES), *READERS])]
    return [
        {"rpps": rpps, "nom": nom, "prenom": first, "profession": kinds[place % len(kinds)]}
        for place, (rpps, nom, first) in enumerate(zip(rpps_numbers(rng, count), names, given, strict=True))
    ]


def titles_for(age: int, *, female: bool) -> list[int]:
    """Places in TITLES of the documents that this person may have."""
    return [
        place
        for place, one in enumerate(TITLES)
        if one.ages[0] <= age <= one.ages[1] and ("F" if female else "M") in one.sex
    ]


def old_number(rng: np.random.Generator) -> str:
    """A former computed INS: twenty digits and their key."""
    body = 10**18 + int(rng.integers(0, 8 * 10**18))
    return f"{body:020d}{97 - body % 97:02d}"


class Draw:
    """What the records share, and how one is drawn."""

    def __init__(self, rng: np.random.Generator, doctors: list[dict[str, str]], lists: Lists) -> None:
        self.rng, self.doctors, self.lists = rng, doctors, lists
        self.by_kind: dict[str, list[int]] = {}
        for place, one in enumerate(doctors):
            self.by_kind.setdefault(one["profession"], []).append(place)
        self.weights = np.array([one.weight for one in TITLES])
        self.houses = [finess(f"{n:02d}", 478_300 + n) for n in range(1, 60)]

    def day(self, born: int, *, since: int = 1500) -> str:
        """A day between the birth (or so many days ago) and the export."""
        first = max(born + 1, LAST_DAY - since)
        return text_of(first + int((LAST_DAY - first) * self.rng.random()))

    def moment(self, born: int) -> str:
        """A day with its hour, as UTC."""
        minute = int(self.rng.integers(0, 24 * 60))
        return f"{self.day(born)}T{minute // 60:02d}:{minute % 60:02d}:{int(self.rng.integers(0, 60)):02d}Z"

    def document(self, born: int, title: Title) -> dict[str, Any]:
        """One document: its title, type, date, author, and what the patient masked."""
        kind = self.by_kind[title.author]
        author = self.doctors[kind[int(self.rng.integers(0, len(kind)))]]
        return {
            "idDocument": f"1.2.250.1.999.{int(self.rng.integers(10**9, 10**10))}",
            "titre": title.text,
            "typeLoinc": title.loinc,
            "dateActe": self.day(born),
            "auteur": {"rpps": author["rpps"], "nomPrenom": f"{author['prenom']} {author['nom']}",
                       "finessStructure": self.houses[int(self.rng.integers(0, len(self.houses)))]},
            "visibilite": VISIBILITY[int(self.rng.integers(0, len(VISIBILITY)))],
        }  # fmt: skip

    def access(self, born: int) -> dict[str, Any]:
        """One trace: when, who, how and what for."""
        kind = self.by_kind[READERS[int(self.rng.integers(0, len(READERS)))]]
        who = self.doctors[kind[int(self.rng.integers(0, len(kind)))]]
        mode = MODES[int(self.rng.integers(0, len(MODES)))]
        return {
            "horodatage": self.moment(born), "rppsPS": who["rpps"], "nomPS": who["nom"], "prenomPS": who["prenom"],
            "professionPS": who["profession"], "modeAcces": mode,
            "action": ACTIONS[int(self.rng.integers(0, len(ACTIONS)))],
            "adresseIP": f"192.0.2.{int(self.rng.integers(1, 255))}",
        }  # fmt: skip

    def refusals(self, born: int) -> list[dict[str, str]]:
        """What the patient opposed: emergency access, access by the regulation centre."""
        found = []
        for kind, share in (("BRIS_DE_GLACE", 0.08), ("CENTRE_15", 0.05), ("ALIMENTATION_PHARMACIE", 0.03)):
            if self.rng.random() < share:
                found.append({"objet": kind, "decision": "OPPOSITION", "date": self.day(born)})
        return found

    def dispensed(self, born: int) -> list[dict[str, str]]:
        """The medicines of the last four months."""
        count = int(self.rng.integers(0, 4))
        return [
            {"libelle": DRUGS[int(self.rng.integers(0, len(DRUGS)))][0], "quantite": str(int(self.rng.integers(1, 4))),
             "dateDelivrance": self.day(born, since=120), "finessOfficine": self.houses[int(self.rng.integers(0, 59))]}
            for _ in range(count)
        ]  # fmt: skip


def text_of(day: int) -> str:
    """A day counted since 1970, ISO 8601."""
    return str(np.datetime64(int(day), "D"))


def record(draw: Draw, one: dict[str, Any], number: str, *, former: bool) -> dict[str, Any]:
    """The record of one person; a former one, closed when the new number came, holds traits and one document."""
    rng, born, titles = draw.rng, one["born"], titles_for(one["age"], female=one["female"])
    wanted = 1 if former else 1 + int(rng.integers(0, 6))
    chosen = pick(rng, draw.weights[titles], wanted)
    closed = "CHANGEMENT_IDENTIFIANT" if former else one["closed"]
    return {
        "idDossier": f"{int(rng.integers(16**7, 16**8)):08x}-{one['person']:04x}-4{int(former)}aa",
        "statut": "FERME" if closed else "ACTIF",
        "motifFermeture": closed,
        "patient": {
            "ins": number, "nomNaissance": one["birth"], "prenoms": one["given"], "nomUtilise": one["used"],
            "sexe": "F" if one["female"] else "M", "dateNaissance": one["date"], "lieuNaissance": one["place"],
            "courriel": None if former else one["mail"], "mobile": None if former else one["cell"],
        },
        "modeCreation": "AUTOMATIQUE" if rng.random() < 0.8 else "PATIENT",
        "documents": [draw.document(born, TITLES[titles[int(c)]]) for c in chosen],
        "oppositions": [] if former else draw.refusals(born),
        "delivrancesDP": [] if former else draw.dispensed(born),
        "traces": [draw.access(born) for _ in range(int(rng.integers(0, 5)))],
    }  # fmt: skip


def people_of(rng: np.random.Generator, persons: int, lists: Lists) -> list[dict[str, Any]]:
    """The persons: traits as written, what they told, and whether they refused a record or died."""
    people, _ = population(rng, persons, lists)
    latest = LAST_DAY - 5 - rng.integers(0, 300, persons)  # nobody is born after the export
    people = people.with_columns(pl.min_horizontal("born", pl.Series(latest)).alias("born"))
    people = people.with_columns(age_years(pl.col("born")).alias("age"))
    town = rng.integers(0, lists.communes.height, persons)
    bodies = nirs(rng, people, birth_departments(rng, people, lists))
    draws = {name: rng.random(persons) for name in ("refused", "former", "closed", "mail", "cell", "abroad")}
    age = people["age"].to_numpy()
    risk = np.interp(age, [0, 40, 70, 100], [0, 0.002, 0.03, 0.2])
    closed = np.where(rng.random(persons) < risk, "DECES", np.where(draws["closed"] < CLOSED, "DEMANDE_PATIENT", ""))
    table = people.with_columns(
        capitals(pl.col("birth_name")).alias("birth"),
        capitals(pl.col("given_name")).alias("given"),
        pl.when(pl.col("family_name") != pl.col("birth_name")).then(capitals(pl.col("family_name"))).alias("used"),
        date_text(pl.col("born"), "%Y-%m-%d").alias("date"),
        pl.when(pl.Series(draws["abroad"] < ABROAD)).then(pl.lit("99350"))
        .otherwise(lists.communes["insee"].gather(town)).alias("place"),
        pl.Series("ins", [body + nir_key(body) for body in bodies]),
        pl.when(pl.col("has_email") & pl.Series(draws["mail"] < 0.7)).then(pl.col("email")).alias("mail"),
        pl.when(pl.col("has_mobile") & pl.Series(draws["cell"] < 0.6)).then(
            "+33" + pl.col("mobile").str.slice(1)).alias("cell"),
        pl.Series("closed", closed.tolist()).replace("", None),
        pl.Series("refused", draws["refused"] < REFUSED),
        pl.Series("former", draws["former"] < OLD_NUMBER),
        pl.Series("order", rng.permutation(persons)),
    ).sort("order")  # fmt: skip
    kept = ["person", "birth", "given", "used", "date", "born", "age", "female", "place", "ins", "mail", "cell",
            "closed", "refused", "former"]  # fmt: skip
    return table.select(kept).to_dicts()


def generate(out: Path, *, persons: int, seed: int, key: Path | None = None) -> dict[str, Any]:
    """Write the export and truth.json under `out`; `key` receives the true person of each record."""
    rng, lists = np.random.default_rng([seed, 41]), Lists.load()
    people = people_of(rng, persons, lists)
    draw = Draw(rng, draw_doctors(rng, max(60, persons // 8), lists), lists)
    records: list[dict[str, Any]] = []
    owners: list[int] = []
    refused: list[dict[str, Any]] = []
    for one in people:
        if one["refused"]:
            refused.append({
                "ins": one["ins"], "nomNaissance": one["birth"], "prenoms": one["given"], "sexe": "F" if one["female"]
                else "M", "dateNaissance": one["date"], "dateRefus": draw.day(one["born"], since=900),
                "canal": ("TELEPHONE", "COURRIER", "EN_LIGNE")[int(rng.integers(0, 3))],
            })  # fmt: skip
            continue
        records.append(record(draw, one, one["ins"], former=False))
        owners.append(one["person"])
        if one["former"]:
            records.append(record(draw, one, old_number(rng), former=True))
            owners.append(one["person"])
    out.mkdir(parents=True, exist_ok=True)
    document = {
        "export": {"genere": "2025-11-03T02:14:07Z"},
        "dossiers": records,
        "registreRefus": refused,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    with (
        (out / FILE).open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=9) as file,
    ):
        file.write(text.encode())
    if key:
        pl.DataFrame({"idDossier": [one["idDossier"] for one in records], "person": owners}).write_csv(key)
    truth = truth_of(people, records, owners, refused)
    write_truth(out, truth)
    return truth


if __name__ == "__main__":
    command(generate, __doc__, COMMITTED)
