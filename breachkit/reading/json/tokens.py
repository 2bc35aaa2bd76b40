"""The tokens of a piece of JSON text, found by whole-column work on its bytes.

No valid JSON holds a raw line break inside a string, so whether a byte is inside one is settled anew on each line: a
stray quote harms its own line and no other. Numbers, `true` and `null` are kept as they are written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

OBJECT, OBJECT_END, LIST, LIST_END, COMMA, COLON, TEXT, KEY, LITERAL = range(1, 10)
_QUOTE, _BREAK = 10, 11
VALUES = np.isin(np.arange(10), (OBJECT, LIST, TEXT, LITERAL))
STEPS = np.array([0, 1, -1, 1, -1, 0, 0, 0, 0, 0], dtype=np.int8)  # levels that each kind goes down
_CLASSES = bytearray(256)
for _mark, _kind in zip(b'{}[],:"\n', (*range(1, 7), _QUOTE, _BREAK), strict=True):
    _CLASSES[_mark] = _kind
_BLANK = np.zeros(256, dtype=bool)
_BLANK[list(b" \t\r\n\x0b\x0c\x1e\x00")] = True
# Which kind may follow which, whatever holds them; a comma before a closing mark is tolerated.
_FOLLOWS = np.zeros((10, 10), dtype=bool)
for _before, _after in {
    OBJECT: (KEY, OBJECT_END),
    KEY: (COLON,),
    COLON: (OBJECT, LIST, TEXT, LITERAL),
    COMMA: (OBJECT, LIST, TEXT, LITERAL, KEY, OBJECT_END, LIST_END),
    LIST: (OBJECT, LIST, TEXT, LITERAL, LIST_END),
    **dict.fromkeys((OBJECT_END, LIST_END, TEXT, LITERAL), (COMMA, OBJECT_END, LIST_END)),
}.items():
    _FOLLOWS[_before, _after] = True
# What stands between two values that follow each other without a comma; allowed between records only.
_SPLIT = np.zeros((10, 10), dtype=bool)
_SPLIT[np.ix_((OBJECT_END, LIST_END, TEXT, LITERAL), (OBJECT, LIST, TEXT, LITERAL))] = True
# Leading zeros and a missing fraction are no JSON, but there is only one way to read them.
LITERAL_PATTERN = r"^(?:-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|-?\.\d+|true|false|null|True|False|None|-?NaN|-?Infinity)$"
ESCAPED_PATTERN = r'^(?:[^\\]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*$'
NULLS = ("null", "None")
_TRIMS = 64  # steps of whole-column trimming before the few longer blanks are trimmed one by one
_MASKS = np.array([0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF], dtype="<u4")
_PADDING = 16
_INLINE = 12  # bytes that an Arrow string view holds itself

_OF_EACH = ("kind", "start", "end", "level", "wrong", "unsplit")  # what there is one of for each token


@dataclass
class Tokens:
    """The tokens of `data`: kind, first byte and byte after the last, and level (0 for what nothing holds).

    An opening and its closing mark have the level of what holds them. `wrong` marks a token that cannot stand where
    it stands; `unsplit` one that follows a value without a comma. `breaks` are the places of all line ends.
    """

    data: bytes
    kind: np.ndarray
    start: np.ndarray
    end: np.ndarray
    level: np.ndarray
    wrong: np.ndarray
    unsplit: np.ndarray
    breaks: np.ndarray
    slashes: np.ndarray
    rest: int  # the place of what the last line leaves open

    def those(self, kept: np.ndarray) -> Tokens:
        """Some of the tokens only."""
        return self._part(kept)

    def __len__(self) -> int:
        return len(self.kind)

    def until(self, stop: int) -> Tokens:
        """The first tokens only."""
        return self._part(slice(stop))

    def _part(self, kept: np.ndarray | slice) -> Tokens:
        return replace(self, **{name: getattr(self, name)[kept] for name in _OF_EACH})

    def text(self, at: int) -> str:
        """One token as written, a string without its quotes."""
        quoted = int(self.kind[at] in (TEXT, KEY))
        return self.data[self.start[at] + quoted : self.end[at] - quoted].decode("utf-8", "replace")

    def texts(self, at: np.ndarray) -> pl.Series:
        """The tokens at these places as written, strings without their quotes."""
        quoted = (self.kind[at] == TEXT) | (self.kind[at] == KEY)
        return slices(self.data, self.start[at] + quoted, self.end[at] - quoted)


def tokenise(data: bytes, *, whole: bool, level: int = 0) -> Tokens:
    """The tokens of a piece that begins outside any string, `level` marks deep.

    What its last line leaves open is left out, unless the piece is `whole`: then it is wrong.
    """
    array = np.frombuffer(data, dtype=np.uint8)
    classes = np.frombuffer(data.translate(bytes(_CLASSES)), dtype=np.uint8)
    places = np.flatnonzero(classes)
    kinds = classes[places]
    slashes = np.flatnonzero(array == ord("\\")) if b"\\" in data else np.empty(0, dtype=np.int64)
    breaks = places[kinds == _BREAK]
    kind, start, end, wrong = _marks(places, kinds, _unescaped(places, kinds, slashes), breaks, len(data))
    kind, start, end, wrong = _with_literals(array, kind, start, end, wrong)
    rest = len(data)
    if not whole and len(kind) and kind[-1] in (TEXT, LITERAL) and end[-1] == len(data):
        # A string or number at the end of the piece may go on in the next one.
        rest = int(start[-1])
        kind, start, end, wrong = kind[:-1], start[:-1], end[:-1], wrong[:-1]
    if len(kind) > 1:
        kind[:-1][(kind[:-1] == TEXT) & (kind[1:] == COLON)] = KEY
    steps = STEPS[kind]
    levels = np.cumsum(steps, dtype=np.int32) - (steps > 0) + level
    unsplit = np.zeros(len(kind), dtype=bool)
    if len(kind):
        unsplit[1:] = _SPLIT[kind[:-1], kind[1:]]
        wrong[1:] |= ~(_FOLLOWS[kind[:-1], kind[1:]] | unsplit[1:])
    tokens = Tokens(data, kind, start, end, levels, wrong, unsplit, breaks, slashes, rest)
    _check_scalars(tokens)
    return tokens


def _unescaped(places: np.ndarray, kinds: np.ndarray, slashes: np.ndarray) -> np.ndarray:
    """Which of the places are quotes that no backslash escapes."""
    quotes: np.ndarray = kinds == _QUOTE
    if len(slashes):
        last = np.append(np.diff(slashes) != 1, True)
        ends = np.flatnonzero(last)
        runs = np.diff(ends, prepend=-1)
        escaped = slashes[ends[runs % 2 == 1]] + 1
        at = np.searchsorted(places, escaped)
        at, escaped = at[at < len(places)], escaped[at < len(places)]
        quotes[at[places[at] == escaped]] = False
    return quotes


def _marks(
    places: np.ndarray, kinds: np.ndarray, quotes: np.ndarray, breaks: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Strings, and the marks outside them: kind, start, end, wrong."""
    count = np.cumsum(quotes, dtype=np.int32)
    is_break = kinds == _BREAK
    if (count[is_break] & 1).any():  # a string is not closed on its line: it is on no other either
        count -= np.maximum.accumulate(np.where(is_break, count, 0))
    inside = (count & 1).astype(bool)
    opening = quotes & inside
    keep = opening | ((kinds < _QUOTE) & ~inside)
    kind, start = kinds[keep], places[keep]
    kind[kind == _QUOTE] = TEXT
    end = start + 1
    wrong = np.zeros(len(kind), dtype=bool)
    at = np.flatnonzero(quotes)
    if len(at):
        opens = opening[at]
        first = np.flatnonzero(opens)
        following = np.minimum(first + 1, len(at) - 1)
        open_to_the_end = (first + 1 >= len(at)) | opens[following]
        ends = places[at[following]] + 1
        if open_to_the_end.any():
            stops = np.append(breaks, size)
            ends[open_to_the_end] = stops[np.searchsorted(breaks, places[at[first[open_to_the_end]]])]
        strings = np.flatnonzero(kind == TEXT)
        end[strings] = ends
        wrong[strings] = open_to_the_end
    return kind, start, end, wrong


