"""Whether a text is JSON, and what stands before it: code, a guard against its execution, or lines of text."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from breachkit.reading.json.tokens import KEY, LIST, LITERAL, OBJECT, TEXT, Tokens, tokenise

# JSONP, assignments (Twitter archives: `window.YTD.part0 = [`), and the guards of interfaces against being executed.
CODE = re.compile(
    rb"\s*(?:/\*\*/\s*)?(?:\)\]\}',?|while\s*\(\s*1\s*\)\s*;|for\s*\(\s*;\s*;\s*\)\s*;|(?:(?:var|let|const|export\s+default)\s+)?"
    rb"[A-Za-z_$][\w$.\[\]\"']*\s*=|export\s+default|[A-Za-z_$][\w$.]*\s*\()\s*(?=[\[{])"
)
TAIL = re.compile(rb"(?<=[\]}])\s*\)?\s*;?\s*\Z")
BEGINS = re.compile(rb"(?m)^[ \t\x1e]*[\[{]")
MAX_PREAMBLE = 200  # lines of text before the JSON
SNIFFED_BYTES = 1 << 16
MAX_WRONG_SHARE = 0.2  # of the tokens; a choice
MIN_TOKENS = 8  # before the first that is wrong: what begins so is JSON, whatever follows; a choice
BEGINNING_SHARE, ENDING_SHARE = 0.8, 0.3  # of the lines, where each is a value: broken ones end anyhow; a choice
# Nearly JSON: keys in single quotes (Python) or bare (JavaScript). What cannot be read is then told as such.
NEARLY = re.compile(rb"\s*\[?\s*\{\s*(?:'[^'\n]*'|[A-Za-z_]\w*)\s*:\s*[\[{'\"\dA-Za-z-]")


def code_before(data: bytes) -> tuple[int, bool]:
    """How many bytes stand before the JSON, and whether they are code that goes on behind it."""
    if found := CODE.match(data):
        return found.end(), True
    if data.lstrip(b" \t\r\n\x1e")[:1] in (b"{", b"["):
        return 0, False
    for found in BEGINS.finditer(data):
        begin = found.start()
        if data.count(b"\n", 0, begin) > MAX_PREAMBLE:
            break
        if _looks_right(tokenise(data[begin : begin + SNIFFED_BYTES], whole=False)):
            return begin, False
    return 0, False


def json_format(lines: Sequence[str]) -> str | None:
    """json or json_lines where the first lines of a text are JSON, else None."""
    data = "\n".join(lines).encode("utf-8", "replace")[: 2 * SNIFFED_BYTES]
    skipped, coded = code_before(data)
    if coded:
        data = TAIL.sub(b"", data)
    body = data[skipped:].lstrip(b" \t\r\n\x1e")
    if body[:1] not in (b"{", b"["):
        return None
    whole = len(body) <= SNIFFED_BYTES and len("\n".join(lines)) <= SNIFFED_BYTES
    tokens = tokenise(body[:SNIFFED_BYTES], whole=whole)
    if not _looks_right(tokens) and not NEARLY.match(body):
        return None
    return "json_lines" if _is_lines(body[:SNIFFED_BYTES], whole=whole) else "json"


def _looks_right(tokens: Tokens) -> bool:
    """Whether most of the tokens stand where they may, and objects and lists follow each other with nothing between."""
    if not len(tokens) or tokens.kind[0] not in (OBJECT, LIST):
        return False
    opens = (tokens.kind == OBJECT) | (tokens.kind == LIST)
    line = np.searchsorted(tokens.breaks, tokens.start)
    begins = np.append(True, line[1:] != line[:-1])
    stray = (tokens.level <= 0) & np.isin(tokens.kind, (TEXT, LITERAL, KEY))
    stray |= (tokens.level == 0) & (tokens.kind == LIST) & ~begins
    lines, roots = len(np.unique(line)), np.unique(line[begins & opens & (tokens.level == 0)])
    bad = tokens.wrong | stray | (tokens.level < 0)
    first = int(bad.argmax()) if bad.any() else len(tokens)
    # The first cell of a delimited line may be JSON: what follows it on its line is not.
    beside = len(np.intersect1d(roots, line[stray]))
    if 2 * beside >= lines and (lines > 1 or first < MIN_TOKENS):
        return False
    if first >= MIN_TOKENS and (tokens.kind[:first] == KEY).any():
        return True
    if 2 * len(np.unique(line[stray])) > len(roots):
        return False
    if tokens.kind[0] == LIST and len(tokens) > 1 and tokens.wrong[1] and not (tokens.kind == KEY).any():
        return False
    return int(tokens.wrong.sum()) <= MAX_WRONG_SHARE * len(tokens)


def _is_lines(body: bytes, *, whole: bool) -> bool:
    """Whether each line is a value of its own."""
    lines = [line.strip(b" \t\r\x1e").removesuffix(b",").rstrip() for line in body.split(b"\n")]
    filled = [line for line in (lines if whole else lines[:-1]) if line]
    if len(filled) < 2 or filled[0][-1:] in (b"[", b"{", b":", b"("):
        return False
    if filled[0][:1] + filled[0][-1:] not in (b"{}", b"[]"):
        # Its first line is broken, or it is one document with a record a line: those are separated by commas.
        commas = sum(line.rstrip().endswith(b",") for line in body.split(b"\n"))
        if filled[0][:1] != b"{" or 2 * commas > len(filled):
            return False
    begin = sum(line[:1] in (b"{", b"[") and len(line) > 1 for line in filled)
    end = sum(line[:1] + line[-1:] in (b"{}", b"[]") and len(line) > 1 for line in filled)
    return begin >= BEGINNING_SHARE * len(filled) and end >= ENDING_SHARE * len(filled)
