"""Tables and charts as HTML that is the same each time: no random ids, every cell escaped, no remote resource.

A table has a caption and scoped headers; a chart is an inline PNG with its words as alternative text, and its
figures stand in the table below it.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

STYLE = """<style>
.breachkit{margin:.4em 0 1.2em;color:inherit;max-width:76em;overflow-x:auto}
.breachkit table{border-collapse:collapse;font-size:.9em;margin:0;table-layout:auto}
.breachkit caption{caption-side:top;text-align:left;font-weight:600;padding:.2em 0 .4em;color:inherit}
.breachkit th,.breachkit td{padding:.25em .7em .25em 0;border-bottom:1px solid #8a8f9866;vertical-align:top;\
text-align:left;white-space:normal;max-width:26em}
.breachkit thead th{border-bottom:2px solid #8a8f98;vertical-align:bottom}
.breachkit tbody th{font-weight:400}
.breachkit .n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.breachkit table+table,.breachkit p+table{margin-top:1.1em}
.breachkit .form{width:100%;table-layout:fixed}
.breachkit .form td{white-space:pre-line;overflow-wrap:anywhere;max-width:none}
.breachkit img{max-width:100%;height:auto;background:#fff}
.breachkit p,.breachkit ul{margin:.3em 0}
.breachkit table+p{margin-top:1em}
</style>"""


@dataclass(frozen=True)
class TextTable:
    """A table whose cells are already texts; `align` is "left" or "right" for each column."""

    header: Sequence[str]
    align: Sequence[str]
    rows: Sequence[Sequence[str]]


def block(*parts: str) -> str:
    """The parts as one output of a cell, with the style they need."""
    return f'{STYLE}<div class="breachkit">{"".join(parts)}</div>'


def _cell(tag: str, text: str, align: str, scope: str = "") -> str:
    mark = ' class="n"' if align == "right" else ""
    return f"<{tag}{mark}{scope}>{escape(text)}</{tag}>"


def table_html(table: TextTable, caption: str, note: str = "", *, widths: Sequence[int] = ()) -> str:
    """A table with its caption; the first column names its rows. `widths` in per cent fixes the columns."""
    heads = "".join(
        _cell("th", text, side, ' scope="col"') for text, side in zip(table.header, table.align, strict=True)
    )
    rows = []
    for row in table.rows:
        first = _cell("th", row[0], table.align[0], ' scope="row"')
        rest = "".join(_cell("td", text, side) for text, side in zip(row[1:], table.align[1:], strict=True))
        rows.append(f"<tr>{first}{rest}</tr>")
    foot = paragraph_html(note) if note else ""
    body = "\n".join(rows)
    fixed = "".join(f'<col style="width:{width}%">' for width in widths)
    start = (
        f'<table class="form"><caption>{escape(caption)}</caption>{fixed}'
        if widths
        else (f"<table><caption>{escape(caption)}</caption>")
    )
    return f"{start}<thead><tr>{heads}</tr></thead><tbody>\n{body}\n</tbody></table>{foot}"


def paragraph_html(text: str) -> str:
    """One sentence of help or of doubt."""
    return f"<p>{escape(text)}</p>"


def list_html(title: str, sentences: Sequence[str]) -> str:
    """Sentences as a list under a title."""
    items = "".join(f"<li>{escape(one)}</li>" for one in sentences)
    return f"<p><strong>{escape(title)}</strong></p><ul>{items}</ul>"


def picture_html(picture: bytes, words: str, width: int, kind: str = "png") -> str:
    """A picture (« png » or « svg+xml ») inside the page itself, `width` CSS pixels wide, with its alternative text."""
    data = base64.b64encode(picture).decode("ascii")
    return f'<p><img width="{width}" alt="{escape(words)}" src="data:image/{kind};base64,{data}"></p>'
