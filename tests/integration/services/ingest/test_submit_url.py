"""Recordings that the server fetches itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from aiohttp import web
from google.protobuf.timestamp_pb2 import Timestamp

from mesh.ids import new_id
from mesh.pipeline.jobs import JobStore
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.repository import UploadRepository
from services.ingest.store.rows import recording_from_row
from tests.integration.services.ingest.running import NODE, NOW, ONE, RunningIngest, refused, running_ingest
from tests.integration.services.ingest.test_fetcher import Answer, always, redirecting, serving
from tests.support.audio_files import wav_file
from tests.support.eventually import eventually
from tests.support.mounts import mount, unmount
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1 import job_pb2, recording_pb2

CONTENT = wav_file(2.0)
A_WHILE = timedelta(minutes=10)
"""Longer than any wait of a job for its next attempt."""


@asynccontextmanager
async def fetching(
    servers: dict[str, Any], answer: Answer, **settings: Any
) -> AsyncIterator[tuple[RunningIngest, str]]:
    """Ingest that may ask a web server which gives `answer`, and that server's address."""
    async with serving(answer) as port:
        allowed = {"url_allow": f"127.0.0.1:{port}", "url_private_networks": "127.0.0.1/32"}
        async with running_ingest(**servers, **allowed | settings) as service:
            yield service, f"http://127.0.0.1:{port}"


@pytest.fixture
def servers(database_url: str, nats_url: str, tmp_path: Path) -> dict[str, Any]:
    return {"database_url": database_url, "nats_url": nats_url, "folder": tmp_path}


def request_of(url: str, **changes: Any) -> pb.SubmitUrlRequest:
    captured_at = Timestamp()
    captured_at.FromDatetime((NOW - timedelta(days=30)).replace(tzinfo=None))
    fields = {"node": f"nodes/{NODE}", "channel": "146.960", "url": url, "captured_at": captured_at}
    return pb.SubmitUrlRequest(**fields | changes)


async def submit(service: RunningIngest, url: str, **changes: Any) -> str:
    return (await service.ingest.SubmitUrl(request_of(url, **changes), timeout=30)).job


async def ended(service: RunningIngest, name: str) -> job_pb2.Job:
    """The job when nothing more happens to it."""
    job = job_pb2.Job()

    async def has_ended() -> bool:
        found = (await service.jobs.GetJob(job_pb2.GetJobRequest(name=name), timeout=30)).job
        job.CopyFrom(found)
        done = {job_pb2.JOB_STATE_SUCCEEDED, job_pb2.JOB_STATE_DEAD, job_pb2.JOB_STATE_CANCELLED}
        return found.state in done

    await eventually(has_ended, timeout=60)
    return job


async def test_what_a_url_gives_is_stored_as_an_upload_is(servers: dict[str, Any]) -> None:
    answer = always(body=CONTENT, content_type="text/html")
    async with fetching(servers, answer) as (service, server):
        job = await ended(service, await submit(service, f"{server}/2026/over%20one.wav?x=1", request_id="one"))
        assert (job.state, job.stage, job.lane) == (job_pb2.JOB_STATE_SUCCEEDED, "fetch", recording_pb2.LANE_BATCH)
        (row,) = await service.rows("recordings")
        assert job.recording == f"nodes/{NODE}/recordings/{row['id']}"
        assert (row["channel"], row["captured_at"], row["request_id"]) == ("146.960", NOW - timedelta(days=30), "one")
        assert (row["source_file_name"], row["duration_ms"], row["lane"]) == ("over one.wav", 2000, "batch")
        assert await service.blobs.get(row["audio_key"]) == CONTENT
        stages = {(job["stage"], job["lane"], job["owner"]) for job in await service.rows("jobs")}
        assert stages == {("fetch", "batch", NODE), ("transcribe", "batch", NODE)}
        (node,) = await service.rows("nodes")
        assert node["recording_count"] == 1


async def test_the_same_submission_is_one_job_and_another_under_its_id_is_refused(servers: dict[str, Any]) -> None:
    async with fetching(servers, always(body=CONTENT)) as (service, server):
        job = await submit(service, f"{server}/a.wav", request_id="one")
        assert await submit(service, f"{server}/a.wav", request_id="one") == job
        refusal = await refused(service.ingest.SubmitUrl(request_of(f"{server}/b.wav", request_id="one"), timeout=30))
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")
        unnamed = await submit(service, f"{server}/c.wav")
        assert await submit(service, f"{server}/c.wav") == unnamed != job
        assert await submit(service, f"{server}/c.wav", channel="other") not in {unnamed, job}


