"""The error tree: what a person is told, in French and in English, and the exit code of each.

    BreachkitError             1  internal error: a defect of ours, told by stage and type only
    ├── UsageError             2  the command was called wrongly
    ├── UnreadableSource       3  a source could not be read at all
    ├── FactsError             4  incident.toml or decisions.toml is wrong
    ├── LeakRefused            5  the leak gate refused to release an output
    ├── ControllersFailed      6  a batch is done, but some controllers failed
    └── ManifestMismatch       7  an output does not match its manifest

A message says what happened, where, and what to try. It never holds a value of the extract:
where a place must be named, it is a file, a table, a row number and a column position.
"""

from __future__ import annotations

from typing import Literal

Language = Literal["fr", "en"]


class BreachkitError(Exception):
    """An error whose message may be shown to a person.

    `fr` and `en` are complete sentences without any value of the extract. `str()` gives the French one.
    """

    exit_code = 1

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(fr)
        self.fr = fr
        self.en = en

    def message(self, language: Language = "fr") -> str:
        """The sentence for a person, in her language."""
        return self.en if language == "en" else self.fr

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentence alone, since a traceback may quote what it must not."""
        return [self.fr]


class InternalError(BreachkitError):
    """A defect: only the stage and the type of the failure are told, since its text may quote a record."""

    def __init__(self, stage: str, error: BaseException) -> None:
        kind = type(error).__name__
        super().__init__(
            f"Erreur interne à l'étape « {stage} » ({kind}). Rien n'a été publié. Merci de signaler l'étape et le type "
            "d'erreur ; ce message ne contient aucune donnée.",
            f"Internal error at stage “{stage}” ({kind}). Nothing was released. Please report the stage and the kind "
            "of error; this message holds no data.",
        )
        self.stage = stage
        self.kind = kind


class UsageError(BreachkitError):
    """The command or function was called wrongly."""

    exit_code = 2


class UnreadableSource(BreachkitError):
    """A source could not be read at all."""

    exit_code = 3


class FactsError(BreachkitError):
    """incident.toml or decisions.toml holds an unknown key or a wrong value."""

    exit_code = 4


class LeakRefused(BreachkitError):
    """The leak gate found a value of the extract in an output."""

    exit_code = 5


class ControllersFailed(BreachkitError):
    """A batch is done, but at least one controller failed."""

    exit_code = 6


class ManifestMismatch(BreachkitError):
    """An output is missing or differs from the manifest."""

    exit_code = 7
