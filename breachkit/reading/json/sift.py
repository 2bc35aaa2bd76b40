"""Which of the values of a list, map or sequence are records, and why the others are none."""

from __future__ import annotations

import numpy as np

from breachkit.limits import Limits
from breachkit.reading.json.conventions import ACTIONS
from breachkit.reading.json.tables import INVALID, NOT_A_RECORD, TOO_DEEP, TOO_LONG
from breachkit.reading.json.tokens import COLON, KEY, LIST, OBJECT, VALUES, Tokens

KINDS = {"records": OBJECT, "rows": LIST}  # what the elements must be; anything may be a scalar's or a map's


def reasons(tokens: Tokens, first: np.ndarray, last: np.ndarray, role: str, limits: Limits) -> np.ndarray:
    """For each value 0, or the number of the reason why it is no record that can be kept."""
    reason = np.zeros(len(first), dtype=np.uint8)
    if not len(first):
        return reason
    if role in KINDS:
        reason[tokens.kind[first] != KINDS[role]] = NOT_A_RECORD
    wrong = np.append(0, np.cumsum(tokens.wrong, dtype=np.int32))
    split = np.append(0, np.cumsum(tokens.unsplit, dtype=np.int32))
    reason[(wrong[last + 1] > wrong[first]) | (split[last + 1] > split[first + 1])] = INVALID
    if role == "entries":
        reason[tokens.wrong[first - 2]] = INVALID
    deepest = _most(tokens.level, first, last) - tokens.level[first]
    reason[deepest > limits.nesting] = TOO_DEEP
    if len(tokens.data) > limits.cell_characters:
        lengths = tokens.end - tokens.start
        for at in np.flatnonzero(_most(lengths, first, last) > limits.cell_characters):
            long = np.flatnonzero(lengths[first[at] : last[at] + 1] > limits.cell_characters) + first[at]
            texts = (tokens.data[tokens.start[one] : tokens.end[one]].decode("utf-8", "replace") for one in long)
            if any(len(text) > limits.cell_characters for text in texts):
                reason[at] = TOO_LONG
    return reason


def _most(values: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """The greatest value within each of some spans that follow each other."""
    edges = np.column_stack((first, last + 1)).ravel()
    found: np.ndarray = np.maximum.reduceat(np.append(values, values[-1]), edges)[::2]
    return found


def actions(tokens: Tokens, closing: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Which values only say what to do with the next one (Elasticsearch, « Bulk API »)."""
    found = np.zeros(len(first), dtype=bool)
    at = np.flatnonzero(last - first >= 4)
    begin = first[at]
    at = at[(tokens.kind[begin] == OBJECT) & (tokens.kind[begin + 1] == KEY) & (tokens.kind[begin + 3] == OBJECT)]
    at = at[closing[first[at] + 3] == last[at] - 1]
    found[at] = tokens.texts(first[at] + 1).is_in(ACTIONS).to_numpy()
    return found


def misplaced(tokens: Tokens, at: np.ndarray, level: int, *, entries: bool) -> int | None:
    """The first of the tokens between elements that has no place there: a key in a list, an entry without one."""
    kinds = tokens.kind[at]
    if not entries:
        found = at[(kinds == KEY) | (kinds == COLON)]
    else:
        values = at[VALUES[kinds]]
        keys = np.maximum(values - 2, 0)
        found = values[(values < 2) | (tokens.kind[keys] != KEY) | (tokens.level[keys] != level)]
    return int(found[0]) if len(found) else None
