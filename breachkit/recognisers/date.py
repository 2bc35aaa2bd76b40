"""Dates as files write them, to DATE; the days that stand for "unknown" are placeholders, not dates."""

from __future__ import annotations

from breachkit.recognisers.definition import Recogniser, TextPattern
from breachkit.recognisers.keys import matches, trimmed

# Two-digit years up to this one are read 20xx, the others 19xx. Our choice: no extract is read before 2025.
PIVOT = 30
EARLIEST, LATEST = "1850-01-01", "2100-01-01"
# shared/domain/identifiers.md, « Dates that mean unknown »; with the zeros of Excel, Unix, SQL Server, Delphi.
PLACEHOLDER_DAYS = (
    *("1900-01-01", "1901-01-01", "1899-12-30", "1899-12-31", "1900-01-02", "1970-01-01", "1753-01-01", "1752-09-14"),
    *("1800-01-01", "1850-01-01", "1111-11-11", "0001-01-01", "1600-01-01", "1601-01-01", "1582-10-15", "9999-12-31"),
    *("9999-01-01", "2999-12-31", "2099-12-31", "2999-01-01", "2222-02-22", "1910-01-01", "1899-01-01"),
)
MONTHS = (
    ("JANVIER", "JANV", "JAN", "JANUARY"),
    ("FEVRIER", "FEVR", "FEV", "FEB", "FEBRUARY"),
    ("MARS", "MAR", "MARCH"),
    ("AVRIL", "AVR", "APR", "APRIL"),
    ("MAI", "MAY"),
    ("JUIN", "JUN", "JUNE"),
    ("JUILLET", "JUIL", "JUL", "JULY"),
    ("AOUT", "AOU", "AUG", "AUGUST"),
    ("SEPTEMBRE", "SEPT", "SEP", "SEPTEMBER"),
    ("OCTOBRE", "OCT", "OCTOBER"),
    ("NOVEMBRE", "NOV", "NOVEMBER"),
    ("DECEMBRE", "DEC", "DECEMBER"),
)
TIME = r"(?:[ T]+\d{1,2}[:hH]\d{2}.*)?$"
ISO = rf"^\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}{TIME}"
USUAL_ISO, USUAL_FRENCH = r"^\d{4}-\d{2}-\d{2}$", r"^\d{2}/\d{2}/\d{4}$"
FRENCH = rf"^\d{{1,2}}[-/. ]\d{{1,2}}[-/. ]\d{{4}}{TIME}"
FRENCH_SHORT = rf"^\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2}}{TIME}"
COMPACT_ISO = r"^(?:1[89]|20|9999)\d{2}(?:0\d|1[0-2])[0-3]\d(?:[T ]?\d{4,6})?$"
COMPACT_FRENCH = r"^[0-3]\d(?:0\d|1[0-2])(?:1[89]|20)\d{2}$"
# « 12 mars 1980 », the DATE9. of SAS (« 12MAR1980 ») and the time of a web server's log (« 12/Mar/1980:08:30:00 »).
WORDS = r"^\d{1,2}(?:ER)?[-/. ]*[A-Z]{3,9}\.?[-/. ]*\d{4}(?:[: T]+\d{1,2}[:H]\d{2}.*)?$"
SHAPES = (ISO, FRENCH, FRENCH_SHORT, COMPACT_ISO, COMPACT_FRENCH)


def _month_of_words(sql: str) -> str:
    word = f"regexp_extract({sql}, '[A-Z]{{3,}}')"
    cases = " ".join(
        f"WHEN {word} IN ({', '.join(repr(name) for name in names)}) THEN '{number:02d}'"
        for number, names in enumerate(MONTHS, start=1)
    )
    return f"CASE {cases} END"


def _in_words(sql: str) -> str:
    plain = f"strip_accents(upper({sql}))"
    day = f"lpad(regexp_extract({plain}, '^[0-9]+'), 2, '0')"
    year = f"regexp_extract({plain}, '[A-Z.][-/. ]*([0-9]{{4}})', 1)"
    iso = f"concat({year}, '-', {_month_of_words(plain)}, '-', {day})"
    return f"CASE WHEN {matches(plain, WORDS)} THEN TRY_CAST({iso} AS DATE) END"


