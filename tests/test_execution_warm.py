"""The engine `breachkit-warm` against papermill's own: the same outputs cell by cell; what hangs or dies."""

from __future__ import annotations

import copy
import hashlib
import os
import re
import socket
import subprocess
import sys
import time
import tomllib
from ast import literal_eval
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError

from breachkit.execution.warm import engine as engine_room
from breachkit.execution.warm.engine import NAME, WarmEngine, warm_nursery
from breachkit.execution.warm.nursery import Nursery, can_fork
from breachkit.execution.warm.wire import is_running
from tests.conftest import ROOT
from tests.example_impact import example_impact

pytestmark = pytest.mark.skipif(not can_fork(), reason="the engine is papermill's own where there is no fork")

CELLS = [
    "x = 1\nprint(x)",
    "import sys\nprint('out'); print('err', file=sys.stderr); print('more')",
    "x + 41",
    "'shown'; None",
    "_, __",
    "print('first', flush=True)\nprint('second')",
    "import os\nos.system('echo from a subprocess')\nos.write(1, b'bytes \\xff\\n')\nos.write(2, b'to stderr\\n');",
    "!echo by the shell",
    "import subprocess, time; subprocess.run(['echo', 'inherited']); time.sleep(0.5)",  # its kernel watches a pipe
    "import pandas as pd\npd.DataFrame({'a': [1, 2], 'b': ['é', '<x>']})",
    "from IPython.display import HTML, Markdown, Image, JSON, display, clear_output",
    "display(HTML('<b>1</b>'), 2, Markdown('*3*'))",
    "handle = display('before', display_id='fixed')",
    "handle.update('after')\ndisplay('again', display_id='fixed')",
    "print('gone'); clear_output(); print('kept')",
    "print('waits'); clear_output(wait=True); print('replaces')",
    "%%capture held\nprint('held back'); display(3)",
    "held.show(); held.stdout",
    "%timeit -n1 -r1 -q pass\n%who_ls int",
    "%%writefile written.txt\ntext",
    "%run -i missing_file.py",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.figure(figsize=(1, 1)); plt.plot([1, 2]); plt.title('t')",
    "fig, ax = plt.subplots(figsize=(1, 1)); ax.plot([3, 1]); print('with text'); plt.show(); ax",
    "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",
    "async def later(): return 5\nawait later()",
    "def inner(a):\n    return 1 / a\n\ndef outer(b):\n    return inner(b)\n\nouter(0)",
    "raise KeyError('héé')",
    "if True\n  pass",
    "input('asked? ')",
    "import getpass; getpass.getpass()",
    "raise SystemExit(3)",
    "class Odd:\n    def _repr_html_(self): return '<i>odd</i>'\n    def __repr__(self): return 'odd'\nOdd()",
    "class Bad:\n    def __repr__(self): raise ValueError('no repr')\nBad()",
    "import warnings; warnings.warn('careful')",
    "import logging; logging.warning('logged')",
    "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise RuntimeError('from') from e",
    "import traceback\ntry:\n    {}['k']\nexcept KeyError:\n    traceback.print_exc()",
    "import concurrent.futures as cf\nwith cf.ThreadPoolExecutor(1) as pool: pool.submit(print, 'a thread').result()",
    "import multiprocessing as mp; fork = mp.get_context('fork')",
    "p = fork.Process(target=sys.stdout.write, args=('of a fork',)); p.start(); p.join()",
    "Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + b'0' * 20, format='png', width=3)",
    "JSON({'a': [1]})",
    "x = 2;",
    "x;",
    "int?",
    "print('\\x1b[31mred\\x1b[0m', end='')",
    "print('a\\rb\\b\\x00', 'z' * 3)",
    "__name__, sys.modules['__main__'].__dict__ is globals()",
    "import pickle\nclass Kept: pass\ntype(pickle.loads(pickle.dumps(Kept()))).__name__",
    "import ipywidgets as w\nslider = w.IntSlider(3); slider",
    "out = w.Output()\nwith out: print('in a widget')\nout",
    "from tqdm.auto import tqdm\ntype(tqdm).__name__",
    "%%bash\necho of bash; echo wrong >&2",
    "%%html\n<u>raw</u>",
    "%nonsense",
    "%env BREACHKIT_NOTHING=1",
    "get_ipython().run_cell('print(9)');",
    "In[3], Out[3]",
    "%history -n 1-3",
    "del x\nx",
]  # fmt: skip


