"""Cells of the labelled tables of `field_tables.py`: invented persons, and the makers that write one cell of one.

A maker takes the generator, the person of the row, the words of its half and its arguments, and returns a text.
Keys are computed here, apart from the room that is measured.
"""

from __future__ import annotations

import random
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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


def _nir(draw: random.Random, who: Person, words: Words, style: str) -> str:
    body = who.nir
    if style == "bare":
        return body
    if style in ("spaced", "dots"):
        parts = [body[0], body[1:3], body[3:5], body[5:7], body[7:10], body[10:], nir_key(body)]
        return ("." if style == "dots" else " ").join(parts)
    return body + nir_key(body)


def dated(day: date, style: str) -> str:
    if style == "words":
        months = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
        return f"{day.day} {months[day.month - 1]} {day.year}"
    if style == "excel":
        return str((day - date(1899, 12, 30)).days)
    forms = {
        "fr": "%d/%m/%Y",
        "iso": "%Y-%m-%d",
        "compact": "%Y%m%d",
        "american": "%m/%d/%Y",
        "short": "%d/%m/%y",
        "year": "%Y",
        "month": "%Y%m",
        "month_year": "%m/%Y",
    }
    return day.strftime(forms[style])


def _birth(draw: random.Random, who: Person, words: Words, style: str) -> str:
    if draw.random() < 0.015:
        return {"fr": "01/01/1900", "iso": "1900-01-01", "compact": "19000101"}.get(style, "")
    return dated(who.born, style)


def _near(draw: random.Random, low: str, high: str) -> datetime:
    start, end = datetime(int(low), 1, 1), datetime(int(high) + 1, 1, 1)
    hour = draw.randrange(8, 19)
    day = start + timedelta(days=draw.randrange((end - start).days))
    return day + timedelta(hours=hour, minutes=draw.randrange(60), seconds=draw.randrange(60))


def _death(draw: random.Random, who: Person, words: Words, style: str) -> str:
    if draw.random() > 0.06:
        return ""
    return dated(_near(draw, "2019", "2025").date(), style)


def _phone(draw: random.Random, who: Person, words: Words, style: str, kind: str) -> str:
    if draw.random() < 0.02:
        return draw.choice(["0000000000", "NC", "0600000000"])
    home = kind == "home" or (kind == "any" and draw.random() < 0.4)
    head = draw.choice(["019900", "026191", "035301", "046571", "053649"]) if home else "063998"
    number = head + digits(draw, 4)
    if style == "mixed":
        style = draw.choice(["spaced", "dots", "compact", "e164", "lost_zero", "dashes", "zero_zero"])
    pairs = [number[at : at + 2] for at in range(0, 10, 2)]
    return {
        "spaced": " ".join(pairs),
        "dots": ".".join(pairs),
        "dashes": "-".join(pairs),
        "compact": number,
        "lost_zero": number[1:],
        "e164": f"+33{number[1:]}",
        "zero_zero": f"0033{number[1:]}",
    }[style]


def _email(draw: random.Random, who: Person, words: Words) -> str:
    given, family = (ascii_of(one).lower().replace(" ", "").replace("'", "") for one in (who.given, who.family))
    domain = draw.choice(["example.org", "example.com", "mail.example", "courrier.example"])
    start = draw.choice([f"{given}.{family}", f"{given[0]}{family}", f"{family}{who.born:%y}", f"{given}{who.number}"])
    return f"{start}@{domain}"


def _login(draw: random.Random, who: Person, words: Words, style: str) -> str:
    given, family = (ascii_of(one).lower().replace(" ", "").replace("'", "") for one in (who.given, who.family))
    return f"{given}.{family}" if style == "dotted" else f"{given[0]}{family}"


def _iban(draw: random.Random, who: Person, words: Words) -> str:
    bank, desk, account = draw.choice(["30004", "20041", "10278", "13506"]), digits(draw, 5), digits(draw, 11)
    rib = 97 - (89 * int(bank) + 15 * int(desk) + 3 * int(account)) % 97
    bban = f"{bank}{desk}{account}{rib:02d}"
    key = 98 - int(f"{bban}152700") % 97
    return f"FR{key:02d}{bban}"