def any_date(sql: str) -> str:
    """DATE SQL: the day written in the text, placeholder or not; NULL where there is none.

    Days come first (01/02/2003 is the 1st of February): French files are written so; a column that holds
    months above 12 in that place shows it by its share of invalid dates.
    """
    t = trimmed(sql)
    bare = f"regexp_extract({t}, '^[0-9/. -]*[0-9]')"
    head = f"regexp_replace(split_part(replace({bare}, 'T', ' '), ' ', 1), '[/.]', '-', 'g')"
    first = f"regexp_extract({t}, '^[0-9]{{1,2}}[-/. ][0-9]{{1,2}}[-/. ][0-9]{{4}}')"
    spaced = f"regexp_replace({first}, '[/. ]', '-', 'g')"
    short_year = f"TRY_CAST(split_part({head}, '-', 3) AS INTEGER)"
    century = f"CASE WHEN {short_year} <= {PIVOT} THEN '20' ELSE '19' END"
    short_day = f"split_part({head}, '-', 2), '-', split_part({head}, '-', 1)"
    short = f"concat({century}, split_part({head}, '-', 3), '-', {short_day})"
    year, month, day = (f"split_part({spaced}, '-', {part})" for part in (3, 2, 1))
    french = f"concat({year}, '-', {month}, '-', {day})"
    compact_iso = f"concat(left({t}, 4), '-', substr({t}, 5, 2), '-', substr({t}, 7, 2))"
    compact_french = f"concat(substr({t}, 5, 4), '-', substr({t}, 3, 2), '-', left({t}, 2))"
    usual = f"concat(substr({sql}, 7, 4), '-', substr({sql}, 4, 2), '-', left({sql}, 2))"
    # The two usual forms first: the general ones below read them alike, many times slower.
    return (
        f"CASE WHEN {matches(sql, USUAL_ISO)} THEN TRY_CAST({sql} AS DATE) "
        f"WHEN {matches(sql, USUAL_FRENCH)} THEN TRY_CAST({usual} AS DATE) "
        f"WHEN {sql} IS NULL OR length({t}) NOT BETWEEN 6 AND 40 THEN NULL "
        f"WHEN {matches(t, FRENCH)} THEN TRY_CAST({french} AS DATE) "
        f"WHEN {matches(t, ISO)} THEN TRY_CAST({head} AS DATE) "
        f"WHEN {matches(t, FRENCH_SHORT)} THEN TRY_CAST({short} AS DATE) "
        f"WHEN {matches(t, COMPACT_ISO)} THEN TRY_CAST({compact_iso} AS DATE) "
        f"WHEN {matches(t, COMPACT_FRENCH)} THEN TRY_CAST({compact_french} AS DATE) "
        f"ELSE {_in_words(t)} END"
    )


def is_placeholder_day(sql: str) -> str:
    """Boolean SQL: the DATE stands for "unknown", or lies outside of any living person's calendar."""
    days = ", ".join(f"DATE '{day}'" for day in PLACEHOLDER_DAYS)
    return f"({sql} IN ({days}) OR {sql} < DATE '{EARLIEST}' OR {sql} >= DATE '{LATEST}')"


def normalise_date(sql: str) -> str:
    """DATE SQL: the day, NULL where the text is no date or a placeholder."""
    # The long expression stands once: as four copies in a CASE it costs four times as much to plan and to run.
    return f"list_filter([{any_date(sql)}], lambda day: NOT {is_placeholder_day('day')})[1]"


def _normalise_text(sql: str) -> str:
    return f"CAST({normalise_date(sql)} AS VARCHAR)"


DATE = Recogniser(
    id="timestamp.date",
    field="timestamp",
    fr="Date",
    en="Date",
    source="ISO 8601 et l'ordre français\u202f; dates de remplissage\u202f: notre liste",
    certainty="published",
    form="jour, mois, année ou ISO 8601, en chiffres ou en lettres",
    key="aucune (calendrier)",
    normalise=_normalise_text,
    shape=lambda n: matches(n, r"^\d{4}-\d{2}-\d{2}$"),
    valid=lambda n: f"coalesce({matches(n, r'^[0-9]{4}-[0-9]{2}-[0-9]{2}$')}, false)",
    chance=None,
    examples_valid=(
        "12/03/1980",
        "1980-03-12",
        "12-03-80",
        "19800312",
        "12031980",
        "1980-03-12T08:30:00Z",
        "1980-03-12 08:30:00.000",
        "12/03/1980 08:30",
        "12 mars 1980",
        "1er août 1980",
        "12.03.1980",
        "12MAR1980",
        "12/Mar/1980:08:30:00 +0200",
    ),
    examples_invalid=("31/02/1980", "1980-13-01", "45/03/1980", "dimanche", "12345678"),
    examples_degenerate=(
        "01/01/1900",
        "1901-01-01",
        "0000-00-00",
        "31/12/9999",
        "99/99/9999",
        "00/00/0000",
        "01/01/1970",
    ),
    entity="FR_DATE",
    patterns=(
        TextPattern("date_fr", r"(?<![\d./-])\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})(?![\d]|[./-]\d)", 0.4),
        TextPattern("date_iso", r"(?<![\d./-])\d{4}-\d{2}-\d{2}(?![\d-])", 0.4),
        TextPattern(
            "date_words",
            r"\b\d{1,2}(?:er)? (?:janvier|février|mars|avril|mai|juin|juillet|août"
            r"|septembre|octobre|novembre|décembre) \d{4}\b",
            0.6,
        ),
    ),
    context=("né", "née", "naissance", "ddn", "date", "décès", "décédé", "décédée"),
)