def notebook(*sources: str, tags: tuple[str, ...] = ()) -> Any:
    """A notebook of these code cells, each with these tags."""
    cells = [nbformat.v4.new_markdown_cell("# Essai", id="m")]
    for place, source in enumerate(sources):
        cells.append(nbformat.v4.new_code_cell(source, id=f"c{place}", metadata={"tags": list(tags)} if tags else {}))
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


@pytest.fixture(scope="module", autouse=True)
def registered() -> Iterator[None]:
    """The engine as its entry point gives it, and no process left behind."""
    papermill_engines.register(NAME, WarmEngine)
    yield
    engine_room._close()


def execute(given: Any, engine: str | None, **options: Any) -> Any:
    return papermill.execute_notebook(
        copy.deepcopy(given), None, engine_name=engine, kernel_name="python3", progress_bar=False, **options
    )


def tried(given: Any, engine: str | None, folder: Path, **options: Any) -> Any:
    """The notebook as papermill leaves it on disk, with the error at which it stopped, if any, in its metadata."""
    source, written = folder / "given.ipynb", folder / "made.ipynb"
    nbformat.write(given, source)
    raised = ""
    try:
        papermill.execute_notebook(
            str(source), str(written), engine_name=engine, kernel_name="python3", progress_bar=False, cwd=str(folder),
            **options,
        )  # fmt: skip
    except (PapermillExecutionError, CellTimeoutError, DeadKernelError) as error:
        raised = type(error).__name__
    found = nbformat.read(written, as_version=4)
    found.metadata["raised"] = raised
    return found


VOLATILE = (
    (re.compile(r"\d+(\.\d+)? (ns|µs|us|ms|s)\b"), "T"),
    (re.compile(r"\S*/ipykernel_\d+/\d+\.py"), "CELL"),
    (re.compile(r"0x[0-9a-f]+"), "0x"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "ID"),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "ID"),
)


def plain(value: Any) -> Any:
    """A part of a notebook without what changes from one run of papermill's own engine to the next."""
    if isinstance(value, str):
        for pattern, word in VOLATILE:
            value = pattern.sub(word, value)
        return value
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def told(outputs: Any) -> Any:
    """The outputs of a cell; streams that follow one another as one text each: a kernel cuts them by the clock."""
    found: list[Any] = []
    for one in plain(outputs or []):
        if one["output_type"] != "stream":
            found.append(one)
            continue
        if not (found and "stdout" in found[-1]):
            found.append({"stdout": "", "stderr": ""})
        found[-1][one["name"]] += one["text"]
    return found


def shape(metadata: dict[str, Any]) -> dict[str, Any]:
    """A cell's metadata, its times reduced to their names."""
    kept = metadata.get("papermill", {})
    states = {key: kept.get(key) for key in ("exception", "status")}
    return dict(metadata) | {"execution": sorted(metadata.get("execution", ())), "papermill": [sorted(kept), states]}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """The same notebook of every kind of output, by papermill's own engine and by ours."""
    given = notebook(*CELLS, tags=("raises-exception",))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)  # ipykernel watches no descriptor under pytest
        patch.setenv("PYTHONWARNINGS", "default")
        found = []
        for engine in (None, NAME):
            folder = tmp_path_factory.mktemp("run")
            found.append(tried(given, engine, folder))
    return found[0], found[1]


def test_every_cell_is_recorded_as_papermills_own_engine_does(both: tuple[Any, Any]) -> None:
    stock, warm = both
    assert len(stock.cells) == len(warm.cells) >= len(CELLS) + 1
    different = {}
    for theirs, ours in zip(stock.cells, warm.cells, strict=True):
        assert theirs.source == ours.source
        if told(theirs.get("outputs")) != told(ours.get("outputs")):
            different[ours.source] = (told(theirs.outputs), told(ours.outputs))
    assert different == {}