async def test_bytes_that_are_stored_already_are_not_stored_again(servers: dict[str, Any]) -> None:
    async with fetching(servers, always(body=CONTENT)) as (service, server):
        stored = (await service.send(CONTENT)).recording
        job = await ended(service, await submit(service, f"{server}/a.wav"))
        assert job.state == job_pb2.JOB_STATE_SUCCEEDED
        assert stored.name in job.history[-1].note
        assert await service.count("recordings") == 1
        assert len(await service.blobs.keys("recordings/")) == 1
        watched = [answer.job.name async for answer in service.jobs.WatchJobs(_watch(job.recording), timeout=60)]
        assert watched == [job.name]


def _watch(recording: str) -> job_pb2.WatchJobsRequest:
    return job_pb2.WatchJobsRequest(recording=recording)


REFUSALS: list[tuple[dict[str, Any], grpc.StatusCode, str]] = [
    ({"url": "https://other.example/a.wav"}, grpc.StatusCode.PERMISSION_DENIED, "URL_NOT_ALLOWED"),
    ({"url": "http://169.254.169.254/latest"}, grpc.StatusCode.PERMISSION_DENIED, "URL_NOT_ALLOWED"),
    ({"url": "file:///etc/passwd"}, grpc.StatusCode.INVALID_ARGUMENT, "URL_INVALID"),
    ({"url": ""}, grpc.StatusCode.INVALID_ARGUMENT, "URL_INVALID"),
    ({"node": "nodes/../x"}, grpc.StatusCode.INVALID_ARGUMENT, "NAME_INVALID"),
    ({"node": "nodes/nobody"}, grpc.StatusCode.NOT_FOUND, "NODE_UNKNOWN"),
    ({"channel": ""}, grpc.StatusCode.INVALID_ARGUMENT, "CHANNEL_INVALID"),
    ({"captured_at": None}, grpc.StatusCode.INVALID_ARGUMENT, "CAPTURED_AT_MISSING"),
    ({"request_id": "a/b"}, grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_ID_INVALID"),
    ({"batch": "batches/none"}, grpc.StatusCode.INVALID_ARGUMENT, "NAME_INVALID"),
    ({"batch": "batches/01a20c47-be6d-762a-919c-9a58fee9614d"}, grpc.StatusCode.NOT_FOUND, "BATCH_UNKNOWN"),
]


async def test_what_cannot_be_fetched_is_refused_at_once(servers: dict[str, Any]) -> None:
    async with fetching(servers, always(body=CONTENT)) as (service, server):
        for changes, code, reason in REFUSALS:
            call = service.ingest.SubmitUrl(request_of(**{"url": f"{server}/a.wav"} | changes), timeout=30)
            refusal = await refused(call)
            assert (refusal.code, refusal.reason) == (code, reason), changes
        assert await service.count("jobs") == 0


async def test_nothing_is_fetched_where_the_operator_allowed_nothing(service: RunningIngest) -> None:
    refusal = await refused(service.ingest.SubmitUrl(request_of("https://archive.example.org/a.wav"), timeout=30))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.PERMISSION_DENIED, "URL_NOT_ALLOWED")


DEAD_ENDS: dict[str, tuple[Answer, str, "job_pb2.FailureClass"]] = {
    "404": (always(status=404), "URL_REFUSED", job_pb2.FAILURE_CLASS_PERMANENT),
    "led-away": (redirecting("http://169.254.169.254/"), "URL_NOT_ALLOWED", job_pb2.FAILURE_CLASS_PERMANENT),
    "text.wav": (always(text="text", content_type="audio/wav"), "AUDIO_UNREADABLE", job_pb2.FAILURE_CLASS_BAD_INPUT),
    "nothing": (always(body=b""), "AUDIO_UNREADABLE", job_pb2.FAILURE_CLASS_BAD_INPUT),
    "too-much": (always(body=bytes(300_000)), "AUDIO_TOO_LARGE", job_pb2.FAILURE_CLASS_BAD_INPUT),
}


