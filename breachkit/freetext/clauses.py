"""The clauses of a folded note: where each begins, what opened it, and which clause it hangs on.

A note is read as sentences (full stop, line, question mark, semicolon, ` // `) and each sentence as clauses (comma,
parenthesis, dash, arrow, slash between spaces, conjunction). A parenthesis hangs on the clause that it interrupts,
and what follows it takes that clause up again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from breachkit.freetext.match import Match

Opener = Literal["sentence", "comma", "open", "close", "item", "link"]

# A full stop ends a sentence unless it stands between digits, after a single letter or after an abbreviation.
_ABBREVIATED = (
    "inj enf ext int env op cf av dr mr st ste ex svt qq ass chir susp prob conj tuberc extenc depist sympt accomp renf"
    " result clin dilat consult oncogen prelvt genet psychol"
)
_NO_STOP = "".join(rf"(?<!\b{word})" for word in _ABBREVIATED.split())
_CUT = re.compile(
    rf"(?=[!;\n.?(),=>-]| [/\-mcdpsaobe])"  # what a separator can begin with: most characters are passed at once
    rf"(?:(?P<sentence>[!;\n]+|(?<!\b[a-z]){_NO_STOP}(?:\.{{2,}}|\.(?!\d))|\?+(?=[^?])| // )"
    r"|(?P<open>\()|(?P<item>(?<=\d)\)(?= )|\n- )|(?P<close>\))"
    r"|(?P<comma>, *\n?|=>|->|>| - | / )"
    r"|(?P<link> (?:mais|car|donc|puis|sauf|cependant|pourtant|par contre|alors que|tandis que|parce que?|parce qu"
    r"|puisque?|bien que|meme si|or|du coup|et (?=(?:lui|elle|il|eux) )) ))"
)


REACH = 400  # characters of its own sentence that a mention is judged from, on either side; our choice
NEAR = 60  # clauses back that a mention may hang on; our choice, more than any sentence of the labelled notes


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause by its place in the folded text; `hangs_on` is the clause it continues or interrupts, -1 for none."""

    start: int
    end: int
    opener: Opener
    hangs_on: int


@dataclass(frozen=True, slots=True)
class Context:
    """The clause around a mention: what stands before and after it, its sentence, and all clauses of the note.

    `start` and `end` are the mention's place in `whole`; of its clause and sentence no more than `REACH` characters are
    given on either side.
    """

    before: str
    after: str
    sentence_before: str
    sentence_after: str
    whole: str
    mention: str
    start: int
    end: int
    clauses: tuple[Clause, ...]
    first: int
    last: int

    def clause_text(self, number: int) -> str:
        """The folded words of a clause."""
        clause = self.clauses[number]
        return self.whole[clause.start : clause.end]

    def next_clause(self) -> str:
        """The clause after the mention's own, in the same sentence; empty if there is none."""
        number = self.last + 1
        if number >= len(self.clauses) or self.clauses[number].opener == "sentence":
            return ""
        return self.clause_text(number)


@lru_cache(maxsize=4)  # the mentions of one note come one after the other
def clauses_of(text: str) -> tuple[Clause, ...]:
    """The clauses of a folded text in order; together they cover it but for the separators."""
    made: list[Clause] = []
    start, opener, hangs_on = 0, "sentence", -1
    interrupted: list[int] = []
    for cut in _CUT.finditer(text):
        made.append(Clause(start, cut.start(), opener, hangs_on))  # type: ignore[arg-type]
        here = len(made) - 1
        start, opener, hangs_on = cut.end(), str(cut.lastgroup), here
        if opener == "sentence":
            hangs_on, interrupted = -1, []
        elif opener == "open":
            interrupted.append(here)
        elif opener == "close" and interrupted:
            hangs_on = interrupted.pop()
        elif opener == "comma" and interrupted:
            hangs_on = here
    made.append(Clause(start, len(text), opener, hangs_on))  # type: ignore[arg-type]
    return tuple(made)


def context(text: str, match: Match) -> Context:
    """The clause and sentence of a match in folded text."""
    clauses = clauses_of(text)
    first = _holding(clauses, match.start)
    last = max(first, _holding(clauses, max(match.start, match.end - 1)))
    sentence_first, sentence_last = first, last
    leftmost, rightmost = match.start - REACH, match.end + REACH
    while clauses[sentence_first].opener != "sentence" and clauses[sentence_first].start > leftmost:
        sentence_first -= 1
    ends = False
    while not ends and sentence_last + 1 < len(clauses) and clauses[sentence_last].end < rightmost:
        ends = clauses[sentence_last + 1].opener == "sentence"
        sentence_last += not ends
    # The separator that ends a sentence is kept after it: a question mark is a cue.
    end = clauses[sentence_last + 1].start if sentence_last + 1 < len(clauses) else len(text)
    return Context(
        text[max(leftmost, clauses[first].start) : match.start],
        text[match.end : min(rightmost, clauses[last].end)],
        text[max(leftmost, clauses[sentence_first].start) : match.start],
        text[match.end : min(rightmost, end)],
        text,
        text[match.start : match.end],
        match.start,
        match.end,
        clauses,
        first,
        last,
    )


def _holding(clauses: tuple[Clause, ...], position: int) -> int:
    """The number of the last clause that begins at or before a position."""
    low, high = 0, len(clauses) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if clauses[middle].start <= position:
            low = middle
        else:
            high = middle - 1
    return low
