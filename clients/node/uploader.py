"""Sends what the spool holds, in the order of schedule.py, until the server has spoken on each."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer

from clients.common.errors import FileChanged, Refused, Transient, Unwelcome
from clients.common.telemetry import current_trace_id
from clients.common.upload import OutgoingFile, UploadPolicy, upload_file
from clients.node.intake import is_same_file
from clients.node.schedule import Schedule, Turn
from clients.node.settle import Settler
from clients.node.spool import Spool
from clients.node.spool_rows import SpoolRow
from tsn.ingest.v1.recording_pb2 import Lane

if TYPE_CHECKING:
    # Exists for the type checker only.
    from tsn.ingest.v1.ingest_pb2_grpc import IngestServiceAsyncStub

FAULT_ATTEMPTS = 20
"""After so many tries a file that only ever provokes faults of the server is set aside: about an hour and a half."""
IDLE_SECONDS = 1.0
"""Longest nap of a sender without work: new rows wake it anyway."""

log = structlog.get_logger(__name__)


@dataclass
class Tally:
    """What became of the recordings of this run. `progress_at`: monotonic seconds of the last one settled."""

    sent: int = 0
    deduplicated: int = 0
    refused: int = 0
    gone: int = 0
    progress_at: float = field(default_factory=time.monotonic)
    unwelcome: str = ""
    """Why the server refuses this node, when it did so last."""


class Uploader:
    """A few senders over one spool."""

    def __init__(
        self,
        *,
        stub: "IngestServiceAsyncStub",
        spool: Spool,
        settler: Settler,
        tracer: Tracer,
        concurrency: int = 2,
        policy: UploadPolicy | None = None,
        schedule: Schedule,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` is the wall clock, seconds since the epoch."""
        self._stub = stub
        self._spool = spool
        self._settler = settler
        self._tracer = tracer
        self._concurrency = concurrency
        self._policy = policy or UploadPolicy()
        self._schedule = schedule
        self._clock = clock
        self._stranded: list[SpoolRow] = []
        self._wake = asyncio.Event()
        self.tally = Tally()

    def wake(self) -> None:
        """Tell the senders that there may be work."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set; what is on its way then is finished first. Cancel to break it off."""
        async with asyncio.TaskGroup() as senders:
            for _ in range(self._concurrency):
                senders.create_task(self._sender(stop))

    async def send_next(self) -> bool:
        """Send the recording whose turn it is; False when it is none's. Raises sqlite3.Error."""
        await self._take_back()
        turn = await asyncio.to_thread(self._schedule.next)
        if turn is None:
            return False
        with self._tracer.start_as_current_span("node.upload", context=Context(), kind=SpanKind.CLIENT) as span:
            _describe(span, turn)
            try:
                await self._send(turn)
            except sqlite3.Error:
                self._stranded.append(turn.row)
                raise
        return True

    async def _sender(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._wake.clear()
            try:
                if not await self.send_next():
                    await self._nap()
            except sqlite3.Error as error:
                log.error("spool not usable", error=str(error))
                await asyncio.sleep(IDLE_SECONDS)

    async def _take_back(self) -> None:
        """What became of these could not be written down: they wait again, and the server says what it has."""
        while self._stranded:
            row = self._stranded[-1]
            await asyncio.to_thread(
                self._spool.postpone, row, error="the spool was not writable", next_try_at=0.0, now=self._clock()
            )
            self._stranded.remove(row)

    async def _nap(self) -> None:
        seconds = await asyncio.to_thread(self._schedule.seconds_to_next, IDLE_SECONDS)
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _send(self, turn: Turn) -> None:
        row = turn.row
        try:
            if not await asyncio.to_thread(_unchanged, row):
                raise FileChanged("the file is gone, or another one has its name")
            outcome = await upload_file(self._stub, self._outgoing(turn), policy=self._policy, resume=row.attempts > 1)
        except Unwelcome as error:
            self.tally.unwelcome = str(error)
            await self._postpone(turn, str(error), error)
        except Refused as error:
            await self._refused(turn, error)
        except Transient as error:
            if error.fault and row.faults + 1 >= FAULT_ATTEMPTS:
                await self._refused(turn, Refused("GAVE_UP", str(error), code=error.code))
            else:
                await self._postpone(turn, str(error), error)
        except FileChanged as error:
            await self._gone(turn, str(error))
        except OSError as error:
            # A disk that fails to read now may read later; a file that is not there is seen by the next try.
            await self._postpone(turn, f"file not readable: {error}", error)
        except asyncio.CancelledError:
            self._schedule.given_up(turn)
            self._spool.postpone(row, error="", next_try_at=0.0, now=self._clock())
            raise
        else:
            await self._sent(turn, outcome.recording_name, outcome.deduplicated)

    async def _sent(self, turn: Turn, recording_name: str, deduplicated: bool) -> None:
        self._server_answers(turn)
        self.tally.sent += 1
        self.tally.deduplicated += deduplicated
        await asyncio.to_thread(self._settler.sent, turn.row, recording_name)
        log.info(
            "recording sent",
            path=str(turn.row.identity.path),
            recording=recording_name,
            deduplicated=deduplicated,
            attempts=turn.row.attempts,
            backlog=turn.backlog,
            trace_id=current_trace_id(),
        )

    async def _refused(self, turn: Turn, error: Refused) -> None:
        self._server_answers(turn)
        if not await asyncio.to_thread(_unchanged, turn.row):
            # Bytes that changed under way do not match their hash: no fault of what lies there now.
            await self._gone(turn, f"changed while it was sent ({error})")
            return
        facts = "".join(f"\n{key}: {value}" for key, value in sorted(error.metadata.items()))
        self.tally.refused += 1
        _fail(str(error))
        log.error("recording refused", path=str(turn.row.identity.path), reason=error.reason, message=error.message)
        await asyncio.to_thread(self._settler.refused, turn.row, f"{error}{facts}")

    async def _gone(self, turn: Turn, why: str) -> None:
        self._schedule.given_up(turn)
        self.tally.gone += 1
        self.tally.progress_at = time.monotonic()
        _fail(why)
        log.error("recording lost before it was sent", path=str(turn.row.identity.path), error=why)
        await asyncio.to_thread(self._spool.mark_gone, turn.row, error=why, now=self._clock())

    async def _postpone(self, turn: Turn, why: str, error: Unwelcome | Transient | OSError) -> None:
        _fail(why)
        seconds = await asyncio.to_thread(self._schedule.postpone, turn, error, why)
        log.warning("recording waits", path=str(turn.row.identity.path), error=why, seconds=round(seconds, 1))

    def _server_answers(self, turn: Turn) -> None:
        self._schedule.answered(turn)
        self.tally.unwelcome = ""
        self.tally.progress_at = time.monotonic()

    def _outgoing(self, turn: Turn) -> OutgoingFile:
        row = turn.row
        return OutgoingFile(
            path=row.identity.path,
            node=row.node,
            channel=row.channel,
            captured_at=row.captured_at,
            sha256=row.sha256,
            size_bytes=row.identity.size_bytes,
            request_id=row.request_id,
            lane=Lane.LANE_BATCH if turn.backlog else Lane.LANE_UNSPECIFIED,
            sequence=row.sequence,
            spool_id=self._spool.spool_id if row.sequence else "",
        )


def _unchanged(row: SpoolRow) -> bool:
    try:
        return is_same_file(row.identity)
    except FileNotFoundError:
        return False


def _describe(span: Span, turn: Turn) -> None:
    row = turn.row
    span.set_attributes(
        {
            "tsn.node": row.node,
            "tsn.channel": row.channel,
            "tsn.request_id": row.request_id,
            "tsn.sequence": row.sequence,
            "tsn.size_bytes": row.identity.size_bytes,
            "tsn.attempt": row.attempts,
            "tsn.backlog": turn.backlog,
        }
    )


def _fail(why: str) -> None:
    trace.get_current_span().set_status(Status(StatusCode.ERROR, why))
