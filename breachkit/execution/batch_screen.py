"""What a person sees of a batch: a bar with the rate and the time left, then a table of what was made."""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from breachkit.execution.console import say
from breachkit.report.format import number

if TYPE_CHECKING:
    from rich.progress import Task
    from rich.text import Text

    from breachkit.execution.batch import BatchOutcome

FAILURES_TOLD = 10  # the ledger and the index have them all


@contextmanager
def shown_batch(language: str) -> Iterator[Callable[[int, int], object]]:
    """A callback (done, total) that draws a bar on stderr; silent where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

    class Rate(ProgressColumn):
        """Sheets per second."""

        def render(self, task: Task) -> Text:
            from rich.text import Text

            speed = task.finished_speed or task.speed
            return Text(say("batch_rate", language, rate=number(speed, language, 1)) if speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say("batch_bar", language), total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def batch_summary(folder: Path, outcome: BatchOutcome, seconds: float, language: str) -> str:
    """What was made, how fast, what failed and where to look, as lines for a person."""
    pairs = [
        (say("batch_row_done", language), str(outcome.done)),
        (say("batch_row_skipped", language), str(outcome.skipped)),
        (say("batch_row_failed", language), str(outcome.failed)),
        (say("batch_row_time", language), _duration(seconds, language)),
    ]
    times = [entry.seconds for entry in outcome.worked if entry.state == "done"]
    if times:
        each = " · ".join(f"{number(one, language, 2)} s" for one in (statistics.median(times), max(times)))
        pairs.append((say("batch_row_each", language), each))
    width = max(len(name) for name, _value in pairs)
    lines = [f"  {name:<{width}}  {value}" for name, value in pairs]
    failures = [entry for entry in outcome.worked if entry.state == "failed"]
    kinds = Counter(entry.error for entry in failures)
    lines += [f"  {count} × {kind}" for kind, count in kinds.most_common()]
    lines += [f"    {entry.id}" for entry in failures[:FAILURES_TOLD]]
    if len(failures) > FAILURES_TOLD:
        lines.append("    …")
    if outcome.worked and not outcome.gated:
        lines.append(say("batch_ungated", language))
    lines.append(say("batch_where", language, path=folder / "controllers" / "index.html"))
    return "\n".join(lines)


def _duration(seconds: float, language: str) -> str:
    if seconds < 60:
        return f"{number(seconds, language, 1)} s"
    return time.strftime("%H h %M min %S s" if seconds >= 3600 else "%M min %S s", time.gmtime(seconds))
