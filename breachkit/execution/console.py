"""What a person sees while the work goes on: on stderr, in her language, a bar only where it is a terminal."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from breachkit.errors import Language, UsageError
from breachkit.pipeline import Steps
from breachkit.reading.archives.archive import Passwords
from breachkit.reading.archives.unpacking import Listed
from breachkit.reference.catalogue import load_toml

if TYPE_CHECKING:
    from rich.progress import Progress


def language_of(arguments: list[str]) -> Language:
    """The language of help and messages: --lang wins over BREACHKIT_LANG, French where neither says."""
    chosen = os.environ.get("BREACHKIT_LANG", "fr")
    for at, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            chosen = argument.removeprefix("--lang=")
        elif argument == "--lang" and at + 1 < len(arguments):
            chosen = arguments[at + 1]
    return "en" if chosen.lower().startswith("en") else "fr"


def say(key: str, language: str, **values: object) -> str:
    """A sentence of the command line in the user's language."""
    text: str = load_toml("cli.toml")[language][key]
    return text.format(**values)


def known_keys(language: str) -> set[str]:
    """The ids of the sentences of the command line."""
    return set(load_toml("cli.toml")[language])


def tell(text: str) -> None:
    """A message to a person, on stderr."""
    sys.stderr.write(text + "\n")


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


def passwords(file: Path | None, language: str) -> Passwords:
    """Who is asked for an archive's password: the lines of a file one after the other, else the person at a terminal.

    UsageError where the file cannot be read.
    """
    known = iter(_password_lines(file) if file else ())

    def asked(label: str) -> str | None:
        if (given := next(known, None)) is not None:
            return Listed(given)
        if file or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return None
        return getpass.getpass(say("password", language, archive=label), stream=sys.stderr) or None

    return asked


def _password_lines(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8-sig").splitlines() if line]
    except (OSError, UnicodeDecodeError):
        raise UsageError(say("bad_password_file", "fr"), say("bad_password_file", "en")) from None


@contextmanager
def shown_steps(total_bytes: int, language: str, password: Passwords) -> Iterator[Steps]:
    """Steps that draw a bar by bytes while reading, then name each step; silent where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield Steps(password=password)
        return
    with _bar() as bar:
        task = bar.add_task(say("step_reading", language), total=max(1, total_bytes))

        def at(step: str) -> None:
            if step != "reading":
                bar.update(task, description=say(f"step_{step}", language), total=None)

        def ask(label: str) -> str | None:
            bar.stop()  # the prompt has the terminal to itself
            try:
                return password(label)
            finally:
                bar.start()

        yield Steps(at, lambda size: bar.advance(task, size), ask)


@contextmanager
def shown_count(total: int, label: str) -> Iterator[Callable[[int, int], object]]:
    """A callback (done, total) that draws a bar; silent where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    with _bar() as bar:
        task = bar.add_task(label, total=total)
        yield lambda done, of: bar.update(task, completed=done, total=of)
