"""Batches as people read them."""

from collections.abc import Iterator

from rich.text import Text

from clients.cli.names import short
from clients.cli.output import Cell, clean
from clients.cli.render import enum_word, moment
from tsn.ingest.v1.batch_pb2 import Batch, BatchCounts, BatchKind, BatchState

ENDED_STATES = (BatchState.BATCH_STATE_ENDED, BatchState.BATCH_STATE_CANCELLED)
_STYLES = {
    BatchState.BATCH_STATE_EXPANDING: "cyan",
    BatchState.BATCH_STATE_RUNNING: "cyan",
    BatchState.BATCH_STATE_ENDED: "green",
    BatchState.BATCH_STATE_CANCELLED: "magenta",
}
BATCH_WHOLE = ("kind", "batch")
BATCH_SPARE = ("note", "made")
BATCH_COLUMNS = ("made", "kind", "state", "recordings", "jobs", "which", "note", "batch")


def batch_row(batch: Batch) -> tuple[Cell, ...]:
    """Cells for BATCH_COLUMNS."""
    return (
        moment(batch.created_at),
        kind_text(batch),
        batch_state(batch),
        f"{batch.ended_recordings}/{batch.total_recordings}",
        counts_text(batch.counts),
        clean(batch.filter),
        clean(batch.note),
        batch.name,
    )


def batch_lines(batch: Batch) -> Iterator[Cell]:
    """Everything about one batch."""
    yield Text(clean(batch.name) or "(not made)", style="bold")
    yield f"kind        {kind_text(batch)}"
    if batch.kind == BatchKind.BATCH_KIND_RERUN:
        yield f"which       {clean(batch.filter) or 'all recordings'}"
    if batch.engine or batch.model:
        yield f"engine      {clean(f'{batch.engine} {batch.model}'.strip())}"
    if batch.note:
        yield f"note        {clean(batch.note)}"
    yield Text("state       ").append_text(batch_state(batch))
    yield f"recordings  {batch.ended_recordings} of {batch.total_recordings} ended"
    yield f"jobs        {counts_text(batch.counts)}"
    yield f"made        {moment(batch.created_at)}, changed {moment(batch.updated_at)}"
    if batch.counts.dead:
        one = short(batch.name)
        yield f"dead        `tsn jobs list --state dead --batch {one}` shows them"
        yield f"            `tsn batches retry {one}` queues them again"


def batch_state(batch: Batch) -> Text:
    """Where it stands, in its colour."""
    return Text(enum_word(BatchState.Name(batch.state), "BATCH_STATE_"), style=_STYLES.get(batch.state, ""))


def kind_text(batch: Batch) -> str:
    """`rerun of transcribe`, or `import`."""
    kind = enum_word(BatchKind.Name(batch.kind), "BATCH_KIND_")
    return clean(f"{kind} of {batch.stage}") if batch.stage else kind


def counts_text(counts: BatchCounts) -> str:
    """Jobs by state, those that there are."""
    words = [f"{value} {field.name}" for field, value in counts.ListFields()]
    return ", ".join(words) or "none"


def progress_text(batch: Batch) -> str:
    """One line of how far it has come."""
    state = batch_state(batch).plain
    return f"{state}, {batch.ended_recordings} of {batch.total_recordings} recordings, {counts_text(batch.counts)}"
