"""What is seen while the recordings are on their way: bars and growing texts on a terminal, plain lines elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from clients.cli.feed_text import feed_line, partial_line
from tsn.query.v1.query_pb2 import RecordingView, WatchFeedResponse
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript

PARTIALS_SHOWN = 4
PARTIAL_LINES = 2
"""Partial texts of one recording that become lines where nothing can grow in place."""


@dataclass
class Seen:
    """Names of recordings by how far they have come, from feed and lists alike."""

    uploaded: set[str] = field(default_factory=set)
    transcribed: set[str] = field(default_factory=set)
    searchable: set[str] = field(default_factory=set)

    def take(self, item: WatchFeedResponse) -> None:
        """Learn from the feed."""
        kind = item.WhichOneof("item")
        if kind == "recording_stored":
            self.uploaded.add(item.recording_stored.recording.name)
        elif kind == "transcript_completed":
            self.transcribed.add(item.transcript_completed.recording.name)
        elif kind == "recording_indexed":
            self.searchable.add(item.recording_indexed.recording)

    def correct(self, views: list[RecordingView]) -> None:
        """Learn from the lists, which are the truth."""
        self.uploaded |= {view.recording.name for view in views}
        self.transcribed |= {view.recording.name for view in views if view.HasField("transcript")}
        self.searchable |= {view.recording.name for view in views if view.searchable}


class Board:
    """Shows the run. Plain lines, no control codes, where the console is no terminal."""

    def __init__(self, console: Console, total: int) -> None:
        self.seen = Seen()
        self._console = console
        self._total = total
        self._partials: dict[str, Text] = {}
        self._partial_lines: dict[str, int] = {}
        self._told = (0, 0, 0)
        self._live: Live | None = None
        self._progress = Progress(
            TextColumn("{task.description:<12}"), BarColumn(bar_width=36), MofNCompleteColumn(), TimeElapsedColumn()
        )
        self._bars = [self._progress.add_task(name, total=total) for name in ("uploaded", "transcribed", "searchable")]

    @contextmanager
    def open(self) -> Iterator[None]:
        """Hold the bottom of the terminal while recordings are on their way."""
        if not self._console.is_terminal:
            yield
            return
        with Live(console=self._console, transient=True, refresh_per_second=8) as self._live:
            yield
        self._live = None

    def show(self, item: WatchFeedResponse) -> None:
        """Take one item of the feed."""
        self.seen.take(item)
        kind = item.WhichOneof("item")
        if kind == "partial":
            self._grow(item.partial)
        elif kind == "transcript_completed":
            self._partials.pop(item.transcript_completed.recording.name, None)
        line = feed_line(item) if kind != "recording_indexed" else None
        if line is not None:
            self._console.print(line, soft_wrap=True)
        self.refresh()

    def correct(self, views: list[RecordingView]) -> None:
        """Take what the lists say."""
        self.seen.correct(views)
        self.refresh()

    def refresh(self) -> None:
        """Move the bars; where there are none, a line when every quarter has come a step further."""
        counts = (len(self.seen.uploaded), len(self.seen.transcribed), len(self.seen.searchable))
        for bar, count in zip(self._bars, counts, strict=True):
            self._progress.update(bar, completed=count)
        if self._live is not None:
            self._partials = dict(list(self._partials.items())[-PARTIALS_SHOWN:])
            self._live.update(Group(*self._partials.values(), self._progress))
        elif counts[2] - self._told[2] >= max(1, self._total // 4) or (counts[2] == self._total != self._told[2]):
            self._told = counts
            self._console.print(
                f"of {self._total}: {counts[0]} uploaded, {counts[1]} transcribed, {counts[2]} searchable",
                soft_wrap=True,
            )

    def _grow(self, partial: PartialTranscript) -> None:
        self._partials.pop(partial.recording, None)
        self._partials[partial.recording] = partial_line(partial)
        told = self._partial_lines.get(partial.recording, 0)
        if self._live is None and not self._console.is_terminal and partial.stable_text and told < PARTIAL_LINES:
            self._partial_lines[partial.recording] = told + 1
            self._console.print(partial_line(partial), soft_wrap=True)
