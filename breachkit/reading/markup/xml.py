"""XML of repeated elements, read as a stream: every kind of record a table, what repeats inside a record a child table.

Memory is bounded by the longest record (four times the limit `cell_characters`). Where the text is not well formed
the record at that place is rejected and reading goes on with the next of its name.
"""

from __future__ import annotations

import polars as pl

from breachkit.errors import UnreadableSource
from breachkit.reading.encodings.decode import utf8_blocks
from breachkit.reading.key_names import published_name
from breachkit.reading.ledger import Ledger
from breachkit.reading.markup.xml_feed import Feed, MisplacedError
from breachkit.reading.markup.xml_lines import LineSpans
from breachkit.reading.markup.xml_shape import Cleaner, EntityDeclaredError, Path, label, sample_of, shape_of
from breachkit.reading.markup.xml_tables import ALL_MARKS, Element, XmlTable, XmlTables, is_technical
from breachkit.reading.table_writer import Intake, TableWriter
from breachkit.reading.text import Text

ELEMENT_SIZE = 64  # characters that an element counts for, besides its text
# Attributes of the elements around the records that tell nothing of them.
OF_THE_FORMAT = frozenset({"version", "encoding", "generator"})
MARKS = dict.fromkeys(map(ord, ALL_MARKS))


def read_xml(text: Text, intake: Intake) -> None:
    """The tables of an XML text, in the order in which they begin, each child behind its parent.

    UnreadableSource where it declares entities, holds no record, or passes a limit.
    """
    reader = XmlReader(text, intake)
    try:
        reader.read()
    except EntityDeclaredError:
        reader.discard()
        raise text.blob.unreadable(
            "XML qui déclare des entités (DOCTYPE), moyen connu d'attaque ; il n'est pas lu.",
            "XML that declares entities (DOCTYPE), a known means of attack; it is not read.",
        ) from None
    except UnreadableSource:
        reader.discard()
        raise


