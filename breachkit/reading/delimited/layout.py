"""What stands around the records of a delimited text: titles, comments, headers, rules, totals.

What is taken for a line that holds no record is never counted as one, so it must be sure: in doubt a line is a record,
or a reject that is kept. Patterns and numbers are choices.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from breachkit.reading.delimited.cell_kinds import MIN_SAMPLE, kind, shapes, strict_share
from breachkit.reading.delimited.dialect_score import SAMPLE_LINES, Record, records_of
from breachkit.reading.delimited.grammar import Grammar
from breachkit.reading.header import names_columns, only_names_columns, published_header, told_cells

MAX_PREAMBLE = 40  # records among which the header is looked for
WELL_FILLED = 0.75  # of the cells of records, so that a row filled to the half is none
COMMENT = re.compile(r"\s*(?:#|--|//|/\*|\*{2,}|REM\b|%%)", re.I)
# A rule under a header or around a table: dashes (two at the least in a row) between signs that separate columns.
RULE = re.compile(r"(?=.*[-=_]{2})[\s|+:;,\t]*[-=_]+(?:[\s|+:;,\t]+[-=_]+)*[\s|+:;,\t]*")
BANNER = re.compile(
    r"\W*(?:export|extrait|extraction|édit|edit|imprim|liste|date|du|période|periode|cabinet|établissement|etablissement|"
    r"utilisateur|logiciel|version|nombre|nb|page|généré|genere|généré|fichier|rapport|report|generated|printed|user|"
    r"source|titre|title|requête|requete|query|base|table|serveur|server|société|societe|filtre|critère|critere)",
    re.I,
)
NUMBER = r"\d[\d .,\u00a0\u202f]*"
# Lines that clients of databases, reports and exports write; the whole line must be one.
FOOTER = re.compile(
    rf"""\s*[-*=(\[]*\s*(?:
      {NUMBER}\s*(?:rows?|lignes?|records?|enregistrements?|row\(s\)|ligne\(s\)|enregistrement\(s\)|tuples?)
        (?:\s+(?:affected|returned|selected|fetched|exported|in\s+set|affectées?|affectée\(s\)|sélectionnées?
        |renvoyées?|retournées?|exportée?s?|trouvée?s?|exporté\(s\)|exportée\(s\)|dans\s+l['’]ensemble
        |au\s+total))?(?:\s*\([\d.,]+\s*s(?:ec)?\))?
    | (?:sous[- ]?)?tota(?:l|ux)\s*(?:g[ée]n[ée]ral)?\s*[:=]?\s*{NUMBER}(?:\s*\w+(?:\(s\))?)?
    | total\s+(?:de\s+|des\s+)?(?:lignes?|enregistrements?|patients?|dossiers?|records?|rows?)\s*[:=]?\s*{NUMBER}
    | (?:nombre|nb)\s+(?:total\s+)?(?:de\s+|d['’])(?:lignes?|enregistrements?|patients?|dossiers?)\s*[:=]?\s*{NUMBER}
    | page\s*:?\s*\d+\s*(?:(?:/|sur|of|de)\s*\d+)?
    | fin\s+(?:de\s+|du\s+|d['’]|des\s+)?(?:l['’])?(?:fichier|export|extraction|extrait|liste|rapport|état|etat|édition
        |edition|données|traitement|page)
    | end\s+of\s+(?:file|report|export|data|list)
    | query\s+ok,.* | completion\s+time\s*:.* | empty\s+set.* | temps\s*:\s*[\d.,]+\s*ms | time\s*:\s*[\d.,]+\s*ms
    | [ée]dit[ée]e?\s+le\s+\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}.{{0,40}}
    | export(?:[ée]e?)?\s+(?:du|le|généré\s+le)\s+\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}.{{0,40}}
    | <?\s*(?:eof|fin|end)\s*>? )\s*[-*=)\].]*\s*""",
    re.I | re.X,
)
TOTAL = re.compile(r"(?:sous[- ]?)?tota(?:l|ux)(?:\s+(?:g[ée]n[ée]ral|lignes?|patients?|dossiers?))?\s*:?", re.I)
UNIT = re.compile(
    r"\([^()]{1,20}\)|\[[^\[\]]{1,20}\]|<[^<>]{1,20}>|k?g|c?m{1,2}|ans?|années?|jours?|[€$%]|eur|texte?|text|string|str"
    r"|(?:var|n?var|n)?char2?(?:\(\d+\))?|int(?:eger)?(?:\(\d+\))?|big ?int|date(?:time)?|timestamp|bool(?:ean)?"
    r"|num(?:ber|eric|érique)?|float|double|decimal(?:\(\d+,\d+\))?|entier|[jd]{1,2}[/.-]?mm[/.-]?(?:aa(?:aa)?|yy(?:yy)?)"
    r"|yyyy-mm-dd|aaaa-mm-jj|mmhg|bpm|-+|n/a",
    re.I,
)

Bare = Callable[[str], str]


@dataclass(frozen=True)
class Layout:
    """Where the records begin, the header as it may be told, and the texts that are no record wherever they stand."""

    cells: int
    skip_lines: int = 0
    header: tuple[str, ...] | None = None
    header_line: int | None = None
    header_rows: int = 1
    skip_after_header: int = 0
    trailing: bool = False
    header_texts: frozenset[str] = frozenset()
    other_texts: frozenset[str] = frozenset()
    rows: tuple[tuple[str, ...], ...] = ()


def is_rule(line: str) -> bool:
    """Whether a line draws a rule."""
    return line.count("-") + line.count("=") + line.count("_") >= 3 and bool(RULE.fullmatch(line[:20_000]))


def is_footer(line: str) -> bool:
    """Whether a line is one that an export or a client of a database writes around records."""
    return len(line) <= 200 and bool(FOOTER.fullmatch(line))


def is_total(cells: Sequence[str | None]) -> bool:
    """Whether a line of as many cells as a record tells totals: the word, then nothing but numbers."""
    filled = [cell.strip() for cell in cells if cell and cell.strip()]
    if len(cells) < 2 or not filled or not (TOTAL.fullmatch(filled[0]) or is_footer(filled[0])):
        return False
    return 2 * len(filled) <= len(cells) + 1 and all(kind(cell) == "number" for cell in filled[1:])


def normal(line: str) -> str:
    """A line as it is compared with the header: without a byte order mark and blanks at its ends."""
    return line.strip("\ufeff \t")


def find_layout(
    lines: Sequence[str], bare: Bare, grammar: Grammar, cells: int, *, separator_line: bool = False
) -> Layout:
    """The layout of a text whose usual record has `cells` cells."""
    first = 1 if separator_line else 0
    numbered = [(at, bare(line)) for at, line in enumerate(lines) if at >= first]
    shown = [(at, text) for at, text in numbered if text.strip(" \t\x00") and not is_rule(lines[at])]
    records = records_of(shown[: SAMPLE_LINES * 2], grammar)
    found = _find_header(records, cells) if records else None
    if found is None:
        skip = _preamble_without_header(lines, records, cells, first)
        rows = tuple(record.cells for record in records if len(record.cells) == cells and record.line >= skip)
        return Layout(cells, skip, other_texts=_texts(lines[:skip]), rows=rows)
    return _with_header(lines, records, found, cells)


def _body(records: Sequence[Record], cells: int) -> list[tuple[str, ...]]:
    return [record.cells for record in records if len(record.cells) == cells]


def _find_header(records: Sequence[Record], cells: int) -> int | None:
    """The place among the records of the header's (last) row; None where the first record is one of data."""
    for at, record in enumerate(records[:MAX_PREAMBLE]):
        width = len(record.cells)
        if width == cells:
            below = _body(records[at + 1 :], cells)
            if published_header(record.cells, below) is not None:
                return at if all(_is_preamble(one, cells, below) for one in records[:at]) else None
        elif cells > 1 and abs(width - cells) == 1 and names_columns(record.cells):
            return at if all(_is_preamble(one, cells, []) for one in records[:at]) else None
        if not _is_preamble(record, cells, _body(records[at + 1 :], cells)):
            return None
    return None


def _is_preamble(record: Record, cells: int, below: Sequence[Sequence[str]]) -> bool:
    """Whether a line above what may be a header holds no record: a title, a comment, a pair of label and value."""
    filled = [cell for cell in record.cells if cell.strip()]
    if cells == 1:
        return bool(COMMENT.match(record.cells[0]) or is_footer(record.cells[0])) and len(record.cells) == 1
    if not filled or len(record.cells) == 1 or COMMENT.match(filled[0]):
        return True
    if len(record.cells) >= 3 and len(filled) == 1:
        return True
    if len(filled) * 2 <= cells == len(record.cells) and cells >= 4 and _filled_share(below) >= WELL_FILLED:
        return True
    label = filled[0].rstrip().endswith(":") or bool(BANNER.match(filled[0]))
    if len(filled) <= 4 and label and (len(filled) * 2 <= cells or len(record.cells) != cells):
        return True
    return label and len(filled) == 2 and not _could_be_record(record.cells, below)


def _filled_share(rows: Sequence[Sequence[str]]) -> float:
    """The share of cells that are filled."""
    cells = [bool(cell.strip()) for row in rows[:SAMPLE_LINES] for cell in row]
    return sum(cells) / len(cells) if cells else 0.0


def _could_be_record(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a line's cells fit the columns of the records below."""
    if len(below) < MIN_SAMPLE or len(cells) != len(below[0]):
        return False
    return all(shape.fits(cell) for shape, cell in zip(shapes(below, len(cells)), cells, strict=True))


def _preamble_without_header(lines: Sequence[str], records: Sequence[Record], cells: int, first: int) -> int:
    """Lines before the first record: comments, banners, rules, and a title that a blank line sets apart."""
    at = first
    by_line = {record.line: record for record in records}
    while at < len(lines):
        line = lines[at]
        record = by_line.get(at)
        alone = record is not None and len(record.cells) == 1 and cells > 1
        blank_below = at + 1 < len(lines) and not lines[at + 1].strip()
        titled = alone and (COMMENT.match(line) or BANNER.match(line) or is_footer(line) or blank_below)
        if cells == 1 and line.startswith("#"):
            titled = True
        if line.strip() and not is_rule(line) and not titled:
            return at
        at += 1
    return first


def _texts(lines: Sequence[str]) -> frozenset[str]:
    return frozenset(text for line in lines if (text := normal(line)))


def _with_header(lines: Sequence[str], records: Sequence[Record], at: int, cells: int) -> Layout:
    record = records[at]
    start, end = at, at  # the first and the last of the header's rows
    heads, body = [record.cells], records[at + 1 :]
    if at and _is_group_row(records[at - 1], cells):
        start, heads = at - 1, [records[at - 1].cells, record.cells]
    elif _is_group_row(record, cells) and body and len(body[0].cells) == cells and only_names_columns(body[0].cells):
        end, heads, body = at + 1, [record.cells, body[0].cells], body[1:]
    header_line, header_end = records[start].line + 1, records[end].line + records[end].lines
    final = header_end
    while body and _is_unit_row(body[0], body[1:], cells):
        final, body = body[0].line + body[0].lines, body[1:]
    while final < len(lines) and is_rule(lines[final]):
        final += 1
    rows = _body(body, cells)
    names, width, trailing = _names(heads, rows, cells)
    if trailing:
        rows = [row[:width] for row in rows]
    return Layout(
        cells=width,
        skip_lines=header_line - 1,
        header=names,
        header_line=header_line,
        header_rows=header_end - header_line + 1,
        skip_after_header=final - header_end,
        trailing=trailing,
        header_texts=_texts(lines[header_line - 1 : header_end]),
        other_texts=_texts(lines[: header_line - 1]) | _texts(lines[header_end:final]),
        rows=tuple(rows),
    )


def _is_group_row(record: Record, cells: int) -> bool:
    """Whether a row names groups of columns: words of headers above some of the columns only."""
    filled = [cell for cell in record.cells if cell.strip()]
    if len(record.cells) != cells or cells < 3 or not 2 <= len(filled) < cells:
        return False
    return only_names_columns(filled)


def _is_unit_row(record: Record, below: Sequence[Record], cells: int) -> bool:
    """Whether a row under the header tells units or types, which no record below has."""
    filled = [cell.strip() for cell in record.cells if cell.strip()]
    if len(record.cells) != cells or len(filled) < 2 or not all(UNIT.fullmatch(cell) for cell in filled):
        return False
    return not any(UNIT.fullmatch(cell.strip()) for one in below[:50] for cell in one.cells if cell.strip())


def _names(
    heads: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], cells: int
) -> tuple[tuple[str, ...], int, bool]:
    """The names of the columns, how many there are, and whether the lines end with a delimiter more."""
    head = heads[-1]
    unnamed_last = not any(row[-1].strip() for row in rows)
    if len(head) == cells:
        published = _published(heads, rows)
        if cells > 2 and not head[-1].strip() and unnamed_last and rows and sum(map(bool, published)) > 1:
            return published[:-1], cells - 1, True
        return published, cells, False
    if len(head) < cells:
        if unnamed_last and rows:
            return _published([head], [row[:-1] for row in rows]), cells - 1, True
        index = len({row[0] for row in rows}) == len(rows) and strict_share(row[0] for row in rows) >= 1.0
        if index and len(rows) > 1:
            return ("", *_published([head], [row[1:] for row in rows])), cells, False
        return (*_published([head], [row[:-1] for row in rows]), ""), cells, False
    return _published([head[1:] if not head[0].strip() and head[-1].strip() else head[:-1]], rows), cells, False


def _published(heads: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The header as it may be told; names that come twice are told with their group's."""
    names = told_cells(heads[-1], rows)
    if len(heads) < 2:
        return names
    groups, group = [], ""
    for cell in told_cells(heads[0], rows):
        group = cell or group
        groups.append(group)
    return tuple(
        f"{over} {name}".strip() if names.count(name) > 1 or not name else name
        for over, name in zip(groups, names, strict=True)
    )
