"""A letter's Markdown as Typst source; only what the letters use: headings, bullets, paragraphs, bold."""

from __future__ import annotations

import re

# Characters that Typst reads as markup anywhere in a text.
_SPECIAL = re.compile(r"([\\#$*_`<>@\[\]~])")
# Shorthands and comments that only exist in pairs or threes: dashes, soft hyphens, ellipses, comments.
_SEQUENCES = re.compile(r"(?<=-)-|-(?=[-?\d])|/(?=[/*])|(?<=[/*])/|\.(?=\.\.)")
_LINE_START = re.compile(r"^(\s*)([=+\-/]|\d+(?=\.))")

_HEAD = """#set document(title: [{title}])
#set page(paper: "a4", margin: (x: 25mm, y: 22mm))
#set text(lang: "{language}", size: 10.5pt)
#set par(justify: true, leading: 0.65em, spacing: 1.1em)
#show heading.where(level: 1): set text(size: 14pt)
#show heading.where(level: 2): set text(size: 11.5pt)
#show heading: set block(above: 1.3em, below: 0.8em)

"""


def typst_text(text: str) -> str:
    """A line of plain text as Typst markup that shows exactly it, apart from typographic quotes."""
    text = _SPECIAL.sub(r"\\\1", text)
    text = _SEQUENCES.sub(lambda found: "\\" + found[0], text)
    start = _LINE_START.match(text)
    if start is None:
        return text
    if start[2].isdigit():  # "1." would begin a numbered list
        return text[: start.end()] + "\\" + text[start.end() :]
    return start[1] + "\\" + text[start.end(1) :]


def typst_letter(markdown: str, language: str) -> str:
    """The whole letter as a Typst document, the first heading being its title; `language` is "fr" or "en"."""
    lines = markdown.splitlines()
    title = next((line.lstrip("# ") for line in lines if line.startswith("# ")), "")
    body = "\n".join(_line(line) for line in lines)
    return _HEAD.format(title=typst_text(title), language=language) + body + "\n"


def _line(line: str) -> str:
    heading = re.match(r"^(#{1,3}) (.*)$", line)
    if heading:
        return "=" * len(heading[1]) + " " + typst_text(heading[2])
    if line.startswith("- "):
        return "- " + _spans(line[2:])
    return _spans(line)


def _spans(text: str) -> str:
    """Text with **bold** parts; an odd pair of stars stays as text."""
    parts = re.split(r"\*\*(.+?)\*\*", text)
    shown = [f"#strong[{typst_text(part)}]" if index % 2 else typst_text(part) for index, part in enumerate(parts)]
    return "".join(shown)
