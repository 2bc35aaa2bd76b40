"""The review of pairs in a person's notebook: what agrees and what differs, never a value.

Executed by papermill, or away from a live notebook, a sentence says how to review.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from breachkit.errors import BreachkitError, Language
from breachkit.execution.corrections import LIVE
from breachkit.execution.pair_screen import field_words, head_of, pair_words
from breachkit.execution.pair_session import PairSession, begin_pairs
from breachkit.execution.review_screen import words
from breachkit.execution.review_session import place_of
from breachkit.impact import Impact
from breachkit.people.doubtful import Digests
from breachkit.report.format import typography


def review_pairs(folder: str | Path, impact: Impact, language: Language = "fr") -> None:
    """Shows the form that reviews pairs, in a person's notebook; elsewhere, a sentence saying how."""
    from IPython.display import HTML, display

    doubtful = impact.people.linking and impact.people.linking.doubtful
    if not os.environ.get(LIVE) or not doubtful:
        key = "only_live" if doubtful else "nothing"
        display(HTML(f"<p>{escape(typography(pair_words(language)[key], language))}</p>"))
        return
    display(PairForm(Path(folder), language).box)


def masked(session: PairSession, pair: Digests, language: Language) -> str:
    """A pair as HTML: for each field whether it agrees, differs or is missing; no value."""
    said = pair_words(language)
    rows = "".join(
        f"<tr><th scope='row' style='text-align:left;font-weight:400'>{escape(field_words(one.name, language))}</th>"
        f"<td style='text-align:left'>{escape(said[one.agreement])}</td></tr>"
        for one in session.files[pair]
    )
    return f"<p>{escape(head_of(session, pair, language))}</p><table>{rows}</table><p>{escape(said['question'])}</p>"


class PairForm:
    """The widgets of a review of pairs; `box` is what a notebook displays."""

    def __init__(self, folder: Path, language: Language) -> None:
        import ipywidgets as widgets

        self.folder, self.language = folder, language
        self.session: PairSession | None = None
        self.at = 0
        wide = widgets.Layout(width="46em")
        label = words(language)["author"]
        self.author = widgets.Text(description=label, layout=wide, style={"description_width": "initial"})
        self.said, self.pair = widgets.HTML(), widgets.HTML()
        self.start = self._button("start", self._begin)
        self.answers = [
            self._button("button_same", lambda: self._answer("same")),
            self._button("button_different", lambda: self._answer("different")),
            self._button("button_skip", lambda: self._answer("undecided")),
            self._button("button_back", self._back),
        ]
        row = widgets.HBox(self.answers, layout=widgets.Layout(flex_flow="row wrap"))
        self.box = widgets.VBox([self.author, self.start, self.said, self.pair, row])
        self._enable(False)

    def _button(self, key: str, act: Callable[[], None]) -> Any:
        import ipywidgets as widgets

        button = widgets.Button(description=pair_words(self.language)[key], layout=widgets.Layout(width="auto"))

        def pressed(_: Any) -> None:
            try:
                act()
            except BreachkitError as error:
                self.said.value = escape(error.message(self.language))

        button.on_click(pressed)
        return button

    def _enable(self, ready: bool) -> None:
        for one in self.answers:
            one.disabled = not ready

    def _begin(self) -> None:
        if not self.author.value.strip():
            self.said.value = escape(words(self.language)["no_author"])
            return
        self.session, self.at = begin_pairs(place_of(self.folder)), 0
        self._show()

    def _answer(self, answer: str) -> None:
        if self.session is None or self.at >= len(self.session.queue):
            return
        self.session.answer(self.session.queue[self.at], answer, self.author.value.strip())
        self.at += 1
        self._show()

    def _back(self) -> None:
        self.at = max(0, self.at - 1)
        self._show()

    def _show(self) -> None:
        said, session = pair_words(self.language), self.session
        if session is None:
            return
        ready = self.at < len(session.queue)
        self._enable(ready)
        told = [said["lost"].format(n=session.lost)] if session.lost else []
        told.append(said["left"].format(left=len(session.queue) - self.at) if ready else said["finished"])
        told += [said["counts"].format(**session.counts())] if session.answers else []
        self.said.value = escape(" ".join(told))
        self.pair.value = masked(session, session.queue[self.at], self.language) if ready else ""
