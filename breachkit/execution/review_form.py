"""The review of notes in a person's notebook: one note at a time in an output that is cleared after each answer.

The note is written into a widget's output only, which is not part of the notebook's own outputs: what is saved is
the reference to a widget, never the note. Executed by papermill, or away from a live notebook, a sentence is shown.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from breachkit.errors import BreachkitError, Language
from breachkit.execution.corrections import LIVE
from breachkit.execution.review_screen import clean, words
from breachkit.execution.review_session import Session, begin, place_of
from breachkit.impact import Impact
from breachkit.reference.catalogue import categories, category_label
from breachkit.report.format import typography
from breachkit.report.review_text import review_sentences


def review(folder: str | Path, impact: Impact, language: Language = "fr") -> None:
    """Shows the form that reviews notes, in a person's notebook; elsewhere, a sentence saying how."""
    from IPython.display import HTML, display

    if not os.environ.get(LIVE) or not impact.free_text.notes:
        key = "only_live" if impact.free_text.notes else "nothing_to_draw"
        display(HTML(f"<p>{escape(typography(words(language)[key], language))}</p>"))
        return
    display(Form(Path(folder), language).box)


@dataclass
class _State:
    """Where the person is in the queue."""

    session: Session | None = None
    at: int = 0


class Form:
    """The widgets of a review; `box` is what a notebook displays."""

    def __init__(self, folder: Path, language: Language) -> None:
        import ipywidgets as widgets

        said = words(language)
        wide = widgets.Layout(width="46em")
        style = {"description_width": "9em"}
        self.folder, self.language, self.state = folder, language, _State()
        self.author = widgets.Text(description=said["author"], layout=wide, style={"description_width": "initial"})
        self.note, self.said, self.figures = widgets.Output(), widgets.HTML(), widgets.HTML()
        labels = [(category_label(one, language), one) for one in categories()]
        self.which = widgets.SelectMultiple(
            options=labels, description=said["categories"], rows=len(labels), layout=wide, style=style
        )
        self.start = self._button("start", self._begin, "primary")
        self.answers = [
            self._button("yes", lambda: self._answer("yes"), ""),
            self._button("no", lambda: self._answer("no"), ""),
            self._button("skip", lambda: self._answer("undecided"), ""),
            self._button("keep", lambda: self._answer("yes", tuple(self.which.value)), ""),
            self._button("back", self._back, ""),
        ]
        row = widgets.HBox(self.answers, layout=widgets.Layout(flex_flow="row wrap"))
        self.box = widgets.VBox([self.author, self.start, self.said, self.note, self.which, row, self.figures])
        self._enable(False)

    def _button(self, key: str, act: Callable[[], None], style: str) -> Any:
        import ipywidgets as widgets

        button = widgets.Button(
            description=words(self.language)[key], button_style=style, layout=widgets.Layout(width="auto")
        )

        def pressed(_: Any) -> None:
            try:
                act()
            except BreachkitError as error:
                self.said.value = escape(error.message(self.language))

        button.on_click(pressed)
        return button

    def _enable(self, ready: bool) -> None:
        for one in (*self.answers, self.which):
            one.disabled = not ready

    def _begin(self) -> None:
        if not self.author.value.strip():
            self.said.value = escape(words(self.language)["no_author"])
            return
        self.state = _State(begin(place_of(self.folder)))
        self._show()

    def _answer(self, answer: str, chosen: tuple[str, ...] = ()) -> None:
        session = self.state.session
        if session is None or self.state.at >= len(session.queue):
            return
        self._clear()
        session.answer(session.queue[self.state.at], answer, chosen, self.author.value.strip())
        self.state.at += 1
        self._show()

    def _back(self) -> None:
        self.state.at = max(0, self.state.at - 1)
        self._show()

    def _show(self) -> None:
        """The next note alone in the output; the figures as they stand below."""
        said, session = words(self.language), self.state.session
        self._clear()
        self.which.value = ()
        if session is None:
            return
        ready = self.state.at < len(session.queue)
        self._enable(ready)
        left = said["left"].format(left=len(session.queue) - self.state.at)
        lost = said["lost"].format(n=session.lost) + " " if session.lost else ""
        self.said.value = escape(lost + (left if ready else said["finished"]))
        if session.answers:
            told = review_sentences(session.review(), self.language)
            self.figures.value = "".join(f"<p>{escape(one)}</p>" for one in told)
        if ready:
            self._show_note(session, session.queue[self.state.at])

    def _show_note(self, session: Session, digest: str) -> None:
        said, found = words(self.language), session.found(digest)
        labels = ", ".join(category_label(one, self.language) for one in categories() if one in found)
        head = said["found"].format(labels=labels) if found else said["nothing"]
        question = said["question_found"] if found else said["question_nothing"]
        text = f"{head}\n\n{clean(session.texts[digest])}\n\n{question}\n"
        self.note.outputs = ({"output_type": "stream", "name": "stdout", "text": text},)

    def _clear(self) -> None:
        # Not clear_output(), which waits for the browser: the note leaves the widget's state at once.
        self.note.outputs = ()
