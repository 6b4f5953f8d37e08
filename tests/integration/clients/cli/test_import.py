import asyncio
import json
import signal
from collections import Counter
from pathlib import Path

import grpc
import pytest

from clients.cli import importing
from clients.common.backoff import Backoff
from clients.common.upload import UploadPolicy
from tests.integration.clients.cli.conftest import Run
from tests.integration.clients.cli.mesh_server import Mesh
from tests.integration.clients.cli.test_process import start
from tests.integration.clients.node.ingest_server import Refusal
from tsn.ingest.v1.batch_pb2 import Batch, BatchCounts, BatchKind, BatchState
from tsn.ingest.v1.recording_pb2 import Lane


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    root = tmp_path / "archive"
    for number in range(6):
        path = root / f"day{number % 2}" / f"demo_2026112023300{number}.{'WAV' if number % 3 else 'mp3'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"audio {number}".encode())
    return root


def names(archive: Path) -> list[str]:
    return [path.name for path in archive.rglob("*.*")]


def exists(path: Path) -> bool:
    return path.exists()


async def test_an_archive_is_one_batch_behind_live_traffic_oldest_first(mesh: Mesh, tsn: Run, archive: Path) -> None:
    result = await tsn("import", archive, "--parallel", "1", "--note", "2026")
    assert result.exit_code == 0, result.output
    assert result.stdout == "6 files: 6 stored\n"
    made = mesh.batches.created[0]
    assert (made.batch.kind, made.batch.note, made.batch.total_recordings) == (BatchKind.BATCH_KIND_IMPORT, "2026", 6)
    assert {(sent.batch, sent.lane) for sent in mesh.ingest.uploads} == {("batches/1", Lane.LANE_BATCH)}
    times = [sent.captured_at.ToJsonString() for sent in mesh.ingest.uploads]
    assert times == sorted(times)


async def test_the_same_command_again_sends_nothing(mesh: Mesh, tsn: Run, archive: Path) -> None:
    await tsn("import", archive)
    again = await tsn("import", archive)
    assert again.exit_code == 0
    assert again.stdout == "6 files: 6 done before\n"
    assert (len(mesh.ingest.uploads), len(mesh.batches.created)) == (6, 1)


async def test_files_that_came_later_get_a_batch_of_their_own(mesh: Mesh, tsn: Run, archive: Path) -> None:
    await tsn("import", archive)
    (archive / "demo_20261120233059.wav").write_bytes(b"new")
    assert (await tsn("import", archive)).stdout == "7 files: 1 stored, 6 done before\n"
    assert mesh.ingest.uploads[-1].batch == "batches/2"


async def test_refused_files_are_listed_at_the_end_each_time_and_sent_again_only_when_asked(
    mesh: Mesh, tsn: Run, archive: Path
) -> None:
    (archive / "noise.wav").write_bytes(b"no name")
    mesh.ingest.refusals["demo_20261120233001.WAV"] = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "AUDIO_UNREADABLE")
    first = await tsn("import", archive)
    assert first.exit_code == 1
    assert "7 files: 5 stored, 1 refused\n2 did not arrive:" in first.stdout
    assert "  noise.wav: UNLABELLED:" in first.stdout
    assert "  day1/demo_20261120233001.WAV: AUDIO_UNREADABLE: because" in first.stdout
    sent = len(mesh.ingest.uploads)
    second = await tsn("import", archive)
    assert second.exit_code == 1
    assert "day1/demo_20261120233001.WAV: AUDIO_UNREADABLE" in second.stdout
    assert len(mesh.ingest.uploads) == sent
    mesh.ingest.refusals.clear()
    assert "1 stored, 5 done before" in (await tsn("import", archive, "--retry-refused")).stdout


async def test_an_unknown_node_is_no_fault_of_the_files(mesh: Mesh, tsn: Run, archive: Path) -> None:
    mesh.ingest.refusals["demo_20261120233001.WAV"] = Refusal(grpc.StatusCode.NOT_FOUND, "NODE_UNKNOWN")
    assert (await tsn("import", archive)).exit_code == 1
    mesh.ingest.refusals.clear()
    assert (await tsn("import", archive)).stdout == "6 files: 1 stored, 5 done before\n"


