"""mesh.rpc.times"""

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from mesh.clock import to_milliseconds
from mesh.rpc.times import from_duration, from_timestamp, to_duration, to_timestamp


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_comes_back_to_the_millisecond(moment: datetime) -> None:
    assert from_timestamp(to_timestamp(moment)) == to_milliseconds(moment)


def test_a_local_moment_is_turned_to_utc() -> None:
    local = datetime(2026, 11, 20, 15, 30, tzinfo=timezone(timedelta(hours=-8)))
    assert from_timestamp(to_timestamp(local)).isoformat() == "2026-11-20T23:30:00+00:00"


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        to_timestamp(datetime(2026, 1, 1))  # noqa: DTZ001


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**31), 2**31 - 1))
def test_any_timestamp_is_a_moment_or_a_value_error(seconds: int, nanos: int) -> None:
    with contextlib.suppress(ValueError):
        assert from_timestamp(Timestamp(seconds=seconds, nanos=nanos)).tzinfo is UTC


def test_a_duration_keeps_milliseconds() -> None:
    assert from_duration(to_duration(1.2344)) == pytest.approx(1.234)
    assert from_duration(to_duration(0)) == 0
    assert from_duration(Duration(seconds=-1, nanos=-500_000_000)) == -1.5
