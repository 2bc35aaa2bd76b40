"""The batch measured: seconds a controller, its notebook alone and with the PDF, beside stock papermill.

    python benchmarks/batch.py                         # papermill and breachkit by turns, same notebook, same run
    python benchmarks/batch.py --whole 1500            # and a whole batch of so many controllers
    python benchmarks/batch.py --run reports/demo      # on the figures of another run

Every engine runs `notebooks/rapport_responsable.ipynb` on the same controllers, with the same number of processes,
round after round, so that a slow moment of the machine is for all of them. Stock papermill is called as a library in
processes that have already imported it: its own start is not counted, nor is ours (`start` tells it).
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from breachkit.execution.batch import BatchOptions, run_batch  # noqa: E402
from breachkit.execution.bundled import notebook_path  # noqa: E402
from breachkit.execution.controller import controller_impact  # noqa: E402
from breachkit.execution.kernel import private_environment, private_folder  # noqa: E402
from breachkit.execution.sheet import NOTEBOOK, Sheet  # noqa: E402
from breachkit.execution.warm.nursery import Nursery  # noqa: E402
from breachkit.execution.workers import SHEETS, by_children  # noqa: E402
from breachkit.impact import Impact  # noqa: E402


def grown(impact: Impact, count: int) -> Impact:
    """The same figures with this many controllers, those of the run in turn under invented identifiers."""
    known = impact.controllers
    made = tuple(
        known[place % len(known)].model_copy(update={"id": f"109{place:08d}", "label": f"Dr Essai {place:05d}"})
        for place in range(count)
    )
    people = impact.people.model_copy(
        update={"controllers": impact.people.controllers.model_copy(update={"count": count})}
    )
    return impact.model_copy(update={"controllers": made, "people": people})


def _import_papermill(_: int) -> int:
    import papermill  # noqa: F401

    time.sleep(0.2)  # so that every process of the pool gets one of these
    return os.getpid()


def _stock(folder: str, controller: str) -> float:
    """Processor seconds of one notebook by papermill's own engine, its kernel included; the figures in `folder`."""
    import papermill

    logging.disable(logging.WARNING)
    started = sum(os.times()[:4])
    papermill.execute_notebook(
        str(notebook_path(NOTEBOOK)), f"{folder}/stock.ipynb", {"dossier": folder, "responsable": controller},
        progress_bar=False, kernel_name="python3",
    )  # fmt: skip
    return sum(os.times()[:4]) - started


@dataclass(frozen=True)
class Seconds:
    """For one controller: by the clock with every process at work, and of a processor."""

    wall: float
    used: float


