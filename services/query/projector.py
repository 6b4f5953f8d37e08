"""Takes events into the read tables and tells when a recording can be found."""

import time
from collections.abc import Sequence

import structlog

from mesh.bus.bus import Bus
from mesh.clock import Clock
from mesh.db.database import Database
from mesh.errors import TsnError
from mesh.telemetry.tracing import trace_id_of
from services.query.domain.projection import Change, Known, LeftOut
from services.query.events import INDEXED, OPT_OUT, event_name
from services.query.metrics import QueryMetrics
from services.query.store import opt_outs, projection
from services.query.store.windows import WindowKeeper
from tsn.query.v1.query_pb2 import RecordingIndexed

log = structlog.get_logger(__name__)


class Projector:
    """Writes batches of changes; each batch is one transaction."""

    def __init__(
        self,
        *,
        database: Database,
        windows: WindowKeeper,
        bus: Bus,
        clock: Clock,
        metrics: QueryMetrics,
        announce: bool = True,
    ) -> None:
        """`announce`: tell the mesh which recordings can now be found."""
        self._announce = announce
        self._database = database
        self._windows = windows
        self._bus = bus
        self._clock = clock
        self._metrics = metrics

    async def project(self, changes: Sequence[Change], traceparents: Sequence[str]) -> None:
        """Write `changes`; `traceparents` are those of their spans. Returns when all is written and told.

        A change that cannot be written alone either is logged and skipped. Raises DatabaseUnavailable, BusUnavailable.
        """
        started = time.perf_counter()
        try:
            applied = await self._database.run(lambda work: projection.apply(work, changes))
        except TsnError:
            raise
        except Exception as error:
            if len(changes) > 1:
                for change, traceparent in zip(changes, traceparents, strict=True):
                    await self.project([change], [traceparent])
                return
            self._metrics.poison.inc()
            change = changes[0]
            log.exception("event skipped", kind=change.event, recording=change.recording.name, error=str(error))
            return
        self._measure(changes, time.perf_counter() - started)
        if self._announce:
            await self._tell(changes, traceparents, applied.known)
        await self._windows.keep(applied.placed)

    async def leave_out(self, changes: Sequence[LeftOut]) -> None:
        """Write who asked not to be profiled. Raises DatabaseUnavailable."""
        await self._database.run(lambda work: opt_outs.apply(work, changes))
        self._metrics.events.labels(event=event_name(OPT_OUT)).inc(len(changes))

    async def _tell(self, changes: Sequence[Change], traceparents: Sequence[str], known: dict[str, Known]) -> None:
        """Say which recordings can now be found. Mentions make a recording searchable, since they bring the transcript.

        The message id is that of the transcript: when the event is delivered again, the bus drops the second message.
        """
        for change, traceparent in zip(changes, traceparents, strict=True):
            name = change.recording.name
            if change.mentions is None or change.mentions.source.name != known[name].transcript.name:
                continue
            payload = RecordingIndexed(recording=name, channel=change.recording.channel).SerializeToString()
            message_id = f"indexed/{change.mentions.source.name}"
            await self._bus.publish(INDEXED, payload, message_id, traceparent)
            log.info("recording searchable", recording=name, trace_id=trace_id_of(traceparent))

    def _measure(self, changes: Sequence[Change], seconds: float) -> None:
        self._metrics.projection_seconds.observe(seconds)
        newest = max(change.published_us for change in changes) / 1e6
        self._metrics.projection_lag_seconds.set(max(0.0, self._clock.now().timestamp() - newest))
        for change in changes:
            self._metrics.events.labels(event=change.event).inc()
