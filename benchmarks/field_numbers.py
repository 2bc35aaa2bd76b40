"""Numbers and codes of the labelled tables, with their keys."""

from __future__ import annotations

from field_persons import Cell, digits, luhn


def iban(c: Cell) -> str:
    """A French IBAN with both its keys."""
    bank, desk, account = c.draw.choice(["30004", "20041", "10278", "13506"]), digits(c.draw, 5), digits(c.draw, 11)
    rib = 97 - (89 * int(bank) + 15 * int(desk) + 3 * int(account)) % 97
    bban = f"{bank}{desk}{account}{rib:02d}"
    key = 98 - int(f"{bban}152700") % 97
    return f"FR{key:02d}{bban}"


def iban_spaced(c: Cell) -> str:
    """The same, in groups of four."""
    text = iban(c)
    return " ".join(text[at : at + 4] for at in range(0, 27, 4))


def cim10(c: Cell) -> str:
    """A code of the CIM-10, common or not."""
    return (
        c.draw.choice(c.words["codes"])
        if c.draw.random() < 0.6
        else f"{c.draw.choice('CEFIJKMNRSZ')}{c.draw.randrange(10, 80)}{c.draw.choice(['', '0', '1', '9'])}"
    )


def ccam(c: Cell) -> str:
    """A code of the CCAM."""
    return f"{c.draw.choice(c.words['acts'])}{c.draw.randrange(1, 20):03d}"


def finess(c: Cell) -> str:
    """A FINESS with its key, of the département of the person."""
    department = "2A" if c.draw.random() < 0.03 else c.who.town[1][:2]
    body = f"{department}0{c.draw.randrange(10**5):05d}"
    return body + luhn(body.replace("2A", "21"))[-1]


def adeli(c: Cell) -> str:
    """An ADELI number with its key."""
    return luhn(f"{c.who.town[1][:2]}{c.draw.choice('1469')}{digits(c.draw, 5)}")


def siret(c: Cell) -> str:
    """A SIRET with both its keys."""
    return luhn(luhn(c.draw.choice("345789") + digits(c.draw, 7)) + f"{c.draw.randrange(1, 60):04d}")


def cip13(c: Cell) -> str:
    """A CIP13 with its key."""
    body = f"34009{c.draw.choice(['30', '35', '36', '49'])}{digits(c.draw, 5)}"
    total = sum(int(one) * (3 if at % 2 else 1) for at, one in enumerate(body))
    return f"{body}{-total % 10}"


def ean(c: Cell) -> str:
    """The barcode of an article."""
    body = f"3{c.draw.choice(['7', '2', '5'])}{digits(c.draw, 10)}"
    total = sum(int(one) * (3 if at % 2 else 1) for at, one in enumerate(body))
    return f"{body}{-total % 10}"


def plate(c: Cell) -> str:
    """A number plate of the system of 2009."""
    pairs = ["".join(c.draw.choice(letters) for _ in "aa") for letters in ("ABCDEFGHJK", "LMNPQRSTVW")]
    return f"{pairs[0]}-{digits(c.draw, 3)}-{pairs[1]}"
