"""One trace from node to search hit: W3C trace context through gRPC metadata, NATS headers and rows."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

TRACEPARENT = "traceparent"
_TRACEPARENT_FORM = re.compile(r"[0-9a-f]{2}-(?P<trace>[0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?")
_propagator = TraceContextTextMapPropagator()


def configure_tracing(*, service: str, otlp_endpoint: str) -> TracerProvider:
    """Make spans for `service`; export them when `otlp_endpoint` is set. Without it ids are still made, for logs."""
    provider = TracerProvider(resource=Resource.create({"service.name": service, "service.namespace": "tsn"}))
    if otlp_endpoint:
        exporter = OTLPSpanExporter(endpoint=otlp_endpoint, insecure=not otlp_endpoint.startswith("https"), timeout=5)
        provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=500))
    trace.set_tracer_provider(provider)
    return provider


def current_traceparent() -> str:
    """The current span as a W3C traceparent; empty where there is none."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get(TRACEPARENT, "")


def trace_id_of(traceparent: str) -> str:
    """The 32 hexadecimal digits of the trace id; empty for anything that is no traceparent."""
    found = _TRACEPARENT_FORM.fullmatch(traceparent)
    return found["trace"] if found else ""


@contextmanager
def span(
    name: str,
    *,
    parent: str = "",
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, str | int | float | bool] | None = None,
) -> Iterator[Span]:
    """A span under `parent` (a traceparent from a header or row), or under the current one where that is empty."""
    tracer = trace.get_tracer("tsn")
    context = _propagator.extract({TRACEPARENT: parent}) if parent else otel_context.get_current()
    with tracer.start_as_current_span(name, context=context, kind=kind, attributes=dict(attributes or {})) as started:
        yield started