def _with_literals(
    array: np.ndarray, kind: np.ndarray, start: np.ndarray, end: np.ndarray, wrong: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The tokens with what stands between them that is not blank."""
    first, stop = np.append(0, end), np.append(start, len(array))
    gaps = np.flatnonzero(stop > first)
    first, stop = first[gaps], stop[gaps]
    first, stop, kept = _trimmed(array, first, stop)
    if not len(kept):
        return kind, start, end, wrong
    gaps = gaps[kept]
    total = len(kind) + len(gaps)
    places = gaps + np.arange(len(gaps))
    others = np.ones(total, dtype=bool)
    others[places] = False
    made = []
    for column, values in ((kind, LITERAL), (start, first), (end, stop), (wrong, False)):
        merged = np.empty(total, dtype=column.dtype)
        merged[others] = column
        merged[places] = values
        made.append(merged)
    return made[0], made[1], made[2], made[3]


def _trimmed(array: np.ndarray, first: np.ndarray, stop: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The spans without blanks around them, and which of them are left."""
    kept = np.arange(len(first))
    first, stop = first.copy(), stop.copy()
    active = kept
    for _ in range(_TRIMS):
        active = active[_BLANK[array[first[active]]]]
        first[active] += 1
        active = active[first[active] < stop[active]]
        if not len(active):
            break
    for at in active:
        first[at] += np.append(np.flatnonzero(~_BLANK[array[first[at] : stop[at]]]), stop[at] - first[at])[0]
    kept = np.flatnonzero(first < stop)
    first, stop = first[kept], stop[kept]
    active = np.arange(len(kept))
    for _ in range(_TRIMS):
        active = active[_BLANK[array[stop[active] - 1]]]
        stop[active] -= 1
        if not len(active):
            break
    for at in active:
        stop[at] = first[at] + np.flatnonzero(~_BLANK[array[first[at] : stop[at]]])[-1] + 1
    return first, stop, kept


def _check_scalars(tokens: Tokens) -> None:
    """Marks literals that are none, and strings with an escape that is none."""
    literals = np.flatnonzero(tokens.kind == LITERAL)
    if len(literals):
        right = tokens.texts(literals).str.contains(LITERAL_PATTERN).to_numpy()
        tokens.wrong[literals[~right]] = True
    escaped = with_escapes(tokens)
    if len(escaped):
        right = tokens.texts(escaped).str.contains(ESCAPED_PATTERN).to_numpy()
        tokens.wrong[escaped[~right]] = True


def with_escapes(tokens: Tokens) -> np.ndarray:
    """The places of the strings that hold a backslash."""
    if not len(tokens.slashes) or not len(tokens):
        return np.empty(0, dtype=np.int64)
    at = np.unique(np.searchsorted(tokens.start, tokens.slashes, side="right") - 1)
    at = at[at >= 0]
    return at[(tokens.kind[at] == TEXT) | (tokens.kind[at] == KEY)]


def slices(data: bytes, start: np.ndarray, end: np.ndarray) -> pl.Series:
    """Slices of UTF-8 bytes as texts, without copying what is longer than 12 bytes: Arrow string views."""
    import pyarrow as pa

    padded = np.frombuffer(data + bytes(_PADDING), dtype=np.uint8)
    words = np.ndarray((len(padded) - 3,), dtype="<u4", buffer=padded.data, strides=(1,))
    length = end - start
    view = np.empty((len(start), 4), dtype="<u4")
    view[:, 0] = length
    view[:, 1] = words[start] & _MASKS[np.clip(length, 0, 4)]
    short = length <= _INLINE
    view[:, 2] = np.where(short, words[start + 4] & _MASKS[np.clip(length - 4, 0, 4)], 0)
    view[:, 3] = np.where(short, words[start + 8] & _MASKS[np.clip(length - 8, 0, 4)], start)
    array = pa.Array.from_buffers(pa.string_view(), len(start), [None, pa.py_buffer(view), pa.py_buffer(data)])
    return pl.Series("text", pl.from_arrow(array))
