"""A pair of files at a time on a terminal: side by side on the alternate screen, wiped after each answer."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

from breachkit.errors import Language
from breachkit.execution.pair_session import PairSession
from breachkit.execution.review_screen import WIPE, Keys, clean, private_screen
from breachkit.people.doubtful import Compared, Digests
from breachkit.people.links import NAMED_RULES
from breachkit.reference.catalogue import field_label, load_toml
from breachkit.report.format import percent, typography

NAME_LETTERS, AGREEMENT_LETTERS = 24, 26  # widths of the first two columns
LEAST_VALUE = 10  # of a value's column


def pair_words(language: Language) -> dict[str, str]:
    """The words of the review of pairs, of reference/pairs.toml."""
    found: dict[str, str] = load_toml("pairs.toml")[language]
    return found


def rule_words(rule: str, language: Language) -> str:
    """What a rule says, in the language."""
    found = next(one for one in NAMED_RULES if one.id == rule)
    return typography(found.en if language == "en" else found.fr, language)


def field_words(name: str, language: Language) -> str:
    """The label of a compared field, without what stands in brackets."""
    if name == "controller":
        return pair_words(language)["controller"]
    return field_label(name, language).split(" (")[0]


def head_of(session: PairSession, pair: Digests, language: Language) -> str:
    """What the count makes of a pair, with the chance that it is one person, and why."""
    side = "merged" if session.drawn.merged[pair] else "apart"
    chance = percent(round(session.drawn.chance[pair], 2), language)
    return pair_words(language)[side].format(chance=chance, rule=rule_words(session.drawn.reason[pair], language))


@dataclass
class PairScreen:
    """Draws a session and turns keys into answers."""

    session: PairSession
    author: str
    language: Language
    out: TextIO
    key: Callable[[], str]
    at: int = 0
    keys: Keys = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.keys = Keys(self.key)

    def run(self) -> int:
        """Shows the pairs one after another until the last or until the person stops; how many were answered."""
        answered: set[Digests] = set()
        with private_screen(self.out):
            while self.at < len(self.session.queue):
                pair = self.session.queue[self.at]
                self._show(pair)
                pressed = self.keys.next().lower()
                if pressed in ("q", "\x1b", "\x03", "\x04"):
                    break
                if self._obey(pressed, pair):
                    answered.add(pair)
        return len(answered)

    def _obey(self, pressed: str, pair: Digests) -> bool:
        """What a key does; True where it gave an answer."""
        said = pair_words(self.language)
        answers = {said["key_same"]: "same", said["key_different"]: "different", said["key_skip"]: "undecided"}
        if pressed == said["key_back"]:
            self.at = max(0, self.at - 1)
        if pressed not in answers:
            return False
        self.session.answer(pair, answers[pressed], self.author)
        self.out.write(WIPE)
        self.out.flush()
        self.at += 1
        return True

    def _show(self, pair: Digests) -> None:
        said, width = pair_words(self.language), shutil.get_terminal_size().columns - 2
        lines = [said["head"].format(at=self.at + 1, of=len(self.session.queue))]
        lines += textwrap.wrap(head_of(self.session, pair, self.language), max(width, 20))
        lines += ["", *side_by_side(self.session.files[pair], width, self.language), ""]
        if former := self.session.answers.get(pair):
            lines.append(said["former"].format(answer=said[f"answer_{former.answer}"]))
        lines += [said["question"], said["keys"]]
        self.out.write(WIPE + "\r\n".join(lines) + "\r\n")
        self.out.flush()


def side_by_side(files: tuple[Compared, ...], width: int, language: Language) -> list[str]:
    """The two files as lines of a table: the field, how it agrees, both values, cut to the width of the screen."""
    said = pair_words(language)
    room = max((width - NAME_LETTERS - AGREEMENT_LETTERS - 6) // 2, LEAST_VALUE)
    rows: list[tuple[str, ...]] = [("", said["agreement"], said["file_one"], said["file_other"])]
    rows += [(field_words(one.name, language), said[one.agreement], *map(clean, one.values)) for one in files]
    sizes = (NAME_LETTERS, AGREEMENT_LETTERS, room, room)
    return ["  ".join(cell[:size].ljust(size) for cell, size in zip(row, sizes, strict=True)).rstrip() for row in rows]
