"""Whether the first line of a source is a header, and what of its cells may be told.

A header leaves the workspace: it stands in the inventory, in the forms and on the screen. A cell of it that holds a
person's name or a value must therefore lose it, and a first record must not pass for a header. The words that name
columns are those of reference/headers.toml. Thresholds are choices.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from breachkit.reading.delimited.cell_kinds import STRICT, kind
from breachkit.reference.catalogue import load_toml, resource

# A header's cells are words. A cell with four digits in a row, an at sign, a date or a house number is a value.
VALUE_LIKE = re.compile(r"\d{4,}|@|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|^\d+([.,]\d+)?$|^\d+,?\s+(bis |ter )?[^\W\d]{2,}")
YEAR = re.compile(r"19\d\d|20\d\d|2100")
HOLDS_YEAR = re.compile(r"(?<!\d)(?:19\d\d|20\d\d|2100)(?!\d)")
ADDRESS = re.compile(r"\S*(?:@|://)\S*")
WORD = re.compile(r"[^\W\d_]+")
GLUED = re.compile(r"(?<=\d)[^\W\d_]{1,3}(?![^\W\d_])|(?<![^\W\d_])[^\W\d_]{1,3}(?=\d)")
LOST = re.compile(r"(?:[^\W\d_]|[?\ufffd])+")  # a word in which signs stand for letters that a bad decoding lost
CAMEL = re.compile(r"(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
MAX_WORD = 60  # letters; a longer word names no column
MAX_TOLD = 200  # characters of a header's cell that are looked at for words to tell
MAX_HEADER_WORDS = 6  # a cell of more words is a sentence
MAX_NAME_WORDS = 3  # a cell below the header of more words is an address or a note: its words are no names
SHORT_PART = 4  # letters
# Names that tell a column's place only.
ALPHABET = "abcdefghijklmnopqrstuvwxyz"
NUMBERED = re.compile(r"(?:col(?:umn|onne)?|field|champ|var|v|f|x|c)[ _.]?\d{1,4}", re.I)
FUNCTION_WORDS = frozenset({"des", "les", "the", "and"})


def published_header(first: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, ...] | None:
    """The cells of the first line as they may be told ("" where nothing may), or None where it is a record.

    `rows` are the records below it, each with as many cells.
    """
    cells = [unicodedata.normalize("NFC", cell.strip()) for cell in first]
    return told_cells(first, rows) if _is_header(cells, rows) else None


def told_cells(first: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The cells of a header as they may be told, "" where nothing may; `rows` are the records below it."""
    cells = [unicodedata.normalize("NFC", cell.strip()) for cell in first]
    below = {plain(word) for row in rows for cell in row for word in _name_words(cell)}
    years = _years(cells, [[cell.strip() for cell in row] for row in rows])
    return tuple(
        cell.strip() if at in years or may_be_told(cells[at], below) else told_words(cells[at])
        for at, cell in enumerate(first)
    )


def plain(text: str) -> str:
    """Lower case without accents."""
    folded = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


@cache
def _words() -> frozenset[str]:
    """Words that name columns, of two letters or more."""
    table = load_toml("headers.toml")
    phrases = [phrase for several in table["phrases"].values() for phrase in several]
    told = [*table["words"], *table["words"].values(), *table["noise"], *phrases]
    return frozenset(word for text in told for word in re.split("[^a-z]+", str(text)) if len(word) >= 2)


@cache
def _names_of_persons() -> frozenset[str]:
    """Common names of persons that name no column."""
    return _listed("") - _words()


@cache
def _never_glued() -> frozenset[str]:
    """Names of persons, rare ones too: LESAGE is not « les âge », CHARLINE not « char line »."""
    return _listed("") | _listed("_wide")


def _listed(size: str) -> frozenset[str]:
    lines = [line for kind in ("family", "given") for line in resource(f"lists/{kind}_names{size}.txt").splitlines()]
    return frozenset(plain(word) for line in lines if line[:1] != "#" for word in WORD.findall(line))


@cache
def is_header_word(word: str) -> bool:
    """Whether a word (lower case, no accent) names columns, alone or glued to others (`codepostalpatient`)."""
    if word in _words():
        return True
    if len(word) > MAX_WORD:
        return False
    if "?" in word or "\ufffd" in word:
        pattern = re.compile(re.sub("[?\ufffd]", ".", word))
        return len(word) > 3 and any(pattern.fullmatch(known) for known in _words())
    if word in _never_glued():
        return False
    heads = (word[:at] for at in range(3, len(word) - 2))
    return any(head in _words() and is_header_word(word[len(head) :]) for head in heads)


def _split(cell: str) -> list[str]:
    """The words of a cell; UTF-8 that was read in an 8-bit encoding is put right first."""
    for encoding in ("cp1252", "latin-1"):
        try:
            cell = cell.encode(encoding).decode("utf-8")
            break
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
    words: list[str] = []
    for word in LOST.findall(CAMEL.sub(" ", cell)):
        words += [word] if is_header_word(plain(word)) else WORD.findall(word)
    return words


def told_words(cell: str) -> str:
    """The words of three letters or more that name columns, as they are written; "" where there is none."""
    cell = ADDRESS.sub(" ", cell[:MAX_TOLD])  # the parts of an address are no words
    return " ".join(word for word in _split(cell) if len(word) >= 3 and is_header_word(plain(word)))


def _name_words(cell: str) -> list[str]:
    if len(cell) > MAX_TOLD:
        return []
    text = unicodedata.normalize("NFC", cell)
    words = WORD.findall(text)
    if len(words) > MAX_NAME_WORDS:
        return []
    codes = set(GLUED.findall(text))  # two letters of a password are no name
    return [word for word in words if word not in codes]


