"""Which notes were needed, and which should not have been written: kinds of notes, counted by rules that are data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from breachkit.impact import NoteKind
from breachkit.reference.catalogue import load_toml
from breachkit.workspace import literal, row


def note_kinds(connection: Any) -> tuple[NoteKind, ...]:
    """Filled notes and persons of each kind of minimisation.toml, in its order; a note may be of several kinds."""
    kinds = load_toml("minimisation.toml")["kind"]
    counts = ", ".join(
        f"count(DISTINCT rid) FILTER ({condition}), count(DISTINCT p2) FILTER ({condition})"
        for condition in (_condition(one) for one in kinds)
    )
    found = row(connection, f"SELECT {counts} FROM w.facts JOIN w.mentions USING (note_id)")
    pairs = zip(found[::2], found[1::2], strict=True)
    return tuple(
        NoteKind(id=one["id"], notes=notes, persons=persons)
        for one, (notes, persons) in zip(kinds, pairs, strict=True)
        if notes
    )


def _condition(kind: Mapping[str, Any]) -> str:
    subjects = f"subject IN ({', '.join(literal(one) for one in kind['subjects'])})"
    if kind["categories"] == ["*"]:
        return subjects
    return f"{subjects} AND category IN ({', '.join(literal(one) for one in kind['categories'])})"
