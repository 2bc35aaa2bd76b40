"""What the doctors wrote: conditions, treatments and results that go together, one line each. General knowledge."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

# CIM-10 code, label, weight from age 15 on, least age, women only, treatments (ATC, name), results (LOINC, name, unit,
# low, high)
CONDITIONS: list[dict[str, Any]] = [
    {"code": "I10", "label": "Hypertension artérielle essentielle", "weight": 20, "from": 45, "ald": False,
     "drugs": [("C08CA01", "amlodipine 5 mg"), ("C09AA05", "ramipril 5 mg")],
     "tests": [("2160-0", "Créatinine", "µmol/L", 55, 120), ("2093-3", "Cholestérol total", "g/L", 1.4, 2.8)]},
    {"code": "E11.9", "label": "Diabète de type 2", "weight": 12, "from": 40, "ald": True,
     "drugs": [("A10BA02", "metformine 1000 mg"), ("A10AE04", "insuline glargine")],
     "tests": [("4548-4", "HbA1c", "%", 5.9, 9.8), ("2345-7", "Glycémie à jeun", "g/L", 0.9, 2.4)]},
    {"code": "J45.9", "label": "Asthme", "weight": 9, "from": 3, "ald": False,
     "drugs": [("R03AC02", "salbutamol 100 µg")], "tests": [("718-7", "Hémoglobine", "g/dL", 11, 17)]},
    {"code": "F32.1", "label": "Épisode dépressif moyen", "weight": 8, "from": 16, "ald": False,
     "drugs": [("N06AB06", "sertraline 50 mg")], "tests": [("3016-3", "TSH", "mUI/L", 0.4, 4.5)]},
    {"code": "E03.9", "label": "Hypothyroïdie", "weight": 7, "from": 25, "ald": False,
     "drugs": [("H03AA01", "lévothyroxine 75 µg")], "tests": [("3016-3", "TSH", "mUI/L", 0.3, 9)]},
    {"code": "M54.5", "label": "Lombalgie chronique", "weight": 10, "from": 25, "ald": False,
     "drugs": [("N02BE01", "paracétamol 1 g")], "tests": []},
    {"code": "F10.2", "label": "Dépendance à l'alcool", "weight": 3, "from": 20, "ald": False,
     "drugs": [("N07BB03", "acamprosate 333 mg")], "tests": [("2324-2", "Gamma-GT", "UI/L", 60, 400)]},
    {"code": "F11.2", "label": "Dépendance aux opiacés", "weight": 1, "from": 20, "ald": False,
     "drugs": [("N07BC02", "méthadone 40 mg")], "tests": []},
    {"code": "B24", "label": "Infection par le VIH", "weight": 2, "from": 20, "ald": True,
     "drugs": [("J05AR20", "bictégravir, emtricitabine, ténofovir alafénamide")],
     "tests": [("25836-8", "Charge virale VIH", "copies/mL", 20, 400)]},
    {"code": "C50.9", "label": "Tumeur maligne du sein", "weight": 3, "from": 38, "women": True, "ald": True,
     "drugs": [("L02BA01", "tamoxifène 20 mg")], "tests": [("718-7", "Hémoglobine", "g/dL", 9, 15)]},
    {"code": "F20.0", "label": "Schizophrénie paranoïde", "weight": 1, "from": 18, "ald": True,
     "drugs": [("N05AH03", "olanzapine 10 mg")], "tests": [("2345-7", "Glycémie à jeun", "g/L", 0.8, 1.5)]},
    {"code": "G40.9", "label": "Épilepsie", "weight": 2, "from": 5, "ald": True,
     "drugs": [("N03AX14", "lévétiracétam 500 mg")], "tests": []},
]  # fmt: skip
ALLERGIES = ["pénicilline", "arachide", "latex", "iode", "acariens", "aspirine"]
POSOLOGIES = ["1 le matin", "1 matin et soir", "1 le soir au coucher", "2 par jour pendant le repas", "si besoin"]
HEALTHY = 0.38  # of the patients have a file without any condition


def draw_conditions(rng: np.random.Generator, people: pl.DataFrame) -> list[list[int]]:
    """For each person the conditions of the list, none for the healthy, at most three."""
    count = people.height
    age, female = people["age"].to_numpy(), people["female"].to_numpy()
    fits = np.array([(age >= one["from"]) & (female | (not one.get("women"))) for one in CONDITIONS])
    weight = np.array([one["weight"] for one in CONDITIONS])[:, None] * fits
    total = weight.sum(axis=0)
    several = rng.integers(1, 4, count)
    ill = (rng.random(count) > np.where(age > 60, HEALTHY / 2, HEALTHY)) & (total > 0)
    edges = np.cumsum(weight, axis=0)
    draws = rng.random((3, count)) * total
    chosen = [(edges > draw).argmax(axis=0) for draw in draws]
    return [
        sorted({int(chosen[rank][i]) for rank in range(several[i])}) if ill[i] else [] for i in range(count)
    ]  # fmt: skip


def medical_part(rng: np.random.Generator, chosen: list[int], first: str, prescribers: list[str]) -> dict[str, Any]:
    """The lists of one file: conditions, treatments, results, allergies; `first` is the day it was opened."""
    year = int(first[:4])

    def day(least: int) -> str:
        return f"{rng.integers(min(least, 2025), 2026)}-{rng.integers(1, 11):02d}-{rng.integers(1, 29):02d}"

    conditions, drugs, tests = [], [], []
    for at in chosen:
        one = CONDITIONS[at]
        conditions.append({"codeCim10": one["code"], "libelle": one["label"], "depuis": day(year), "ald": one["ald"]})
        for atc, name in one["drugs"]:
            if rng.random() < 0.75:
                drugs.append(
                    {
                        "atc": atc,
                        "denomination": name,
                        "posologie": POSOLOGIES[int(rng.integers(0, len(POSOLOGIES)))],
                        "prescritLe": day(2023),
                        "prescripteurRpps": prescribers[int(rng.integers(0, len(prescribers)))],
                    }
                )
        for loinc, name, unit, low, high in one["tests"]:
            for _ in range(int(rng.integers(1, 3))):
                value = round(low + (high - low) * float(rng.random()), 1)
                tests.append({"loinc": loinc, "examen": name, "valeur": value, "unite": unit, "prelevement": day(2022)})
    allergic = [ALLERGIES[int(rng.integers(0, len(ALLERGIES)))]] if rng.random() < 0.08 else []
    return {"pathologies": conditions, "traitements": drugs, "resultats": tests, "allergies": allergic}