async def test_what_gives_no_recording_is_dead_at_once_with_its_reason(servers: dict[str, Any]) -> None:
    async def by_path(request: web.Request) -> web.StreamResponse:
        return await DEAD_ENDS[request.match_info["path"]][0](request)

    async with fetching(servers, by_path, max_recording_bytes=200_000) as (service, server):
        names = {path: await submit(service, f"{server}/{path}") for path in DEAD_ENDS}
        for path, (_, reason, failure) in DEAD_ENDS.items():
            job = await ended(service, names[path])
            assert (job.state, job.attempts) == (job_pb2.JOB_STATE_DEAD, 1), path
            assert (job.error.reason, job.error.failure_class) == (reason, failure), path
        assert await service.count("recordings") == 0
        assert await service.blobs.keys() == []


async def test_a_server_in_trouble_is_asked_again(servers: dict[str, Any]) -> None:
    asked = 0

    async def recovering(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        return web.Response(status=503) if asked == 1 else web.Response(body=CONTENT)

    async with fetching(servers, recovering) as (service, server):
        name = await submit(service, f"{server}/a.wav")

        async def waits() -> bool:
            return [row["error_reason"] for row in await service.rows("jobs")] == ["URL_UNREACHABLE"]

        await eventually(waits, timeout=60)
        service.clock.moment += A_WHILE
        job = await ended(service, name)
        assert (job.state, job.attempts) == (job_pb2.JOB_STATE_SUCCEEDED, 2)
        assert (await service.stored()).recordings == ONE.recordings


async def test_storage_that_goes_away_meanwhile_uses_up_no_attempt(servers: dict[str, Any], tmp_path: Path) -> None:
    asked, goes_on = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        asked.set()
        await goes_on.wait()
        return web.Response(body=CONTENT)

    async with fetching(servers, slow) as (service, server):
        await service.send(wav_file(1.0))
        name = await submit(service, f"{server}/a.wav")
        async with asyncio.timeout(60):
            await asked.wait()
        unmount(tmp_path / "blobs")
        goes_on.set()

        async def is_put_off() -> bool:
            return any(row["deferrals"] and row["error_reason"] == "STORAGE_LOST" for row in await service.rows("jobs"))

        await eventually(is_put_off, timeout=60)
        paused = {"reason": "STORAGE_LOST"}
        await eventually(lambda: service.metric("tsn_ingest_intake_paused", **paused) == 1, timeout=60)
        refusal = await refused(service.ingest.SubmitUrl(request_of(f"{server}/b.wav"), timeout=30))
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "STORAGE_LOST")
        mount(tmp_path / "blobs")
        # The clock is moved once: an attempt before the guard has seen the folder would be put off behind it.
        await eventually(lambda: service.metric("tsn_ingest_intake_paused", **paused) == 0, timeout=60)
        service.clock.moment += A_WHILE
        job = await ended(service, name)
        assert (job.state, job.attempts) == (job_pb2.JOB_STATE_SUCCEEDED, 1)


async def test_a_cancelled_fetch_stores_nothing(servers: dict[str, Any]) -> None:
    asked, gone = asyncio.Event(), asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        asked.set()
        try:
            while True:
                await answer.write(b"x")
                await asyncio.sleep(0.01)
        finally:
            gone.set()

    async with fetching(servers, endless) as (service, server):
        name = await submit(service, f"{server}/a.wav")
        async with asyncio.timeout(60):
            await asked.wait()
        await service.jobs.CancelJob(job_pb2.CancelJobRequest(name=name), timeout=30)
        async with asyncio.timeout(60):
            await gone.wait()
        assert (await ended(service, name)).state == job_pb2.JOB_STATE_CANCELLED
        assert await service.count("recordings") == 0


async def test_bytes_that_were_stored_at_the_last_moment_do_not_spoil_the_end_of_the_job(
    service: RunningIngest,
) -> None:
    await service.send(CONTENT)
    (row,) = await service.rows("recordings")
    late = replace(recording_from_row(row), id=new_id(), request_id="late")
    jobs = JobStore(clock=service.clock, worker="test")
    database = BoundedDatabase(service.database, timeout_seconds=60)
    uploads = UploadRepository(database=database, jobs=jobs, clock=service.clock)
    async with service.database.transaction() as work:
        await jobs.enqueue(work, stage="fetch", subject=late.name, lane="batch", payload=b"")
        assert not await uploads.add(work, late, register_node=False, batch="")
    assert sorted(row["stage"] for row in await service.rows("jobs")) == ["fetch", "transcribe"]
    assert await service.count("recordings") == 1
    (node,) = await service.rows("nodes")
    assert node["recording_count"] == 1
