"""A node's clock, as measured from its heartbeats."""

from datetime import UTC, datetime, timedelta

import pytest

from services.ingest.domain.clock import NodeClock, measured, offset_seconds, with_node_clock
from services.ingest.domain.model import AudioWarning
from tests.unit.services.ingest.domain.test_upload import RECORDING

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = 86_400


def beats(offsets: dict[float, float]) -> NodeClock:
    """The clock after heartbeats at these seconds with these offsets in seconds."""
    clock: NodeClock | None = None
    for seconds, offset in offsets.items():
        clock = measured(clock, offset, at=START + timedelta(seconds=seconds))
    assert clock is not None
    return clock


@pytest.mark.parametrize(
    ("round_trip", "offset"),
    [(None, 10.0), (0.0, 10.0), (4.0, 8.0), (-3.0, 10.0), (3600.0, 10.0)],
    ids=["unknown", "none", "half of it is the way", "before it began", "longer than any call"],
)
def test_the_way_to_the_server_is_taken_out_of_the_offset(round_trip: float | None, offset: float) -> None:
    sent_at = START - timedelta(seconds=10)
    assert offset_seconds(sent_at=sent_at, received_at=START, round_trip_seconds=round_trip) == offset


def test_drift_is_unknown_until_a_minute_was_measured() -> None:
    assert beats({0: 1.0}).drift_ppm is None
    assert beats({0: 1.0, 59: 1.1}).drift_ppm is None
    assert beats({0: 1.0, 60: 1.006}).drift_ppm == pytest.approx(100)


def test_a_steady_drift_is_found_with_the_precision_of_hours() -> None:
    # 20 ppm with 40 ms of jitter up and down, a heartbeat each 30 s for a day.
    jitter = (0.04, -0.04, 0.0)
    clock = beats({t: 5 + t * 20e-6 + jitter[t // 30 % 3] for t in range(0, DAY, 30)})
    assert clock.drift_ppm == pytest.approx(20, abs=5)
    assert clock.offset_ms == pytest.approx(5000 + DAY * 0.02, abs=50)


def test_the_reference_is_renewed_after_six_hours_so_that_a_change_of_drift_shows() -> None:
    steady = {t: t * 10e-6 for t in range(0, 6 * 3600 + 1, 60)}
    faster = {6 * 3600 + t: 0.216 + t * 50e-6 for t in range(60, 3 * 3600, 60)}
    assert beats(steady).drift_ppm == pytest.approx(10, abs=1)
    assert beats(steady | faster).drift_ppm == pytest.approx(50, abs=1)


def test_a_clock_that_was_set_does_not_drift_but_is_measured_anew() -> None:
    clock = beats({0: 3600.0, 3600: 3600.1, 3630: 0.1, 3660: 0.1})
    assert (clock.offset_ms, clock.drift_ppm) == (100, None)
    assert clock.reference_at == START + timedelta(seconds=3630)


@pytest.mark.parametrize(
    ("offset", "wrong"), [(0.0, False), (30.0, False), (30.001, True), (-30.0, False), (-45.0, True)]
)
def test_a_recording_is_flagged_when_its_nodes_clock_is_wrong_by_more_than_30_seconds(
    offset: float, wrong: bool
) -> None:
    recording = with_node_clock(RECORDING, offset)
    assert recording.node_clock_offset_seconds == offset
    assert (AudioWarning.CLOCK_WRONG in recording.warnings) is wrong
    assert beats({0: offset}).wrong is wrong


def test_nothing_is_said_of_a_clock_that_was_never_measured() -> None:
    assert with_node_clock(RECORDING, None) == RECORDING
