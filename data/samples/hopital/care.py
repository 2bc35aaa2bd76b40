"""What happened to the patients of two hospitals: stays, diagnoses, prescriptions, deaths.

The diagnoses were chosen by general knowledge of hospital activity; which of them say more than "health" is written
beside each, from the title of its code in the CIM-10. Medicines are international names.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from population import EPOCH, Ints, pick

FIRST_DAY = (dt.date(2014, 1, 6) - EPOCH).days
LAST_DAY = (dt.date(2024, 11, 17) - EPOCH).days


@dataclass(frozen=True)
class Reason:
    """Why a person came: main code, weight, unit, sexes and ages, medicines, and what the code says beside health."""

    code: str
    weight: int
    unit: str
    drugs: tuple[str, ...] = ()
    sex: str = "FM"
    ages: tuple[int, int] = (0, 120)
    says: str = ""  # a topic of health, or another category of GDPR art. 9 or 10


REASONS = (
    Reason("I10", 9, "Médecine polyvalente", ("AMLODIPINE 5 mg", "RAMIPRIL 5 mg"), ages=(35, 120)),
    Reason("E119", 8, "Endocrinologie diabétologie", ("METFORMINE 1000 mg", "GLICLAZIDE 30 mg"), ages=(30, 120)),
    Reason("I500", 7, "Cardiologie", ("FUROSEMIDE 40 mg", "BISOPROLOL 2,5 mg"), ages=(50, 120)),
    Reason("J189", 7, "Pneumologie", ("AMOXICILLINE 1 g",), ages=(1, 120)),
    Reason("S720", 5, "Chirurgie orthopédique", ("PARACETAMOL 1 g", "ENOXAPARINE 4000 UI"), ages=(60, 120)),
    Reason("K359", 5, "Chirurgie digestive", ("CEFAZOLINE 1 g", "PARACETAMOL 1 g"), ages=(4, 70)),
    Reason("S525", 6, "Urgences", ("PARACETAMOL 1 g",), ages=(3, 120)),
    Reason("J210", 5, "Pédiatrie", ("PARACETAMOL 100 mg",), ages=(0, 3)),
    Reason("J450", 4, "Pédiatrie", ("SALBUTAMOL 100 µg",), ages=(4, 17)),
    Reason("N185", 3, "Néphrologie dialyse", ("DARBEPOETINE 40 µg",), ages=(30, 120)),
    Reason("I639", 4, "Neurologie", ("CLOPIDOGREL 75 mg",), ages=(45, 120)),
    Reason("K801", 4, "Chirurgie digestive", ("KETOPROFENE 100 mg",), ages=(20, 120)),
    Reason("O800", 8, "Maternité", ("OXYTOCINE 5 UI",), "F", (18, 45), "reproductive"),
    Reason("O049", 2, "Gynécologie", ("MISOPROSTOL 200 µg",), "F", (16, 45), "reproductive"),
    Reason("C509", 3, "Oncologie médicale", ("TAMOXIFENE 20 mg",), "F", (35, 120), "oncology"),
    Reason("C349", 3, "Oncologie médicale", ("CISPLATINE 50 mg", "PEMETREXED 500 mg"), "FM", (45, 120), "oncology"),
    Reason("C61", 2, "Urologie", ("BICALUTAMIDE 50 mg",), "M", (55, 120), "oncology"),
    Reason("F322", 4, "Psychiatrie adulte", ("SERTRALINE 50 mg",), "FM", (18, 120), "mental_health"),
    Reason("F200", 2, "Psychiatrie adulte", ("RISPERIDONE 2 mg",), "FM", (18, 80), "mental_health"),
    Reason("F102", 4, "Addictologie", ("OXAZEPAM 10 mg", "THIAMINE 250 mg"), "FM", (22, 80), "addiction"),
    Reason("F112", 2, "Addictologie", ("METHADONE 40 mg",), "FM", (20, 65), "addiction"),
    Reason("B24", 2, "Maladies infectieuses", ("BICTEGRAVIR EMTRICITABINE TENOFOVIR",), "FM", (20, 80), "hiv_sti"),
    Reason("A530", 1, "Maladies infectieuses", ("BENZATHINE BENZYLPENICILLINE",), "FM", (18, 70), "hiv_sti"),
    Reason("D570", 1, "Hématologie", ("HYDROXYCARBAMIDE 500 mg",), "FM", (2, 60), "genetic"),
    # F64 stands in the chapter of mental disorders of the CIM-10: the code says both.
    Reason("F640", 1, "Endocrinologie diabétologie", ("ESTRADIOL 2 mg",), "FM", (18, 50), "sex_life mental_health"),
)
# Second diagnoses: code, weight, what it says; any adult. Z651: in prison.
SECOND = (("I10", 12, ""), ("E119", 8, ""), ("E669", 5, ""), ("N179", 4, ""), ("D649", 4, ""), ("R52", 3, ""),
          ("F171", 4, "addiction"), ("Z850", 2, "oncology"), ("Z651", 1, "offence"))  # fmt: skip
CAUSES = ("I469", "J969", "R092", "I500", "A419", "C349", "I639")
ENTRIES, EXITS, DIED = ("8", "7", "6", "0"), ("8", "8", "8", "7", "6"), "9"


def draw_reasons(rng: np.random.Generator, people: pl.DataFrame) -> Ints:
    """For each person the place in REASONS of why she comes, one that fits her sex and age."""
    age, female = people["age"].to_numpy(), people["female"].to_numpy()
    found = np.zeros(people.height, dtype=np.int64)
    weights = np.array([one.weight for one in REASONS])
    fits = np.array([
        (age >= one.ages[0]) & (age <= one.ages[1]) & np.where(female, "F" in one.sex, "M" in one.sex)
        for one in REASONS
    ]).T  # fmt: skip
    keys, of = np.unique(fits, axis=0, return_inverse=True)
    for number, key in enumerate(keys):
        here = np.flatnonzero(of.reshape(-1) == number)
        found[here] = pick(rng, weights * key, here.size)
    return found


def draw_stays(rng: np.random.Generator, lines: pl.DataFrame) -> pl.DataFrame:
    """One row for each stay of each patient's line: line, person, reason, hospital, first, last (-1: not left), died.

    A person's later stays may be at the other hospital; the stay of a death is the last of its line.
    """
    n = lines.height
    count = 1 + pick(rng, np.array([58, 24, 11, 5, 2]), n)
    count = np.where(lines["deceased"].to_numpy(), np.maximum(count, 1), count)
    line = np.repeat(np.arange(n), count)
    rank = np.arange(line.size) - np.repeat(np.cumsum(count) - count, count)
    home = lines["hospital"].to_numpy()[line]
    elsewhere = (rank > 0) & (rng.random(line.size) < 0.12)
    born = lines["born"].to_numpy()[line]
    start = np.maximum(FIRST_DAY, born + 1)
    end = np.where(lines["deceased"].to_numpy()[line], lines["died"].to_numpy()[line], LAST_DAY)
    first = (start + (end - start - 3) * rng.random(line.size)).astype(np.int64)
    first = np.maximum(np.minimum(first, end), born)
    length = (rng.random(line.size) ** 2 * 12).astype(np.int64)
    last_of_line = np.append(line[1:] != line[:-1], True)
    died = last_of_line & lines["deceased"].to_numpy()[line]
    first = np.where(died, np.maximum(end - length, born), first)
    last = np.where(died, end, np.minimum(first + length, LAST_DAY))
    last = np.where((last >= LAST_DAY - 1) & ~died, -1, last)
    return pl.DataFrame({
        "line": line, "person": lines["person"].to_numpy()[line], "reason": lines["reason"].to_numpy()[line],
        "age": lines["age"].to_numpy()[line], "hospital": np.where(elsewhere, 1 - home, home), "first": first,
        "last": last, "died": died, "hour": rng.integers(0, 24 * 60, line.size),
        "entry": rng.integers(0, len(ENTRIES), line.size), "exit": rng.integers(0, len(EXITS), line.size),
    }).sort("first", "line")  # fmt: skip


def draw_diagnoses(rng: np.random.Generator, stays: pl.DataFrame) -> pl.DataFrame:
    """One row for each diagnosis: stay (number), person, kind, code, says; the main one, and up to two more."""
    stay = np.arange(stays.height)
    reason = stays["reason"].to_numpy()
    main = pl.DataFrame({
        "stay": stay, "person": stays["person"], "kind": "DP", "code": [REASONS[r].code for r in reason],
        "says": [REASONS[r].says for r in reason],
    })  # fmt: skip
    more = np.repeat(stay, np.where(stays["age"].to_numpy() >= 18, pick(rng, np.array([45, 35, 20]), stays.height), 0))
    which = pick(rng, np.array([weight for _, weight, _ in SECOND]), more.size)
    other = pl.DataFrame({
        "stay": more, "person": stays["person"].gather(more), "kind": "DAS",
        "code": [SECOND[w][0] for w in which], "says": [SECOND[w][2] for w in which],
    }).unique(maintain_order=True)  # fmt: skip
    return pl.concat([main, other], how="vertical_relaxed").sort("stay", maintain_order=True)


def draw_prescriptions(rng: np.random.Generator, stays: pl.DataFrame, doctors: int) -> pl.DataFrame:
    """One row for each medicine given: stay, person, drug, doctor (number), day."""
    rows = [
        (stay, drug)
        for stay, reason in enumerate(stays["reason"].to_list())
        for drug in (*REASONS[reason].drugs, "PARACETAMOL 1 g")
    ]
    stay = np.array([one for one, _ in rows])
    kept = rng.random(stay.size) < 0.8
    stay, drugs = stay[kept], [drug for (_, drug), yes in zip(rows, kept, strict=True) if yes]
    # Each hospital has its own doctors: the first half of the list, and the second.
    half = doctors // 2
    doctor = rng.integers(0, half, stay.size) + half * stays["hospital"].to_numpy()[stay]
    return pl.DataFrame({
        "stay": stay, "person": stays["person"].gather(stay), "drug": drugs, "doctor": doctor,
        "day": stays["first"].gather(stay),
    })  # fmt: skip
