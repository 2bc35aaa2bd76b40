"""The bytes of an XML text through expat, and past the places where they are not well formed.

After such a place the parser begins anew, inside the same open elements, with the next element that has the name of
a record; what stands between is told as one piece that is lost.
"""

from __future__ import annotations

import re
from typing import Protocol
from xml.parsers import expat

from breachkit.reading.markup.xml_shape import new_parser, opening

FED_BYTES = 1 << 16  # at once: what follows an error is fed again


class MisplacedError(ValueError):
    """A record begins at this place inside another: the end of that is missing."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place


class Records(Protocol):
    """Who takes the elements. `tag` is the last record's; `opened` what is open around records."""

    tag: str
    opened: list[str]
    started: int | None  # the first byte of the record that is open
    first_line: int

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins. MisplacedError."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def characters(self, data: str) -> None:
        """Text."""

    def abandon(self) -> None:
        """The open record is too long to be kept."""

    def lose(self, raw: bytes, first: int, last: int, *, at_end: bool) -> None:
        """A piece of text, on these lines, does not read."""


class Feed:
    """Feeds expat block by block; holds the bytes of the open record, `most` of them or what was fed last."""

    def __init__(self, records: Records, most: int) -> None:
        self._records, self._most = records, most
        self._data, self._base, self._fed = b"", 0, 0  # bytes held, where they begin, how many were fed
        self._head = b""  # the first bytes of an open record of which not all are held
        self._lost: bytes | None = None  # what does not read so far, while the next record is looked for
        self._lost_line = self._lost_breaks = self._after = 0
        self._begin(0, 0)

    def _begin(self, place: int, breaks: int) -> None:
        """A parser for the bytes from a place on; so many line ends stand before it."""
        opened = self._records.opened
        self._offset, self._line_offset = place - len(opening(opened)), breaks
        records = self._records
        self._parser = new_parser(opened, records.start, records.end, records.characters)

    @property
    def place(self) -> int:
        """The first byte of what is being told."""
        return self._parser.CurrentByteIndex + self._offset

    @property
    def line(self) -> int:
        """Its line."""
        return self._parser.CurrentLineNumber + self._line_offset

    def take(self, block: bytes) -> None:
        """The next bytes, as expat may read them."""
        self._data += block
        while self._fed < len(self._data):
            if self._lost is not None and not self._found():
                return
            piece = self._data[self._fed : self._fed + FED_BYTES]
            self._fed += len(piece)
            try:
                self._parser.Parse(piece, False)
            except expat.ExpatError:
                self._break(self._parser.ErrorByteIndex + self._offset)
                continue
            except MisplacedError as error:
                self._break(error.place)
                continue
            if self._base + self._fed - self.place > self._most:  # one tag without end
                self._break(self.place)
        self._let_go()

    def raw(self, started: int) -> bytes:
        """The text of the record that ends with the tag that is being told."""
        if self._head:
            return self._head
        end = self._data.find(b">", max(self.place - self._base, 0)) + 1
        return self._data[max(started - self._base, 0) : end or None]

    def _let_go(self) -> None:
        started = self._records.started
        keep = self._base + self._fed if started is None else started
        if started is None:
            self._head = b""
        elif self._base + self._fed - started > 2 * self._most:
            self._records.abandon()
            self._head = self._head or self._data[max(started - self._base, 0) :][: self._most]
            keep = self._base + self._fed
        keep = max(keep, self._base)
        self._data, self._fed = self._data[keep - self._base :], self._base + self._fed - keep
        self._base = keep

    def _break(self, place: int) -> None:
        """From here on, or from the beginning of the open record on, nothing reads until the next record."""
        started = self._records.started
        line = self.line
        begin = place if started is None else started
        if started is not None:
            line = self._records.first_line
        begin = max(begin, self._base)
        self._lost, self._lost_line, self._lost_breaks = self._head, line, 0
        if self._head:
            self._lost_breaks = max(0, self.line - line)
            begin = max(place, self._base)
        self._head = b""
        self._data, self._base, self._fed = self._data[begin - self._base :], begin, 0
        # The end of a record may be missing long before that shows; but no text is to be read again and again.
        self._after = 1 if place - begin <= FED_BYTES else place - begin

    def _found(self) -> bool:
        """Whether the next record begins in what is held; the parser then stands before it."""
        tag = self._records.tag.encode()
        pattern = re.compile(rb"<!--(?:(?!<!--).)*?-->|(<" + re.escape(tag) + rb"[\s/>])", re.S)
        found = next((one for one in pattern.finditer(self._data, self._after) if one[1]), None) if tag else None
        at = found.start() if found else max(min(self._after, len(self._data)), len(self._data) - len(tag) - 2)
        self._lost = ((self._lost or b"") + self._data[:at])[: self._most]
        self._lost_breaks += self._data.count(b"\n", 0, at)
        self._data, self._base, self._fed, self._after = self._data[at:], self._base + at, 0, 0
        if found:
            self._tell_lost(at_end=False)
            self._begin(self._base, self._lost_line + self._lost_breaks - 1)
        return found is not None

    def _tell_lost(self, *, at_end: bool) -> None:
        lost, self._lost = self._lost or b"", None
        breaks = lost.count(b"\n") if len(lost) < self._most else self._lost_breaks
        last = self._lost_line + breaks - (lost.endswith(b"\n") or not lost)
        self._records.lose(lost, self._lost_line, max(last, self._lost_line), at_end=at_end)

    def end(self) -> bool:
        """The text is over; whether it ended too early."""
        started = self._records.started
        if self._lost is not None:
            self._lost += self._data
        elif started is not None:
            self._lost = self._head or self._data[max(started - self._base, 0) :]
            self._lost_line = self._records.first_line
            self._lost_breaks = max(0, self.line - self._lost_line)
        else:
            try:
                self._parser.Parse(b"".join(f"</{tag}>".encode() for tag in reversed(self._records.opened)), False)
                self._parser.Parse(b"</_>", True)
            except expat.ExpatError:
                return True
            return False
        self._tell_lost(at_end=True)
        return True