def test_counts_and_metadata_are_the_same(both: tuple[Any, Any]) -> None:
    stock, warm = both
    for theirs, ours in zip(stock.cells, warm.cells, strict=True):
        assert theirs.get("execution_count") == ours.get("execution_count")
        assert shape(theirs.metadata) == shape(ours.metadata)
    assert stock.metadata.language_info == warm.metadata.language_info
    assert stock.metadata.kernelspec == warm.metadata.kernelspec
    assert sorted(stock.metadata.papermill) == sorted(warm.metadata.papermill)


def widgets(found: Any) -> list[tuple[Any, ...]]:
    """The widgets that a notebook keeps, without their random names."""
    states = found.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    return sorted((one["model_name"], one["state"].get("value"), str(one["state"].get("outputs"))) for one in states)


def test_widgets_are_kept_too(both: tuple[Any, Any]) -> None:
    stock, warm = both
    assert widgets(stock) == widgets(warm)
    assert any("in a widget" in outputs for _name, _value, outputs in widgets(warm))


# --- where it stops -----------------------------------------------------------------------------------------


def test_a_failing_cell_stops_the_notebook_as_papermill_would(tmp_path: Path) -> None:
    found = []
    for engine in (None, NAME):
        folder = tmp_path / str(engine)
        folder.mkdir()
        found.append(tried(notebook("print('before')\n1 / 0", "print('after')"), engine, folder))
    stock, warm = found
    assert stock.metadata.raised == warm.metadata.raised == "PapermillExecutionError"
    for theirs, ours in zip(stock.cells, warm.cells, strict=True):
        assert (theirs.source, told(theirs.get("outputs"))) == (ours.source, told(ours.get("outputs")))
        assert shape(theirs.metadata) == shape(ours.metadata)


@pytest.mark.parametrize(
    ("source", "raised"),
    [
        ("print('so far', flush=True)\nimport time; time.sleep(60)", "CellTimeoutError"),
        pytest.param(
            "print('so far', flush=True)\nimport subprocess; subprocess.run(['sleep', '60'])",
            "CellTimeoutError",
            marks=pytest.mark.slow,
        ),
        ("print('so far', flush=True)\nimport os; os._exit(3)", "DeadKernelError"),
        ("print('so far', flush=True)\nimport os; os.kill(os.getpid(), 9)", "DeadKernelError"),
        ("print('so far', flush=True)\nimport ctypes; ctypes.string_at(1)", "DeadKernelError"),
    ],
)
def test_a_cell_that_hangs_or_dies_fails_its_notebook_only(tmp_path: Path, source: str, raised: str) -> None:
    lost = tried(notebook("1", source), NAME, tmp_path, execution_timeout=1)
    assert lost.metadata.raised == raised
    (found,) = [cell for cell in lost.cells if cell.cell_type == "code" and cell.source == source]
    assert [one.text for one in found.outputs] == ["so far\n"]
    assert execute(notebook("40 + 2"), NAME).cells[1].outputs[0].data == {"text/plain": "42"}


def test_a_lack_of_memory_fails_its_notebook_only(tmp_path: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))"
    assert tried(notebook(limit, "len(bytearray(2**33))"), NAME, tmp_path).metadata.raised == "PapermillExecutionError"


def test_nothing_is_shared_between_notebooks(tmp_path: Path) -> None:
    execute(notebook("import os, sys\nleft = 1; os.environ['LEFT'] = '1'; sys.left = 1; os.chdir('/')"), NAME)
    seen = execute(notebook("import os, sys\n'left' in globals(), 'LEFT' in os.environ, hasattr(sys, 'left')"), NAME)
    assert seen.cells[1].outputs[0].data["text/plain"] == "(False, False, False)"
    draw = notebook("import numpy, random\nnumpy.random.rand(), random.random()")
    assert len({execute(draw, NAME).cells[1].outputs[0].data["text/plain"] for _ in range(3)}) == 3


