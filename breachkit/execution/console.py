"""What a person sees while the work goes on: on stderr, in her language, a bar only where it is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from breachkit.pipeline import Steps
from breachkit.reference.catalogue import load_toml

if TYPE_CHECKING:
    from rich.progress import Progress


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


@contextmanager
def shown_steps(total_bytes: int, language: str) -> Iterator[Steps]:
    """Steps that draw a bar by bytes while reading, then name each step; silent where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield Steps()
        return
    with _bar() as bar:
        task = bar.add_task(say("step_reading", language), total=max(1, total_bytes))

        def at(step: str) -> None:
            if step != "reading":
                bar.update(task, description=say(f"step_{step}", language), total=None)

        yield Steps(at, lambda size: bar.advance(task, size))


@contextmanager
def shown_count(total: int, label: str) -> Iterator[Callable[[int, int], object]]:
    """A callback (done, total) that draws a bar; silent where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    with _bar() as bar:
        task = bar.add_task(label, total=total)
        yield lambda done, of: bar.update(task, completed=done, total=of)
