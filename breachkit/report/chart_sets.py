"""Charts of overlapping sets: who is exposed to what together, who is reached by which channels together.

Drawn as a matrix under bars (after Lex and others, "UpSet", 2014): one column for each combination, most persons
first, a dot for each set that it holds. Nothing relies on colour.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from breachkit.impact import Impact, Profile
from breachkit.reference.catalogue import fields
from breachkit.report import drawing as draw
from breachkit.report.format import number, percent, quantity, share_of
from breachkit.report.grid import Grid, Kind
from breachkit.report.wording import Wording, wording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_SETS, MOST_COMBINATIONS = 12, 14  # what a page's width shows; the table and the CSV have every combination
CHANNELS = ("email", "mobile", "landline", "postal")
_SINGLE_FIELDS = ("email", "phone", "postal_address")  # told on their own, though not sensitive: ways to reach
_WITH_ADDRESS = ("postal_address", "postcode", "city", "country")


@dataclass(frozen=True)
class Sets:
    """Sets by name with their persons, and the persons who are in exactly this combination of them."""

    names: dict[str, str]
    persons: dict[str, int]
    combinations: tuple[tuple[frozenset[str], int], ...]
    everybody: int
    shared: Mapping[str, int] | None = None


def _sets(
    names: Mapping[str, str], found: Iterable[tuple[frozenset[str], int]], order: Sequence[str], everybody: int
) -> Sets:
    """Combinations put together, most persons first; the sets in their order, the empty ones left out."""
    counted: Counter[frozenset[str]] = Counter()
    for combination, persons in found:
        counted[combination] += persons
    size = {key: sum(count for one, count in counted.items() if key in one) for key in order}
    kept = [key for key in order if size[key]]
    place = {key: rank for rank, key in enumerate(kept)}
    ordered = sorted(
        ((one, count) for one, count in counted.items() if count),
        key=lambda pair: (-pair[1], sorted(place[key] for key in pair[0])),
    )
    return Sets({key: names[key] for key in kept}, {key: size[key] for key in kept}, tuple(ordered), everybody)


def exposed_sets(impact: Impact, language: str) -> Sets:
    """What leaks together: each sensitive field, ways to reach, the other fields by type, sensitive notes."""
    words = wording(language)
    names: dict[str, str] = {}
    weight: dict[str, int] = {}

    def sets_of(profile: Profile) -> frozenset[str]:
        held = {_field_set(field, names, weight, words) for field in profile.fields}
        if profile.special_categories:
            held.add("note")
            names["note"], weight["note"] = words.text("charts.combinations.note"), 4
        if "revealing_specialty" in profile.context:
            held.add("specialty")
            told = words.label("contexts", "revealing_specialty")
            names["specialty"], weight["specialty"] = told[:1].upper() + told[1:], 3
        return frozenset(held)

    found = [(sets_of(profile), profile.persons) for profile in impact.profiles]
    size = {key: sum(persons for one, persons in found if key in one) for key in names}
    order = sorted(names, key=lambda key: (-weight[key], -size[key], key))[:MOST_SETS]
    kept = frozenset(order)
    return _sets(names, ((one & kept, persons) for one, persons in found), order, sum(size for _one, size in found))


def _field_set(field: str, names: dict[str, str], weight: dict[str, int], words: Wording) -> str:
    """The set that a field belongs to: itself where it is sensitive or a way to reach, else its type."""
    known = fields().get(field)
    sensitivity = known.sensitivity if known else 1
    if field in _WITH_ADDRESS:
        key, name = "postal_address", words.field("postal_address")
    elif sensitivity >= 2 or field in _SINGLE_FIELDS or known is None:
        key, name = field, words.field(field)
    else:
        key, name = f"type {known.cnil_type}", words.label("charts.combinations.types", known.cnil_type)
    names[key], weight[key] = name, max(weight.get(key, 0), sensitivity)
    return key


def reach_sets(impact: Impact, language: str) -> Sets:
    """The channels that reach the living persons, together; empty where reach was not counted."""
    reach, words = impact.information.reach, wording(language)
    names = {key: words.text(f"charts.reach.{key}") for key in CHANNELS}
    if reach is None:
        return Sets({}, {}, (), 0)
    found = ((frozenset(mix.channels), mix.persons) for mix in reach.mixes)
    made = _sets(names, found, CHANNELS, reach.persons)
    shared = {"email": reach.email_shared, "postal": reach.postal_shared}
    return Sets(made.names, made.persons, made.combinations, made.everybody, shared)


def grid_of(made: Sets, language: str) -> Grid:
    """One row per combination: rank, its sets in words, persons, share."""
    nothing = wording(language).text("charts.words.no_set")
    rows = tuple(
        (
            rank,
            " + ".join(made.names[key] for key in made.names if key in one) or nothing,
            persons,
            persons / made.everybody if made.everybody else 0.0,
        )
        for rank, (one, persons) in enumerate(made.combinations, start=1)
    )
    heads: tuple[tuple[str, Kind], ...] = (
        ("rank", "count"), ("combination", "text"), ("persons", "count"), ("share", "share"),
    )  # fmt: skip
    return Grid(heads, rows)


def combinations(impact: Impact, language: str = "fr") -> Figure:
    """Persons by what leaks of them together."""
    return _draw(exposed_sets(impact, language), "combinations", language)


def reach(impact: Impact, language: str = "fr") -> Figure:
    """Living persons by the channels that reach them together, with what each channel shares."""
    return _draw(reach_sets(impact, language), "reach", language)


def _draw(made: Sets, name: str, language: str) -> Figure:
    words = wording(language)
    if not made.combinations:
        return draw.empty(words.text("charts.words.empty"), words.text(f"charts.{name}.empty"))
    from matplotlib.figure import Figure

    shown = made.combinations[:MOST_COMBINATIONS]
    rest = made.everybody - sum(persons for _one, persons in shown)
    rows = len(made.names)
    figure = Figure(figsize=(draw.WIDTH_INCHES, 2.25 + 0.26 * rows), layout="constrained")
    grid = figure.add_gridspec(2, 2, width_ratios=[2.6, 1], height_ratios=[1.75, 0.26 * rows + 0.15], hspace=0.02)
    bars, matrix = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[1, 0])
    sizes = figure.add_subplot(grid[1, 1])
    counts = [persons for _one, persons in shown]
    _columns(bars, counts, made.everybody, language)
    _matrix(matrix, made, [one for one, _persons in shown])
    _set_sizes(sizes, made, language)
    told = words.text("charts.words.columns")
    if rest:
        told = words.text(
            "charts.words.first_columns",
            shown=number(len(shown), language),
            total=number(len(made.combinations), language),
            rest=quantity(rest, "persons", language),
        )
    figure.supxlabel(textwrap.fill(told, 100), fontsize=9, x=0.01, ha="left")
    return figure


def _columns(axes: Axes, counts: Sequence[int], everybody: int, language: str) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.bar(range(len(counts)), counts, width=0.66, color=draw.BLUE)
    turned = 90 if len(counts) > 7 else 0
    for place, count in enumerate(counts):
        text = f"{number(count, language)} ({share_of(count, everybody, language)})"
        text = text if turned else text.replace(" (", "\n(")
        axes.annotate(
            text, (place, count), xytext=(0, 3), textcoords="offset points", ha="center", va="bottom", fontsize=8.5,
            rotation=turned,
        )  # fmt: skip
    axes.set_xlim(-0.6, max(len(counts), 4) - 0.4)
    axes.set_ylim(0, max(counts) * (1.75 if turned else 1.35))
    axes.set_xticks([])
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: number(value, language)))
    axes.grid(axis="y", color=draw.PALE, linewidth=0.6)
    axes.set_ylabel(wording(language).text("charts.types.persons"))


def _matrix(axes: Axes, made: Sets, shown: Sequence[frozenset[str]]) -> None:
    keys = list(made.names)
    for row in range(0, len(keys), 2):
        axes.axhspan(row - 0.5, row + 0.5, color=draw.PALE, alpha=0.45, linewidth=0)
    for column, held in enumerate(shown):
        rows = [row for row, key in enumerate(keys) if key in held]
        if rows:
            axes.plot([column, column], [rows[0], rows[-1]], color=draw.INK, linewidth=1.3, zorder=2)
        for row, key in enumerate(keys):
            face = draw.INK if key in held else "white"
            axes.plot([column], [row], "o", markersize=6, markerfacecolor=face, markeredgecolor=draw.GREY, zorder=3)
    draw.bar_axes(axes, [draw.shortened(made.names[key], 34) for key in keys], "", str)
    axes.set_ylim(len(keys) - 0.5, -0.5)
    axes.set_xlim(-0.6, max(len(shown), 4) - 0.4)
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)


def _set_sizes(axes: Axes, made: Sets, language: str) -> None:
    """Persons of each set, whatever else they are in; hatched, those who share it with somebody."""
    words, keys = wording(language), list(made.names)
    shares = [made.persons[key] / made.everybody if made.everybody else 0.0 for key in keys]
    axes.barh(range(len(keys)), [1.0] * len(keys), height=0.62, color=draw.PALE)
    axes.barh(range(len(keys)), shares, height=0.62, color=draw.SKY)
    if made.shared is not None and made.everybody:
        widths = [made.shared.get(key, 0) / made.everybody for key in keys]
        axes.barh(
            range(len(keys)), widths, height=0.62, color="white", edgecolor=draw.BLUE, hatch="////", linewidth=0.5
        )
    for row, key in enumerate(keys):
        text = f"{number(made.persons[key], language)} ({percent(shares[row], language)})"
        axes.annotate(text, (0.02, row), va="center", ha="left", fontsize=8.5, bbox=_ON_BAR)
    axes.set_ylim(len(keys) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.set_axis_off()
    title = "charts.words.set_total" if made.shared is None else "charts.words.set_total_shared"
    axes.set_title(words.text(title), loc="left", fontsize=8.5)


_ON_BAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85}
