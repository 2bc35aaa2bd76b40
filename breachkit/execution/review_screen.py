"""A note at a time on a terminal: shown on the alternate screen, wiped after each answer, left nowhere.

The alternate screen has no scrollback; at the end, and on any stop (Ctrl-C, a signal), it is wiped before the
ordinary screen comes back. What a terminal records on purpose (script, tmux logging) is out of our hands.
"""

from __future__ import annotations

import shutil
import signal
import textwrap
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from breachkit.errors import Language
from breachkit.execution.review_session import Session
from breachkit.reference.catalogue import categories, category_label, load_toml

ENTER_SCREEN = "\x1b[?1049h"
WIPE = "\x1b[H\x1b[2J\x1b[3J"
LEAVE_SCREEN = "\x1b[?1049l"
FRAME_LINES = 9  # of the page, around the note
WIDEST = 100  # letters of a line; longer ones are hard to read. Our choice.


def words(language: Language) -> dict[str, str]:
    """The words of the review, of reference/review.toml."""
    found: dict[str, str] = load_toml("review.toml")[language]
    return found


def clean(text: str) -> str:
    """A note without what a terminal would obey: control and formatting signs become dots, line breaks stay."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ").split("\n")
    return "\n".join("".join(_harmless(letter) for letter in line) for line in lines)


def _harmless(letter: str) -> str:
    if unicodedata.category(letter) == "Zs":
        return " "
    return letter if letter.isprintable() else "·"


def pages(text: str, width: int, height: int) -> list[list[str]]:
    """The lines of a note on a screen of this size, page by page; at least one page."""
    lines = [part for line in clean(text).split("\n") for part in textwrap.wrap(line, width) or [""]]
    height = max(1, height)
    return [lines[first : first + height] for first in range(0, len(lines), height)] or [[""]]


@contextmanager
def private_screen(out: TextIO) -> Iterator[None]:
    """The alternate screen, wiped on leaving whatever happens, a request to end included."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    former = {number: signal.signal(number, leave) for number in numbers}
    out.write(ENTER_SCREEN + WIPE)
    out.flush()
    try:
        yield
    finally:
        out.write(WIPE + LEAVE_SCREEN)
        out.flush()
        for number, handler in former.items():
            signal.signal(number, handler)


@dataclass
class Keys:
    """The keys a person presses, one at a time; `read` waits for keys and gives back all that came, pasted or not."""

    read: Callable[[], str]
    waiting: list[str] = field(default_factory=list, repr=False)

    def next(self) -> str:
        """One key; an arrow or a function key, which comes as several signs, counts for none."""
        while not self.waiting:
            came = self.read()
            self.waiting = [] if len(came) > 1 and came[0] in "\x1b\x00\xe0" else list(came)
        return self.waiting.pop(0)


@dataclass
class Screen:
    """Draws a session and turns keys into answers."""

    session: Session
    author: str
    language: Language
    out: TextIO
    key: Callable[[], str]
    at: int = 0
    page: int = 0
    keys: Keys = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.keys = Keys(self.key)

    def run(self) -> int:
        """Shows the notes one after another until the last or until the person stops; how many were answered."""
        answered: set[str] = set()
        with private_screen(self.out):
            while self.at < len(self.session.queue):
                digest = self.session.queue[self.at]
                self._show(digest)
                pressed = self.keys.next().lower()
                if pressed in ("q", "\x1b", "\x03", "\x04"):
                    break
                if self._obey(pressed, digest):
                    answered.add(digest)
        return len(answered)

    def _obey(self, pressed: str, digest: str) -> bool:
        """What a key does; True where it gave an answer."""
        keys = words(self.language)
        if pressed == keys["key_back"]:
            self.at, self.page = max(0, self.at - 1), 0
        elif pressed in ("+", " "):
            self.page += 1
        elif pressed == keys["key_yes"]:
            return self._answer(digest, "yes", ())
        elif pressed == keys["key_no"]:
            return self._answer(digest, "no", ())
        elif pressed == keys["key_skip"]:
            return self._answer(digest, "undecided", ())
        elif pressed == keys["key_which"] and (chosen := self._which()):
            return self._answer(digest, "yes", chosen)
        return False

    def _answer(self, digest: str, answer: str, chosen: tuple[str, ...]) -> bool:
        self.session.answer(digest, answer, chosen, self.author)
        self.out.write(WIPE)
        self.out.flush()
        self.at, self.page = self.at + 1, 0
        return True

    def _show(self, digest: str) -> None:
        said, found = words(self.language), self.session.found(digest)
        size = shutil.get_terminal_size()
        shown = pages(self.session.texts[digest], min(size.columns - 2, WIDEST), size.lines - FRAME_LINES)
        self.page %= len(shown)
        labels = ", ".join(category_label(one, self.language) for one in categories() if one in found)
        former = self.session.answers.get(digest)
        head = said["head"].format(at=self.at + 1, of=len(self.session.queue))
        lines = [head, said["found"].format(labels=labels) if found else said["nothing"], ""]
        lines += [*shown[self.page], ""]
        if len(shown) > 1:
            lines.append(said["page"].format(at=self.page + 1, of=len(shown)))
        if former:
            lines.append(said["former"].format(answer=said[f"answer_{former.answer}"]))
        lines += [said["question_found"] if found else said["question_nothing"], said["keys"]]
        self.out.write(WIPE + "\r\n".join(lines) + "\r\n")
        self.out.flush()

    def _which(self) -> tuple[str, ...]:
        """The categories a person names by number; none where she gives up."""
        known = list(categories())
        labels = (category_label(one, self.language).split(" (")[0] for one in known)
        numbered = "  ".join(f"{place}\u00a0{label}" for place, label in enumerate(labels, 1))
        width = min(shutil.get_terminal_size().columns - 2, WIDEST)
        self.out.write("\r\n" + "\r\n".join(textwrap.wrap(numbered, width)) + "\r\n" + words(self.language)["which"])
        self.out.flush()
        typed = ""
        while (pressed := self.keys.next()) not in ("\r", "\n"):
            if pressed in ("\x1b", "\x03", "\x04"):
                return ()
            typed = typed[:-1] if pressed in ("\x7f", "\x08") else typed + pressed
            self.out.write("\b \b" if pressed in ("\x7f", "\x08") else pressed if pressed.isprintable() else "")
            self.out.flush()
        places = [int(one) for one in typed.replace(",", " ").split() if one.isdigit()]
        return tuple(dict.fromkeys(known[one - 1] for one in places if 1 <= one <= len(known)))
