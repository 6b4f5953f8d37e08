"""Uploads that are taken, once."""

import asyncio
from dataclasses import replace
from pathlib import Path

import grpc
import nats
import pytest
from sqlalchemy import text

from mesh.bus import streams
from mesh.ids import new_id
from mesh.pipeline.jobs import JobStore
from services.ingest.domain.model import Recording
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.repository import UploadRepository
from services.ingest.store.rows import recording_from_row
from tests.integration.services.ingest.running import (
    NODE,
    NOW,
    ONE,
    RunningIngest,
    messages,
    running_ingest,
    upload_metadata,
)
from tests.support.audio_files import encoded_file, wav_file, with_data_length
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1 import recording_pb2
from tsn.ingest.v1.job_pb2 import ListJobsRequest

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"


async def test_an_acknowledged_recording_is_durable_with_its_rows_and_job(service: RunningIngest) -> None:
    content = wav_file(2.0)
    answer = await service.send(content)
    assert not answer.deduplicated
    recording = answer.recording
    assert recording.name.startswith(f"nodes/{NODE}/recordings/")
    assert (recording.container, recording.codec, recording.duration.ToMilliseconds()) == ("wav", "pcm_s16le", 2000)
    assert (recording.channel, recording.source_file_name, recording.lane) == (
        "146.960",
        "over.wav",
        recording_pb2.LANE_LIVE,
    )
    assert await service.stored() == ONE
    assert await service.audio_of(recording) == content
    (job,) = await service.rows("jobs")
    assert (job["subject"], job["stage"], job["lane"]) == (recording.name, "transcribe", "live")
    event = recording_pb2.RecordingStored.FromString(job["input"])
    assert event.recording == recording
    assert await service.blobs.get(event.audio_key) == content


async def test_the_event_and_the_work_reach_the_bus(service: RunningIngest, nats_url: str) -> None:
    answer = await service.send(wav_file(1.0))
    client = await nats.connect(nats_url, connect_timeout=30)
    events = await client.jetstream(timeout=30).subscribe("tsn.ingest.v1.recording_stored", stream=streams.EVENTS)
    event = await events.next_msg(timeout=30)
    assert recording_pb2.RecordingStored.FromString(event.data).recording == answer.recording
    work = await client.jetstream(timeout=30).subscribe("tsn.work.transcribe.live", stream=streams.WORK)
    (job,) = await service.rows("jobs")
    assert (await work.next_msg(timeout=30)).data.decode() == job["id"]
    await client.close()


async def test_the_trace_of_the_sender_stays_with_the_job(service: RunningIngest) -> None:
    content = wav_file(1.0)
    call = service.ingest.UploadRecording(
        messages(upload_metadata(content), content, 65_536),
        timeout=60,
        metadata=(("traceparent", f"00-{TRACE_ID}-b7ad6b7169203331-01"),),
    )
    await call
    (job,) = (await service.jobs.ListJobs(ListJobsRequest(), timeout=30)).jobs
    assert job.trace_id == TRACE_ID


async def test_the_same_request_gets_the_same_answer_without_being_read(service: RunningIngest) -> None:
    content = wav_file(1.0)
    first = await service.send(content)
    again = await service.ingest.UploadRecording(messages(upload_metadata(content), b"", 1), timeout=30)
    assert again.deduplicated
    assert again.recording == first.recording
    assert await service.stored() == ONE


async def test_the_same_bytes_under_another_request_are_stored_once(service: RunningIngest) -> None:
    content = wav_file(1.0)
    first = await service.send(content)
    again = await service.send(content, request_id="another", channel="other", source_file_name="copy.wav")
    assert again.deduplicated
    assert again.recording == first.recording
    assert await service.stored() == ONE


