"""What of a text could be a value of an extract: runs of words written together, telephones, dates, numbers of files.

A value is compared as its letters and digits in capitals without accents, whatever stands between them: « Odile
d'Hautefontaine », « D'HAUTEFONTAINE, Odile » and an IBAN with or without spaces each give one key. `privacy` makes the
same of the values of the extract.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

import polars as pl

from breachkit.release.passages import BARRIER_WORD, Passage

LONGEST_RUN = 12  # words of a value: an address, an IBAN in fours
LINES_AFTER = 11  # a run may go on over as many lines, of one word each
SEPARATOR = r"[ ./\u00a0\u2009\u202f-]"
PHONE = re.compile(
    rf"(?<!\w)(?:(?:\+|00)(\d{{2}}){SEPARATOR}{{0,2}}(?:\(0\){SEPARATOR}?)?|0)([1-9](?:{SEPARATOR}{{0,2}}\d){{8}})(?!\w)"
)
ABROAD = re.compile(rf"(?<!\w)(?:\+|00)([1-9](?:{SEPARATOR}{{0,2}}\d){{8,13}})(?!\w)")
INTERNET = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?![\w.])")
FILE_NUMBER = re.compile(
    r"(?<!\w)(?:(?:IPP|NIP|NDA)\b|dossier\s*(?:patient\s*)?(?:n\s*[°ºo]|num[ée]ro)|(?:patient|file|record)\s*(?:n\s*[°ºo]|no\.|"
    r"num[ée]ro|number))[^\w)]{0,4}(\d{3,12})(?!\w)",  # after "(IPP)" stands a count, not a number of it
    re.IGNORECASE,
)
TITLE = re.compile(r"(?<!\w)M\.\s")  # Monsieur, no initial
INITIAL = re.compile(
    r"(?<!\w)((?:[A-ZÀ-Þ]\.[\s-]?){1,3})\s*((?:[^\W\d_]+['’ -]?){1,4})|"
    r"(?<![^\W\d_])(?<![^\W\d_]['’-])([^\W\d_]+(?:['’-][^\W\d_]+){0,5})\s+([A-ZÀ-Þ])\."
)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier january janv jan", "fevrier february fevr feb", "mars march mar", "avril april avr apr", "mai may",
            "juin june", "juillet july juil jul", "aout august aug", "septembre september sept sep",
            "octobre october oct", "novembre november nov", "decembre december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
NUMBERED_DATE = re.compile(
    r"(?<![\w./-])(?:(\d{1,2})[/. -](\d{1,2})[/. -]((?:18|19|20)\d\d)|((?:18|19|20)\d\d)[/.-](\d{1,2})[/.-](\d{1,2})|"
    r"(\d\d)(\d\d)((?:19|20)\d\d)|((?:19|20)\d\d)(\d\d)(\d\d))(?![\w]|[/.-]\d)"
)
WORDED_DATE = re.compile(
    r"(?<!\w)(\d{1,2})(?:er|st|nd|rd|th)?[\s\u00a0\u202f]+([^\W\d_]{3,9})\.?,?[\s\u00a0\u202f]+((?:18|19|20)\d\d)(?!\w)"
)
BORN = re.compile(r"(?<!\w)(?:n[ée]e?s?|naissance|naiss|born|birth\w*|dob|ddn)\b\W*(?:\w+\W+){0,2}$", re.IGNORECASE)
BORN_BEFORE = 40  # characters before a date in which a word tells that it is a birth
INVISIBLE = r"[\u00ad\u200b-\u200f\u2060\ufeff]"
SPECIAL_LETTERS = {"Œ": "OE", "Æ": "AE", "Ø": "O", "Ł": "L", "Đ": "D", "ẞ": "SS", "ß": "SS"}
WORDS = r"[\p{L}\p{N}]+"


def plain(texts: pl.Series) -> pl.Series:
    """Texts in capitals, without accents and invisible signs."""
    found = texts.str.replace_all(INVISIBLE, "").str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_uppercase()
    return found.str.replace_many(list(SPECIAL_LETTERS), list(SPECIAL_LETTERS.values()))


@lru_cache(maxsize=20_000)
def _plain_word(text: str) -> str:
    """As `plain`, for the few words of one match."""
    parted = unicodedata.normalize("NFKD", re.sub(INVISIBLE, "", text))
    bare = "".join(sign for sign in parted if not unicodedata.category(sign).startswith("M")).upper()
    return "".join(SPECIAL_LETTERS.get(sign, sign) for sign in bare)


def _plain_words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", _plain_word(text))


def chunks(passages: Iterable[tuple[int, Passage]]) -> pl.DataFrame:
    """The lines of passages, each with what follows it as far as a value may reach: file, alone, line, ahead.

    Fifteen hundred sheets share most of their lines: what is looked for is looked for once in each.
    """
    rows = [(file, number, one.text, one.names_alone) for number, (file, one) in enumerate(passages)]
    schema = {"file": pl.UInt32, "passage": pl.UInt32, "text": pl.String, "alone": pl.Boolean}
    lines = (
        pl.DataFrame(rows, schema=schema, orient="row")
        .with_columns(pl.col("text").str.split("\n"))
        .explode("text")
        .with_columns(pl.col("text").str.strip_chars().alias("line"))
        .filter(pl.col("line") != "")
    )
    if lines.is_empty():
        return pl.DataFrame(schema={**schema, "line": pl.String, "ahead": pl.String}).drop("text", "passage")
    lines = lines.join(_bare(lines["line"].unique()), on="line", how="left", maintain_order="left")
    next_lines = [pl.col("bare").shift(-step).over("passage").fill_null("") for step in range(1, LINES_AFTER + 1)]
    after = pl.concat_str(next_lines, separator=" ").str.strip_chars().str.split(" ").list.head(LONGEST_RUN - 1)
    ahead = after.list.join(" ").str.replace(rf"(?:^| ){BARRIER_WORD}(?: .*)?$", "")
    found = lines.with_columns(ahead.alias("ahead")).filter(pl.col("line") != BARRIER_WORD)
    return found.select("file", "alone", "line", "bare", "ahead")


def bare_words(texts: Sequence[str]) -> list[str]:
    """The words of each text in capitals without accents, parted by single spaces."""
    return _bare(pl.Series(list(texts), dtype=pl.String))["bare"].to_list()


def _bare(lines: pl.Series) -> pl.DataFrame:
    """The texts (line) and their words in capitals without accents, parted by single spaces (bare)."""
    return pl.DataFrame({"line": lines, "bare": plain(lines).str.extract_all(WORDS).list.join(" ")})


def keys_of(lines: pl.DataFrame, *, spaced: bool = False) -> pl.DataFrame:
    """The keys of lines (chunk, line, bare, ahead, alone), each once in a chunk:
    chunk, kind, words (0 for a form), key, alone.

    With `spaced`, one column more: the words of a run parted by spaces, "" for what is no run.
    """
    runs, patterns = _runs(lines), _patterns(lines)
    found = pl.concat([runs, _without_key(runs), patterns])
    found = found.with_columns(key=pl.col("spaced").str.replace_all(" ", "", literal=True))
    return found.unique() if spaced else found.drop("spaced").unique()


def _runs(lines: pl.DataFrame) -> pl.DataFrame:
    """Every run of words that begins in a line and may go on behind it."""
    words = lines.select(
        "chunk",
        "alone",
        pl.col("bare").str.split(" ").list.len().alias("own"),
        pl.concat_str("bare", "ahead", separator=" ").str.strip_chars().str.split(" ").alias("word"),
    ).filter(pl.col("word").list.first() != "")
    words = words.with_columns(pl.int_ranges(pl.col("word").list.len()).alias("at")).explode("word", "at")
    run, frames = words["word"], []
    for size in range(1, LONGEST_RUN + 1):
        last = words["chunk"].shift(1 - size)
        found = words.with_columns(run.alias("spaced"), last.alias("last"), pl.lit(size, pl.UInt8).alias("words"))
        kept = found.filter((pl.col("at") < pl.col("own")) & (pl.col("last") == pl.col("chunk")))
        frames.append(kept.select("chunk", pl.lit("run").alias("kind"), "words", "spaced", "alone").unique())
        run = run + " " + words["word"].shift(-size)
    return pl.concat(frames)


def _without_key(runs: pl.DataFrame) -> pl.DataFrame:
    """The thirteen signs of what has the form of a NIR with its key, which the extract may hold without it."""
    found = runs.filter(pl.col("spaced").str.contains(r"^[1-8] ?\d{2} ?\d{2} ?\d{1} ?[\dAB] ?\d{3} ?\d{3} ?\d{2}$"))
    return found.with_columns(pl.lit("nir").alias("kind"), pl.col("spaced").str.replace_all(" ", "").str.head(13))


def _patterns(lines: pl.DataFrame) -> pl.DataFrame:
    """Telephones, dates, initials, addresses of machines and numbers of files: what words alone do not tell."""
    sought = lines.filter(pl.col("line").str.contains(r"\d{2}|\p{Lu}\."))
    found: set[tuple[int, str, str, bool]] = set()
    for chunk, line, alone in sought.select("chunk", "line", "alone").iter_rows():
        found |= {(chunk, kind, key, alone) for kind, key in pattern_keys(line)}
    kinds = {"chunk": pl.UInt32, "kind": pl.String, "spaced": pl.String, "alone": pl.Boolean}
    table = pl.DataFrame(sorted(found), schema=kinds, orient="row")
    return table.with_columns(pl.lit(0, pl.UInt8).alias("words")).select("chunk", "kind", "words", "spaced", "alone")


def pattern_keys(text: str) -> set[tuple[str, str]]:
    """(kind, key) for every number or name of a known form in a text."""
    digits = re.compile(r"\D")
    found = {("phone", digits.sub("", one[2])) for one in PHONE.finditer(text)}
    found |= {("phone", digits.sub("", one)[-9:]) for one in ABROAD.findall(text)}
    found |= {("ip_address", one) for one in INTERNET.findall(text)}
    found |= {("file_number", one) for one in FILE_NUMBER.findall(text)}
    for place, day in dates(text):
        found.add(("birth_date", day))
        if BORN.search(text[max(0, place - BORN_BEFORE) : place]):
            found.add(("birth_told", day))
    for before, after, family, last in INITIAL.findall(TITLE.sub("", text)):
        initials, words = (before, after) if before else (last, family)
        bare = "".join(_plain_words(words))
        first = _plain_word(initials)[:1]
        names = [bare] if not before else _beginnings(words)
        found |= {("initial", f"{first}{name}") for name in names}
    return found


def _beginnings(words: str) -> list[str]:
    """« Le Guennec a dit » : LE, LEGUENNEC, LEGUENNECA… as a name may end at any of its words."""
    parts = _plain_words(words)
    return ["".join(parts[:size]) for size in range(1, len(parts) + 1)]


def dates(text: str) -> list[tuple[int, str]]:
    """The dates of a text, where each begins and the day it is (ISO), a day before its month."""
    found = []
    for one in NUMBERED_DATE.finditer(text):
        day, month, year, year2, month2, day2, day3, month3, year3, year4, month4, day4 = one.groups()
        written = (year or year2 or year3 or year4, month or month2 or month3 or month4, day or day2 or day3 or day4)
        found.append((one.start(), written))
    for one in WORDED_DATE.finditer(text):
        month = MONTHS.get(_plain_word(one[2]).lower())
        if month:
            found.append((one.start(), (one[3], str(month), one[1])))
    return [(place, day) for place, (year, month, day_) in found if (day := _day(year, month, day_))]


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