async def test_a_batch_that_somebody_cancelled_ends_the_import_and_the_next_has_another(
    mesh: Mesh, tsn: Run, archive: Path
) -> None:
    mesh.ingest.refusals["demo_20261120233000.mp3"] = Refusal(grpc.StatusCode.FAILED_PRECONDITION, "BATCH_CLOSED")
    first = await tsn("import", archive, "--parallel", "1")
    assert first.exit_code == 1
    assert "5 not begun; the same command goes on" in first.stdout
    mesh.batches.batches[0].state = BatchState.BATCH_STATE_CANCELLED
    mesh.ingest.refusals.clear()
    mesh.ingest.uploads.clear()
    assert (await tsn("import", archive)).exit_code == 0
    assert {sent.batch for sent in mesh.ingest.uploads} == {"batches/2"}


async def test_a_mesh_that_stays_away_ends_the_import_which_goes_on_later(
    mesh: Mesh, tsn: Run, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = UploadPolicy(attempts=2, backoff=Backoff(base_seconds=0.0))
    monkeypatch.setattr("clients.cli.import_folder.PATIENT", impatient)
    assert importing.PATIENT.attempts > impatient.attempts
    away = Refusal(grpc.StatusCode.UNAVAILABLE)
    mesh.ingest.refusals = dict.fromkeys(names(archive), away)
    first = await tsn("import", archive, "--parallel", "1", "--json")
    assert first.exit_code == 1
    seen = json.loads(first.stdout)
    # gRPC reports a stream that is refused while it is written now and then as a fault, which ends no import.
    assert seen["fates"]["failed"] >= 1
    assert seen["fates"]["failed"] + seen["notBegun"] == 6
    mesh.ingest.refusals.clear()
    assert (await tsn("import", archive)).stdout == "6 files: 6 stored\n"
    assert {sent.batch for sent in mesh.ingest.uploads} == {"batches/1"}


async def test_a_dry_run_asks_no_server_and_leaves_no_trace(mesh: Mesh, tsn: Run, archive: Path, state: Path) -> None:
    (archive / "noise.wav").write_bytes(b"no name")
    result = await tsn("import", archive, "--dry-run", "--channel-from", "folder")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "6 files would be sent, 0 are done, 1 cannot be sent"
    assert lines[1] == "  demo/day0: 3 files, 2026-11-20T23:30:00.000Z to 2026-11-20T23:30:04.000Z"
    assert not mesh.batches.created
    assert not exists(state)


async def test_wait_ends_when_what_was_new_has_ended_whatever_was_announced(
    mesh: Mesh, tsn: Run, archive: Path
) -> None:
    (archive / "day0" / "demo_20261120233040.wav").write_bytes(b"audio 0")
    running = Batch(name="batches/1", state=BatchState.BATCH_STATE_RUNNING, total_recordings=7, ended_recordings=2)
    ended = Batch(
        name="batches/1",
        state=BatchState.BATCH_STATE_RUNNING,
        total_recordings=7,
        ended_recordings=6,
        counts=BatchCounts(succeeded=18),
    )
    mesh.batches.progress = [[running, ended]]
    result = await tsn("import", archive, "--wait", "--parallel", "1")
    assert result.exit_code == 0, result.output
    assert "6 stored, 1 deduplicated" in result.stdout
    assert result.stdout.splitlines()[-1] == "running, 6 of 7 recordings, 18 succeeded"


async def test_a_killed_import_goes_on_where_it_was_and_doubles_nothing(mesh: Mesh, tsn: Run, archive: Path) -> None:
    three = asyncio.Event()
    loop = asyncio.get_running_loop()

    def after(_: str) -> None:
        # The answer to the third never leaves: stored, and the killed process does not know.
        if len(mesh.ingest.stored) == 3:
            mesh.ingest.hang = True
            loop.call_soon(three.set)

    mesh.ingest.before_answer = after
    process = await start(mesh, "import", str(archive), "--parallel", "1")
    await three.wait()
    await mesh.ingest.waiting.wait()
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    mesh.ingest.hang = False
    again = await tsn("import", archive)
    assert again.exit_code == 0, again.output
    assert len(mesh.ingest.stored) == 6
    assert {sent.batch for sent in mesh.ingest.uploads} == {"batches/1"}
    assert max(Counter(sent.source_file_name for sent in mesh.ingest.uploads).values()) <= 2


async def test_ctrl_c_ends_an_import_and_says_what_is_left(mesh: Mesh, archive: Path) -> None:
    mesh.ingest.hang = True
    process = await start(mesh, "import", str(archive))
    await mesh.ingest.waiting.wait()
    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()
    assert process.returncode == 130
    assert b"6 of 6 files are left; the same command goes on with them" in err
    assert b"Traceback" not in err
