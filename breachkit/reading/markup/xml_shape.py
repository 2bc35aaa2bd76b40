"""What of an XML text is a record: the elements that repeat, found in its first lines; and its bytes made safe.

Every text is fed to expat inside one element of ours (so several documents behind each other are one), without XML
declaration and without DOCTYPE: no entity can be declared. A text that declares one is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

OURS = b"<_>"
Path = tuple[str, ...]
# In these an attribute names the column or table: `mysql --xml`, mysqldump --xml, phpMyAdmin.
NAMED = frozenset({"field", "column", "table", "table_data"})
HTML = frozenset(
    {"html", "head", "body", "table", "tr", "td", "div", "p", "b", "i", "a", "br", "span", "font", "center", "style"}
    | {"meta", "link", "script", "form", "h1", "h2", "ul", "ol", "li", "img", "pre", "hr", "title"}
)
SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
# What may stand before the first element.
PROLOGUE = re.compile(r"(?:\s|\ufeff|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*", re.S)
ROOT = re.compile(r"<([^\W\d][\w.-]*:)?([^\W\d][\w.-]*)(?=[\s/>])")
# A reference that XML knows, of a character that it allows.
UNSAFE = re.compile(
    rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|(?P<open><!\[CDATA\[|<!--)|(?P<entity><!ENTITY)"
    rb"|(?P<blank><\?xml\s[^<>]*\?>|<!DOCTYPE(?:[^\[<>\"']|\"[^\"<]*\"|'[^'<]*')*"
    rb"(?:\[(?P<inner>(?:(?!<!DOCTYPE).)*?)\]\s*)?>)"
    rb"|(?P<bare>&(?!(?:amp|lt|gt|quot|apos);))",
    re.S,
)
REFERENCE = re.compile(rb"&#(?:(\d{1,7})|x([0-9A-Fa-f]{1,6}));")
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
MAX_ERRORS = 20  # of a sample
CONTROL_MARK = "\ufdd2"  # in place of a control character, which XML forbids


class EntityDeclaredError(ValueError):
    """The text declares an entity."""


class Cleaner:
    """Makes blocks safe for expat; what ends within a comment or CDATA section waits for the next block."""

    def __init__(self, most: int) -> None:
        self._most, self._carry = most, b""

    def take(self, block: bytes, *, last: bool = False) -> bytes:
        """The block as expat may read it, its line ends where they were. EntityDeclaredError."""
        data, self._carry = self._carry + block, b""
        data = CONTROL.sub(CONTROL_MARK.encode(), data)
        if b"&" not in data and b"<!" not in data and b"<?" not in data:
            return data
        opened = next((found.start() for found in UNSAFE.finditer(data) if found["open"]), len(data))
        data, left = data[:opened], data[opened:]
        if last or len(left) >= self._most:
            return UNSAFE.sub(_safe, data) + left
        self._carry = left
        return UNSAFE.sub(_safe, data)


def _safe(found: re.Match[bytes]) -> bytes:
    if found["entity"] or (found["inner"] and b"<!ENTITY" in found["inner"]):
        raise EntityDeclaredError
    if found["blank"]:
        return re.sub(rb"[^\n]", b" ", found.group())
    if found["bare"] is None:
        return found.group()
    reference = REFERENCE.match(found.string, found.start())
    if reference:
        code = int(reference[1]) if reference[1] else int(reference[2], 16)
        if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF:
            return b"&"
    return b"&amp;"


def label(tag: str, attributes: dict[str, str]) -> str:
    """The name of an element without its namespace; « =NAME » where an attribute names the column or table."""
    local = tag.rpartition(":")[2]
    if local in NAMED and "name" in attributes:
        return f"={attributes.pop('name')}"
    return local


@dataclass
class Shape:
    """The paths of elements that hold records, that are records, and that repeat inside a record."""

    containers: set[Path] = field(default_factory=lambda: {()})
    records: set[Path] = field(default_factory=set)
    lists: set[Path] = field(default_factory=set)
    nested: set[Path] = field(default_factory=set)  # inside one of the same name


@dataclass
class Sample:
    """What the first lines hold: for each path the most there are in one parent, its children, and whether more."""

    most: Counter[Path] = field(default_factory=Counter)
    children: dict[Path, dict[Path, None]] = field(default_factory=dict)
    attributed: set[Path] = field(default_factory=set)
    closed: int = 0
    loose: bool = False  # text stands outside every element
    wrong: bool = False
    valued: bool = False  # some element holds a text or an attribute

    def is_rich(self, path: Path) -> bool:
        """Whether an element holds more than text."""
        return bool(self.children.get(path)) or path in self.attributed

    def repeats(self, path: Path) -> bool:
        """Whether rich elements repeat below, or the element is nothing but a list of texts."""
        below = self.children.get(path, {})
        if len(below) == 1 and self.most[next(iter(below))] > 1 and path not in self.attributed:
            return True
        return any(self.is_rich(one) and (self.most[one] > 1 or self.repeats(one)) for one in below)


class _Sampler:
    """Takes the elements of a sample."""

    def __init__(self, nesting: int) -> None:
        self.found, self._nesting = Sample(), nesting
        self._path: list[Path] = [()]
        self._counts: list[Counter[str]] = [Counter()]
        self.tags: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.tags.append(tag)
        if len(self.tags) > self._nesting:
            return
        name, found = label(tag, attributes), self.found
        path = (*self._path[-1], name)
        self._counts[-1][name] += 1
        found.most[path] = max(found.most[path], self._counts[-1][name])
        found.children.setdefault(self._path[-1], {})[path] = None
        if not all(map(is_technical, attributes)):
            found.attributed.add(path)
            found.valued = True
        self._path.append(path)
        self._counts.append(Counter())

    def end(self, _: str) -> None:
        if self.tags:
            self.leave(len(self.tags) - 1)
            self.found.closed += 1

    def leave(self, depth: int) -> None:
        """Closes what is open below a depth."""
        del self.tags[depth:], self._path[depth + 1 :], self._counts[depth + 1 :]

    def characters(self, data: str) -> None:
        self.found.valued = self.found.valued or bool(data.strip())
        self.found.loose = self.found.loose or (not self.tags and bool(data.strip()))


def sample_of(text: str, nesting: int) -> Sample:
    """The elements of the first characters of a text; past what is not well formed. EntityDeclaredError."""
    data = Cleaner(0).take(text.encode("utf-8", "replace"), last=True)
    sampler = _Sampler(nesting)
    for _ in range(MAX_ERRORS):
        parser = new_parser(sampler.tags, sampler.start, sampler.end, sampler.characters)
        before = len(opening(sampler.tags))
        try:
            parser.Parse(data, False)
            break
        except expat.ExpatError:
            sampler.found.wrong = True
            data = data[max(parser.ErrorByteIndex - before, 1) :]
        for depth, tag in enumerate(sampler.tags[1:], start=1):
            again = re.search(b"<" + re.escape(tag.encode()) + rb"[\s/>]", data)
            if again:
                data = data[again.start() :]
                sampler.leave(depth)
                break
        else:
            break
    return sampler.found


def is_technical(attribute: str) -> bool:
    """Whether an attribute is of XML itself: a namespace, a schema, a language."""
    return attribute.startswith(("xmlns", "xsi:", "xml:"))


def new_parser(
    opened: Sequence[str],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> expat.XMLParserType:
    """A parser that stands inside the opened elements, whose starts are not told."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text, parser.buffer_size = True, 1 << 16
    parser.Parse(opening(opened), False)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    return parser


