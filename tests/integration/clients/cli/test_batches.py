import json

import pytest

from tests.integration.clients.cli.conftest import Run
from tests.integration.clients.cli.mesh_server import Mesh
from tsn.ingest.v1.batch_pb2 import Batch, BatchCounts, BatchKind, BatchState


def batch(state: BatchState, **counts: int) -> Batch:
    return Batch(
        name="batches/1",
        kind=BatchKind.BATCH_KIND_RERUN,
        stage="transcribe",
        filter='node = "demo"',
        state=state,
        total_recordings=40,
        ended_recordings=counts.get("succeeded", 0),
        counts=BatchCounts(**counts),
    )


RUNNING = batch(BatchState.BATCH_STATE_RUNNING, queued=30, succeeded=10)
ENDED = batch(BatchState.BATCH_STATE_ENDED, succeeded=40)
ENDED_BADLY = batch(BatchState.BATCH_STATE_ENDED, succeeded=38, dead=2)


async def test_batches_are_listed_with_their_progress(mesh: Mesh, tsn: Run) -> None:
    mesh.batches.batches = [RUNNING]
    row = (await tsn("batches", "list")).stdout.splitlines()[1]
    for told in ("rerun of transcribe", "running", "10/40", "30 queued, 10 succeeded", 'node = "demo"', "batches/1"):
        assert told in row


async def test_no_batches_are_told_with_how_to_make_one(tsn: Run) -> None:
    assert (await tsn("batches", "list")).stdout.startswith("no batches; `tsn import FOLDER`")


async def test_a_batch_with_dead_jobs_says_what_helps(mesh: Mesh, tsn: Run) -> None:
    mesh.batches.batches = [ENDED_BADLY]
    shown = (await tsn("batches", "show", "1")).stdout
    assert "recordings  38 of 40 ended" in shown
    assert "`tsn batches retry 1` queues them again" in shown


async def test_an_unknown_batch_comes_with_a_hint(tsn: Run) -> None:
    result = await tsn("batches", "show", "9")
    assert result.exit_code == 1
    assert "hint: `tsn batches list` shows names" in result.stderr


async def test_a_batch_is_followed_across_a_broken_stream(mesh: Mesh, tsn: Run) -> None:
    mesh.batches.batches = [RUNNING]
    mesh.batches.progress = [[RUNNING], [RUNNING, ENDED]]
    result = await tsn("batches", "watch", "1")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "ended, 40 of 40 recordings, 40 succeeded"
    assert "reconnecting" in result.stderr


@pytest.mark.parametrize("end", [ENDED_BADLY, batch(BatchState.BATCH_STATE_CANCELLED)])
async def test_a_batch_that_ends_badly_ends_the_watch_with_1(mesh: Mesh, tsn: Run, end: Batch) -> None:
    mesh.batches.batches = [RUNNING]
    mesh.batches.progress = [[end]]
    result = await tsn("batches", "watch", "1", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["name"] == "batches/1"


async def test_a_batch_is_cancelled_and_taken_up_again(mesh: Mesh, tsn: Run) -> None:
    mesh.batches.batches = [batch(BatchState.BATCH_STATE_RUNNING, cancelled=3)]
    assert "state       cancelled" in (await tsn("batches", "cancel", "1")).stdout
    assert (await tsn("batches", "retry", "1")).stdout.startswith("3 jobs queued again\n")


async def test_a_rerun_names_recordings_engine_and_reason(mesh: Mesh, tsn: Run) -> None:
    options = ("--node", "demo", "--channel", "hub", "--since", "2026-11-20T00:00:00Z", "--note", "better model")
    result = await tsn("rerun", "transcribe", *options, "--engine", "faster_whisper", "--model", "large-v3")
    assert result.exit_code == 0, result.output
    assert "`tsn batches watch 1` follows it" in result.stdout
    made = mesh.batches.created[0].batch
    assert made.filter == 'node = "demo" AND channel = "hub" AND captured_at >= "2026-11-20T00:00:00.000Z"'
    assert (made.kind, made.stage, made.engine, made.model, made.note) == (
        BatchKind.BATCH_KIND_RERUN,
        "transcribe",
        "faster_whisper",
        "large-v3",
        "better model",
    )


async def test_a_dry_run_of_a_rerun_only_counts(mesh: Mesh, tsn: Run) -> None:
    mesh.batches.would_be = 12
    result = await tsn("rerun", "extract", "--dry-run")
    assert result.stdout == "12 recordings would run through extract again\n"
    assert not mesh.batches.batches


async def test_a_rerun_that_is_waited_for_ends_as_its_batch_does(mesh: Mesh, tsn: Run) -> None:
    mesh.batches.progress = [[RUNNING, ENDED]]
    result = await tsn("rerun", "transcribe", "--recording", "nodes/demo/recordings/1", "--wait", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["batch"]["state"] == "BATCH_STATE_ENDED"
    assert mesh.batches.created[0].batch.filter == 'recording = "nodes/demo/recordings/1"'


@pytest.mark.parametrize(
    "arguments",
    [
        ("transcribe",),
        ("fetch", "--node", "demo"),
        ("extract", "--node", "demo", "--engine", "x"),
        ("transcribe", "--node", "demo", "--model", "x"),
    ],
)
async def test_a_rerun_that_cannot_be_meant_is_a_usage_error(mesh: Mesh, tsn: Run, arguments: tuple[str, ...]) -> None:
    assert (await tsn("rerun", *arguments)).exit_code == 2
    assert not mesh.batches.created