def _iban_spaced(draw: random.Random, who: Person, words: Words) -> str:
    text = _iban(draw, who, words)
    return " ".join(text[at : at + 4] for at in range(0, 27, 4))


def _cim10(draw: random.Random, who: Person, words: Words) -> str:
    known = (
        "E119 I10 J459 N183 C509 F329 J449 M059 B182 S7200 G20 B24 M545 E039 I48 G35 G473 N809 F200 Z491 O800 K359 A09"
    )
    return (
        draw.choice(known.split())
        if draw.random() < 0.6
        else f"{draw.choice('CEFIJKMNRSZ')}{draw.randrange(10, 80)}{draw.choice(['', '0', '1', '9'])}"
    )


def _ccam(draw: random.Random, who: Person, words: Words) -> str:
    heads = "DEQP HBLD ZBQK BFGA NFKA EQQF JQGA HHFA YYYY DZQM QZJA GLQP HFMC NAKA LFQK ZCQM MBCA AHQP".split()
    return f"{draw.choice(heads)}{draw.randrange(1, 20):03d}"


def _finess(draw: random.Random, who: Person, words: Words) -> str:
    department = "2A" if draw.random() < 0.03 else who.town[1][:2]
    body = f"{department}0{draw.randrange(10**5):05d}"
    return body + luhn(body.replace("2A", "21"))[-1]


def _adeli(draw: random.Random, who: Person, words: Words) -> str:
    return luhn(f"{who.town[1][:2]}{draw.choice('1469')}{digits(draw, 5)}")


def _siret(draw: random.Random, who: Person, words: Words) -> str:
    return luhn(luhn(draw.choice("345789") + digits(draw, 7)) + f"{draw.randrange(1, 60):04d}")


def _cip13(draw: random.Random, who: Person, words: Words) -> str:
    body = f"34009{draw.choice(['30', '35', '36', '49'])}{digits(draw, 5)}"
    total = sum(int(one) * (3 if at % 2 else 1) for at, one in enumerate(body))
    return f"{body}{-total % 10}"


def _ean(draw: random.Random, who: Person, words: Words) -> str:
    body = f"3{draw.choice(['7', '2', '5'])}{digits(draw, 10)}"
    total = sum(int(one) * (3 if at % 2 else 1) for at, one in enumerate(body))
    return f"{body}{-total % 10}"


def _company(draw: random.Random, who: Person, words: Words) -> str:
    part = draw.random()
    if part < 0.5:
        return draw.choice(words["organisations"]).upper()
    name = draw.choice(words["stems"]) + draw.choice(words["endings"])
    return f"{draw.choice(['SARL', 'SAS', 'EURL', 'SCI', 'GARAGE', 'BOULANGERIE'])} {name}".upper()


def _note(draw: random.Random, who: Person, words: Words) -> str:
    text = draw.choice(words["notes"])
    extra = draw.choice(["", "", f" Vu le {dated(_near(draw, '2023', '2025').date(), 'fr')}.", f" {who.number} jours."])
    return f"{text}.{extra}" if draw.random() < 0.6 else ""


def _full(draw: random.Random, who: Person, words: Words, order: str) -> str:
    given, family = cased(who.given, who.case), cased(who.family, who.case)
    if order == "family_comma":
        return f"{family.upper()}, {given}"
    return f"{family} {given}" if order == "family_first" else f"{given} {family}"


def _street_name(who: Person, draw: random.Random, words: Words) -> str:
    return f"{draw.choice(words['kinds'])} {draw.choice(words['streets'])}"


def _address(draw: random.Random, who: Person, words: Words) -> str:
    number = f"{draw.randrange(1, 180)}{draw.choice(['', '', '', ' bis', ','])}"
    return f"{number} {_street_name(who, draw, words)}"


def _password(draw: random.Random, who: Person, words: Words, style: str) -> str:
    if style == "bcrypt":
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./"
        return "$2y$10$" + "".join(draw.choice(letters) for _ in range(53))
    return f"{draw.choice(['Soleil', 'azerty', 'Marseille', 'chaton', 'Bzh'])}{digits(draw, 3)}{draw.choice('!?*$')}"


def _title(draw: random.Random, who: Person, words: Words, style: str) -> str:
    forms = {"abbreviated": ("M.", "Mme"), "full": ("Monsieur", "Madame")}[style]
    return forms[who.sex == "F"]


