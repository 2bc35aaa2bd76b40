"""decisions.toml as it is written: one table added at the end, comments kept, never a broken file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from breachkit.case import Decisions, load_decisions
from breachkit.errors import UsageError
from breachkit.incident import PARIS

DECISIONS = "decisions.toml"
Values = dict[str, str | int | date | tuple[str, ...]]


def add_table(path: Path, table: str, values: Values) -> Decisions:
    """Adds `[[table]]` with these keys at the end of the file; the decisions as they stand now.

    FactsError where the file is wrong, before or with the table: it is untouched then.
    """
    former = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    if path.exists():
        load_decisions(path)
    lines = [f"[[{table}]]", *(f"{key} = {_written(value)}" for key, value in values.items())]
    trial = path.with_name(f".{path.name}.new")
    try:
        trial.write_text(f"{former.rstrip()}\n\n{chr(10).join(lines)}\n".lstrip(), encoding="utf-8")
        decisions = load_decisions(trial)
        trial.replace(path)
    except OSError as error:
        raise UsageError(
            f"{path.name} ne peut pas être écrit ici ({type(error).__name__}) ; rien n'a été enregistré.",
            f"{path.name} cannot be written here ({type(error).__name__}); nothing was kept.",
        ) from None
    finally:
        trial.unlink(missing_ok=True)
    return decisions


def today() -> date:
    """The day of a decision, in Paris."""
    return datetime.now(UTC).astimezone(PARIS).date()


def _written(value: str | int | date | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_quoted(one) for one in value)}]"
    if isinstance(value, str):
        return _quoted(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _quoted(text: str) -> str:
    """A TOML basic string."""
    escaped = text.strip().replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(letter if letter.isprintable() else f"\\u{ord(letter):04X}" for letter in escaped) + '"'