def opening(opened: Sequence[str]) -> bytes:
    """The tags fed before a text: ours, and those that were open where it begins."""
    return OURS + b"".join(f"<{tag}>".encode() for tag in opened)


def shape_of(found: Sample) -> Shape:
    """Which elements of a sample are records: those that repeat, or the innermost that hold anything."""
    shape = Shape()
    waiting: list[Path] = [()]
    while waiting:
        above = waiting.pop()
        for path in found.children.get(above, {}):
            if not found.is_rich(path) and found.most[path] == 1:
                continue
            repeats = found.repeats(path)
            only = list(found.children.get(path, {}))
            wraps = len(only) == 1 and found.is_rich(only[0]) and path not in found.attributed
            if (repeats and (found.most[path] == 1 or not above)) or (wraps and found.most[path] == 1):
                shape.containers.add(path)
                waiting.append(path)
            else:
                shape.records.add(path)
    shape.nested = {path for path in found.most if len(path) > 1 and path[-1] == path[-2]}
    shape.lists = {path for path, most in found.most.items() if most > 1}
    return shape


def looks_like_xml(lines: Sequence[str]) -> bool:
    """Whether the first lines of a text are XML with values, and neither HTML nor SpreadsheetML."""
    text = "\n".join(lines)
    if not text.lstrip("\ufeff \t\r\n").startswith("<"):
        return False
    prologue = PROLOGUE.match(text)
    begins = prologue.end() if prologue else 0
    root = ROOT.match(text, begins)
    if SPREADSHEET in text[: 1 << 16]:
        return False
    if "<!ENTITY" in text[: begins + (1 << 12)] and "<!DOCTYPE" in text[: begins + 16]:
        return True
    if root is None or (not root[1] and root[2].lower() in HTML):
        return False
    try:
        found = sample_of(text, 64)
    except EntityDeclaredError:
        return True
    told = found.closed >= 1 and any(found.is_rich(path) for path in found.children.get((), {}))
    return told and found.valued and not found.loose and (not found.wrong or found.closed >= 3)
