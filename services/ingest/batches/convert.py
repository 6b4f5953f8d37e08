"""Batches to messages and back."""

from mesh.pipeline.states import JobState
from mesh.rpc.times import to_timestamp
from services.ingest.domain.batches import Batch, BatchKind, BatchOrder, BatchState, Progress, import_of, rerun
from services.ingest.domain.operator_errors import BatchInvalid
from services.ingest.filters import conditions_on_recordings
from tsn.ingest.v1 import batch_pb2 as pb

KINDS = {BatchKind.RERUN: pb.BATCH_KIND_RERUN, BatchKind.IMPORT: pb.BATCH_KIND_IMPORT}
_STATES = {
    BatchState.EXPANDING: pb.BATCH_STATE_EXPANDING,
    BatchState.RUNNING: pb.BATCH_STATE_RUNNING,
    BatchState.ENDED: pb.BATCH_STATE_ENDED,
    BatchState.CANCELLING: pb.BATCH_STATE_CANCELLED,
    BatchState.CANCELLED: pb.BATCH_STATE_CANCELLED,
}


def order_from_wire(message: pb.Batch) -> BatchOrder:
    """What is asked for, checked. Raises BatchInvalid, NoteInvalid, BadFilter."""
    if message.kind == pb.BATCH_KIND_RERUN:
        order = rerun(
            stage=message.stage,
            filter=message.filter.strip(),
            engine=message.engine,
            model=message.model,
            note=message.note,
        )
        conditions_on_recordings(order.filter)
        return order
    if message.kind == pb.BATCH_KIND_IMPORT:
        rerun_only = {field: getattr(message, field) for field in ("stage", "filter", "engine", "model")}
        return import_of(note=message.note, total_recordings=message.total_recordings, rerun_only=rerun_only)
    raise BatchInvalid("kind", "say whether it is a re-run or an import")


def order_to_wire(order: BatchOrder, *, total_recordings: int) -> pb.Batch:
    """A batch that was not made."""
    return pb.Batch(
        kind=KINDS[order.kind],
        stage=order.stage,
        filter=order.filter,
        engine=order.engine,
        model=order.model,
        note=order.note,
        total_recordings=total_recordings,
    )


def batch_to_wire(batch: Batch, progress: Progress) -> pb.Batch:
    """A batch with its progress."""
    message = order_to_wire(batch.order, total_recordings=batch.total_recordings)
    message.name = f"batches/{batch.id}"
    message.state = _STATES[batch.state]
    message.created_at.CopyFrom(to_timestamp(batch.created_at))
    message.updated_at.CopyFrom(to_timestamp(batch.updated_at))
    message.ended_recordings = progress.ended_recordings
    message.counts.CopyFrom(pb.BatchCounts(**{str(state): progress.jobs.get(state, 0) for state in JobState}))
    return message
