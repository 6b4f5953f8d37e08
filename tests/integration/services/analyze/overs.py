"""Recordings on their way to analyze."""

from collections.abc import Sequence

from sqlalchemy import select

from services.analyze.store.tables import conversations, members
from tests.support.bench import Bench
from tests.support.wire import a_recording, a_transcript
from tsn.extract.v1.extract_pb2 import MentionsExtracted


def an_over(*texts: str, at_seconds: float = 0.0, node: str = "hill", channel: str = "repeater") -> MentionsExtracted:
    """Five seconds of speech, `at_seconds` after the evening began."""
    recording = a_recording(at_seconds=at_seconds, node=node, channel=channel)
    return MentionsExtracted(recording=recording, transcript=a_transcript(recording, *texts), extractor="rules/1")


async def analyse(base: Bench, over: MentionsExtracted, *, again: str = "") -> str:
    """Queue the over's job and wait for its end; the id of the job, which succeeded."""
    job_id = await base.enqueue("analyze", over.recording.name, over.SerializeToString(), again=again)
    assert (await base.ended(job_id))["state"] == "succeeded"
    return job_id


async def grouped(base: Bench) -> dict[str, Sequence[str]]:
    """Conversation ids with their recordings in order of airtime, checked against what the conversations count."""
    rows = await base.rows(select(members).order_by(members.c.started_at))
    kept = await base.rows(select(conversations))
    found = {row["id"]: [m["recording"] for m in rows if m["conversation"] == row["id"]] for row in kept}
    assert {row["id"]: row["recording_count"] for row in kept} == {key: len(inside) for key, inside in found.items()}
    assert sum(map(len, found.values())) == len(rows)
    for row in kept:
        inside = [m for m in rows if m["conversation"] == row["id"]]
        assert row["started_at"] == min(m["started_at"] for m in inside)
        assert row["ended_at"] == max(m["ended_at"] for m in inside)
    return found