class XmlReader:
    """One reading: the elements that are open, the tables so far, and the account of the lines."""

    def __init__(self, text: Text, intake: Intake) -> None:
        self.text, self.intake, self.limits = text, intake, intake.limits
        self.lines = LineSpans()
        self.begun: list[XmlTable] = []
        self.scalars: dict[Path, tuple[int, str]] = {}
        self.above: list[Path] = [()]  # the elements open around records, ours first
        self.opened: list[str] = []  # as they are written
        self.nodes: list[Element] = []  # the record that is open, and the elements open inside it
        self.path: Path = ()
        self.tag = ""
        self.started: int | None = None
        self.first_line = self.size = 0
        self.skipping = 0  # open elements of a record that is not kept
        self.reason = ""
        self.most = 4 * intake.limits.cell_characters

    def read(self) -> None:
        """Reads the text and finishes its tables."""
        text = self.text
        self.shape = shape_of(sample_of("\n".join(text.sample), self.limits.nesting))
        self.tables = XmlTables(self.shape, text.found, self.limits.columns, self._begin, self._writer)
        self.feed = Feed(self, self.most)
        cleaner = Cleaner(self.most)
        for block in utf8_blocks(text.blob, text.found):
            self.lines.read(block)
            self.feed.take(cleaner.take(block))
            self.lines.forget()
            self.intake.progress(len(block))
        self.feed.take(cleaner.take(b"", last=True))
        if self.feed.end():
            text.blob.truncated.append("xml")
        self._finish()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self.skipping:
            self.skipping += 1
            return
        line, name = self.feed.line, label(tag, attributes)
        if self.nodes and self.path not in self.shape.records and self._holds_records(name):
            self._open_up()
        if not self.nodes:
            path = (*self.above[-1], name)
            if path in self.shape.containers:
                self._enter(tag, path, attributes, line)
                return
            self.path, self.tag, self.started, self.first_line = path, tag, self.feed.place, line
            self.nodes, self.size = [Element(name, attributes, line, tag)], 0
        else:
            if len(self.above) + len(self.nodes) > self.limits.nesting:
                self._abandon("too_deep", len(self.nodes) + 1)
                return
            if tag == self.tag and (*self.path, name) not in self.shape.nested:
                raise MisplacedError(self.feed.place)
            element = Element(name, attributes, line, tag)
            self.nodes[-1].children.append(element)
            self.nodes.append(element)
        self._grow(ELEMENT_SIZE + (sum(map(len, attributes.values())) if attributes else 0))

    def end(self, _: str) -> None:
        """An element ends; the record with its last."""
        if self.skipping:
            self.skipping -= 1
            if not self.skipping:
                self._reject(self.feed.raw(self.started or 0), self.first_line, self.feed.line, self.reason)
        elif len(self.nodes) > 1:
            self.nodes.pop()
        elif self.nodes:
            self._record(self.nodes[0], self.path, self.feed.line)
            self.nodes, self.started = [], None
        elif self.opened:
            self.opened.pop()
            self.above.pop()

    def characters(self, data: str) -> None:
        """Text of the innermost element; that of an element around records is told with what it holds itself."""
        if self.skipping:
            return
        if self.nodes:
            self.nodes[-1].texts.append(data)
            self._grow(len(data))
        elif data.strip():
            line, before = self.scalars.get(self.above[-1], (self.feed.line, ""))
            told = f"{before} {data.strip()}".strip()
            self.scalars[self.above[-1]] = (line, told[: self.limits.cell_characters])

    def abandon(self) -> None:
        """The open record is too long to be kept."""
        if not self.skipping:
            self._abandon("cell_too_long", len(self.nodes))

    def _abandon(self, reason: str, still_open: int) -> None:
        self.reason, self.skipping = reason, still_open
        self.nodes[0].children.clear()

    def _grow(self, size: int) -> None:
        self.size += size
        if self.size > self.most:
            self._abandon("cell_too_long", len(self.nodes))

    def _enter(self, tag: str, path: Path, attributes: dict[str, str], line: int) -> None:
        """An element around records begins; what it tells itself is kept."""
        self.above.append(path)
        self.opened.append(tag)
        for name, value in attributes.items():
            if not is_technical(name) and name not in OF_THE_FORMAT:
                self.scalars.setdefault((*path, "@" + name.rpartition(":")[2]), (line, value))

    def _holds_records(self, name: str) -> bool:
        """Whether the open element, of a kind not met in the sample, shows by a second child that it holds records."""
        same = [child for child in self.nodes[-1].children if child.name == name]
        return bool(same) and not same[0].is_plain and all(len(one.children) == 1 for one in self.nodes[:-1])

    def _open_up(self) -> None:
        """The open elements hold records: their children so far are such."""
        nodes, self.nodes, self.started = self.nodes, [], None
        for node in nodes:
            path = (*self.above[-1], node.name)
            self.shape.containers.add(path)
            self._enter(node.tag, path, node.attributes, node.line)
        for child in nodes[-1].children:
            self.shape.records.add((*self.above[-1], child.name))
            self._record(child, (*self.above[-1], child.name), child.line, first=child.line)

    def _record(self, node: Element, path: Path, last: int, *, first: int | None = None) -> None:
        """Keeps a record; one text alone around records is no record but a value of what holds it."""
        first = self.first_line if first is None else first
        if path not in self.shape.records:
            if node.is_plain and path not in self.scalars:
                self.scalars[path] = (first, node.text[: self.limits.cell_characters])
                return
            self.shape.records.add(path)
        if self.size > self.limits.cell_characters and node.longest() > self.limits.cell_characters:
            self.path = path
            self._reject(self.feed.raw(self.started or 0), first, last, "cell_too_long")
            return
        self.lines.record(first, last, self.tables.write(node, path).number)

    def lose(self, raw: bytes, first: int, last: int, *, at_end: bool) -> None:
        """A piece of text that does not read is one reject; mere closing tags at the end are none."""
        reason = "truncated_record" if at_end else "not_a_record"
        self.skipping = 0
        if raw.strip() and (self.nodes or not at_end or b"<" in raw.replace(b"</", b"")):
            self._reject(raw, first, last, reason)
        self.nodes, self.started = [], None

    def _reject(self, raw: bytes, first: int, last: int, reason: str) -> None:
        """Rejects a piece of text, counted with the table of its kind."""
        known = self.path in self.tables.tables or not self.begun
        table = self.tables.root(self.path or ("",)) if known or self.nodes else self.begun[0]
        table.records += 1
        told = raw[: self.most].decode("utf-8", "replace").translate(MARKS)
        columns = {"record": [table.records], "line": [first], "reason": [reason], "raw": [told]}
        frame = pl.DataFrame(columns, schema_overrides={"record": pl.Int64, "line": pl.Int64})
        table.into.reject(frame)
        self.lines.record(first, last, table.number)
        self.nodes, self.started = [], None

    def _begin(self, table: XmlTable) -> None:
        if len(self.begun) >= self.limits.tables:
            most = self.limits.tables
            raise self.text.blob.unreadable(
                f"plus de {most} tables ; limite « tables ».", f"more than {most} tables; limit “tables”."
            )
        table.number = len(self.begun)
        self.begun.append(table)

    def _writer(self, table: XmlTable) -> TableWriter:
        return self.intake.table(self.text.blob, table.name, table.cells)

    def discard(self) -> None:
        """Takes all tables back."""
        for table in reversed(self.begun):
            table.discard()

    def _finish(self) -> None:
        self.tables.flush()
        kept = list(self.begun)
        if not any(table.into.ledger.loaded for table in kept):
            raise self.text.blob.unreadable(
                "XML dont aucun enregistrement ne se lit.", "XML of which no record can be read."
            )
        told = {table.number: table.headers() for table in kept}
        if self.scalars:
            kept.append(self._own_table())
            told[kept[-1].number] = [
                ".".join(filter(None, (published_name(step.lstrip("@=")) for step in path))) or None
                for path in self.scalars
            ]
        ledgers: dict[int, Ledger] = {table.number: table.into.ledger for table in kept}
        self.lines.settle(ledgers, kept[0].number)
        for table in kept:
            table.into.finish(told[table.number], self.text.content)

    def _own_table(self) -> XmlTable:
        """What the elements around the records tell themselves, as one record."""
        element = Element("", {str(at): value for at, (_, value) in enumerate(self.scalars.values())}, 1)
        element.line = min(line for line, _ in self.scalars.values())
        table = XmlTable(self.text.blob.name, False, self._writer, self.limits.columns)
        self._begin(table)
        self.tables.put_alone(table, element)
        return table