class Rounds:
    """Papermill and breachkit by turns on the same controllers."""

    def __init__(self, impact: Impact, folder: Path, jobs: int) -> None:
        self.folder, self.jobs = folder, jobs
        path = folder / "impact.json"
        path.write_text(impact.to_json(), encoding="utf-8")
        self.ids = [one.id for one in impact.controllers]
        for one in self.ids:
            (folder / one).mkdir()
            (folder / one / "impact.json").write_text(controller_impact(impact, one).to_json(), encoding="utf-8")
        self.pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
        list(self.pool.map(_import_papermill, range(jobs * 2)))
        self.private = private_folder()
        self.environment = private_environment(self.private)
        started = time.perf_counter()
        self.nursery = Nursery(self.environment | {"OPENBLAS_NUM_THREADS": "1"})
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        self.nursery.warm(f"{SHEETS}:open_room", impact=str(path), sha256=digest, engine="breachkit-warm")
        self.start = time.perf_counter() - started

    def stock(self, ids: Sequence[str]) -> Seconds:
        """A notebook's seconds."""
        started = time.perf_counter()
        used = list(self.pool.map(_stock, [str(self.folder / one) for one in ids], ids))
        return Seconds((time.perf_counter() - started) / len(ids), sum(used) / len(ids))

    def _used(self) -> float:
        """Processor seconds of the process that forks and of its children so far."""
        fields = Path(f"/proc/{self.nursery.process}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(int(one) for one in fields[11:15]) / os.sysconf("SC_CLK_TCK")

    def warm(self, ids: Sequence[str]) -> Seconds:
        """A sheet's seconds: figures, notebook, page and PDF."""
        (self.folder / "made").mkdir(exist_ok=True)
        sheets = [Sheet(one, self.folder / "made" / f"{place}-{one}", "fr") for place, one in enumerate(ids)]
        started, used = time.perf_counter(), self._used()
        for made in by_children(self.nursery, sheets, self.jobs, self.environment):
            if made.error:
                raise RuntimeError(made.error)
        wall = time.perf_counter() - started
        while Path(f"/proc/{self.nursery.process}/task/{self.nursery.process}/children").read_text():
            time.sleep(0.01)  # what a child has used is known once it has ended
        return Seconds(wall / len(ids), (self._used() - used) / len(ids))

    def notebook_alone(self, ids: Sequence[str]) -> float:
        """Wall seconds a notebook by `papermill --engine breachkit-warm`, one after another."""
        import papermill

        from breachkit.execution.runners import register_engines

        register_engines()
        started = time.perf_counter()
        for one in ids:
            folder = str(self.folder / one)
            papermill.execute_notebook(
                str(notebook_path(NOTEBOOK)), f"{folder}/warm.ipynb", {"dossier": folder, "responsable": one},
                progress_bar=False, kernel_name="python3", engine_name="breachkit-warm", nursery=self.nursery,
            )  # fmt: skip
        return (time.perf_counter() - started) / len(ids)

    def close(self) -> None:
        self.nursery.close()
        self.pool.shutdown()


def by_turns(impact: Impact, rounds: int, each: int, jobs: int) -> None:
    """Prints the medians of the rounds and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Rounds(grown(impact, rounds * each), Path(folder), jobs)
        stock, warm, alone = [], [], []
        bench.warm(bench.ids[:jobs])
        for chunk in _chunks(bench.ids, each):
            stock.append(bench.stock(chunk))
            warm.append(bench.warm(chunk * 3))
            alone.append(bench.notebook_alone(chunk))
        bench.close()
    print(f"start of the process that forks: {bench.start:.2f} s; {jobs} processes on each side; {rounds} rounds")
    for name, found in (("stock papermill, notebook alone", stock), ("breachkit, notebook + page + PDF", warm)):
        walls, used = [one.wall for one in found], [one.used for one in found]
        print(
            f"{name:<34} {statistics.median(walls):.3f} s ({min(walls):.3f} to {max(walls):.3f}); "
            f"processor {statistics.median(used):.3f} s"
        )
    print(f"{'breachkit, notebook, one process':<34} {statistics.median(alone):.3f} s")
    for name, ratios in (
        ("clock", [theirs.wall / ours.wall for theirs, ours in zip(stock, warm, strict=True)]),
        ("processor", [theirs.used / ours.used for theirs, ours in zip(stock, warm, strict=True)]),
    ):
        print(f"ratio, {name}: {statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})")


def _chunks(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def whole(impact: Impact, count: int, jobs: int) -> None:
    """Prints how long a whole batch takes, and the same again when all is done."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        (out / "impact.json").write_text(grown(impact, count).to_json(), encoding="utf-8")
        for name in ("a batch", "the same again"):
            started = time.perf_counter()
            outcome = run_batch(out, BatchOptions(jobs=jobs))
            seconds = time.perf_counter() - started
            print(
                f"{name} of {count}: {seconds:.1f} s, {seconds / count:.3f} s a controller "
                f"({outcome.done} done, {outcome.skipped} skipped, {outcome.failed} failed)"
            )
        size = sum(path.stat().st_size for path in (out / "controllers").rglob("*") if path.is_file())
        print(f"{size / 1e6:.0f} MB, {size / count / 1e3:.0f} kB a controller")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=ROOT / "reports" / "demo")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--each", type=int, default=4, help="controllers in a round")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--whole", type=int, default=0, help="controllers of a whole batch")
    given = parser.parse_args()
    impact = Impact.from_json((given.run / "impact.json").read_text(encoding="utf-8"))
    print(f"{os.cpu_count()} cores, {len(impact.controllers)} controllers in {given.run.name}")
    by_turns(impact, given.rounds, given.each, given.jobs)
    if given.whole:
        whole(impact, given.whole, given.jobs)


if __name__ == "__main__":
    main()
