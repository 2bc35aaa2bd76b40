"""How a chart is drawn: palette, fonts, bars with their value beside them, and the same bytes each time.

Figures are matplotlib `Figure` objects, never pyplot's, and settings live in `house_style()` only while a chart is
drawn or saved: importing or calling this changes nothing for a notebook that draws its own charts.
The palette is Okabe and Ito's (2008), told apart by colour-blind readers; no chart relies on colour alone.
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, VERMILLION, SKY, PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7"
GREY, PALE, INK, SLATE = "#8A8F98", "#E3E6EA", "#20262E", "#5B6470"
WIDTH_INCHES = 6.3  # the text width of an A4 page with our margins
ROW_INCHES = 0.235  # one bar and its air
TALLEST_INCHES = 8.0  # an A4 page less its margins, a heading, a lead and a caption
# Metrics of Times: what the PDF's Libertinus Serif replaces. DejaVu supplies the narrow no-break space.
WRAP_LETTERS = 34  # of a bar's name, before it goes to a second line
LIBERTINUS_SCALE = 0.95
FONTS = ["STIXGeneral", "DejaVu Sans"]


def house_style() -> AbstractContextManager[None]:
    """The settings of every chart, undone when the block ends."""
    import matplotlib as mpl

    return mpl.rc_context(
        {
            "font.family": FONTS,
            "font.size": 9.5,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": GREY,
            "axes.linewidth": 0.6,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.axisbelow": True,
            "axes.unicode_minus": True,
            "xtick.color": INK,
            "ytick.color": INK,
            "ytick.major.size": 0,
            "ytick.major.pad": 5,
            "xtick.major.size": 2.5,
            "xtick.major.width": 0.6,
            "hatch.linewidth": 0.6,
            "svg.fonttype": "path",
            "svg.hashsalt": "breachkit",
            "path.simplify": True,
            "figure.dpi": 100,
        }
    )


def blank(height: float, columns: int = 1, widths: Sequence[float] | None = None) -> tuple[Figure, Any]:
    """A figure as wide as the page's text, with one row of axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_INCHES, height), layout="constrained")
    axes = figure.subplots(1, columns, sharey=columns > 1, width_ratios=widths)
    return figure, axes


def wrapped(text: str) -> str:
    """The name of a bar on two lines at most, cut at a word with an ellipsis beyond."""
    return textwrap.fill(text, WRAP_LETTERS, max_lines=2, placeholder=" …", break_long_words=False)


def shortened(text: str, limit: int = 44) -> str:
    """The name of a bar cut at a word, where it would leave no room to the bars."""
    return textwrap.shorten(text, limit, placeholder=" …") if len(text) > limit else text


def empty(text: str, advice: str = "") -> Figure:
    """A figure that says that there is nothing to draw, and what to do about it."""
    lines = textwrap.wrap(advice, 95)
    figure, axes = blank(0.7 + 0.2 * len(lines))
    axes.set_axis_off()
    told = "\n".join([text, *lines])
    axes.text(0.5, 0.5, told, ha="center", va="center", style="italic", color=SLATE, transform=axes.transAxes)
    return figure


def height_for(rows: int, *, extra: float = 0.75) -> float:
    """The height in inches of a chart of this many bars; many bars are closer, so that a page holds them."""
    return min(ROW_INCHES * rows + extra, TALLEST_INCHES)


def bar_axes(axes: Axes, labels: Sequence[str], axis_label: str, number: Callable[[float], str]) -> None:
    """Names of the bars on the left, first one on top, whole numbers below."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_yticks(range(len(labels)), [""] * len(labels))
    spec = axes.get_subplotspec()
    if spec is None or spec.is_first_col():
        for row, label in enumerate(labels):
            _bar_name(axes, row, label)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _place: number(value)))
    axes.set_xlabel(axis_label)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=PALE, linewidth=0.6)


def _bar_name(axes: Axes, row: int, label: str) -> None:
    """The name left of a bar, line by line: as one text, its lines lose their right edge in another typeface."""
    lines = label.split("\n")
    for place, line in enumerate(lines):
        down = (len(lines) - 1) / 2 - place
        axes.annotate(
            line,
            (0, row),
            xycoords=("axes fraction", "data"),
            xytext=(-5, 11.5 * down),
            textcoords="offset points",
            ha="right",
            va="center",
            annotation_clip=False,
        )


def value_labels(axes: Axes, ends: Sequence[float], texts: Sequence[str]) -> None:
    """Each bar's value just after its end; room is made on the right, so that no text is cut."""
    for row, (end, text) in enumerate(zip(ends, texts, strict=True)):
        axes.annotate(text, (end, row), xytext=(4, 0), textcoords="offset points", va="center", ha="left", fontsize=9)


def room_on_the_right(axes: Axes, largest: float, share: float) -> None:
    """The axis ends this share beyond the largest bar; never an axis without length."""
    axes.set_xlim(0, max(largest, 1) * (1 + share))


def as_svg(figure: Figure, *, for_pdf: bool = False) -> str:
    """The figure as SVG, without date; with `for_pdf` its text stays text, in the report's own typeface."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    with house_style(), mpl.rc_context({"svg.fonttype": "none" if for_pdf else "path"}):
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": "breachkit"})
    text = buffer.getvalue()
    if for_pdf:
        text = text.replace("'STIXGeneral', 'DejaVu Sans'", "'Libertinus Serif'")
        text = re.sub(r"font-size: ([\d.]+)px", _narrowed, text)
    return text


def _narrowed(size: re.Match[str]) -> str:
    """Libertinus is a little wider than the Times it was measured with: without this, long names touch the edge."""
    return f"font-size: {float(size[1]) * LIBERTINUS_SCALE:.2f}px"


def as_png(figure: Figure) -> bytes:
    """The figure as PNG at 200 dots per inch, without software or date in its metadata."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    with house_style():
        FigureCanvasAgg(figure)
        figure.savefig(buffer, format="png", dpi=200, metadata={"Software": None})
    return buffer.getvalue()
