"""Sends what the spool holds, oldest airtime first, until the server has spoken on each."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer

from clients.common.backoff import Backoff
from clients.common.errors import FileChanged, Refused, Transient, Unwelcome
from clients.common.telemetry import current_trace_id
from clients.common.upload import OutgoingFile, UploadPolicy, upload_file
from clients.node.intake import is_same_file
from clients.node.settle import Settler
from clients.node.spool import Spool, SpoolRow
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
    """A few senders over one spool.

    A server that is away holds up all senders together, so that a thousand waiting files do not each knock; any other
    failure only holds up its own recording, so that one poisonous file never blocks the rest.
    """

    def __init__(
        self,
        *,
        stub: "IngestServiceAsyncStub",
        spool: Spool,
        settler: Settler,
        tracer: Tracer,
        concurrency: int = 2,
        policy: UploadPolicy | None = None,
        backoff: Backoff | None = None,
        lane: Lane = Lane.LANE_UNSPECIFIED,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`clock` is the wall clock, seconds since the epoch: tries are planned across restarts."""
        self._stub = stub
        self._spool = spool
        self._settler = settler
        self._tracer = tracer
        self._concurrency = concurrency
        self._policy = policy or UploadPolicy()
        self._backoff = backoff or Backoff()
        self._lane = lane
        self._clock = clock
        self._outages = 0
        self._closed_until = 0.0
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
        """Send the oldest recording that is due; False when none is."""
        now = self._clock()
        if now < self._closed_until:
            return False
        row = await asyncio.to_thread(self._spool.claim, now)
        if row is None:
            return False
        with self._tracer.start_as_current_span("node.upload", context=Context(), kind=SpanKind.CLIENT) as span:
            _describe(span, row)
            await self._send(row)
        return True

    async def _sender(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._wake.clear()
            if not await self.send_next():
                await self._nap()

    async def _nap(self) -> None:
        due = await asyncio.to_thread(self._spool.next_due)
        opens = max(due or 0.0, self._closed_until) - self._clock()
        seconds = IDLE_SECONDS if due is None else min(max(opens, 0.01), IDLE_SECONDS)
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _send(self, row: SpoolRow) -> None:
        try:
            if not await asyncio.to_thread(_unchanged, row):
                raise FileChanged("the file is gone, or another one has its name")
            outcome = await upload_file(self._stub, self._outgoing(row), policy=self._policy, resume=row.attempts > 1)
        except Unwelcome as error:
            self.tally.unwelcome = str(error)
            await self._postpone(row, str(error), error)
        except Refused as error:
            await self._refused(row, error)
        except Transient as error:
            if error.fault and row.faults + 1 >= FAULT_ATTEMPTS:
                await self._refused(row, Refused("GAVE_UP", str(error), code=error.code))
            else:
                await self._postpone(row, str(error), error)
        except FileChanged as error:
            await self._gone(row, str(error))
        except OSError as error:
            # A disk that fails to read now may read later; a file that is not there is seen by the next try.
            await self._postpone(row, f"file not readable: {error}", error)
        except asyncio.CancelledError:
            self._spool.postpone(row, error="", next_try_at=0.0, now=self._clock())
            raise
        else:
            await self._sent(row, outcome.recording_name, outcome.deduplicated)

    async def _sent(self, row: SpoolRow, recording_name: str, deduplicated: bool) -> None:
        self._server_answers()
        self.tally.sent += 1
        self.tally.deduplicated += deduplicated
        await asyncio.to_thread(self._settler.sent, row, recording_name)
        log.info(
            "recording sent",
            path=str(row.identity.path),
            recording=recording_name,
            deduplicated=deduplicated,
            attempts=row.attempts,
            trace_id=current_trace_id(),
        )

    async def _refused(self, row: SpoolRow, error: Refused) -> None:
        self._server_answers()
        if not await asyncio.to_thread(_unchanged, row):
            # Bytes that changed under way do not match their hash: no fault of what lies there now.
            await self._gone(row, f"changed while it was sent ({error})")
            return
        facts = "".join(f"\n{key}: {value}" for key, value in sorted(error.metadata.items()))
        self.tally.refused += 1
        _fail(str(error))
        log.error("recording refused", path=str(row.identity.path), reason=error.reason, message=error.message)
        await asyncio.to_thread(self._settler.refused, row, f"{error}{facts}")

    async def _gone(self, row: SpoolRow, why: str) -> None:
        self.tally.gone += 1
        self.tally.progress_at = time.monotonic()
        _fail(why)
        log.error("recording lost before it was sent", path=str(row.identity.path), error=why)
        await asyncio.to_thread(self._spool.mark_gone, row, error=why, now=self._clock())

    async def _postpone(self, row: SpoolRow, why: str, error: Unwelcome | Transient | OSError) -> None:
        now = self._clock()
        wish = error.retry_after_seconds if isinstance(error, Transient) else None
        delay = self._backoff.delay_seconds(row.attempts, wish)
        closes = isinstance(error, Unwelcome) or (isinstance(error, Transient) and error.outage)
        # Senders that ran into the same outage together count it once.
        if closes and now >= self._closed_until:
            self._outages += 1
            self._closed_until = now + self._backoff.delay_seconds(self._outages, wish)
        fault = isinstance(error, Transient) and error.fault
        _fail(why)
        log.warning("recording waits", path=str(row.identity.path), error=why, seconds=round(delay, 1))
        await asyncio.to_thread(self._spool.postpone, row, error=why, next_try_at=now + delay, now=now, fault=fault)

    def _server_answers(self) -> None:
        self._outages = 0
        self._closed_until = 0.0
        self.tally.unwelcome = ""
        self.tally.progress_at = time.monotonic()

    def _outgoing(self, row: SpoolRow) -> OutgoingFile:
        return OutgoingFile(
            path=row.identity.path,
            node=row.node,
            channel=row.channel,
            captured_at=row.captured_at,
            sha256=row.sha256,
            size_bytes=row.identity.size_bytes,
            request_id=row.request_id,
            lane=self._lane,
        )


def _unchanged(row: SpoolRow) -> bool:
    try:
        return is_same_file(row.identity)
    except FileNotFoundError:
        return False


def _describe(span: Span, row: SpoolRow) -> None:
    span.set_attributes(
        {
            "tsn.node": row.node,
            "tsn.channel": row.channel,
            "tsn.request_id": row.request_id,
            "tsn.size_bytes": row.identity.size_bytes,
            "tsn.attempt": row.attempts,
        }
    )


def _fail(why: str) -> None:
    trace.get_current_span().set_status(Status(StatusCode.ERROR, why))