def _tel_pair(draw: random.Random, who: Person, words: Words) -> str:
    return f"{_phone(draw, who, words, 'spaced', 'home')} / {_phone(draw, who, words, 'spaced', 'mobile')}"


def _cased_town(draw: random.Random, who: Person, words: Words, case: str) -> str:
    return cased(who.town[0], case)


def _number(draw: random.Random, who: Person, words: Words, low: str, high: str, places: str) -> str:
    return f"{draw.uniform(float(low), float(high)):.{places}f}".replace(".", draw.choice([",", "."]))


def _hash(draw: random.Random, who: Person, words: Words, size: str) -> str:
    return "".join(draw.choice("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(int(size)))


def _uuid(draw: random.Random, who: Person, words: Words) -> str:
    text = f"{draw.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _initials(draw: random.Random, who: Person, words: Words) -> str:
    return (who.given[0] + who.family[0]).upper()


Maker = Callable[..., str]
MAKERS: dict[str, Maker] = {
    "serial": lambda d, p, w, start, width: str(int(start) + p.number).zfill(int(width)),
    "code": lambda d, p, w, head, width: f"{head}{digits(d, int(width))}",
    "digits": lambda d, p, w, size, kind="many": digits(d, int(size)) if kind == "many" else str(100 + d.randrange(9)),
    "title": _title,
    "family": lambda d, p, w: cased(p.family, p.case),
    "birth_name": lambda d, p, w: cased(p.birth_name, p.case) if d.random() < 0.6 else "",
    "other_family": lambda d, p, w: cased(p.doctor.split(" ", 1)[1], p.case),
    "given": lambda d, p, w: cased(p.given, p.case),
    "full": _full,
    "dicom_name": lambda d, p, w: f"{ascii_of(p.family).upper()}^{ascii_of(p.given).upper()}",
    "initials": _initials,
    "birth": _birth,
    "birth_old": lambda d, p, w, style: dated(date(1925 + d.randrange(25), p.born.month, 1 + d.randrange(28)), style),
    "birth_city": lambda d, p, w: cased(p.birth_town[0], p.case),
    "age": lambda d, p, w: str(int((LAST_DAY - p.born).days / 365.25)),
    "death": _death,
    "sex": lambda d, p, w, style: p.sex if style == "MF" else "12"[p.sex == "F"],
    "nir": _nir,
    "nir_key": lambda d, p, w: nir_key(p.nir),
    "phone": _phone,
    "two_phones": _tel_pair,
    "email": _email,
    "mssante": lambda d, p, w: f"{_login(d, p, w, 'dotted')}@pro.mssante.fr",
    "pro_email": lambda d, p, w: f"contact{p.number}@cabinet.example",
    "login": _login,
    "password": _password,
    "address": _address,
    "address2": lambda d, p, w: d.choice(["", "", "Bât A", "Appt 12", "2e étage", "Résidence Bellevue", "BP 14"]),
    "full_address": lambda d, p, w: f"{_address(d, p, w)} {p.town[1]} {p.town[0]}",
    "street_number": lambda d, p, w: str(d.randrange(1, 200)),
    "street_name": lambda d, p, w: d.choice(w["streets"]),
    "street_name_upper": lambda d, p, w: ascii_of(d.choice(w["streets"])).upper(),
    "postcode": lambda d, p, w, style="plain": p.town[1].lstrip("0") if style == "lost_zero" else p.town[1],
    "postcode_city": lambda d, p, w: f"{p.town[1]} {ascii_of(p.town[0]).upper()}",
    "city": _cased_town,
    "insee": lambda d, p, w: p.town[2],
    "department": lambda d, p, w: p.town[1][:2],
    "department3": lambda d, p, w: f"0{p.town[1][:2]}",
    "department_name": lambda d, p, w: d.choice(["Ain", "Cantal", "Corrèze", "Gard", "Landes", "Lot", "Nord", "Rhône"]),
    "doctor": lambda d, p, w: cased(p.doctor, p.case),
    "rpps": lambda d, p, w: luhn(f"10{digits(d, 8)}"),
    "rpps_national": lambda d, p, w: "8" + luhn(f"10{digits(d, 8)}"),
    "adeli": _adeli,
    "finess": _finess,
    "finess_corsica": _finess,
    "siren": lambda d, p, w: luhn(d.choice("345789") + digits(d, 7)),
    "siret": _siret,
    "iban": _iban,
    "iban_spaced": _iban_spaced,
    "bic": lambda d, p, w: d.choice(["BNPAFRPPXXX", "PSSTFRPPPAR", "CMCIFR2A", "CEPAFRPP350", "AGRIFRPP882"]),
    "masked_card": lambda d, p, w: f"4970 XXXX XXXX {digits(d, 4)}",
    "money": lambda d, p, w: f"{d.expovariate(1 / 45):.2f}".replace(".", ","),
    "money_euro": lambda d, p, w: f"{d.expovariate(1 / 45):.2f} €".replace(".", ","),
    "cim10": _cim10,
    "cim10_dotted": lambda d, p, w: d.choice(["E11.9", "I10", "J45.0", "E83.1", "K74.6", "I25.1", "M17.1", "F41.2"]),
    "ccam": _ccam,
    "ghm": lambda d, p, w: f"{d.randrange(1, 24):02d}{d.choice('CMKZ')}{d.randrange(1, 30):02d}{d.choice('1234TJ')}",
    "ngap": lambda d, p, w: f"{d.choice(['AMI', 'AIS', 'AMX', 'BSA', 'IFA'])} {d.choice(['1', '1,5', '3', '4', ''])}",
    "atc": lambda d, p, w: d.choice(["A10BA02", "C09AA05", "N02BE01", "C10AA07", "B01AF02", "N06AB04", "R03AC02"]),
    "cip13": _cip13,
    "cip7": lambda d, p, w: f"3{digits(d, 6)}",
    "ean": _ean,
    "loinc": lambda d, p, w: d.choice(["14749-6", "2160-0", "718-7", "777-3", "3016-3", "1988-5", "4548-4", "2276-4"]),
    "date_near": lambda d, p, w, style, low, high: dated(_near(d, low, high).date(), style),
    "moment": lambda d, p, w, low, high: f"{_near(d, low, high):%d/%m/%Y %H:%M}",
    "moment_iso": lambda d, p, w, low, high: f"{_near(d, low, high):%Y-%m-%dT%H:%M:%S}",
    "unix": lambda d, p, w, low, high: str(int((_near(d, low, high) - datetime(1970, 1, 1)).total_seconds())),
    "number": _number,
    "blood_pressure": lambda d, p, w: f"{d.randrange(10, 18)}/{d.randrange(6, 10)}",
    "word": lambda d, p, w, name: d.choice(w[name]),
    "choice": lambda d, p, w, *told: d.choice(" ".join(told).split(",")),
    "note": _note,
    "unit_code": lambda d, p, w: str(3200 + d.randrange(14)),
    "product_code": lambda d, p, w: f"{d.choice('ABKZ')}{d.randrange(100):02d}-{d.randrange(1000):03d}",
    "company": _company,
    "long_organisation": lambda d, p, w: f"{d.choice(w['organisations'])} DE {p.town[0]}".upper(),
    "digicode": lambda d, p, w: f"{d.choice('AB')}{digits(d, 4)}" if d.random() < 0.3 else "",
    "plate": lambda d, p, w: (
        f"{''.join(d.choice('ABCDEFGHJK') for _ in 'aa')}-{digits(d, 3)}-{''.join(d.choice('LMNPQRSTVW') for _ in 'aa')}"
    ),
    "ip": lambda d, p, w: f"{d.choice(['192.0.2', '198.51.100', '203.0.113'])}.{d.randrange(1, 255)}",
    "ip6": lambda d, p, w: f"2001:db8::{d.randrange(16**4):x}:{d.randrange(16**4):x}",
    "gps": lambda d, p, w: f"{d.uniform(42, 51):.5f}, {d.uniform(-4, 8):.5f}",
    "url": lambda d, p, w: f"https://rdv.example.org/{_login(d, p, w, 'dotted')}",
    "uuid": _uuid,
    "hash": _hash,
    "blank": lambda d, p, w: d.choice(["", "", " ", "NC"]),
}
