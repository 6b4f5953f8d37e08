"""Batches on the wire."""

from datetime import UTC, datetime

import pytest

from mesh.errors import InvalidInput
from mesh.pipeline.states import JobState
from services.ingest.batches.convert import batch_to_wire, order_from_wire
from services.ingest.domain.batches import Batch, BatchKind, BatchOrder, BatchState, Progress
from tsn.ingest.v1 import batch_pb2 as pb

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BATCH_ID = "01890a5d-ac96-774b-bcce-b302099a8057"


def asked(**fields: object) -> pb.Batch:
    return pb.Batch(**{"kind": pb.BATCH_KIND_RERUN, "stage": "transcribe"} | fields)


def test_a_rerun_says_what_its_stage_is_told() -> None:
    order = order_from_wire(asked(engine="faster_whisper", model="large-v3", note=" why "))
    assert order == BatchOrder(BatchKind.RERUN, "transcribe", engine="faster_whisper", model="large-v3", note="why")
    assert order.options == {"engine": "faster_whisper", "model": "large-v3"}
    assert order_from_wire(asked()).options is None


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": pb.BATCH_KIND_UNSPECIFIED},
        {"stage": ""},
        {"stage": "fetch"},
        {"stage": "analyze", "engine": "scripted"},
        {"stage": "analyze", "model": "large"},
        {"model": "large"},
        {"engine": "Scripted"},
        {"engine": "e" * 33},
        {"engine": "scripted", "model": "a\nb"},
        {"note": "n" * 1001},
        {"filter": "color = red"},
        {"kind": pb.BATCH_KIND_IMPORT},
        {"kind": pb.BATCH_KIND_IMPORT, "stage": "", "engine": "scripted"},
        {"kind": pb.BATCH_KIND_IMPORT, "stage": "", "total_recordings": -1},
    ],
)
def test_a_batch_that_cannot_be_carried_out_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        order_from_wire(asked(**fields))


def test_a_batch_shows_its_jobs_by_state() -> None:
    batch = Batch(
        id=BATCH_ID,
        order=BatchOrder(BatchKind.IMPORT),
        state=BatchState.CANCELLING,
        total_recordings=9,
        position="",
        created_at=NOW,
        updated_at=NOW,
    )
    message = batch_to_wire(batch, Progress({JobState.DEAD: 2, JobState.QUEUED: 3}, ended_recordings=4))
    assert (message.name, message.state) == (f"batches/{BATCH_ID}", pb.BATCH_STATE_CANCELLED)
    assert message.counts == pb.BatchCounts(dead=2, queued=3)
    assert (message.total_recordings, message.ended_recordings) == (9, 4)


def test_every_state_of_a_job_is_counted() -> None:
    assert {field.name for field in pb.BatchCounts.DESCRIPTOR.fields} == set(JobState)
