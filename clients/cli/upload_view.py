"""How uploads show themselves: bars on a terminal, lines elsewhere, nothing beside JSON."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn
from rich.text import Text

from clients.cli.labels import LabelledFile
from clients.cli.output import Output, clean
from clients.cli.sending import Fate, FileReport, SendingView
from clients.cli.waiting import StageSeen

STYLES = {Fate.REFUSED: "bold red", Fate.DIED: "bold red", Fate.FAILED: "bold red"}


class QuietView:
    """Says nothing."""

    def sending(self, path: Path, sent_bytes: int, size_bytes: int) -> None:
        """Say nothing."""

    def working(self, path: Path, seen: StageSeen) -> None:
        """Say nothing."""

    def finished(self, report: FileReport) -> None:
        """Say nothing."""


class LineView(QuietView):
    """A line for each file when it is through, and for each change of a stage with `stages`."""

    def __init__(self, output: Output, *, stages: bool) -> None:
        self._output = output
        self._stages = stages

    def working(self, path: Path, seen: StageSeen) -> None:
        """Tell the stage."""
        if self._stages:
            self._output.say(f"{clean(path.name)}: {seen.stage} {seen.state}")

    def finished(self, report: FileReport) -> None:
        """Tell the fate."""
        self._output.say(report_line(report))


class BarView(QuietView):
    """A bar of bytes for each file, its stage beside it; a line when it is through."""

    def __init__(self, output: Output, progress: Progress, files: Sequence[LabelledFile]) -> None:
        self._output = output
        self._progress = progress
        self._bars: dict[Path, TaskID] = {
            file.path: progress.add_task(clean(file.path.name), total=None, visible=False, state="") for file in files
        }

    def sending(self, path: Path, sent_bytes: int, size_bytes: int) -> None:
        """Move the bar."""
        state = "sending" if sent_bytes < size_bytes else "sent"
        self._progress.update(self._bars[path], completed=sent_bytes, total=size_bytes, visible=True, state=state)

    def working(self, path: Path, seen: StageSeen) -> None:
        """Tell the stage beside the bar."""
        self._progress.update(self._bars[path], state=f"{seen.stage} {seen.state}")

    def finished(self, report: FileReport) -> None:
        """A line above in place of the bar."""
        self._progress.update(self._bars[report.file.path], visible=False)
        self._progress.console.print(report_line(report))


def upload_view(
    output: Output, files: Sequence[LabelledFile], *, waits: bool
) -> tuple[SendingView, AbstractContextManager[object]]:
    """The view that fits the output, and the context it lives in."""
    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        DownloadColumn(),
        TextColumn("{task.fields[state]}", markup=False),
        console=output.answers,
        transient=True,
        disable=not output.interactive,
    )
    if output.as_json:
        return QuietView(), progress
    if not output.interactive:
        return LineView(output, stages=waits), progress
    return BarView(output, progress, files), progress


def report_line(report: FileReport) -> Text:
    """File, fate, and recording or reason."""
    line = Text(f"{clean(str(report.file.path))}: ").append(report.fate.value, style=STYLES.get(report.fate, "green"))
    if report.arrived:
        again = " (the mesh had it)" if report.deduplicated else ""
        return line.append(f" {report.recording}{again}")
    named = f" {report.reason}" if report.reason and report.reason not in report.message else ""
    return line.append(f"{named}: {clean(report.message)}")
