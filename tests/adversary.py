"""An invented extract made to leak, and a search for its values that shares nothing with the leak gate.

Every value of every person is known here, so that a test can ask for each of them in whatever a command has written:
raw bytes, unpacked streams of a PDF, parts of a workbook, chunks of a picture, texts inside other texts.
"""

from __future__ import annotations

import base64
import csv
import html
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

FAMILIES = (
    "Zvartmann", "Martin", "de la Brosse-Kérivel", "O'Zverrick", "d'Hautefontaine-Mzyk", "Petit", "Le Guennek-Trofimov",
    "Bernard", "N'Diambourou", "Œuvrardin", "Grzybowskaya", "Ben Yakhlouf", "Avril", "Paris", "van der Zwijnen", "Thô",
)  # fmt: skip
GIVENS = (
    "Odile", "Jean-Zéphyrin", "Anaïs", "Ugolin", "Françoise", "Zoë", "Marie", "Ernestine-Ludivine", "Gaëtan", "Ayşe",
    "Marcellin", "Théodora",
)  # fmt: skip
STREETS = ("rue des Alouettes Bleues", "avenue du Général Zvrek", "impasse de l'Écureuil Gris", "chemin des Ormes Tors")
TOWNS = (("69003", "Lyon"), ("75011", "Paris"), ("42000", "Saint-Étienne"))
NOTES = (
    "vient pour son traitement depuis le mois de mars et sa soeur {n} l'accompagne au {n} quai bleu",
    "séropositive depuis dix ans, ne surtout pas rappeler son employeur numéro {n} avant dimanche",
    "porte un bracelet rouge marqué {n} et refuse toute prise de sang en salle basse",
    "a quitté le foyer des acacias numéro {n}, code du portail bleu quatre mille {n}",
)
DATES = ("{d:02d}/{m:02d}/{y}", "{y}-{m:02d}-{d:02d}", "{d:02d}.{m:02d}.{y}", "{d:02d}{m:02d}{y}", "{y}{m:02d}{d:02d}")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre")


@dataclass(frozen=True)
class Somebody:
    """One invented patient, every value as an agent would have typed it."""

    number: int
    family: str
    given: str
    birth: tuple[int, int, int]  # day, month, year
    phone: str  # ten digits
    email: str
    nir: str  # thirteen digits
    iban: str
    card: str
    street: str
    code: str
    town: str
    file_number: str
    ins: str
    login: str
    password: str
    note: str

    @property
    def nir_key(self) -> str:
        return f"{97 - int(self.nir) % 97:02d}"

    def dates(self) -> list[str]:
        """The birth date as it may be written, six ways."""
        day, month, year = self.birth
        return [*(one.format(d=day, m=month, y=year) for one in DATES), f"{day} {MONTHS[month - 1]} {year}"]

    def phones(self) -> list[str]:
        """The telephone as it may be written, six ways."""
        pairs = re.findall("..", self.phone)
        tail = self.phone[1:]
        return [
            self.phone,
            " ".join(pairs),
            ".".join(pairs),
            "-".join(pairs),
            "+33" + tail,
            f"+33 (0){tail[0]} {tail[1:]}",
        ]

    def row(self) -> list[str]:
        """The cells of its row, formats changing from one person to the next."""
        at = self.number
        spaced = " ".join(re.findall("....?", self.iban)) if at % 2 else self.iban
        nir = (self.nir, self.nir + self.nir_key, self._nir_spaced())[at % 3]
        return [
            self.file_number, self.family.upper() if at % 3 else self.family, self.given, self.dates()[at % 3], nir,
            self.phones()[at % 6], self.email, self.street, self.code, self.town, spaced, self.card, self.ins,
            self.login, self.password, self.note, luhn(f"1010{at % 2 + 3}23456"),
        ]  # fmt: skip

    def _nir_spaced(self) -> str:
        n = self.nir
        return f"{n[0]} {n[1:3]} {n[3:5]} {n[5:7]} {n[7:10]} {n[10:13]} {self.nir_key}"


HEADER = [
    "NUM_DOSSIER", "NOM", "PRENOM", "DATE_NAISSANCE", "NIR", "TELEPHONE", "EMAIL", "ADRESSE", "CODE_POSTAL", "VILLE",
    "IBAN", "CARTE_BANCAIRE", "MATRICULE_INS", "LOGIN", "MOT_DE_PASSE", "COMMENTAIRE", "RPPS_MEDECIN",
]  # fmt: skip


