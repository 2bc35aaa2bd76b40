"""What a folder has released: its impact, read back."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from breachkit.errors import UsageError
from breachkit.execution.console import say
from breachkit.execution.places import UNFINISHED
from breachkit.impact import Impact


def released_impact(folder: Path) -> Impact:
    """The impact.json of a folder; UsageError where it is missing, does not fit the schema, or was not all released."""
    if (folder / UNFINISHED).exists():
        raise UsageError(say("unfinished_release", "fr"), say("unfinished_release", "en"))
    try:
        return Impact.from_json((folder / "impact.json").read_text(encoding="utf-8"))
    except (OSError, ValidationError, UnicodeDecodeError):
        raise UsageError(say("no_impact", "fr"), say("no_impact", "en")) from None
