"""How a notebook's outputs are put together: a grid or a chart of the impact as one HTML output of a cell."""

from __future__ import annotations

from collections.abc import Sequence

from breachkit.impact import Impact
from breachkit.report import charts
from breachkit.report.bar_pictures import PICTURES, WIDTH, picture_svg
from breachkit.report.drawing import as_png
from breachkit.report.format import number
from breachkit.report.grid import Grid
from breachkit.report.printing import printed
from breachkit.report.show_html import TextTable, block, paragraph_html, picture_html, table_html
from breachkit.report.show_rows import Pairs, pairs_table, show_words
from breachkit.report.wording import wording

ROWS_SHOWN = 60  # a longer table is no longer read in a notebook: our choice; the rest is in impact.json


def display(*parts: str) -> None:
    """Shows the parts as one output of the cell."""
    from IPython.display import HTML
    from IPython.display import display as shown

    shown(HTML(block(*parts)))


def advice(key: str, language: str) -> None:
    """Shows the sentence of [empty] that says what to do where there is nothing to show."""
    display(paragraph_html(show_words(language).text(f"empty.{key}")))


def table_part(table: TextTable, caption: str, language: str, *, rows: int = ROWS_SHOWN) -> str:
    """The table, its first rows only where it is long; the sentence of [empty] where it has no row."""
    words = show_words(language)
    title = words.text(f"captions.{caption}")
    if not table.rows:
        return paragraph_html(words.text(f"empty.{caption}"))
    total = len(table.rows)
    note = ""
    if total > rows:
        note = words.text("more_rows", shown=number(rows, language), total=number(total, language))
    return table_html(TextTable(table.header, table.align, table.rows[:rows]), title, note)


def grid_part(grid: Grid, caption: str, language: str, only: Sequence[str] = (), *, rows: int = ROWS_SHOWN) -> str:
    """Columns of a grid of the report as a table."""
    made = printed(grid, language, only)
    return table_part(TextTable(made["header"], made["align"], made["rows"]), caption, language, rows=rows)


def pairs_part(pairs: Pairs, caption: str, language: str) -> str:
    """Names and their figures as a table."""
    return table_part(pairs_table(pairs, language), caption, language)


def chart_part(impact: Impact, name: str, language: str) -> str:
    """A chart as a picture; its words are its title, its figures stand in the table shown with it."""
    if name in PICTURES:
        words = wording(language).text(f"charts.{name}.title")
        return picture_html(picture_svg(impact, name, language).encode("utf-8"), words, WIDTH, "svg+xml")
    figure = charts.chart(impact, name, language)
    width = round(figure.get_size_inches()[0] * 100)
    return picture_html(as_png(figure), wording(language).text(f"charts.{name}.title"), width)
