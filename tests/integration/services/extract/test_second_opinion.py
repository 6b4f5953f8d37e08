"""A doubtful call heard again: extract asks transcribe, which reads the stored audio with its closed grammars.

Every mention counts as doubtful here.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
from sqlalchemy import select

from mesh.rpc.times import from_duration, to_duration
from services.extract.config import ExtractSettings
from services.extract.main import build
from services.extract.store.tables import mentions
from services.transcribe.config import TranscribeSettings
from services.transcribe.engines.select import Policy
from services.transcribe.main import build as build_transcribe
from services.transcribe.main import choose_engine
from tests.support.bench import Bench, serving
from tests.support.sample_net import sample_saying
from tests.support.wire import a_recording, completed
from tsn.transcribe.v1.transcribe_pb2 import ReadSpellingRequest
from tsn.transcribe.v1.transcribe_pb2_grpc import TranscribeServiceStub
from tsn.transcribe.v1.transcript_pb2 import TranscriptCompleted, Word

SPOKEN = "whiskey mike six hotel romeo delta in and out"
HEARD = "whiskey mike six hotel romeo delta"


def asking(address: str) -> ExtractSettings:
    return ExtractSettings(
        transcribe_address=address, acoustic_from_confidence=0, acoustic_to_confidence=1, acoustic_timeout_seconds=60
    )


@asynccontextmanager
async def extract_beside_transcribe(base: Bench, event: TranscriptCompleted) -> AsyncIterator[None]:
    quiet = TranscribeSettings(
        engine=Policy.SCRIPTED,
        slots=1,
        spelling_timeout_seconds=60,
        extract_address="127.0.0.1:1",
        analyze_address="127.0.0.1:1",
    )
    async with serving(build_transcribe(quiet, base.mesh, choose_engine(quiet))) as address:
        async with grpc.aio.insecure_channel(address) as channel:
            # Its process starts; extract would not wait for that on a busy machine.
            first = ReadSpellingRequest(sha256=event.recording.sha256, end_offset=to_duration(1))
            await TranscribeServiceStub(channel).ReadSpelling(first, timeout=60)
        async with serving(build(asking(address), base.mesh)):
            yield


async def heard_once(base: Bench) -> TranscriptCompleted:
    """The sample's audio in the blob store, and a transcript of it with the times of its words."""
    content = await asyncio.to_thread(sample_saying(SPOKEN).path.read_bytes)
    sha256 = hashlib.sha256(content).hexdigest()
    await base.blobs.put(f"recordings/{sha256[:2]}/{sha256[2:4]}/{sha256}/copy", content)
    event = completed(a_recording(sha256=sha256), HEARD)
    for place, text in enumerate(HEARD.split()):
        times = {"start_offset": to_duration(0.2 + place * 0.4), "end_offset": to_duration(0.6 + place * 0.4)}
        event.transcript.segments[0].words.append(Word(text=text, **times))
    assert from_duration(event.transcript.segments[0].words[-1].end_offset) < 3
    return event


async def test_a_call_is_heard_again_in_the_stored_audio_and_the_vote_kept_as_evidence(base: Bench) -> None:
    event = await heard_once(base)
    async with extract_beside_transcribe(base, event):
        job_id = await base.enqueue("extract", event.recording.name, event.SerializeToString())
        assert (await base.ended(job_id))["state"] == "succeeded"
    (row,) = await base.rows(select(mentions))
    assert row["base_call"] == "WM6HRD"
    assert "acoustic:agrees (whiskey mike six hotel romeo delta" in str(row["evidence"])


async def test_without_transcribe_the_reading_stands_and_the_job_succeeds(base: Bench) -> None:
    event = await heard_once(base)
    async with serving(build(asking("127.0.0.1:1"), base.mesh)):
        job_id = await base.enqueue("extract", event.recording.name, event.SerializeToString())
        assert (await base.ended(job_id))["state"] == "succeeded"
    (row,) = await base.rows(select(mentions))
    assert row["base_call"] == "WM6HRD"
    assert "acoustic" not in str(row["evidence"])