def luhn(digits: str) -> str:
    """The number with its last digit, the key of Luhn."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        double = int(digit) * (2 if at % 2 == 0 else 1)
        total += double - 9 if double > 9 else double
    return digits + str(-total % 10)


def iban(number: int) -> str:
    """A French IBAN with its two keys, of a bank that does not exist."""
    bank, counter, account = "99999", "00042", f"{number * 7919:011d}"
    rib = f"{97 - (89 * int(bank) + 15 * int(counter) + 3 * int(account)) % 97:02d}"
    body = f"{bank}{counter}{account}{rib}"
    return f"FR{98 - int(body + '152700') % 97:02d}{body}"


def somebody(number: int) -> Somebody:
    """The person of this number, always the same."""
    family, given = FAMILIES[number % len(FAMILIES)], GIVENS[number % len(GIVENS)]
    day, month, year = 1 + number * 7 % 28, 1 + number % 11, 1931 + number * 3 % 70
    code, town = TOWNS[number % len(TOWNS)]
    place = f"{69 + number % 6:02d}{100 + number * 13 % 800:03d}"
    nir = f"{2 - number % 2}{year % 100:02d}{month:02d}{place}{100 + number:03d}"
    letters = re.sub("[^a-z]", "", unicodedata.normalize("NFKD", f"{given[:3]}{family}".lower()))
    return Somebody(
        number, family, given, (day, month, year), f"06399{80000 + number * 137:05d}",
        f"{letters}{number}@courriel.example", nir, iban(number), luhn(f"497040{number * 104729:09d}"),
        f"{number * 3 + 1} {STREETS[number % len(STREETS)]}",
        code, town, f"DZ{700000 + number * 977}", nir + f"{97 - int(nir) % 97:02d}", f"u.{letters}.{number}",
        f"Mzk{number * 7907}!qT", NOTES[number % len(NOTES)].format(n=number * 31 + 5),
    )  # fmt: skip


def everybody(count: int = 96) -> list[Somebody]:
    return [somebody(number) for number in range(1, count + 1)]


def as_csv(people: list[Somebody], header: list[str] | None = None) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header or HEADER)
    writer.writerows(one.row() for one in people)
    return out.getvalue().encode("utf-8")


def folded(text: str) -> str:
    """Capitals and digits only, nothing between them: how a value is looked for, whatever the way it was written."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE")).upper()
    return re.sub("[^A-Z0-9]", "", plain)


def needles(people: list[Somebody]) -> dict[str, str]:
    """Each value that must be nowhere, folded, with its kind."""
    found: dict[str, str] = {}
    for one in people:
        found |= dict.fromkeys((folded(one.family + one.given), folded(one.given + one.family)), "name")
        found |= dict.fromkeys((one.nir, one.phone[1:], folded(one.email), folded(one.email.split("@")[0])), "number")
        found |= dict.fromkeys((one.iban, one.iban[4:], one.card, folded(one.file_number), folded(one.login)), "number")
        found[folded(one.password)] = "password"
        found[folded(one.street)] = "address"
        words = one.note.split()
        found |= {folded(" ".join(words[at : at + 5])): "note" for at in range(len(words) - 4)}
        found |= dict.fromkeys((folded(one.family + each) for each in one.dates()), "birth")
        if len(folded(one.family)) >= 8:
            found[folded(one.family)] = "name"
    return {key: kind for key, kind in found.items() if len(key) >= 8}


def _pdf(content: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    yield "\n".join(page.extract_text() for page in reader.pages)
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            yield zlib.decompress(packed).decode("latin-1")
        except zlib.error:
            yield packed.decode("latin-1")
    for several in reader.attachments.values():
        yield from (one.decode("utf-8", "replace") for one in several)


def readings(content: bytes, name: str) -> Iterator[str]:
    """Everything that can be read in a file."""
    text = content.decode("utf-8", "replace")
    yield from (text, content.decode("latin-1"), content.decode("utf-16-le", "replace"))
    yield from (html.unescape(text), unquote(text), re.sub("<[^>]*>", "", html.unescape(text)))
    yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    if content[:4] == b"%PDF":
        yield from _pdf(content)
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            for part in box.namelist():
                yield from readings(box.read(part), part)
    if content[:4] == b"\x89PNG":
        yield from _png(content)
    if len(content) < 50_000_000 and not name.endswith(".png"):
        for packed in re.findall(r"[A-Za-z0-9+/]{40,}={0,2}", text):
            try:
                yield from _inner(base64.b64decode(packed + "=" * (-len(packed) % 4)))
            except ValueError:
                continue


def _inner(content: bytes) -> Iterator[str]:
    yield content.decode("utf-8", "replace")
    if content[:4] == b"\x89PNG":
        yield from _png(content)


def _png(content: bytes) -> Iterator[str]:
    at = 8
    while at + 8 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        body = content[at + 8 : at + 8 + size]
        if kind in (b"tEXt", b"iTXt", b"eXIf"):
            yield body.decode("latin-1")
        if kind == b"zTXt":
            yield zlib.decompress(body.split(b"\0", 1)[1][1:]).decode("latin-1")
        at += 12 + size


def traces(
    folder: Path, wanted: dict[str, str], told: str = "", *, besides: tuple[str, ...] = ()
) -> set[tuple[str, str]]:
    """(file, kind of value) for every value found in the files of a folder, their names, and what was told."""
    texts: dict[str, str] = {"(message)": folded(told)}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        texts[f"{name} (name)"] = folded(name)
        if path.is_file() and not any(one in name for one in besides):
            texts[name] = "\n".join({folded(text) for text in readings(path.read_bytes(), name)})
    return {(name, kind) for name, text in texts.items() for key, kind in wanted.items() if key in text}
