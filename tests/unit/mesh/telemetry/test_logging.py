"""mesh.telemetry.logging"""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from mesh.telemetry.logging import configure_logging

Read = Callable[[], str]


@pytest.fixture(name="stderr")
def _stderr(capsys: pytest.CaptureFixture[str]) -> Iterator[Read]:
    """What has gone to standard error since; afterwards logging is as before."""
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    yield lambda: capsys.readouterr().err
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


def lines(stderr: Read) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stderr().splitlines()]


def test_a_line_is_json_with_service_level_time_and_facts(stderr: Read) -> None:
    configure_logging(service="ingest", form="json", level="info")
    structlog.get_logger("test").info("stored", recording="nodes/a/recordings/b", size_bytes=3)
    [line] = lines(stderr)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "stored",
        "level": "info",
        "service": "ingest",
        "recording": "nodes/a/recordings/b",
        "size_bytes": 3,
    }


def test_a_line_inside_a_span_carries_its_trace(stderr: Read) -> None:
    configure_logging(service="ingest", form="json", level="info")
    with TracerProvider().get_tracer("test").start_as_current_span("work"):
        context = trace.get_current_span().get_span_context()
        structlog.get_logger("test").info("inside")
    structlog.get_logger("test").info("outside")
    inside, outside = lines(stderr)
    assert inside["trace_id"] == format(context.trace_id, "032x")
    assert inside["span_id"] == format(context.span_id, "016x")
    assert "trace_id" not in outside


def test_logs_of_libraries_take_the_same_form(stderr: Read) -> None:
    configure_logging(service="ingest", form="json", level="info")
    logging.getLogger("some.library").warning("%s is slow", "it")
    [line] = lines(stderr)
    assert (line["event"], line["level"], line["service"]) == ("it is slow", "warning", "ingest")


def test_an_exception_is_one_line_with_its_traceback(stderr: Read) -> None:
    configure_logging(service="ingest", form="json", level="info")
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        structlog.get_logger("test").exception("failed")
        logging.getLogger("some.library").exception("failed too")
    ours, theirs = lines(stderr)
    assert "RuntimeError: broken" in ours["exception"]
    assert "RuntimeError: broken" in theirs["exception"]


def test_lines_below_the_level_are_left_out(stderr: Read) -> None:
    configure_logging(service="ingest", form="json", level="warning")
    structlog.get_logger("test").info("quiet")
    logging.getLogger("some.library").info("quiet")
    structlog.get_logger("test").warning("loud")
    assert [line["event"] for line in lines(stderr)] == ["loud"]


def test_the_console_form_is_for_people(stderr: Read) -> None:
    configure_logging(service="ingest", form="console", level="info")
    structlog.get_logger("test").info("stored", size_bytes=3)
    text = stderr()
    assert "stored" in text
    assert "size_bytes=3" in text


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_shows_no_local_variables(stderr: Read, form: Literal["json", "console"]) -> None:
    configure_logging(service="ingest", form=form, level="info")

    def open_door(key: str) -> None:
        raise RuntimeError("the door is stuck")

    try:
        open_door("-".join(["hush", "hush"]))
    except RuntimeError:
        structlog.get_logger("test").exception("failed")
    text = stderr()
    assert "the door is stuck" in text
    assert "hush-hush" not in text


def test_bound_facts_are_on_every_line(stderr: Read) -> None:
    configure_logging(service="ingest", form="json", level="info")
    with structlog.contextvars.bound_contextvars(job="j1"):
        structlog.get_logger("test").info("ours")
        logging.getLogger("some.library").warning("theirs")
    assert [line["job"] for line in lines(stderr)] == ["j1", "j1"]
