"""A letter's Markdown as Typst source; only what the letters use: headings, bullets, paragraphs, bold."""

from __future__ import annotations

import re

# Characters that Typst reads as markup anywhere in a text.
_SPECIAL = re.compile(r"([\\#$*_`<>@\[\]~])")
# Shorthands and comments that only exist in pairs or threes: dashes, soft hyphens, ellipses, comments.
_SEQUENCES = re.compile(r"(?<=-)-|-(?=[-?\d])|/(?=[/*])|(?<=[/*])/|\.(?=\.\.)")
_LINE_START = re.compile(r"^(\s*)([=+\-/]|\d+(?=\.))")

# Four items or more, each short enough for half the width: set in two columns.
_SHORT_LIST = re.compile(r"(?:^- .{1,58}\n){4,}", re.MULTILINE)

_HEAD = """#set document(title: [{title}])
#set page(paper: "a4", margin: (x: 20mm, top: 16mm, bottom: 14mm))
#set text(lang: "{language}")
#set par(leading: 0.55em, spacing: 0.8em)
#set list(spacing: 0.5em)
#show heading.where(level: 1): set text(size: 1.25em)
#show heading.where(level: 2): set text(size: 1.05em)
#show heading: set block(above: 1em, below: 0.6em)

// The largest of these sizes that holds the text on one page.
#let sizes = ({sizes})
#let one-page(body) = layout(room => {{
  let set-in(size) = {{
    set text(size: size)
    body
  }}
  let fits(size) = measure(width: room.width, set-in(size)).height <= room.height
  let found = sizes.find(fits)
  set-in(if found == none {{ sizes.last() }} else {{ found }})
}})

"""
# From a comfortable letter down to the smallest that is still read with ease; our choice.
SIZES = ("11.5pt", "11pt", "10.5pt", "10pt", "9.5pt", "9pt")


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


def typst_letter(markdown: str, language: str, *, one_page: bool = True) -> str:
    """The whole letter as a Typst document, the first heading being its title; `language` is "fr" or "en".

    `one_page`: in the largest of SIZES that fits; otherwise in 10.5 points, on as many pages as it takes.
    """
    lines = markdown.splitlines()
    title = next((line.lstrip("# ") for line in lines if line.startswith("# ")), "")
    body = _SHORT_LIST.sub(_in_two, "\n".join(_line(line) for line in lines))
    show = "#show: one-page\n\n" if one_page else "#set text(size: 10.5pt)\n\n"
    return _HEAD.format(title=typst_text(title), language=language, sizes=", ".join(SIZES)) + show + body + "\n"


def _in_two(found: re.Match[str]) -> str:
    """A list of short items as two lists side by side, read down the first and then down the second."""
    items = found[0].splitlines(keepends=True)
    half = (len(items) + 1) // 2
    left, right = "".join(items[:half]), "".join(items[half:])
    return f"#grid(columns: (1fr, 1fr), column-gutter: 1em, [\n{left}], [\n{right}])\n"


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
