"""How an import of callsigns shows itself, and what it says at the end."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from clients.cli.callsign_files import Register
from clients.cli.callsign_import import Outcome
from clients.cli.output import Cell, Output, clean, message_dict
from clients.cli.render import counted, size
from tsn.extract.v1.callsign_pb2 import CallsignImport

LINE_SECONDS = 10.0
"""Where no bar can be drawn, a line so often."""


class CallsignProgress:
    """A bar of bytes read and the rows stored; a line now and then where nobody looks; nothing beside JSON."""

    def __init__(self, output: Output, clock: Callable[[], float] = time.monotonic) -> None:
        self._output = output
        self._clock = clock
        self._began = self._told = clock()
        self._rows_before = 0
        self.progress = Progress(
            TextColumn("importing"),
            BarColumn(bar_width=24),
            DownloadColumn(),
            TextColumn("{task.fields[rows]}", markup=False),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=output.answers,
            transient=True,
            disable=not output.interactive,
        )
        self._bar = self.progress.add_task("importing", total=None, rows="")

    def shown(self) -> AbstractContextManager[object]:
        """The context that the bar lives in."""
        return self.progress

    def begun(self, register: Register, found: CallsignImport) -> None:
        """Say where it goes on."""
        self._began, self._rows_before = self._clock(), found.rows_taken
        self.progress.update(self._bar, total=register.size_bytes)
        if found.rows_taken and not found.active_licences and not self._output.as_json:
            self._output.note(f"goes on behind the {found.rows_taken} rows that are stored")

    def moved(self, register: Register, found: CallsignImport) -> None:
        """Move the bar; now and then a line."""
        passed = max(self._clock() - self._began, 1e-6)
        rate = (found.rows_taken - self._rows_before) / passed
        rows = f"{found.rows_taken} rows, {rate:.0f}/s"
        self.progress.update(self._bar, completed=register.read_bytes, rows=rows)
        quiet = self._output.as_json or self._output.interactive
        if not quiet and self._clock() - self._told >= LINE_SECONDS:
            self._told = self._clock()
            self._output.say(f"{size(register.read_bytes)} of {size(register.size_bytes)} read, {rows}")


def outcome_lines(outcome: Outcome) -> Iterator[Cell]:
    """What was stored and what was not."""
    found, register = outcome.found, outcome.register
    if outcome.done_before:
        yield f"{clean(found.file_name)} was imported before; --again imports it anew"
    else:
        before = f", {outcome.rows_before} of them before" if outcome.rows_before else ""
        yield f"{found.source}: {counted(found.rows_taken, 'row')} stored{before}"
    yield f"{counted(found.active_licences, 'licence')} of this register in force"
    if found.broken_lines:
        yield Text(f"{counted(found.broken_lines, 'line')} could not be read", style="bold red")
        for one in register.broken:
            yield f"  {clean(one.file)}:{one.line}: {clean(one.why)}"


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    """The same for programs."""
    return {
        "import": message_dict(outcome.found),
        "rowsBefore": outcome.rows_before,
        "doneBefore": outcome.done_before,
        "brokenLines": [{"file": one.file, "line": one.line, "why": one.why} for one in outcome.register.broken],
    }
