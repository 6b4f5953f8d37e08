"""Every process is killed in the middle of work; every recording arrives, once."""

import asyncio
import io
import wave
from pathlib import Path

import grpc
import numpy as np
import pytest

from deploy.local.stack import Stack
from tests.e2e.actions import run_module, wait_for_hits
from tests.support.eventually import eventually
from tsn.ingest.v1.job_pb2 import JOB_STATE_SUCCEEDED, ListJobsRequest
from tsn.ingest.v1.job_pb2_grpc import JobServiceStub

pytestmark = pytest.mark.asyncio(loop_scope="session")
RECORDINGS = 24
VICTIMS = ("ingest", "transcribe", "extract", "analyze", "query", "gateway", "nats", "mariadb")


def drop_recordings(folder: Path) -> None:
    """Half-second recordings, all different, named as an AllStar node would."""
    folder.mkdir(parents=True)
    for number in range(RECORDINGS):
        pcm = np.random.default_rng(number).integers(-9000, 9000, 4000, dtype=np.int16)
        buffer = io.BytesIO()
        with wave.open(buffer, "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(8000)
            writer.writeframes(pcm.tobytes())
        (folder / f"202611201{number // 60:01d}{number % 60:02d}00.wav").write_bytes(buffer.getvalue())


async def test_every_recording_arrives_once_though_every_process_is_killed(
    stack: Stack, gateway: grpc.aio.Channel, tmp_path: Path
) -> None:
    drop_recordings(tmp_path / "watched")
    sending = asyncio.create_task(
        run_module(
            "clients.node", "run", "--once", "--watch", str(tmp_path / "watched"), "--node", "e2e-kill",
            "--channel", "main", "--gateway", stack.gateway_address, "--spool", str(tmp_path / "spool.sqlite"),
            "--archive", str(tmp_path / "archive"), "--time-zone", "UTC", "--stability-seconds", "0.2",
            seconds=600,
        )
    )  # fmt: skip
    for victim in VICTIMS:
        await stack.kill(victim)
        await stack.wait_ready(victim)
    ended = await sending
    assert ended.code == 0, ended.errors
    hits = await wait_for_hits(gateway, "nothing", 'node = "e2e-kill"', RECORDINGS)
    assert len({hit.recording.name for hit in hits}) == RECORDINGS
    assert len({hit.recording.sha256 for hit in hits}) == RECORDINGS

    async def all_succeeded() -> bool:
        jobs = JobServiceStub(gateway)
        answers = [
            await jobs.ListJobs(ListJobsRequest(filter=f'recording = "{hit.recording.name}"'), timeout=60)
            for hit in hits
        ]
        states = [[job.state for job in answer.jobs] for answer in answers]
        return all(found == [JOB_STATE_SUCCEEDED] * 3 for found in states)

    await eventually(all_succeeded, timeout=180)
