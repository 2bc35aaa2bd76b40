"""The invented persons of the labelled tables: their names, births, towns and numbers, coherent with each other."""

from __future__ import annotations

import random
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "data" / "fields"
LAST_DAY = date(2025, 6, 30)
Words = dict[str, list[str]]


@dataclass(frozen=True)
class Person:
    """Who a row is about; `case` is how its names are written."""

    number: int
    sex: str
    given: str
    family: str
    birth_name: str
    born: date
    birth_town: tuple[str, str, str]
    town: tuple[str, str, str]
    case: str
    doctor: str
    nir: str


@dataclass(frozen=True)
class Cell:
    """What a maker writes from: the generator, the person of the row, the words of its half."""

    draw: random.Random
    who: Person
    words: Words


@cache
def words_of(half: str) -> Words:
    """The words of a half (`known` or `held`), each line cut at its commas or, where it holds notes, semicolons."""
    table = tomllib.loads((FOLDER / f"words_{half}.toml").read_text(encoding="utf-8"))
    return {name: [one.strip() for one in text.split(";" if name == "notes" else ", ")] for name, text in table.items()}


def ascii_of(text: str) -> str:
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return plain.replace("ı", "i")


def _family(draw: random.Random, words: Words) -> str:
    part = draw.random()
    if part < 0.4:
        return draw.choice(words["family_common"])
    if part < 0.7:
        return draw.choice(words["family_rare"])
    name = draw.choice(words["stems"]) + draw.choice(words["endings"])
    return f"{name}-{draw.choice(words['family_common'])}" if part > 0.97 else name


def _town(draw: random.Random, words: Words) -> tuple[str, str, str]:
    name, postcode, insee = draw.choice(words["towns"]).rsplit(" ", 2)
    return name, postcode, insee


def _nir_body(draw: random.Random, sex: str, born: date, insee: str) -> str:
    place = insee if draw.random() < 0.9 else f"99{draw.choice(['352', '350', '139', '109', '341'])}"
    return f"{'1' if sex == 'M' else '2'}{born:%y}{born:%m}{place}{draw.randrange(1, 700):03d}"


def person(draw: random.Random, words: Words, number: int, case: str) -> Person:
    """The next invented person; births spread over 95 years, denser in the middle."""
    sex = draw.choice("MF")
    born = LAST_DAY - timedelta(days=int(draw.triangular(30, 36000, 17000)))
    family = _family(draw, words)
    birth_town = _town(draw, words)
    married = sex == "F" and draw.random() < 0.5 and born.year < 2003
    return Person(
        number=number,
        sex=sex,
        given=draw.choice(words["given_m" if sex == "M" else "given_f"]),
        family=family,
        birth_name=_family(draw, words) if married else family,
        born=born,
        birth_town=birth_town,
        town=_town(draw, words),
        case=case,
        nir=_nir_body(draw, sex, born, birth_town[2]),
        doctor=f"{draw.choice(['Dr', 'Dr', 'DR', 'Docteur'])} {_family(draw, words)}",
    )


def cased(text: str, case: str) -> str:
    if case == "upper":
        return ascii_of(text).upper()
    return text.lower() if case == "lower" else text


def digits(draw: random.Random, count: int) -> str:
    return "".join(draw.choice("0123456789") for _ in range(count))


def luhn(body: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def nir_key(body: str) -> str:
    number = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{97 - number % 97:02d}"
