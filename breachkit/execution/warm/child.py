"""What a forked process does for a notebook run by papermill: it runs the cells that it is sent, one by one."""

from __future__ import annotations

import atexit
import sys
import threading
from collections.abc import Sequence
from importlib import import_module

from breachkit.execution.warm.shell import Shell, new_request, settle
from breachkit.execution.warm.wire import Wire, message_as_received

# Modules that are safe to import before a fork (no thread of their own that work is given to) and slow to import.
WARMABLE = (
    "numpy", "pandas", "matplotlib", "matplotlib.figure", "matplotlib.backends.backend_agg", "scipy", "pydantic",
    "breachkit.impact", "breachkit.execution.case", "breachkit.report.show", "IPython.core.pylabtools",
)  # fmt: skip
_shells: list[Shell] = []  # of the process that forks: made once, inherited by its children


def prepare(modules: Sequence[str] = (), user_settings: bool = True) -> None:
    """Makes the shell that children inherit, and imports these modules."""
    if not _shells:
        _shells.append(Shell(user_settings=user_settings))
    for name in modules:
        import_module(name)


def shell() -> Shell:
    """The shell of this process."""
    if not _shells:
        prepare()
    return _shells[0]


def run_cells(wire: Wire) -> None:
    """Serves one notebook: its place first, then its cells, until the other end is closed."""
    place = wire.receive()
    if place is None:
        return
    settle(place["environment"], place["folder"])
    ours = shell()
    ours.open(lambda message: wire.send({"message": message}))
    wire.send({"language": ours.language_info})
    while (asked := wire.receive()) is not None and "run" in asked:
        for message in asked["tell"]:
            ours.tell(message_as_received(message))
        ours.run(asked["run"], new_request())
    if asked is not None:
        wire.send({"used": [name for name in WARMABLE if name in sys.modules]})
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