async def test_the_same_bytes_from_another_node_are_stored_once(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    content = wav_file(1.0)
    both = (NODE, "valley")
    async with running_ingest(
        database_url=database_url, nats_url=nats_url, folder=tmp_path, registered=both
    ) as service:
        first = await service.send(content)
        again = await service.send(content, node="nodes/valley")
        assert again.deduplicated
        assert again.recording == first.recording
        assert await service.stored() == ONE


async def test_identical_uploads_at_the_same_time_store_one_recording(service: RunningIngest) -> None:
    content = wav_file(3.0)
    sends = [service.send(content, request_id=f"twin-{number}") for number in range(6)]
    answers = await asyncio.gather(*sends)
    assert len({answer.recording.name for answer in answers}) == 1
    assert [answer.deduplicated for answer in answers].count(False) == 1
    assert await service.stored() == ONE
    (node,) = await service.rows("nodes")
    assert node["recording_count"] == 1


@pytest.mark.parametrize(
    ("content", "codec", "rate_hz", "audio_channels"),
    [
        (wav_file(1.0, width_bytes=1), "pcm_u8", 8000, 1),
        (wav_file(1.0, width_bytes=3), "pcm_s24le", 8000, 1),
        (wav_file(1.0, rate_hz=44100, channels=2), "pcm_s16le", 44100, 2),
        (wav_file(1.0, silent=True), "pcm_s16le", 8000, 1),
        (encoded_file("libmp3lame", "mp3"), "mp3", 16000, 1),
        (encoded_file("libopus", "ogg"), "opus", 48000, 1),
    ],
    ids=["8-bit", "24-bit", "stereo at 44.1 kHz", "silence", "MP3", "Opus"],
)
async def test_audio_of_every_usual_kind_is_accepted(
    service: RunningIngest, content: bytes, codec: str, rate_hz: int, audio_channels: int
) -> None:
    recording = (await service.send(content)).recording
    assert (recording.codec, recording.sample_rate_hz, recording.audio_channels) == (codec, rate_hz, audio_channels)
    assert list(recording.warnings) == []
    assert await service.stored() == ONE


@pytest.mark.parametrize(
    ("content", "warning"),
    [
        (wav_file(2.0)[: 44 + 16000], recording_pb2.AUDIO_WARNING_TRUNCATED),
        (with_data_length(wav_file(1.0), 1_000_000), recording_pb2.AUDIO_WARNING_TRUNCATED),
        (with_data_length(wav_file(1.0), 0xFFFFFFFF), recording_pb2.AUDIO_WARNING_LENGTH_UNSTATED),
    ],
    ids=["cut in the middle", "header larger than the data", "length unstated"],
)
async def test_a_wav_whose_header_is_wrong_is_kept_with_a_warning(
    service: RunningIngest, content: bytes, warning: int
) -> None:
    recording = (await service.send(content)).recording
    assert list(recording.warnings) == [warning]
    assert recording.duration.ToMilliseconds() == 1000
    assert await service.stored() == ONE


async def test_a_file_too_big_for_memory_goes_over_disk(database_url: str, nats_url: str, tmp_path: Path) -> None:
    content = wav_file(60.0)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    async with running_ingest(
        database_url=database_url,
        nats_url=nats_url,
        folder=tmp_path,
        upload_memory_bytes=100_000,
        scratch_folder=scratch,
    ) as service:
        recording = (await service.send(content)).recording
        assert recording.duration.ToMilliseconds() == 60_000
        assert await service.audio_of(recording) == content
    assert list(scratch.iterdir()) == []


async def test_a_node_that_begins_with_many_uploads_at_once_loses_none(service: RunningIngest) -> None:
    await service.send(wav_file(1.0))
    (row,) = await service.rows("recordings")
    database = BoundedDatabase(service.database, timeout_seconds=60)
    jobs = JobStore(clock=service.clock, worker="test")
    uploads = UploadRepository(database=database, jobs=jobs, clock=service.clock)
    one = replace(recording_from_row(row), node="fresh")
    many = [replace(one, id=new_id(), request_id=f"r{number}", sha256=f"{number:064x}") for number in range(40)]
    # As many at once as there are connections: the wait for one has a limit of its own.
    places = asyncio.Semaphore(4)

    async def store(each: Recording) -> None:
        async with places:
            await uploads.store(each, register_node=True)

    before = await deadlocks(service)
    await asyncio.gather(*map(store, many))
    (fresh,) = [node for node in await service.rows("nodes") if node["id"] == "fresh"]
    assert fresh["recording_count"] == len(many)
    assert await deadlocks(service) == before


async def deadlocks(service: RunningIngest) -> int:
    """Deadlocks that the server has broken so far."""
    async with service.database.transaction() as work:
        return int((await work.execute(text("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'"))).one().Value)


async def test_a_node_registers_itself_with_its_first_recording_where_that_is_allowed(
    database_url: str, nats_url: str, tmp_path: Path
) -> None:
    async with running_ingest(
        database_url=database_url, nats_url=nats_url, folder=tmp_path, registered=(), auto_register=True
    ) as service:
        refusal = await service.refusal(b"not audio")
        assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
        assert await service.count("nodes") == 0
        answer = await service.send(wav_file(1.0))
        node = (await service.ingest.GetNode(pb.GetNodeRequest(name=f"nodes/{NODE}"), timeout=30)).node
        assert node.self_registered
        assert node.recording_count == 1
        assert node.last_captured_at == answer.recording.captured_at
        assert node.created_at.ToDatetime() == NOW.replace(tzinfo=None)
