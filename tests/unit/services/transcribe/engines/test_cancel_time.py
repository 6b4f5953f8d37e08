"""The waits that a cancel is made of."""

import inspect

from mesh.pipeline.watch import WATCH_SECONDS
from services.transcribe.engines.worker import ProcessEngine

PROMISED_SECONDS = 2.0


def test_the_waits_of_a_cancel_leave_a_third_of_its_time_to_a_busy_machine() -> None:
    grace = inspect.signature(ProcessEngine).parameters["cancel_grace_seconds"].default
    assert WATCH_SECONDS + grace <= PROMISED_SECONDS * 2 / 3
