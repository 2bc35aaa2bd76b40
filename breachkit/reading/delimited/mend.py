"""The lines that do not read at first sight: joined, repaired when there is one sensible reading, else rejected.

Only irregular lines come here (a few in a million in a clean export), so this is the one place that walks line by
line. A wrong repair is worse than a reject: it makes a person who does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence

from breachkit.reading.delimited.cell_kinds import Shape
from breachkit.reading.delimited.dialect import Dialect
from breachkit.reading.delimited.dialect_score import WHOLE_LINE
from breachkit.reading.delimited.irregular_lines import Lines, Mended

MAX_JOINED_LINES = 200  # a longer "cell" is a stray quote that swallowed its neighbours; a choice
MAX_LOOSE_LINES = 20  # lines joined where quotes are damaged; a choice
MAX_PIECES = 400  # a line of more pieces than that has too many readings to try them all
RAW_CHARACTERS = 20_000  # of a reject that is too long; the rest is not kept
CUT_MARK = " […]"


class Mender:
    """Makes records of irregular lines in one dialect."""

    def __init__(self, dialect: Dialect, max_characters: int) -> None:
        self._dialect = dialect
        self._grammar = dialect.grammar
        self._cells = dialect.cells
        self._max = max_characters
        self._shapes = dialect.shapes or (Shape(),) * dialect.cells

    def take(self, lines: Lines, at: int) -> Mended:
        """The record that begins on an irregular line; every line it takes is in no other."""
        number, text = lines.first + at, lines.at(at)
        if len(text) > self._max:
            return self._rejected(number, 1, text, "cell_too_long")
        joined = self._quoted(lines, at) or self._broken(lines, at) or self._unclosed(lines, at)
        if joined:
            return joined
        readings = self._alone(text)
        if len({cells for cells, _ in readings}) == 1 and not self._goes_on(lines, at):
            cells, reason = readings[0]
            return Mended(number, 1, list(cells), repaired=reason)
        loose = self._loose(lines, at) if len(readings) < 2 else None
        return loose or self._rejected(number, 1, text, self._reason(text, lines, at))

    def _goes_on(self, lines: Lines, at: int) -> bool:
        """Whether a line whose quotes are damaged makes one record with lines below it that make none by themselves."""
        loose = self._loose(lines, at)
        if not loose:
            return False
        return not any(self._alone(lines.at(place)) for place in range(at + 1, at + loose.lines))

    def is_whole(self, text: str) -> bool:
        """Whether a line is one record by itself, well-formed."""
        cells = self._grammar.cut(text)
        return cells is not None and len(cells) == self._cells

    def _rejected(self, line: int, lines: int, text: str, reason: str) -> Mended:
        raw = text if len(text) <= self._max else text[:RAW_CHARACTERS] + CUT_MARK
        return Mended(line, lines, None, rejected=reason, raw=raw)

    def _reason(self, text: str, lines: Lines, at: int) -> str:
        cells, state = self._grammar.scan(text)
        if lines.cut_short and at == lines.count - 1 and (state == "open" or len(cells) < self._cells):
            return "truncated_record"
        if state != "whole":
            return "unbalanced_quote"
        return "too_many_cells" if len(cells) > self._cells else "too_few_cells"

    def _quoted(self, lines: Lines, at: int) -> Mended | None:
        """A well-formed record of several lines, or of one that merely looks odd to native code."""
        taken_texts, passed_regular, size = [lines.at(at)], False, len(lines.at(at))
        quote = self._dialect.quote or ""
        for taken in range(1, min(MAX_JOINED_LINES, lines.count - at) + 1):
            if taken > 1:
                taken_texts.append(lines.at(at + taken - 1))
                size += len(taken_texts[-1])
                passed_regular = passed_regular or lines.is_regular(at + taken - 1)
                if quote not in taken_texts[-1]:
                    continue  # still within the cell that is open
            text = "\n".join(taken_texts)
            cells, state = self._grammar.scan(text)
            if size > self._max and state != "open":
                return self._rejected(lines.first + at, taken, text, "cell_too_long") if state == "whole" else None
            if state == "whole" and len(cells) == self._cells:
                if passed_regular and self._reads_alone(lines, at, taken):
                    return None
                return Mended(lines.first + at, taken, cells)
            if state != "open" or len(cells) >= self._cells:
                return None
        return None

    def _reads_alone(self, lines: Lines, at: int, taken: int) -> bool:
        """Whether each line of a quoted record of several would be a record too, had its quotes gone astray."""
        for place in range(at, at + taken):
            pieces = self._grammar.pieces(lines.at(place))
            if len(pieces) != self._cells or not self._fit(pieces):
                return False
        return True

    def _fit(self, cells: Sequence[str | None]) -> bool:
        quote = self._dialect.quote or '"'
        return all(shape.fits((cell or "").strip(quote)) for shape, cell in zip(self._shapes, cells, strict=True))

    def _broken(self, lines: Lines, at: int) -> Mended | None:
        """A record whose unquoted cell holds line breaks: it goes on where no record could begin."""
        quote = self._dialect.quote
        text = lines.at(at)
        if self._cells < 2 or (quote and quote in text):
            return None
        pieces = self._grammar.pieces(text)
        for taken in range(2, min(MAX_LOOSE_LINES, lines.count - at) + 1):
            if lines.is_regular(at + taken - 1) or len(pieces) >= self._cells:
                return None
            more = lines.at(at + taken - 1)
            further = self._grammar.pieces(more)
            if (quote and quote in more) or self._begins_a_record(further):
                return None
            pieces = [*pieces[:-1], f"{pieces[-1]}\n{further[0]}", *further[1:]]
            if len(pieces) == self._cells:
                if not self._fit(pieces):
                    return None
                return Mended(lines.first + at, taken, list(pieces), repaired="line_break_in_unquoted_cell")
        return None

    def _unclosed(self, lines: Lines, at: int) -> Mended | None:
        """A record whose last cell has a quote that nothing closes, and goes on where no record could begin."""
        text = lines.at(at)
        cells, state = self._grammar.scan(text)
        quote = self._dialect.quote or ""
        if state != "open" or len(cells) != self._cells - 1 or self._cells < 2:
            return None
        end = at + 1
        while end < min(lines.count, at + MAX_LOOSE_LINES) and not lines.is_regular(end):
            more = lines.at(end)
            if not more.strip() or quote in more or not self._may_continue(more):
                break
            end += 1
        last = "\n".join([text, *map(lines.at, range(at + 1, end))])
        whole, closed = self._grammar.scan(last + quote)
        cut_here = lines.cut_short and end == lines.count
        if closed != "whole" or len(whole) != self._cells or not (cut_here or end > at + 1):
            return None
        reason = "truncated_record" if cut_here else "stray_quote"
        return Mended(lines.first + at, end - at, whole, repaired=reason)

    def _may_continue(self, text: str) -> bool:
        """Whether a line could be part of a quoted cell that is open rather than the beginning of a record."""
        pieces = self._grammar.pieces(text)
        return (len(pieces) == 1 and self._cells >= 3) or not self._begins_a_record(pieces)

    def _begins_a_record(self, pieces: Sequence[str]) -> bool:
        """Whether a line could be the beginning of a record of its own, as far as the columns tell."""
        if pieces == [""]:
            return False
        known = any(shape.kinds is not None for shape in self._shapes)
        if not pieces[0].strip() and not (self._shapes[0].may_be_empty and known):
            return False
        return all(shape.fits(piece) for shape, piece in zip(self._shapes, pieces, strict=False))

    def _alone(self, text: str) -> list[tuple[tuple[str | None, ...], str]]:
        """Every way to make one record of one line, and the name of that repair."""
        quote, grammar = self._dialect.quote, self._grammar
        made: list[tuple[tuple[str | None, ...], str]] = []
        cells, state = grammar.scan(text)
        if state == "whole":
            if len(cells) > self._cells:
                if not any(cells[self._cells :]):
                    return [(tuple(cells[: self._cells]), "trailing_delimiters")]
                made += [(one, "unquoted_delimiter") for one in self._regrouped([cell or "" for cell in cells])]
            elif len(cells) == 1 and self._cells > 1 and WHOLE_LINE.fullmatch(text):
                inner = grammar.cut(text[1:-1].replace('""', '"'))
                if inner and len(inner) == self._cells:
                    made.append((tuple(inner), "stray_quote"))
            return made
        pieces = grammar.pieces(text)
        if quote and len(pieces) <= MAX_PIECES:
            made += [(one, "stray_quote") for one in self._groupings(pieces)]
            if not made and len(pieces) == self._cells:
                made.append((tuple(self._unquoted(piece) for piece in pieces), "stray_quote"))
            if not made and len(pieces) > self._cells and not any(pieces[self._cells :]):
                made.append((tuple(self._unquoted(piece) for piece in pieces[: self._cells]), "stray_quote"))
        return made

    def _unquoted(self, piece: str) -> str:
        """A piece without the quote at one edge or both that went astray; quotes within, and pairs, are text."""
        quote = self._dialect.quote or '"'
        if len(piece) >= 2 and piece.startswith(quote) and piece.endswith(quote):
            return piece[1:-1].replace(quote * 2, quote)
        if piece.count(quote) % 2:
            return piece[1:] if piece.startswith(quote) else piece.removesuffix(quote)
        return piece

    def _groupings(self, pieces: Sequence[str]) -> list[tuple[str, ...]]:
        """Up to two ways to make the cells of one record, each one piece, or pieces between two quotes."""
        quote, found = self._dialect.quote or '"', list[tuple[str, ...]]()
        stack: list[tuple[int, tuple[str, ...]]] = [(0, ())]
        steps, edge = 0, quote + self._grammar.delimiter + quote  # where two quoted cells meet
        while stack and len(found) < 2 and steps < 10_000:
            steps += 1
            at, cells = stack.pop()
            if at == len(pieces) or len(cells) >= self._cells:
                if at == len(pieces) and len(cells) == self._cells and cells not in found:
                    found.append(cells)
                continue
            if not pieces[at].lstrip(" ").startswith(quote):
                stack.append((at + 1, (*cells, self._unquoted(pieces[at]))))
                continue
            for end in range(at, len(pieces) - (self._cells - len(cells) - 1)):
                whole = self._grammar.delimiter.join(pieces[at : end + 1]).strip(" ")
                if len(whole) >= 2 and whole.endswith(quote) and edge not in whole:
                    stack.append((end + 1, (*cells, whole[1:-1].replace(quote * 2, quote))))
        return found if steps < 10_000 else []

    def _regrouped(self, pieces: Sequence[str]) -> list[tuple[str, ...]]:
        """The records in which the surplus delimiters are text of one column of text, and every other cell fits.

        Empty where other columns could have taken them: they must be kept apart by columns of a known kind.
        """
        surplus = len(pieces) - self._cells
        if surplus > MAX_LOOSE_LINES or not any(shape.kinds is not None for shape in self._shapes):
            return []
        ways = [at for at in range(self._cells) if self._fit(self._with(pieces, at, surplus))]
        if len(ways) != 1 or not self._shapes[ways[0]].wordy or self._spreads(pieces, surplus):
            return []
        return [self._with(pieces, ways[0], surplus)]

    def _with(self, pieces: Sequence[str], at: int, surplus: int) -> tuple[str, ...]:
        joined = self._grammar.delimiter.join(pieces[at : at + surplus + 1])
        return (*pieces[:at], joined, *pieces[at + surplus + 1 :])

    def _spreads(self, pieces: Sequence[str], surplus: int) -> bool:
        """Whether two columns could each have taken some of the surplus."""
        if surplus < 2:
            return False
        for left in range(1, surplus):
            for first in range(self._cells):
                part = self._with(pieces, first, left)
                for second in range(first + 1, self._cells):
                    if self._fit(self._with(part, second, surplus - left)):
                        return True
        return False

    def _loose(self, lines: Lines, at: int) -> Mended | None:
        """A record of several lines in which a quote was not doubled: only where one reading is left."""
        quote, text = self._dialect.quote, lines.at(at)
        if not quote or self._grammar.scan(text)[1] == "whole":
            return None
        for taken in range(2, min(MAX_LOOSE_LINES, lines.count - at) + 1):
            if lines.is_regular(at + taken - 1):
                return None
            more = lines.at(at + taken - 1)
            if not self._may_continue(more):
                return None
            text = f"{text}\n{more}"
            pieces = self._grammar.pieces(text)
            if len(pieces) > MAX_PIECES or len(text) > self._max:
                return None
            if quote not in more:
                continue
            found = self._groupings(pieces)
            if found:
                one_way = len(found) == 1 and self._fit(found[0])
                return Mended(lines.first + at, taken, list(found[0]), repaired="stray_quote") if one_way else None
        return None
