"""A notebook's outputs, recorded by papermill's own client from the messages of a shell, whichever way they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionComplete, CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient

from breachkit.execution.warm.nursery import Child
from breachkit.execution.warm.shell import Message, Shell, new_request
from breachkit.execution.warm.wire import message_as_received


class Cells(Protocol):
    """What runs cells: here, or in a child."""

    language: dict[str, Any]

    def messages(self, code: str, told: list[Message], seconds: float | None) -> Iterator[Message]:
        """The messages of a cell, from busy to idle; `told` are messages for widgets. TimeoutError after `seconds`."""


class RemoteCells:
    """Cells that run in a child, which is ended with the notebook."""

    def __init__(self, child: Child, seconds: float | None, environment: Mapping[str, str]) -> None:
        self._child = child
        child.wire.send({"environment": dict(environment), "folder": str(Path.cwd())})
        ready = child.receive(seconds)
        if ready is None:
            raise DeadKernelError("Kernel died before it was ready")
        self.language: dict[str, Any] = ready["language"]
        self.used: list[str] = []

    def messages(self, code: str, told: list[Message], seconds: float | None) -> Iterator[Message]:
        """See `Cells`; DeadKernelError where the child dies."""
        try:
            self._child.wire.send({"run": code, "tell": told})
        except ConnectionError:
            raise DeadKernelError("Kernel died") from None
        while (found := self._child.receive(seconds)) is not None:
            yield message_as_received(found["message"])
        raise DeadKernelError("Kernel died")

    def close(self) -> None:
        """Lets the child run what the notebook left for its end, for a moment."""
        try:
            self._child.wire.send({"end": True})
            while (found := self._child.receive(CLOSING_SECONDS)) is not None:
                self.used = found.get("used", self.used)
        except (TimeoutError, ConnectionError):
            pass  # it will be ended all the same


CLOSING_SECONDS = 5  # as long as papermill leaves to a kernel; our choice


class LocalCells:
    """Cells that run in this very process; whoever started it keeps the time."""

    def __init__(self, shell: Shell, begun: Callable[[], object]) -> None:
        """`begun` is called as each cell begins."""
        self._shell = shell
        self._begun = begun
        self._found: list[Message] = []
        self.language = shell.language_info
        shell.open(self._found.append)

    def messages(self, code: str, told: list[Message], seconds: float | None) -> Iterator[Message]:
        """See `Cells`."""
        del seconds
        self._begun()
        for message in told:
            self._shell.tell(message)
        self._shell.run(code, new_request())
        found, self._found[:] = list(self._found), []
        yield from found

    def close(self) -> None:
        """Gives stdout and stderr back."""
        self._shell.close()


class DirectClient(PapermillNotebookClient):
    """Papermill's client without a kernel manager: it sends cells to `cells` and records what comes back."""

    def __init__(self, nb_man: Any, cells: Cells, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self._cells = cells
        self._told: list[Message] = []

    def execute(self, **_options: Any) -> Any:
        """The notebook with its outputs; papermill's manager hears of each cell."""
        self.reset_execution_trackers()
        self.kc = SimpleNamespace(session=Session(), shell_channel=SimpleNamespace(send=self._told.append))
        self.log.info(f"Executing notebook with kernel: {self.kernel_name}")
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = self._cells.language
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: Any, cell_index: int, execution_count: int | None = None, **_options: Any) -> Any:
        """Runs one cell; CellExecutionError, CellTimeoutError or DeadKernelError where it fails."""
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        if self.record_timing:
            cell["metadata"]["execution"] = {}
        self.code_cells_executed += 1
        cell.outputs = []
        self.clear_before_next_output = False
        reply = self._recorded(cell, cell_index)
        if execution_count:
            cell["execution_count"] = execution_count
        self._raise_for_error(cell, reply)
        return cell

    def _recorded(self, cell: Any, cell_index: int) -> dict[str, Any]:
        """Records a cell's messages; the content of its reply."""
        limit = self._get_timeout(cell)
        told, self._told[:] = list(self._told), []
        reply: dict[str, Any] = {"status": "ok"}
        try:
            for message in self._cells.messages(cell.source, told, limit):
                if message["msg_type"] == "execute_reply":
                    reply = message["content"]
                    self._note_reply(cell, message)
                    continue
                self.process_message(message, cell, cell_index)
        except CellExecutionComplete:
            pass  # nbclient's way of saying that the cell is idle again
        except TimeoutError:
            raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", limit or 0, cell) from None
        return reply

    def _note_reply(self, cell: Any, message: Message) -> None:
        if self.record_timing:
            from nbclient.client import timestamp

            cell["metadata"]["execution"]["shell.execute_reply"] = timestamp(message)

    def _raise_for_error(self, cell: Any, reply: dict[str, Any]) -> None:
        allowed = not self.force_raise_errors and (
            self.allow_errors
            or reply.get("ename") in self.allow_error_names
            or "raises-exception" in cell.metadata.get("tags", [])
        )
        if reply["status"] == "error" and not allowed:
            raise CellExecutionError.from_cell_and_msg(cell, reply)

    def _cleanup_kernel(self) -> None:
        """Nothing: there is no kernel."""
