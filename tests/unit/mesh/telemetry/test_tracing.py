"""mesh.telemetry.tracing"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.sdk.trace import TracerProvider

from mesh.telemetry.tracing import current_traceparent, trace_id_of

TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_outside_a_span_there_is_no_traceparent() -> None:
    assert current_traceparent() == ""


def test_the_traceparent_names_the_current_trace() -> None:
    with TracerProvider().get_tracer("test").start_as_current_span("work") as span:
        assert trace_id_of(current_traceparent()) == format(span.get_span_context().trace_id, "032x")


@pytest.mark.parametrize(
    ("traceparent", "trace_id"),
    [
        (f"00-{TRACE}-b7ad6b7169203331-01", TRACE),
        (f"01-{TRACE}-b7ad6b7169203331-01-more", TRACE),
        (f"00-{TRACE.upper()}-b7ad6b7169203331-01", ""),
        (f"00-{'g' * 32}-b7ad6b7169203331-01", ""),
        (f"00-{TRACE[:-1]}-b7ad6b7169203331-01", ""),
        (f"{TRACE}", ""),
        ("", ""),
    ],
)
def test_the_trace_id_is_read(traceparent: str, trace_id: str) -> None:
    assert trace_id_of(traceparent) == trace_id


@given(st.text())
def test_any_text_has_a_trace_id_or_none(text: str) -> None:
    assert len(trace_id_of(text)) in {0, 32}
