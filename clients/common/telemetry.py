"""Traces that begin at the client."""

from collections.abc import Callable
from dataclasses import dataclass

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

EXPORT_TIMEOUT_SECONDS = 5


@dataclass(frozen=True)
class Tracing:
    """A tracer and the way to send off what it still holds."""

    tracer: Tracer
    shutdown: Callable[[], None]


def start_tracing(service_name: str, endpoint: str = "", *, instance_id: str = "") -> Tracing:
    """A tracer that exports over OTLP/gRPC to `endpoint` (http://host:4317); empty: no export.

    Spans are real even without export: the server's part of the trace has the id that the client logs.
    """
    attributes = {"service.name": service_name}
    if instance_id:
        attributes["service.instance.id"] = instance_id
    provider = TracerProvider(resource=Resource.create(attributes))
    if endpoint:
        insecure = not endpoint.startswith("https://")
        exporter = OTLPSpanExporter(endpoint=endpoint, insecure=insecure, timeout=EXPORT_TIMEOUT_SECONDS)
        provider.add_span_processor(BatchSpanProcessor(exporter))
    return Tracing(provider.get_tracer(f"tsn.{service_name}"), provider.shutdown)


def trace_metadata() -> tuple[tuple[str, str], ...]:
    """gRPC metadata that carries the current span as W3C `traceparent`; empty outside of a span."""
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return tuple(carrier.items())


def current_trace_id() -> str:
    """32 hexadecimal digits; empty outside of a span."""
    context = get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""
