"""Reads TSN_EVENTS and hands what concerns the read tables to the projector."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from mesh.bus.bus import Bus, Consumer, Delivery
from mesh.bus.streams import EVENTS, event_consumer
from mesh.errors import TsnError
from mesh.telemetry.tracing import TRACEPARENT, trace_id_of
from services.query.domain.projection import Change, LeftOut
from services.query.events import OPT_OUT, SUBJECTS, EventUnreadable, decode_change, decode_opt_out
from services.query.metrics import QueryMetrics
from services.query.projector import Projector

CONSUMER = "query"
RETRY_SECONDS = 1.0

log = structlog.get_logger(__name__)


class EventConsumer:
    """Runs until drained. Any number of replicas share the durable consumer."""

    def __init__(
        self,
        *,
        bus: Bus,
        projector: Projector,
        metrics: QueryMetrics,
        batch: int = 100,
        ack_wait_seconds: float = 30.0,
    ) -> None:
        self._bus = bus
        self._ack_wait_seconds = ack_wait_seconds
        self._projector = projector
        self._metrics = metrics
        self._batch = batch
        self._draining = asyncio.Event()

    def drain(self) -> None:
        """Take no more events; `run` returns when the batch under way is written."""
        self._draining.set()

    async def run(self) -> None:
        """Project until drained. A bus or database that is away is waited for; its events come again."""
        consumer: Consumer | None = None
        while not self._draining.is_set():
            deliveries: list[Delivery] = []
            try:
                if consumer is None:
                    consumer = await self._open()
                deliveries = await self._fetch(consumer)
                if deliveries:
                    await self.handle(deliveries)
            except Exception as error:
                if not isinstance(error, TsnError):
                    log.exception("batch failed")
                log.warning("events not projected", error=str(error) or type(error).__name__, events=len(deliveries))
                for delivery in deliveries:
                    await _quietly(delivery)
                consumer = None if not deliveries else consumer
                await asyncio.sleep(RETRY_SECONDS)

    async def handle(self, deliveries: Sequence[Delivery]) -> None:
        """Project and acknowledge one batch. Raises DatabaseUnavailable, BusUnavailable."""
        changes: list[Change] = []
        left_out: list[LeftOut] = []
        traceparents: list[str] = []
        for delivery in deliveries:
            change = self._decoded(delivery)
            if isinstance(change, LeftOut):
                left_out.append(change)
            elif change is not None:
                changes.append(change)
                traceparents.append(delivery.traceparent)
        if left_out:
            await self._projector.leave_out(left_out)
        if changes:
            with _spans(changes, traceparents) as inner:
                await self._projector.project(changes, inner)
        for delivery in deliveries:
            await delivery.ack()

    async def _open(self) -> Consumer:
        config = event_consumer(CONSUMER, ack_wait_seconds=self._ack_wait_seconds)
        return await self._bus.consumer(EVENTS, config.evolve(filter_subjects=list(SUBJECTS)))

    async def _fetch(self, consumer: Consumer) -> list[Delivery]:
        """The next events; none once draining begins."""
        fetch = asyncio.ensure_future(consumer.fetch(self._batch))
        drain = asyncio.ensure_future(self._draining.wait())
        try:
            await asyncio.wait({fetch, drain}, return_when=asyncio.FIRST_COMPLETED)
            return fetch.result() if fetch.done() else []
        finally:
            fetch.cancel()
            drain.cancel()

    def _decoded(self, delivery: Delivery) -> Change | LeftOut | None:
        try:
            if delivery.subject == OPT_OUT:
                return decode_opt_out(delivery.payload)
            return decode_change(
                delivery.subject,
                delivery.payload,
                trace_id=trace_id_of(delivery.traceparent),
                published_us=round(delivery.message.metadata.timestamp.timestamp() * 1e6),
            )
        except EventUnreadable as error:
            self._metrics.poison.inc()
            log.error("event skipped", error=error.message, sequence=delivery.stream_sequence)
            return None


@contextmanager
def _spans(changes: Sequence[Change], traceparents: Sequence[str]) -> Iterator[list[str]]:
    """One span an event, each in the trace of its recording, all as long as the batch; yields their traceparents."""
    tracer, propagator = trace.get_tracer("tsn"), TraceContextTextMapPropagator()
    spans, inner = [], []
    for change, traceparent in zip(changes, traceparents, strict=True):
        parent = propagator.extract({TRACEPARENT: traceparent}, context=Context())
        attributes: dict[str, str | int] = {"tsn.recording": change.recording.name, "tsn.batch": len(changes)}
        started = tracer.start_span(
            f"query project {change.event}", context=parent, kind=SpanKind.CONSUMER, attributes=attributes
        )
        carrier: dict[str, str] = {}
        propagator.inject(carrier, context=trace.set_span_in_context(started, Context()))
        spans.append(started)
        inner.append(carrier.get(TRACEPARENT, traceparent))
    try:
        yield inner
    except BaseException as error:
        for each in spans:
            each.record_exception(error)
        raise
    finally:
        for each in spans:
            each.end()


async def _quietly(delivery: Delivery) -> None:
    """Ask for it again soon; where the bus does not hear it, it comes again by itself."""
    try:
        await delivery.retry_later(RETRY_SECONDS)
    except Exception as error:
        log.debug("retry not asked for", error=str(error))
