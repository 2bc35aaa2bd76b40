"""Makers of the labelled tables of `field_tables.py`: each writes one cell of one person.

A maker takes a `Cell` and its own arguments, and returns a text. Keys are computed here, apart from the room that is
measured.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

import field_numbers as numbers
from field_persons import LAST_DAY, Cell, ascii_of, cased, digits, luhn, nir_key

MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905


def _nir(c: Cell, style: str) -> str:
    body = c.who.nir
    if style == "bare":
        return body
    if style in ("spaced", "dots"):
        parts = [body[0], body[1:3], body[3:5], body[5:7], body[7:10], body[10:], nir_key(body)]
        return ("." if style == "dots" else " ").join(parts)
    return body + nir_key(body)


def dated(day: date, style: str) -> str:
    if style == "words":
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
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


def _birth(c: Cell, style: str) -> str:
    if c.draw.random() < 0.015:
        return {"fr": "01/01/1900", "iso": "1900-01-01", "compact": "19000101"}.get(style, "")
    return dated(c.who.born, style)


def _near(draw: random.Random, low: str, high: str) -> datetime:
    start, end = datetime(int(low), 1, 1), datetime(int(high) + 1, 1, 1)
    hour = draw.randrange(8, 19)
    day = start + timedelta(days=draw.randrange((end - start).days))
    return day + timedelta(hours=hour, minutes=draw.randrange(60), seconds=draw.randrange(60))


def _death(c: Cell, style: str) -> str:
    if c.draw.random() > 0.06:
        return ""
    return dated(_near(c.draw, "2019", "2025").date(), style)


def _phone(c: Cell, style: str, kind: str) -> str:
    if c.draw.random() < 0.02:
        return c.draw.choice(["0000000000", "NC", "0600000000"])
    home = kind == "home" or (kind == "any" and c.draw.random() < 0.4)
    head = c.draw.choice(["019900", "026191", "035301", "046571", "053649"]) if home else "063998"
    number = head + digits(c.draw, 4)
    if style == "mixed":
        style = c.draw.choice(["spaced", "dots", "compact", "e164", "lost_zero", "dashes", "zero_zero"])
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


def _email(c: Cell) -> str:
    given, family = (ascii_of(one).lower().replace(" ", "").replace("'", "") for one in (c.who.given, c.who.family))
    domain = c.draw.choice(["example.org", "example.com", "mail.example", "courrier.example"])
    start = c.draw.choice(
        [f"{given}.{family}", f"{given[0]}{family}", f"{family}{c.who.born:%y}", f"{given}{c.who.number}"]
    )
    return f"{start}@{domain}"


def _login(c: Cell, style: str) -> str:
    given, family = (ascii_of(one).lower().replace(" ", "").replace("'", "") for one in (c.who.given, c.who.family))
    return f"{given}.{family}" if style == "dotted" else f"{given[0]}{family}"


def _company(c: Cell) -> str:
    part = c.draw.random()
    if part < 0.5:
        return c.draw.choice(c.words["organisations"]).upper()
    name = c.draw.choice(c.words["stems"]) + c.draw.choice(c.words["endings"])
    return f"{c.draw.choice(['SARL', 'SAS', 'EURL', 'SCI', 'GARAGE', 'BOULANGERIE'])} {name}".upper()


def _note(c: Cell) -> str:
    text = c.draw.choice(c.words["notes"])
    extra = c.draw.choice(
        ["", "", f" Vu le {dated(_near(c.draw, '2023', '2025').date(), 'fr')}.", f" {c.who.number} jours."]
    )
    return f"{text}.{extra}" if c.draw.random() < 0.6 else ""


def _full(c: Cell, order: str) -> str:
    given, family = cased(c.who.given, c.who.case), cased(c.who.family, c.who.case)
    if order == "family_comma":
        return f"{family.upper()}, {given}"
    return f"{family} {given}" if order == "family_first" else f"{given} {family}"


def _street_name(c: Cell) -> str:
    return f"{c.draw.choice(c.words['kinds'])} {c.draw.choice(c.words['streets'])}"


def _address(c: Cell) -> str:
    number = f"{c.draw.randrange(1, 180)}{c.draw.choice(['', '', '', ' bis', ','])}"
    return f"{number} {_street_name(c)}"


def _password(c: Cell, style: str) -> str:
    if style == "bcrypt":
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./"
        return "$2y$10$" + "".join(c.draw.choice(letters) for _ in range(53))
    return (
        f"{c.draw.choice(['Soleil', 'azerty', 'Marseille', 'chaton', 'Bzh'])}{digits(c.draw, 3)}{c.draw.choice('!?*$')}"
    )


def _title(c: Cell, style: str) -> str:
    forms = {"abbreviated": ("M.", "Mme"), "full": ("Monsieur", "Madame")}[style]
    return forms[c.who.sex == "F"]


def _tel_pair(c: Cell) -> str:
    return f"{_phone(c, 'spaced', 'home')} / {_phone(c, 'spaced', 'mobile')}"


def _cased_town(c: Cell, case: str) -> str:
    return cased(c.who.town[0], case)


def _number(c: Cell, low: str, high: str, places: str) -> str:
    return f"{c.draw.uniform(float(low), float(high)):.{places}f}".replace(".", c.draw.choice([",", "."]))


def _hash(c: Cell, size: str) -> str:
    return "".join(c.draw.choice("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(int(size)))


def _uuid(c: Cell) -> str:
    text = f"{c.draw.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _initials(c: Cell) -> str:
    return (c.who.given[0] + c.who.family[0]).upper()


Maker = Callable[..., str]
MAKERS: dict[str, Maker] = {
    "serial": lambda c, start, width: str(int(start) + c.who.number).zfill(int(width)),
    "code": lambda c, head, width: f"{head}{digits(c.draw, int(width))}",
    "digits": lambda c, size, kind="many": (
        digits(c.draw, int(size)) if kind == "many" else str(100 + c.draw.randrange(9))
    ),
    "title": _title,
    "family": lambda c: cased(c.who.family, c.who.case),
    "birth_name": lambda c: cased(c.who.birth_name, c.who.case) if c.draw.random() < 0.6 else "",
    "other_family": lambda c: cased(c.who.doctor.split(" ", 1)[1], c.who.case),
    "given": lambda c: cased(c.who.given, c.who.case),
    "full": _full,
    "dicom_name": lambda c: f"{ascii_of(c.who.family).upper()}^{ascii_of(c.who.given).upper()}",
    "initials": _initials,
    "birth": _birth,
    "birth_old": lambda c, style: dated(
        date(1925 + c.draw.randrange(25), c.who.born.month, 1 + c.draw.randrange(28)), style
    ),
    "birth_city": lambda c: cased(c.who.birth_town[0], c.who.case),
    "age": lambda c: str(int((LAST_DAY - c.who.born).days / 365.25)),
    "death": _death,
    "sex": lambda c, style: c.who.sex if style == "MF" else "12"[c.who.sex == "F"],
    "nir": _nir,
    "nir_key": lambda c: nir_key(c.who.nir),
    "phone": _phone,
    "two_phones": _tel_pair,
    "email": _email,
    "mssante": lambda c: f"{_login(c, 'dotted')}@pro.mssante.fr",
    "pro_email": lambda c: f"contact{c.who.number}@cabinet.example",
    "login": _login,
    "password": _password,
    "address": _address,
    "address2": lambda c: c.draw.choice(["", "", "Bât A", "Appt 12", "2e étage", "Résidence Bellevue", "BP 14"]),
    "full_address": lambda c: f"{_address(c)} {c.who.town[1]} {c.who.town[0]}",
    "street_number": lambda c: str(c.draw.randrange(1, 200)),
    "street_name": lambda c: c.draw.choice(c.words["streets"]),
    "street_name_upper": lambda c: ascii_of(c.draw.choice(c.words["streets"])).upper(),
    "postcode": lambda c, style="plain": c.who.town[1].lstrip("0") if style == "lost_zero" else c.who.town[1],
    "postcode_city": lambda c: f"{c.who.town[1]} {ascii_of(c.who.town[0]).upper()}",
    "city": _cased_town,
    "insee": lambda c: c.who.town[2],
    "birth_insee": lambda c: c.who.birth_town[2],
    "department": lambda c: c.who.town[1][:2],
    "department3": lambda c: f"0{c.who.town[1][:2]}",
    "department_name": lambda c: c.draw.choice(["Ain", "Cantal", "Corrèze", "Gard", "Landes", "Lot", "Nord", "Rhône"]),
    "doctor": lambda c: cased(c.who.doctor, c.who.case),
    "rpps": lambda c: luhn(f"10{digits(c.draw, 8)}"),
    "rpps_national": lambda c: "8" + luhn(f"10{digits(c.draw, 8)}"),
    "adeli": numbers.adeli,
    "finess": numbers.finess,
    "finess_corsica": numbers.finess,
    "siren": lambda c: luhn(c.draw.choice("345789") + digits(c.draw, 7)),
    "siret": numbers.siret,
    "iban": numbers.iban,
    "iban_spaced": numbers.iban_spaced,
    "bic": lambda c: c.draw.choice(["BNPAFRPPXXX", "PSSTFRPPPAR", "CMCIFR2A", "CEPAFRPP350", "AGRIFRPP882"]),
    "masked_card": lambda c: f"4970 XXXX XXXX {digits(c.draw, 4)}",
    "money": lambda c: f"{c.draw.expovariate(1 / 45):.2f}".replace(".", ","),
    "money_euro": lambda c: f"{c.draw.expovariate(1 / 45):.2f} €".replace(".", ","),
    "cim10": numbers.cim10,
    "cim10_dotted": lambda c: c.draw.choice(["E11.9", "I10", "J45.0", "E83.1", "K74.6", "I25.1", "M17.1", "F41.2"]),
    "ccam": numbers.ccam,
    "ghm": lambda c: (
        f"{c.draw.randrange(1, 24):02d}{c.draw.choice('CMKZ')}{c.draw.randrange(1, 30):02d}{c.draw.choice('1234TJ')}"
    ),
    "ngap": lambda c: (
        f"{c.draw.choice(['AMI', 'AIS', 'AMX', 'BSA', 'IFA'])} {c.draw.choice(['1', '1,5', '3', '4', ''])}"
    ),
    "atc": lambda c: c.draw.choice(["A10BA02", "C09AA05", "N02BE01", "C10AA07", "B01AF02", "N06AB04", "R03AC02"]),
    "cip13": numbers.cip13,
    "cip7": lambda c: f"3{digits(c.draw, 6)}",
    "ean": numbers.ean,
    "loinc": lambda c: c.draw.choice(["14749-6", "2160-0", "718-7", "777-3", "3016-3", "1988-5", "4548-4", "2276-4"]),
    "date_near": lambda c, style, low, high: dated(_near(c.draw, low, high).date(), style),
    "moment": lambda c, low, high: f"{_near(c.draw, low, high):%d/%m/%Y %H:%M}",
    "moment_iso": lambda c, low, high: f"{_near(c.draw, low, high):%Y-%m-%dT%H:%M:%S}",
    "unix": lambda c, low, high: str(int((_near(c.draw, low, high) - datetime(1970, 1, 1)).total_seconds())),
    "number": _number,
    "blood_pressure": lambda c: f"{c.draw.randrange(10, 18)}/{c.draw.randrange(6, 10)}",
    "word": lambda c, name: c.draw.choice(c.words[name]),
    "choice": lambda c, *told: c.draw.choice(" ".join(told).split(",")),
    "note": _note,
    "unit_code": lambda c: str(3200 + c.draw.randrange(14)),
    "product_code": lambda c: f"{c.draw.choice('ABKZ')}{c.draw.randrange(100):02d}-{c.draw.randrange(1000):03d}",
    "company": _company,
    "long_organisation": lambda c: f"{c.draw.choice(c.words['organisations'])} DE {c.who.town[0]}".upper(),
    "digicode": lambda c: f"{c.draw.choice('AB')}{digits(c.draw, 4)}" if c.draw.random() < 0.3 else "",
    "plate": numbers.plate,
    "ip": lambda c: f"{c.draw.choice(['192.0.2', '198.51.100', '203.0.113'])}.{c.draw.randrange(1, 255)}",
    "ip6": lambda c: f"2001:db8::{c.draw.randrange(16**4):x}:{c.draw.randrange(16**4):x}",
    "gps": lambda c: f"{c.draw.uniform(42, 51):.5f}, {c.draw.uniform(-4, 8):.5f}",
    "url": lambda c: f"https://rdv.example.org/{_login(c, 'dotted')}",
    "uuid": _uuid,
    "hash": _hash,
    "blank": lambda c: c.draw.choice(["", "", " ", "NC"]),
}
