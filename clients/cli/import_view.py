"""How an import shows itself: a bar on a terminal, a line now and then elsewhere, nothing beside JSON."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from clients.cli.output import Output
from clients.cli.render import size, span
from clients.cli.sending import Fate, FileReport
from clients.cli.upload_view import QuietView, report_line

LINE_SECONDS = 10.0
"""Where no bar can be drawn, a line so often."""


class ImportProgress(QuietView):
    """Counts files by fate and bytes; tells of them as the output allows."""

    def __init__(self, output: Output, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._output = output
        self._total = total
        self._clock = clock
        self._began = self._told = clock()
        self._sizes: dict[Path, int] = {}
        self.counts: Counter[Fate] = Counter()
        self.sent_bytes = 0
        self.progress = Progress(
            TextColumn("importing"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(elapsed_when_finished=True),
            TextColumn("{task.fields[fates]}", markup=False),
            console=output.answers,
            transient=True,
            disable=not output.interactive,
        )
        self._bar: TaskID = self.progress.add_task("importing", total=total, fates="", bytes_per_second=0.0)

    def shown(self) -> AbstractContextManager[object]:
        """The context that the bar lives in."""
        return self.progress

    def sending(self, path: Path, sent_bytes: int, size_bytes: int) -> None:
        """Count what was handed over of a file."""
        before = self._sizes.get(path, 0)
        self.sent_bytes += max(sent_bytes - before, 0)
        self._sizes[path] = sent_bytes

    def done(self, report: FileReport) -> None:
        """Move on by one file; a file that did not arrive is told at once."""
        self._sizes.pop(report.file.path, None)
        self.counts[report.fate] += 1
        passed = max(self._clock() - self._began, 1e-6)
        self.progress.update(
            self._bar, advance=1, fates=fates_text(self.counts), bytes_per_second=self.sent_bytes / passed
        )
        if self._output.as_json:
            return
        if not report.arrived:
            self.progress.console.print(report_line(report))
        if not self._output.interactive and self._clock() - self._told >= LINE_SECONDS:
            self._told = self._clock()
            self._output.say(self.line(passed))

    def line(self, passed_seconds: float) -> str:
        """How far it is, how fast, how long it may take."""
        count = sum(self.counts.values())
        rate = count / passed_seconds
        left = span((self._total - count) / rate) if count else "unknown"
        speed = f"{rate:.1f} files/s, {size(round(self.sent_bytes / passed_seconds))}/s"
        return f"{count} of {self._total}, {speed}, {left} left: {fates_text(self.counts)}"


class _Rate(ProgressColumn):
    """Files and bytes a second."""

    def render(self, task: Task) -> Text:
        """`12.3/s 4.5 MB/s`."""
        files = f"{task.speed:.1f}/s" if task.speed else "-"
        return Text(f"{files} {size(round(task.fields['bytes_per_second']))}/s")


def fates_text(counts: Counter[Fate]) -> str:
    """Files by fate, those that there are."""
    return ", ".join(f"{counts[fate]} {fate.value}" for fate in Fate if counts[fate])