def _names_a_column(cell: str) -> bool:
    """Whether at least half of the cell's words of three letters or more name columns, and it is no sentence."""
    if len(cell) > MAX_TOLD or "=" in cell:  # `name=value` is a value
        return False
    words = [word for word in _split(cell) if len(word) >= 3 and plain(word) not in FUNCTION_WORDS]
    known = sum(is_header_word(plain(word)) for word in words)
    return 0 < len(words) <= MAX_HEADER_WORDS and 2 * known >= len(words) and not VALUE_LIKE.search(cell)


def names_columns(cells: Sequence[str]) -> bool:
    """Whether at least half of the filled cells of a line name columns, two of them at the least, and none is a value.

    Weaker than a header: it says that the line was rightly cut, not that it may be published.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    named = sum(_names_a_column(cell) for cell in filled)
    return named >= 2 and 2 * named >= len(filled) and not any(VALUE_LIKE.search(cell) for cell in filled)


def only_names_columns(cells: Sequence[str]) -> bool:
    """Whether every filled cell of a line, and nearly every cell is filled, is made of words that name columns."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < 2 or len(filled) < 0.8 * len(cells) or len(set(map(plain, filled))) < 2:
        return False
    return all(_is_made_of_column_words(cell) for cell in filled)


def _is_made_of_column_words(cell: str) -> bool:
    if len(cell) > MAX_TOLD:
        return False
    words = [word for word in _split(cell) if len(word) >= 2]
    known = all(is_header_word(plain(word)) for word in words)
    return 0 < len(words) <= MAX_HEADER_WORDS and known and not VALUE_LIKE.search(cell)


def _years(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """The places of the bare years that name columns (`commune;2019;2020`), none where one of them may be a value.

    Every other cell names a column, and what is below a year holds none; below years that count up or down by one
    fewer than half may, for numbers look like years.
    """
    places = [at for at, cell in enumerate(cells) if YEAR.fullmatch(cell)]
    others = [cell for at, cell in enumerate(cells) if cell and at not in places]
    if not places or not others or not all(_names_a_column(cell) for cell in others):
        return frozenset()
    steps = {int(cells[after]) - int(cells[at]) for at, after in pairwise(places)}
    counted = steps in ({1}, {-1})
    for at in places:
        below = [row[at] for row in rows if at < len(row) and row[at] and list(row) != list(cells)]
        held = sum(bool(HOLDS_YEAR.search(cell)) for cell in below)
        if not below or cells[at] in below or (2 * held >= len(below) if counted else held):
            return frozenset()
    return frozenset(places)


def _is_header(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a clear share of the first line's cells names columns; better a record too many than a name told."""
    filled = [position for position, cell in enumerate(cells) if cell]
    if len(filled) < 0.5 * len(cells):
        return False
    # The header of a second export put behind the first, or of a second table, is no value.
    known = {cells[position] for position in filled}
    bodies = [[cell.strip() for cell in row] for row in rows]
    bodies = [row for row in bodies if not (set(row) & known and (row == list(cells) or only_names_columns(row)))]
    years = _years(cells, bodies)
    filled = [position for position in filled if position not in years]
    values, headers = 0, 0
    for position in filled:
        # What comes back below in its own column is a value of it.
        numbered = NUMBERED.fullmatch(cells[position])
        if (VALUE_LIKE.search(cells[position]) and not numbered) or any(
            row[position] == cells[position] for row in bodies
        ):
            values += 1
        elif _names_a_column(cells[position]):
            headers += 1
    if headers >= 2 and headers > values:
        return True
    if not headers and not values and _stands_above_values([cells[at] for at in filled], bodies, filled):
        return True
    if values or not headers:
        return False
    return headers >= 0.5 * len(filled) or any(_holds_values(bodies, position) for position in filled)


def _stands_above_values(names: Sequence[str], rows: Sequence[Sequence[str]], positions: Sequence[int]) -> bool:
    """Whether a line of words that we do not know is a header all the same.

    It is where every column below holds dates, numbers and the like only, so that no person's name can stand there;
    or where it numbers the columns (`a`, `b`, `c`; `col1`, `F12`) and what is below does not.
    """
    if not rows or len(set(names)) < len(names) or any(kind(name) in STRICT for name in names):
        return False
    if "".join(names).casefold() in ALPHABET and all(len(name) == 1 for name in names) and len(names) >= 2:
        return any(len(row[at]) > 1 or row[at].isdigit() for row in rows for at in positions)
    if len(names) >= 2 and all(NUMBERED.fullmatch(name) for name in names):
        return not all(NUMBERED.fullmatch(row[at]) for row in rows for at in positions if row[at])
    held = [kind(row[at]) for row in rows for at in positions]
    return any(name in STRICT for name in held) and all(name in STRICT or name == "empty" for name in held)


def _holds_values(rows: Sequence[Sequence[str]], position: int) -> bool:
    """Whether most filled cells of a column are dates, numbers or addresses."""
    filled = [row[position] for row in rows if row[position]]
    return sum(bool(VALUE_LIKE.search(cell)) for cell in filled) > 0.5 * len(filled)


def may_be_told(cell: str, below: set[str] | frozenset[str] = frozenset()) -> bool:
    """Whether a cell holds no value, and at most one word that names no column and no person either.

    A word is taken for a person's name when it is a common one, or stands below in a short cell. The short parts of
    a name that a database gave (`EXE_SOI_DTD`) do not count.
    """
    if len(cell) > MAX_TOLD or VALUE_LIKE.search(cell):
        return False
    unknown = {plain(word) for word in _split(cell) if len(word) >= 2 and not is_header_word(plain(word))}
    if unknown & below or unknown & _names_of_persons():
        return False
    coded = "_" in cell and " " not in cell
    return sum(len(word) > SHORT_PART or not coded for word in unknown) <= 1
