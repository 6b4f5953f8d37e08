"""Uploads that are taken, once."""

import asyncio
import hashlib

from services.ingest.domain.model import AudioWarning
from tests.integration.services.ingest.running import NODE, ONE, RunningIngest, Stored
from tests.support.audio_files import wav_file
from tsn.ingest.v1 import ingest_pb2 as pb


async def test_an_acknowledged_recording_is_stored_with_its_job_and_event(service: RunningIngest) -> None:
    content = wav_file(2.0)
    answer = await service.send(content)
    assert not answer.deduplicated
    recording = answer.recording
    assert recording.name.startswith(f"nodes/{NODE}/recordings/")
    assert (recording.container, recording.codec, recording.duration.ToMilliseconds()) == ("wav", "pcm_s16le", 2000)
    assert await service.stored() == ONE
    digest = hashlib.sha256(content).hexdigest()
    assert await service.blobs.get(f"recordings/{digest[:2]}/{digest}") == content
