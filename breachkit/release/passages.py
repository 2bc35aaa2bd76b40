"""What a text is made of: passages, each shown to a reader or not, and whether its numbers are figures."""

from __future__ import annotations

from dataclasses import dataclass

# Between texts that no reader sees side by side, on a line of its own: no value spans it.
BARRIER_WORD = "X0BARRIER0X"
BARRIER = f"\n{BARRIER_WORD}\n"


@dataclass(frozen=True)
class Passage:
    """A text found in an output.

    `shown` is false for what is no prose (attributes, styles, keys, metadata), where ROMAN is a font: a family name
    standing alone is not looked for there, every other value is. `whole_words` is false where line ends break words.
    """

    text: str
    shown: bool = True
    whole_words: bool = True

    @property
    def names_alone(self) -> bool:
        """Whether a family name standing alone is looked for."""
        return self.shown and self.whole_words
