"""Files to the mesh, a few at a time, and on to the index where that is waited for."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, Tracer

from clients.cli.failures import Unreachable, explain
from clients.cli.gateway import Gateway
from clients.cli.labels import LabelledFile
from clients.cli.render import exact_moment
from clients.cli.waiting import Died, StageSeen, wait_until_searchable
from clients.common.errors import ClientError, Refused, Transient, Unwelcome
from clients.common.telemetry import current_trace_id
from clients.common.upload import OutgoingFile, UploadPolicy, file_sha256, upload_file
from tsn.ingest.v1.recording_pb2 import Lane

PARALLEL = 4


class Fate(StrEnum):
    """What became of a file."""

    STORED = "stored"
    DEDUPLICATED = "deduplicated"
    SEARCHABLE = "searchable"
    REFUSED = "refused"
    DIED = "died"
    FAILED = "failed"


@dataclass(frozen=True)
class FileReport:
    """What became of one file. `reason` and `message` say why where it went wrong."""

    file: LabelledFile
    fate: Fate
    recording: str = ""
    deduplicated: bool = False
    reason: str = ""
    message: str = ""
    hint: str = ""
    trace_id: str = ""
    for_good: bool = False
    """The mesh will not have the file, whoever sends it."""
    outage: bool = False
    """The mesh was away or took nothing: other files would fare no better."""

    @property
    def arrived(self) -> bool:
        """True when all that was asked for has happened."""
        return self.fate in (Fate.STORED, Fate.DEDUPLICATED, Fate.SEARCHABLE)


class SendingView(Protocol):
    """Is told how the files come along."""

    def sending(self, path: Path, sent_bytes: int, size_bytes: int) -> None:
        """So many bytes of the file were handed over."""
        ...

    def working(self, path: Path, seen: StageSeen) -> None:
        """A stage of the recording's work has a new state."""
        ...

    def finished(self, report: FileReport) -> None:
        """Nothing more will happen to the file."""
        ...


@dataclass(frozen=True)
class Sender:
    """Sends files. `wait_seconds`: how long each may take to become searchable; None: not waited for.

    `batch`: name of the batch that their jobs belong to; empty: none.
    """

    gateway: Gateway
    tracer: Tracer
    view: SendingView
    lane: Lane = Lane.LANE_UNSPECIFIED
    wait_seconds: float | None = None
    policy: UploadPolicy | None = None
    batch: str = ""

    async def send_all(self, files: Sequence[LabelledFile]) -> list[FileReport]:
        """Send all, PARALLEL at a time; reports in the order of `files`. Never fails for one file's sake."""
        slots = asyncio.Semaphore(PARALLEL)

        async def one(file: LabelledFile) -> FileReport:
            async with slots:
                report = await self.send(file)
            if report.arrived and self.wait_seconds is not None:
                report = await self._wait(report, self.wait_seconds)
            self.view.finished(report)
            return report

        return await asyncio.gather(*(one(file) for file in files))

    async def send(self, file: LabelledFile) -> FileReport:
        """Send one; return once the mesh has it or will not have it. Never fails for the file's sake."""
        with self.tracer.start_as_current_span("cli.upload_file", context=Context(), kind=SpanKind.CLIENT):
            trace_id = current_trace_id()
            try:
                outgoing = await asyncio.to_thread(self._outgoing, file)
                self.view.sending(file.path, 0, outgoing.size_bytes)
                outcome = await upload_file(
                    self.gateway.ingest,
                    outgoing,
                    policy=self.policy,
                    resume=True,
                    progress=lambda sent: self.view.sending(file.path, sent, outgoing.size_bytes),
                )
            except (ClientError, OSError) as error:
                fate = Fate.REFUSED if isinstance(error, Refused) else Fate.FAILED
                return self._failed(FileReport(file, fate, trace_id=trace_id), error)
        fate = Fate.DEDUPLICATED if outcome.deduplicated else Fate.STORED
        return FileReport(file, fate, outcome.recording_name, outcome.deduplicated, trace_id=trace_id)

    async def _wait(self, report: FileReport, seconds: float) -> FileReport:
        try:
            await wait_until_searchable(
                self.gateway,
                report.recording,
                seconds=seconds,
                on_stage=lambda seen: self.view.working(report.file.path, seen),
            )
        except Died as death:
            return replace(report, fate=Fate.DIED, reason=death.reason, message=death.message)
        except ClientError as error:
            return self._failed(replace(report, fate=Fate.FAILED), error)
        return replace(report, fate=Fate.SEARCHABLE)

    def _failed(self, report: FileReport, error: Exception) -> FileReport:
        if isinstance(error, ClientError):
            error = self.gateway.failure(error)
        why = explain(error, self.gateway.address)
        return replace(
            report,
            reason=why.reason,
            message=why.message,
            hint=why.hint,
            for_good=isinstance(error, Refused) and not isinstance(error, Unwelcome),
            outage=isinstance(error, Unreachable) or (isinstance(error, Transient) and error.outage),
        )

    def _outgoing(self, file: LabelledFile) -> OutgoingFile:
        sha256, size_bytes = file_sha256(file.path)
        return OutgoingFile(
            path=file.path,
            node=file.node,
            channel=file.channel,
            captured_at=file.captured_at,
            sha256=sha256,
            size_bytes=size_bytes,
            request_id=request_id(file, sha256),
            lane=self.lane,
            batch=self.batch,
        )


def request_id(file: LabelledFile, sha256: str) -> str:
    """The same for the same command, so that repeating one that broke resumes what the server has kept."""
    identity = "\n".join((file.node, file.channel, exact_moment(file.captured_at), sha256))
    return f"cli-{hashlib.sha256(identity.encode()).hexdigest()[:32]}"
