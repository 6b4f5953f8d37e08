"""An archive to the mesh: a few files at a time, each noted in the journal as soon as the mesh has it."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from clients.cli.journal import Journal
from clients.cli.labels import LabelledFile
from clients.cli.sending import FileReport, Sender
from clients.common.backoff import Backoff
from clients.common.upload import UploadPolicy

PATIENT = UploadPolicy(attempts=12, backoff=Backoff(cap_seconds=60.0))
"""An archive can wait: an outage of some minutes ends no import."""


@dataclass(frozen=True)
class Pending:
    """A file to be sent; `key` and `identity` as the journal knows it."""

    key: str
    identity: str
    file: LabelledFile


class ImportView(Protocol):
    """Is told how the import comes along."""

    def done(self, report: FileReport) -> None:
        """Nothing more will happen to the file."""
        ...


@dataclass
class Importer:
    """Sends what is pending, `parallel` at a time, in order. `reports`: what became of each file so far.

    `gave_up`: the mesh was away for longer than the sender's patience or takes nothing more for the batch; what was
    left was not begun.
    """

    sender: Sender
    journal: Journal
    view: ImportView
    batch: str
    parallel: int
    reports: list[FileReport] = field(default_factory=list)
    gave_up: bool = False

    async def run(self, pending: Sequence[Pending]) -> None:
        """Send all. Never fails for one file's sake. Raises JournalUnusable."""
        left = iter(pending)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self.parallel, len(pending))):
                    group.create_task(self._work(left))
        except ExceptionGroup as failures:
            # Only the journal can fail here, and one report of that is enough.
            raise failures.exceptions[0] from None

    async def _work(self, left: Iterator[Pending]) -> None:
        for one in left:
            if self.gave_up:
                return
            report = await self.sender.send(one.file)
            if _batch_refused(report):
                report = replace(report, for_good=False, outage=True)
            await asyncio.to_thread(self.journal.record, one.key, one.identity, report, self.batch)
            self.reports.append(report)
            self.view.done(report)
            self.gave_up = self.gave_up or report.outage


def _batch_refused(report: FileReport) -> bool:
    """True when it is the batch that the mesh does not take, e.g. since somebody cancelled it."""
    return report.reason.startswith("BATCH_")
