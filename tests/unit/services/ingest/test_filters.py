"""Filters of jobs and batches."""

from datetime import UTC, datetime

import pytest

from mesh.rpc.filters import BadFilter
from services.ingest.domain.model import FieldCondition
from services.ingest.filters import conditions_on_jobs, conditions_on_recordings

RECORDING_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
RECORDING = f"nodes/hilltop/recordings/{RECORDING_ID}"
EVENING = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def test_a_filter_on_jobs_gives_typed_conditions() -> None:
    text = 'state = "dead" AND resolved = false AND created_at >= "2026-11-20T15:30:00-08:00" AND reason != X'
    assert conditions_on_jobs(text) == [
        FieldCondition("state", "=", "dead"),
        FieldCondition("resolved", "=", False),
        FieldCondition("created_at", ">=", EVENING),
        FieldCondition("reason", "!=", "X"),
    ]


@pytest.mark.parametrize("value", ["hilltop", "nodes/hilltop"])
def test_a_node_is_named_by_its_id_or_its_resource_name(value: str) -> None:
    expected = [FieldCondition("node", "=", "hilltop")]
    assert conditions_on_jobs(f'node = "{value}"') == expected
    assert conditions_on_recordings(f'node = "{value}"') == expected


def test_a_batch_is_named_by_its_id_or_its_resource_name() -> None:
    for value in (RECORDING_ID, f"batches/{RECORDING_ID}"):
        assert conditions_on_jobs(f'batch = "{value}"') == [FieldCondition("batch", "=", RECORDING_ID)]


def test_a_filter_on_recordings_gives_typed_conditions() -> None:
    text = f'channel = "Kanal 1 ü" AND captured_at < "2026-11-20T23:30:00Z" AND recording = "{RECORDING}"'
    assert conditions_on_recordings(text) == [
        FieldCondition("channel", "=", "Kanal 1 ü"),
        FieldCondition("captured_at", "<", EVENING),
        FieldCondition("recording", "=", RECORDING_ID),
    ]


def test_no_text_is_no_condition() -> None:
    assert conditions_on_jobs("  ") == conditions_on_recordings("") == []


@pytest.mark.parametrize(
    "text",
    [
        "state = asleep",
        "state > dead",
        "resolved = maybe",
        "resolved < true",
        "created_at = yesterday",
        'created_at > "2026-11-20T23:30:00"',
        'node = "hügel"',
        "channel = main",
    ],
)
def test_a_filter_on_jobs_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(BadFilter):
        conditions_on_jobs(text)


@pytest.mark.parametrize("text", ["state = dead", "recording = 1", "channel >= a", "captured_at > noon", "node ~ a"])
def test_a_filter_on_recordings_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(BadFilter):
        conditions_on_recordings(text)