def test_a_notebook_runs_in_the_place_and_with_the_environment_of_its_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BREACHKIT_OF_THE_CALLER", "reçu")
    code = "import os\nopen('made', 'w').close()\nos.getcwd(), os.environ['BREACHKIT_OF_THE_CALLER']"
    found = execute(notebook(code), NAME, cwd=str(tmp_path))
    assert literal_eval(found.cells[1].outputs[0].data["text/plain"]) == (str(tmp_path), "reçu")
    assert (tmp_path / "made").exists()


def test_the_childs_processes_end_with_the_process_that_forks() -> None:
    with Nursery() as nursery:
        nursery.warm("breachkit.execution.warm.child:prepare")
        child = nursery.fork("breachkit.execution.warm.child:run_cells")
        child.wire.send({"environment": dict(os.environ), "folder": "/"})
        assert child.receive(30) is not None
        assert is_running(child.process)
        os.kill(nursery.process, 9)
        assert child.receive(30) is None
        child.wire.close()
        nursery._process.wait(10)
        assert not nursery.alive()


def test_it_ends_with_its_starter_even_while_it_imports(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import time\ndef take(): time.sleep(60)\n", encoding="utf-8")
    code = (
        "import os, threading, time; from breachkit.execution.warm.nursery import Nursery\n"
        f"n = Nursery(dict(os.environ) | {{'PYTHONPATH': {str(tmp_path)!r}}})\n"
        "print(n.process, flush=True)\n"
        "threading.Timer(1.5, os._exit, (0,)).start()\nn.warm('slow:take')"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=50)
    limit = time.monotonic() + 20
    while is_running(int(ran.stdout)) and time.monotonic() < limit:
        time.sleep(0.05)
    assert not is_running(int(ran.stdout))


def ports_of(process: int) -> list[str]:
    """The sockets of a process that have an address on a network."""
    links = [str(one.readlink()) for one in Path(f"/proc/{process}/fd").iterdir() if one.is_symlink()]
    inodes = {one.removeprefix("socket:[").rstrip("]") for one in links if one.startswith("socket:")}
    lines = [line for name in ("tcp", "tcp6", "udp") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    return [line for line in lines if line.split()[9] in inodes]


def test_the_process_that_forks_has_no_port() -> None:
    nursery = warm_nursery()
    execute(notebook("1"), NAME)
    assert ports_of(nursery.process) == []
    with socket.socket() as control:
        control.bind(("127.0.0.1", 0))
        control.listen()
        assert len(ports_of(os.getpid())) >= 1


@pytest.mark.slow
def test_no_thread_that_a_sheet_needs_is_left_behind_by_the_fork(tmp_path: Path) -> None:
    """Allocators' own threads survive a fork; a pool of workers would not, and a child would wait for it for ever."""
    path = tmp_path / "impact.json"
    path.write_text(example_impact().to_json(), encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with Nursery(dict(os.environ) | {"OPENBLAS_NUM_THREADS": "1"}) as nursery:
        nursery.warm("breachkit.execution.warm.sheets:open_room", impact=str(path), sha256=digest, engine=NAME)
        names = [(task / "comm").read_text().strip() for task in Path(f"/proc/{nursery.process}/task").iterdir()]
    of_ours = [name for name in names if name not in ("jemalloc_bg_thd", "polars-ooc-clea")]
    assert len(of_ours) == 1, names


def test_the_entry_point_leads_to_the_engine() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, name = declared["project"]["entry-points"]["papermill.engine"][NAME].partition(":")
    assert getattr(import_module(module), name) is WarmEngine


@pytest.mark.slow
def test_papermills_own_command_takes_the_engine(tmp_path: Path) -> None:
    given = notebook("who = 'nobody'", "print(who)")
    given.cells[1].metadata["tags"] = ["parameters"]
    nbformat.write(given, tmp_path / "n.ipynb")
    program = (
        "from papermill.engines import papermill_engines as e; from papermill.cli import papermill\n"
        f"from breachkit.execution.warm.engine import WarmEngine; e.register({NAME!r}, WarmEngine); papermill()"
    )
    arguments = ["n.ipynb", "o.ipynb", "-p", "who", "you", "--engine", NAME, "--log-output"]
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    assert "you" in ran.stderr
    assert nbformat.read(tmp_path / "o.ipynb", as_version=4).cells[-1].outputs[0].text == "you\n"
