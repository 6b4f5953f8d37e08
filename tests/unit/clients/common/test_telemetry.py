"""Traces and logs of a client."""

import json

import pytest
import structlog

from clients.common.logs import configure_logging
from clients.common.telemetry import current_trace_id, start_tracing, trace_metadata


def test_a_span_travels_as_traceparent_even_without_export() -> None:
    tracing = start_tracing("test")
    with tracing.tracer.start_as_current_span("node.upload"):
        metadata, trace_id = dict(trace_metadata()), current_trace_id()
    tracing.shutdown()

    assert len(trace_id) == 32
    assert metadata["traceparent"].split("-")[1] == trace_id


def test_outside_of_a_span_nothing_travels() -> None:
    assert trace_metadata() == ()
    assert current_trace_id() == ""


def test_json_logs_go_to_standard_error_with_the_trace_id(capsys: pytest.CaptureFixture[str]) -> None:
    tracing, before = start_tracing("test"), structlog.get_config()
    configure_logging("json", "info")
    try:
        with tracing.tracer.start_as_current_span("node.upload"):
            structlog.get_logger().info("recording sent", node="2560")
            trace_id = current_trace_id()
        structlog.get_logger().debug("too fine")
    finally:
        structlog.configure(**before)

    out, err = capsys.readouterr()
    entry = json.loads(err)
    assert out == ""
    assert (entry["event"], entry["node"], entry["trace_id"], entry["level"]) == (
        "recording sent",
        "2560",
        trace_id,
        "info",
    )
