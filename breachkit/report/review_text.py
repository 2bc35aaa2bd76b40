"""What a person's review of the notes lets one say, in sentences and as a table."""

from __future__ import annotations

from breachkit.impact import Impact, Precision, Review
from breachkit.reference.catalogue import categories
from breachkit.report.format import number, percent
from breachkit.report.grid import Grid, Kind
from breachkit.report.wording import wording


def review_sentences(review: Review | None, language: str) -> list[str]:
    """The sentences of a review, the precision first, then what was missed; how to review where nobody did."""
    words = wording(language)
    if review is None:
        return [words.text("report.review.none")]
    told = []
    if review.precision:
        keys = ("notes", "reviewed", "right", "undecided")
        counts = {key: number(int(getattr(review, f"flagged_{key}")), language) for key in keys}
        shares = _shares(review.precision, language)
        told.append(words.text("report.review.precision", **counts, **shares, confidence=_level(review, language)))
    if review.missed_at_most is not None and review.missed_share_at_most is not None:
        told.append(_missed(review, language))
    undecided = review.flagged_undecided + review.unflagged_undecided
    if undecided:
        told.append(words.text("report.review.undecided", count=number(undecided, language)))
    if not told:
        told.append(words.text("report.review.too_few"))
    elif not review.complete:
        told.append(words.text("report.review.incomplete"))
    if review.unmatched:
        told.append(words.text("report.review.unmatched", count=number(review.unmatched, language)))
    return told


def _missed(review: Review, language: str) -> str:
    counts = {
        "reviewed": review.unflagged_reviewed,
        "missed": review.missed,
        "count": review.missed_at_most or 0,
        "notes": review.unflagged_notes,
        "special": review.special_missed_at_most or 0,
    }
    return wording(language).text(
        "report.review.missed",
        confidence=_level(review, language),
        share=percent(review.missed_share_at_most or 0.0, language),
        **{key: number(count, language) for key, count in counts.items()},
    )


def _level(review: Review, language: str) -> str:
    """The level of confidence, without useless decimals."""
    return percent(review.confidence, language).replace(",0", "").replace(".0", "")


def _shares(one: Precision, language: str) -> dict[str, str]:
    return {key: percent(getattr(one, key), language) for key in ("low", "best", "high")}


def review_grid(impact: Impact, language: str) -> Grid:
    """One row per category that was reviewed: notes, read, right, precision with its interval."""
    words, review = wording(language), impact.quality.review
    order = list(categories())
    found = [one for one in review.by_category if one.precision] if review else []
    rows = []
    for one in sorted(found, key=lambda one: order.index(one.category) if one.category in order else len(order)):
        if one.precision:
            shares = (one.precision.low, one.precision.best, one.precision.high)
            rows.append(
                (words.category(one.category, short=True), one.notes, one.reviewed, one.right, one.undecided, *shares)
            )
    heads: tuple[tuple[str, Kind], ...] = (
        ("category", "text"), ("notes", "count"), ("reviewed", "count"), ("right", "count"), ("undecided", "count"),
        ("low", "share"), ("precision", "share"), ("high", "share"),
    )  # fmt: skip
    return Grid(heads, tuple(rows))
