"""Recordings that are stored already, without audio."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from mesh.db.database import Database
from mesh.ids import new_id
from mesh.pipeline.states import JobState
from mesh.pipeline.tables import jobs
from services.ingest.domain.model import Lane, Recording
from services.ingest.store.rows import recording_to_row
from services.ingest.store.tables import recordings
from tests.integration.services.ingest.running import NODE, NOW


async def store_recordings(
    database: Database, count: int, *, node: str = NODE, stages: Sequence[str] = ("transcribe",), **changes: Any
) -> list[str]:
    """Names of new recordings that went through `stages`, without audio."""
    made = [_recording(node, number, changes) for number in range(count)]
    async with database.transaction() as work:
        await work.execute(insert(recordings), [recording_to_row(each) for each in made])
        await work.execute(insert(jobs), [done_job(each.name, stage) for each in made for stage in stages])
    return [each.name for each in made]


def _recording(node: str, number: int, changes: dict[str, Any]) -> Recording:
    identity = new_id()
    fields: dict[str, Any] = {
        "id": identity,
        "node": node,
        "channel": "146.960",
        "captured_at": NOW - timedelta(hours=1),
        "duration_seconds": 3.0,
        "sha256": hashlib.sha256(identity.encode()).hexdigest(),
        "size_bytes": 48_044,
        "container": "wav",
        "codec": "pcm_s16le",
        "sample_rate_hz": 8000,
        "audio_channels": 1,
        "source_file_name": f"{number}.wav",
        "received_at": NOW,
        "lane": Lane.LIVE,
        "warnings": (),
        "request_id": identity,
        "audio_key": f"recordings/{identity}",
    }
    return Recording(**fields | changes)


def done_job(name: str, stage: str) -> dict[str, object]:
    """Row of a job that did `stage` for the recording `name`."""
    return {
        "id": new_id(),
        "dedupe_key": f"{name}/{stage}",
        "subject": name,
        "stage": stage,
        "lane": "live",
        "state": JobState.SUCCEEDED,
        "max_attempts": 5,
        "input": f"{stage} {name}".encode(),
        "owner": name.split("/")[1],
        "created_at": NOW,
        "updated_at": NOW,
    }
