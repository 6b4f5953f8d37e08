"""Batches: many jobs under one name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.ingest.domain import validation
from services.ingest.domain.operator_errors import BatchInvalid

STAGES = ("transcribe", "extract", "analyze")
"""Those that can run again, in their order."""
ENGINE_STAGE = "transcribe"
MODEL_LIMIT = 255
RECORDINGS_LIMIT = 1_000_000_000

_ENGINE = re.compile(r"[a-z0-9_]{1,32}")


class BatchKind(StrEnum):
    """What a batch is for."""

    RERUN = "rerun"
    IMPORT = "import"


class BatchState(StrEnum):
    """Where a batch stands."""

    EXPANDING = "expanding"
    """A re-run's recordings are being found and their jobs queued."""
    RUNNING = "running"
    ENDED = "ended"
    CANCELLING = "cancelling"
    """A person stopped it; some of its jobs are not stopped yet."""
    CANCELLED = "cancelled"


OVER = frozenset({BatchState.ENDED, BatchState.CANCELLED})


@dataclass(frozen=True)
class BatchOrder:
    """What was asked for."""

    kind: BatchKind
    stage: str = ""
    filter: str = ""
    engine: str = ""
    model: str = ""
    note: str = ""

    @property
    def options(self) -> Mapping[str, str] | None:
        """What the stage is told."""
        given = {"engine": self.engine, "model": self.model}
        return {key: value for key, value in given.items() if value} or None


@dataclass(frozen=True)
class Batch:
    """A batch as stored."""

    id: str
    order: BatchOrder
    state: BatchState
    total_recordings: int
    """Found so far (re-run) or announced (import; 0 where it was not)."""
    position: str
    """Id of the last recording that was looked at."""
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Progress:
    """How far a batch has come."""

    jobs: Mapping[str, int]
    """Jobs by state."""
    ended_recordings: int


def rerun(*, stage: str, filter: str, engine: str, model: str, note: str) -> BatchOrder:
    """A re-run, checked, but for its filter. Raises BatchInvalid, NoteInvalid."""
    if stage not in STAGES:
        raise BatchInvalid("stage", f"{stage!r} is none of {', '.join(STAGES)}")
    if (engine or model) and stage != ENGINE_STAGE:
        raise BatchInvalid("engine", f"only {ENGINE_STAGE} has engines")
    if engine and not _ENGINE.fullmatch(engine):
        raise BatchInvalid("engine", "give 1 to 32 of lower-case letters, digits and _")
    if model and not engine:
        raise BatchInvalid("model", "say of which engine")
    if len(model) > MODEL_LIMIT or not model.isprintable():
        raise BatchInvalid("model", f"give at most {MODEL_LIMIT} printable characters")
    return BatchOrder(BatchKind.RERUN, stage, filter, engine, model, validation.note(note, least=0, field="batch.note"))


def import_of(*, note: str, total_recordings: int, rerun_only: Mapping[str, str]) -> BatchOrder:
    """An import, checked; `rerun_only` are fields that it must leave empty. Raises BatchInvalid, NoteInvalid."""
    for field, value in rerun_only.items():
        if value:
            raise BatchInvalid(field, "belongs to re-runs only")
    if not 0 <= total_recordings <= RECORDINGS_LIMIT:
        raise BatchInvalid("total_recordings", f"{total_recordings} is not between 0 and {RECORDINGS_LIMIT}")
    return BatchOrder(BatchKind.IMPORT, note=validation.note(note, least=0, field="batch.note"))
