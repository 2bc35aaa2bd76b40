"""Identifiers with the right key that nobody real bears.

NIR: commune codes 950 to 989, which no département gives (INSEE's codes stop below 910). RPPS: series 109, far
above the numbers given so far. SIREN: public bodies of a département 99, which does not exist. Banks: code 98765, in
no list of the ACPR to our knowledge. Same draws, same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
from population import Ints, Lists

BANK = "98765"


def luhn_key(digits: str) -> str:
    """The digit that makes the number pass the Luhn check (ISO/IEC 7812-1)."""
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def nir_key(body: str) -> str:
    """The two digits of key of the 13 characters of a NIR; 2A is read 19, 2B 18."""
    return f"{97 - int(body.replace('2A', '19').replace('2B', '18')) % 97:02d}"


def birth_departments(rng: np.random.Generator, people: pl.DataFrame, lists: Lists) -> list[str]:
    """The département of birth: the area's for two persons in three, else that of any commune of the lists."""
    codes = lists.communes["insee"].str.slice(0, 2).to_numpy()
    names = lists.communes["area"].to_numpy()
    first = np.array([int(np.flatnonzero(names == name)[0]) for name in lists.areas])
    away = rng.random(people.height) < 0.34
    anywhere = rng.integers(0, codes.size, people.height)
    found = np.where(away, codes[anywhere], codes[first[people["area"].to_numpy()]])
    return found.tolist()


def nirs(rng: np.random.Generator, people: pl.DataFrame, departments: Iterable[str]) -> list[str]:
    """Thirteen characters for each person, all different: sex, year and month of birth, place, order."""
    born = people.select(pl.col("born").cast(pl.Int32).cast(pl.Date).dt.strftime("%y%m")).to_series()
    commune = rng.integers(950, 990, people.height)
    order = rng.integers(1, 1000, people.height)
    taken: set[str] = set()
    found = []
    rows = zip(people["female"], born, departments, commune.tolist(), order.tolist(), strict=True)
    for female, month, department, place, rank in rows:
        head = f"{2 if female else 1}{month}{department}{place}"
        while (number := f"{head}{rank:03d}") in taken:
            rank = rank % 999 + 1
        taken.add(number)
        found.append(number)
    return found


def ibans(rng: np.random.Generator, count: int) -> list[str]:
    """French IBANs of an invented bank, all different, with the keys of the RIB and of the IBAN."""
    accounts = rng.choice(10**9, size=count, replace=False) if count < 10**6 else np.arange(count)
    branches = rng.integers(100, 140, count)
    return [iban(int(branch), int(account)) for branch, account in zip(branches, accounts, strict=True)]


def iban(branch: int, account: int) -> str:
    """The IBAN of one account of the invented bank."""
    number = f"{account:011d}"
    key = 97 - (89 * int(BANK) + 15 * branch + 3 * int(number)) % 97
    bban = f"{BANK}{branch:05d}{number}{key:02d}"
    check = 98 - int(f"{bban}152700") % 97  # F and R are 15 and 27
    return f"FR{check:02d}{bban}"


def spis(rng: np.random.Generator, count: int) -> list[str]:
    """Tax numbers, all different: ten digits from 30 on, and the rest of the division by 511."""
    start = int(rng.integers(0, 10**6))
    return [spi(3_000_000_000 + (start + 48_271 * i) % 10**8) for i in range(count)]


def spi(body: int) -> str:
    """The tax number of ten digits."""
    return f"{body:010d}{body % 511:03d}"


def rpps_numbers(rng: np.random.Generator, count: int) -> list[str]:
    """RPPS numbers of the series 109, all different."""
    start = int(rng.integers(0, 10**7))
    numbers = (f"109{(start + 48_271 * i) % 10**7:07d}" for i in range(count))
    return [number + luhn_key(number) for number in numbers]


def finess(department: str, rank: int) -> str:
    """An establishment's number of a département, `rank` from 0 to 999,999; a letter of Corsica counts as its digit."""
    body = f"{department}{rank % 10**6:06d}"
    return body + luhn_key(body.replace("A", "1").replace("B", "2"))


def siren(rank: int) -> str:
    """A number of the public bodies of département 99, which does not exist; `rank` from 0 to 9,999."""
    body = f"1999{rank % 10**4:04d}"
    return body + luhn_key(body)


def areas_of(lists: Lists) -> Ints:
    """Equal weight for every area of the lists, as `draw_people` takes them."""
    return np.ones(len(lists.areas), dtype=np.int64)
