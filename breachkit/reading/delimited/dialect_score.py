"""Which delimiter, quote and escape cut a sample best: how even the records are, and how much their cells look like
cells.

The two scores and their product follow van den Burg, Nazábal and Sutton (arXiv 1811.11242). Unlike theirs, a few
records of another length cost little, and a delimiter that texts are full of needs further evidence. Weights and
shares are choices.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from breachkit.reading.delimited.cell_kinds import STRICT, kind, strict_share, weight
from breachkit.reading.delimited.grammar import BACKSLASH, NULL_ESCAPE, Grammar
from breachkit.reading.header import names_columns, only_names_columns

# In this order on equal scores. The text of a record holds none of the first, and many of the last.
STRONG = (";", "\t", ",", "|", "\x01", "\x1f", "\x02", "\x1e")
REPEATED = ("||", ";;", ",,", "\t\t", "::", "~~", "^^", "##", "$$", "&&", "@@", "**")
SEVERAL = (
    "|~|", "~|~", "|#|", "#|#", "|^|", "^|^", "|@|", "@|@", "|;|", ";|;", "|,|", "~^~", "#~#", "<|>", "|*|", "::::",
    "<>", "<sep>", "§§", "\\t", ", ", "; ", " ; ", " , ", " - ", " : ",
)  # fmt: skip
MEDIUM = ("^", "~", "§", "¤", "¦", "¬", "#")
WEAK = (":", " ", "!", "*", "%", "&", "=", "+", "?", "$", "@", "/")
PRIOR = {**dict.fromkeys(MEDIUM, 0.9), **dict.fromkeys(WEAK, 0.6)}
SAMPLE_LINES = 500
SAMPLE_CHARACTERS = 1 << 18  # of a line; what is longer is judged by its beginning
MIN_PRESENCE = 0.3  # of the lines hold a delimiter that is worth trying
MIN_SHARE = 0.4  # of the records have the usual number of cells
SINGLE_WEIGHT = 0.3  # a record of one cell counts so much among those that disagree: titles, totals, notes
ONE_COLUMN_SCORE = 0.1
WEAK_SHARE = 0.95
REPEATED_SHARE = 0.8
STRICT_LINES = 0.9  # of whole lines are a phone, a date, a number…: their own signs separate nothing
MIN_QUOTED_LINES = 3  # with quotes that delimit nothing, and this share of the lines: the quotes are text
QUOTED_SHARE = 0.2
HEADER_RECORDS = 5  # among which a header speaks for the delimiter that makes it one, so much
HEADER_BONUS = 1.3
QUOTED_EDGES = 0.8  # of the delimiters stand between quotes: no further evidence is needed
MAX_JOINED = 60  # lines of one quoted cell, in the sample
WHOLE_LINE = re.compile(r'"[^"]*(?:""[^"]*)*"')


@dataclass(frozen=True)
class Record:
    """A record of the sample: its first line (0 for the first of the text), its lines, and its cells."""

    line: int
    lines: int
    cells: tuple[str, ...]
    well_formed: bool = True


@dataclass(frozen=True)
class Candidate:
    """A way to cut the sample, and what came of it; a lone column has no delimiter."""

    grammar: Grammar
    cells: int
    score: float
    records: tuple[Record, ...]


def records_of(lines: Sequence[tuple[int, str]], grammar: Grammar) -> list[Record]:
    """The records of numbered lines; a quote that nothing closes is taken for text."""
    made: list[Record] = []
    at = 0
    while at < len(lines):
        number, text = lines[at]
        cells, state = grammar.scan(text)
        taken = 1
        while state == "open" and taken < MAX_JOINED and at + taken < len(lines):
            text = f"{text}\n{lines[at + taken][1]}"
            taken += 1
            cells, state = grammar.scan(text)
        if state == "whole":
            made.append(Record(number, taken, tuple(cell or "" for cell in cells)))
        else:
            taken = 1
            made.append(Record(number, 1, tuple(grammar.pieces(lines[at][1])), well_formed=False))
        at += taken
    return made


def best(lines: Sequence[str], delimiter: str | None = None) -> Candidate:
    """The best way to cut the lines, or with the delimiter given."""
    numbered = [(number, line[:SAMPLE_CHARACTERS]) for number, line in enumerate(lines) if line.strip(" \t\x00")]
    # Rows in a piece, since a record may go on; from the beginning and from further on.
    sample = numbered if len(numbered) <= SAMPLE_LINES else numbered[: SAMPLE_LINES // 2] + _further(numbered)
    found = [
        candidate
        for mark in ([delimiter] if delimiter else _present(sample))
        for grammar in _grammars(mark, sample)
        if (candidate := _judged(grammar, sample, given=bool(delimiter)))
    ]
    found = [one for one in found if not _is_half(one, found)]
    top = max(found, key=lambda one: one.score, default=None)
    if top is None or (top.score < ONE_COLUMN_SCORE and not delimiter):
        return _by_its_header(sample) or one_column(sample)
    if _are_values(sample, top):
        return one_column(sample)
    return top


def _by_its_header(sample: Sequence[tuple[int, str]]) -> Candidate | None:
    """A text whose lengths are uneven, but which begins with a header and a record of as many cells."""
    for mark in STRONG:
        grammar = Grammar(mark)
        records = tuple(records_of(sample, grammar))
        for head, below in itertools.pairwise(records[:HEADER_RECORDS]):
            cells = len(head.cells)
            if cells >= 3 and cells == len(below.cells) and only_names_columns(head.cells):
                return Candidate(grammar, cells, ONE_COLUMN_SCORE, records)
    return None


def one_column(sample: Sequence[tuple[int, str]]) -> Candidate:
    """The lines as they are, or without their quotes where most have them."""
    quoted = sum(bool(WHOLE_LINE.fullmatch(text)) for _, text in sample) >= 0.5 * len(sample)
    grammar = Grammar("\x1f", '"' if quoted else None)
    return Candidate(grammar, 1, ONE_COLUMN_SCORE, tuple(records_of(sample, grammar)))


def _further(numbered: list[tuple[int, str]]) -> list[tuple[int, str]]:
    rest, run = numbered[SAMPLE_LINES // 2 :], SAMPLE_LINES // 10
    step = max(run, len(rest) // 5)
    return [line for at in range(0, len(rest), step) for line in rest[at : at + run]]


def _present(sample: Sequence[tuple[int, str]]) -> list[str]:
    """The delimiters that enough lines hold."""
    texts = [text for _, text in sample]
    enough = max(1, MIN_PRESENCE * len(texts))
    marks = (*STRONG, *REPEATED, *SEVERAL, *MEDIUM, *WEAK)
    return [mark for mark in marks if sum(mark in text for text in texts) >= enough]


def _grammars(mark: str, sample: Sequence[tuple[int, str]]) -> list[Grammar]:
    """The grammars worth trying with a delimiter: quotes that stand at the edges of cells, escapes that are there."""
    text = "\n".join(line for _, line in sample)
    edge = re.escape(mark)
    tried: list[Grammar] = []
    for quote in ('"', "'"):
        cell = rf"(?:^|{edge}) ?{quote}(?:[^{quote}]|{quote}{quote})*{quote} ?(?={edge}|$)"
        found = [] if quote == '"' else re.findall(cell, text, re.M)
        inner = [one.removeprefix(mark).strip(" ")[1:-1] for one in found]
        if quote == '"' or len(inner) >= 2 or any(quote * 2 in one or mark in one for one in inner):
            tried.append(Grammar(mark, quote, quote))
            if BACKSLASH + quote in text:
                tried.append(Grammar(mark, quote, BACKSLASH))
    if re.search(rf"(?:^|{edge})\\N(?={edge}|$)|\\{edge}", text, re.M):
        tried.append(Grammar(mark, None, BACKSLASH))
    if _quotes_are_text(mark, sample):
        tried.append(Grammar(mark, None, None))
    return tried


def _holds_null(mark: str, sample: Sequence[tuple[int, str]]) -> bool:
    """Whether a whole cell is the NULL of database exports."""
    return any(NULL_ESCAPE in text and NULL_ESCAPE in text.split(mark) for _, text in sample)


def _quotes_are_text(mark: str, sample: Sequence[tuple[int, str]]) -> bool:
    """Whether quotes stand in many lines and none of them at the beginning of a cell."""
    quoted = [text for _, text in sample if '"' in text]
    if len(quoted) < max(MIN_QUOTED_LINES, QUOTED_SHARE * len(sample)):
        return False
    return not any(piece.lstrip(" ").startswith('"') for text in quoted for piece in text.split(mark))


def _judged(grammar: Grammar, sample: Sequence[tuple[int, str]], *, given: bool) -> Candidate | None:
    records = records_of(sample, grammar)
    counts = Counter(len(record.cells) for record in records if len(record.cells) > 1)
    if not counts:
        return None
    first = records[0].cells
    named = len(first) if names_columns(first) else 0  # a header decides between lengths that are as common
    cells = max(counts, key=lambda length: (counts[length], length == named, length))
    # Row numbers may have no name in the header.
    usual = counts[cells] + (named == cells - 1 and named > 1 and counts[cells] > 1)
    several, alone = sum(counts.values()), len(records) - sum(counts.values())
    share = usual / (several + SINGLE_WEIGHT * alone)
    rows = [record.cells for record in records if len(record.cells) == cells]
    if share < MIN_SHARE and not given:
        return None
    typed = sum(map(weight, (cell for row in rows for cell in row))) / (len(rows) * cells)
    well = sum(record.well_formed for record in records) / len(records)
    score = share * share * (cells - 1) / cells * typed * PRIOR.get(grammar.delimiter, 1.0) * (0.5 + 0.5 * well)
    if grammar.quote is None and grammar.escape is None:
        score *= 0.9  # a quote is text only where it cannot be one
    elif grammar.escape == BACKSLASH:
        # Without quotes a cell that is \N shows that backslashes escape; one before a delimiter may be a path's.
        score *= 1.2 if grammar.quote is None and _holds_null(grammar.delimiter, sample) else 0.995
    if grammar.quote == "'" and well >= 0.9:
        score *= 1.05  # apostrophes that could nearly all be quotes are
    if any(names_columns(one.cells) or only_names_columns(one.cells) for one in records[:HEADER_RECORDS]):
        score *= HEADER_BONUS
    candidate = Candidate(grammar, cells, score, tuple(records))
    if (
        given
        or _has_evidence(candidate, usual / several if grammar.delimiter in REPEATED else share, rows)
        or _quotes_separate(candidate, sample)
    ):
        return candidate
    return None


def _has_evidence(candidate: Candidate, share: float, rows: Sequence[Sequence[str]]) -> bool:
    """Whether a delimiter that stands in ordinary text, too, is one here."""
    mark, cells = candidate.grammar.delimiter, candidate.cells
    if mark == "," and _is_prose(rows):
        return False
    if mark in STRONG or (mark in SEVERAL and mark.strip(" -:") == mark):
        return True
    if mark in MEDIUM:
        return share >= REPEATED_SHARE
    named = names_columns(rows[0])
    if mark in REPEATED:
        return share >= REPEATED_SHARE and (cells >= 3 or named or mark[0] not in STRONG)
    if share < WEAK_SHARE:
        return False
    if mark == ":":
        # `login:password`, lists of accounts, /etc/passwd; a sentence has a blank after its colon.
        blanks = any(cell != cell.strip() or (cells < 4 and " " in cell) for row in rows for cell in row)
        return named or (
            len(rows) >= 3 and not blanks and not any(kind(cell) == "other" for row in rows for cell in row)
        )
    strict = [strict_share(row[position] for row in rows) >= WEAK_SHARE for position in range(cells)]
    return cells >= 3 and len(rows) >= 3 and (named or 2 * sum(strict) >= cells)


def _is_prose(rows: Sequence[Sequence[str]]) -> bool:
    """Whether most lines end a sentence, and nothing else than sentences stands in them."""
    ends = sum(row[-1].rstrip().endswith((".", "!", "?", "…")) and " " in row[-1].strip() for row in rows)
    typed = any(kind(cell) in STRICT for row in rows for cell in row)
    return 2 * ends >= len(rows) and not typed and not names_columns(rows[0])


def _quotes_separate(candidate: Candidate, sample: Sequence[tuple[int, str]]) -> bool:
    """Whether most of its delimiters stand between two quotes."""
    quote, mark = candidate.grammar.quote, candidate.grammar.delimiter
    found = sum(text.count(f"{quote}{mark}{quote}") for _, text in sample) if quote else 0
    return found >= QUOTED_EDGES * sum(len(record.cells) - 1 for record in candidate.records)


def _is_half(candidate: Candidate, found: Sequence[Candidate]) -> bool:
    """Whether its delimiter is part of a longer one: what stands between its parts is the same everywhere."""
    mark = candidate.grammar.delimiter
    for other in found:
        longer = other.grammar.delimiter
        between = longer.split(mark)[1:-1]
        if not between or longer == mark or candidate.cells != (other.cells - 1) * (len(between) + 1) + 1:
            continue
        rows = [record.cells for record in candidate.records if len(record.cells) == candidate.cells]
        same = [all(_between(row, at, len(between) + 1) == text for at, text in enumerate(between)) for row in rows]
        enough = REPEATED_SHARE if names_columns(rows[0]) else WEAK_SHARE
        if same[0] and sum(same) >= enough * len(same):
            return True
    return False


def _between(row: Sequence[str], at: int, step: int) -> str | None:
    """The one text of the cells at + 1, at + 1 + step…; None where they differ."""
    found = set(row[at + 1 :: step])
    return found.pop() if len(found) == 1 else None


def _are_values(sample: Sequence[tuple[int, str]], top: Candidate) -> bool:
    """Whether the lines as they stand are values of one strict kind, below a header or from the first."""
    lines = [text for _, text in sample]
    body = lines[1:] if len(lines) > 1 and kind(lines[0]) not in STRICT else lines
    if len(body) < 2 and body is not lines:
        return False
    strict = sum(kind(text) in STRICT for text in body)
    if strict < STRICT_LINES * len(body):
        return False
    if top.grammar.delimiter in STRONG and top.cells > 2:
        return False
    # « montant,part » above « 12,50 »: the header tells that the comma separates.
    return body is lines or top.grammar.delimiter not in lines[0]
