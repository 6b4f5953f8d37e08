"""What an import says of itself at the end, or beforehand."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from clients.cli.archive import Archive
from clients.cli.import_view import fates_text
from clients.cli.journal import Entry
from clients.cli.labels import LabelledFile
from clients.cli.output import Cell, clean
from clients.cli.render import exact_moment
from clients.cli.sending import Fate, FileReport

FATES = (Fate.STORED, Fate.DEDUPLICATED, Fate.REFUSED, Fate.FAILED)


@dataclass(frozen=True)
class Problem:
    """A file that did not arrive."""

    key: str
    reason: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What became of an import. `remembered`: files done in an earlier run."""

    batch: str
    archive: Archive
    reports: Sequence[FileReport]
    remembered: Sequence[tuple[str, Entry]]
    gave_up: bool

    @property
    def counts(self) -> Counter[Fate]:
        """Files of this run by fate."""
        return Counter(report.fate for report in self.reports)

    @property
    def unsent(self) -> int:
        """Files that were not begun since the mesh was away."""
        return len(self.archive.files) - len(self.remembered) - len(self.reports)

    @property
    def to_be_continued(self) -> bool:
        """True when the same command has something left to do that may go well."""
        return self.gave_up or self.unsent > 0 or any(report.fate is Fate.FAILED for report in self.reports)

    @property
    def problems(self) -> list[Problem]:
        """Everything that did not arrive, whichever run it was."""
        key = self.archive.key
        return [
            *(Problem(key(one.path), one.reason, one.message) for one in self.archive.unusable),
            *(Problem(name, one.reason, one.message) for name, one in self.remembered if one.fate is Fate.REFUSED),
            *(Problem(key(one.file.path), one.reason, one.message) for one in self.reports if not one.arrived),
        ]


def final_lines(outcome: Outcome) -> Iterator[Cell]:
    """Counts, then each file that did not arrive and why."""
    before = f"{len(outcome.remembered)} done before" if outcome.remembered else ""
    parts = [part for part in (fates_text(outcome.counts), before) if part]
    yield f"{len(outcome.archive.files) + len(outcome.archive.unusable)} files: {', '.join(parts) or 'nothing to send'}"
    problems = outcome.problems
    if problems:
        yield Text(f"{len(problems)} did not arrive:", style="bold red")
    for one in problems:
        yield f"  {clean(one.key)}: {one.reason}: {clean(one.message)}"
    if outcome.to_be_continued:
        left = f", {outcome.unsent} not begun" if outcome.unsent else ""
        yield f"the mesh did not take everything{left}; the same command goes on with what is left"


def final_document(outcome: Outcome) -> dict[str, Any]:
    """The same for programs."""
    return {
        "batch": outcome.batch,
        "files": len(outcome.archive.files) + len(outcome.archive.unusable),
        "doneBefore": len(outcome.remembered),
        "fates": {
            fate.value: outcome.counts[fate] for fate in (Fate.STORED, Fate.DEDUPLICATED, Fate.REFUSED, Fate.FAILED)
        },
        "notBegun": outcome.unsent,
        "problems": [{"file": one.key, "reason": one.reason, "message": one.message} for one in outcome.problems],
    }


def dry_lines(archive: Archive, pending: Sequence[LabelledFile]) -> Iterator[Cell]:
    """What would be sent, by node and channel, and what could not."""
    done = len(archive.files) - len(pending)
    yield f"{len(pending)} files would be sent, {done} are done, {len(archive.unusable)} cannot be sent"
    for (node, channel), files in _places(pending).items():
        span = f"{exact_moment(files[0].captured_at)} to {exact_moment(files[-1].captured_at)}"
        yield f"  {clean(node)}/{clean(channel)}: {len(files)} files, {span}"
    ambiguous = sum(file.ambiguous for file in pending)
    if ambiguous:
        yield f"{ambiguous} have a time that the clock showed twice"
    for one in archive.unusable:
        yield f"  {clean(archive.key(one.path))}: {one.reason}: {clean(one.message)}"


def dry_document(archive: Archive, pending: Sequence[LabelledFile]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "toSend": len(pending),
        "done": len(archive.files) - len(pending),
        "places": [
            {
                "node": node,
                "channel": channel,
                "files": len(files),
                "first": exact_moment(files[0].captured_at),
                "last": exact_moment(files[-1].captured_at),
            }
            for (node, channel), files in _places(pending).items()
        ],
        "ambiguousTimes": sum(file.ambiguous for file in pending),
        "problems": [
            {"file": archive.key(one.path), "reason": one.reason, "message": one.message} for one in archive.unusable
        ],
    }


def _places(pending: Sequence[LabelledFile]) -> dict[tuple[str, str], list[LabelledFile]]:
    places: dict[tuple[str, str], list[LabelledFile]] = {}
    for file in pending:
        places.setdefault((file.node, file.channel), []).append(file)
    return dict(sorted(places.items()))
