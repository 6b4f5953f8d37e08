import json
from pathlib import Path

import grpc
import pytest

from tests.integration.clients.cli.conftest import Run
from tests.integration.clients.cli.mesh_server import Mesh
from tests.integration.clients.node.ingest_server import Refusal
from tsn.ingest.v1.job_pb2 import Job, JobError, JobState
from tsn.ingest.v1.recording_pb2 import Lane
from tsn.query.v1.query_pb2 import RecordingView

NAME = "demo_20261120233002.wav"
RECORDING = "nodes/demo/recordings/0"
CONTENT = b"RIFF" + bytes(200_000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    path.write_bytes(CONTENT)
    return path


def job(stage: str, state: JobState, **more: object) -> Job:
    return Job(name=f"jobs/{stage}", recording=RECORDING, stage=stage, state=state, **more)


async def test_a_file_is_sent_with_what_its_name_says(mesh: Mesh, tsn: Run, file: Path) -> None:
    result = await tsn("upload", file)
    assert result.exit_code == 0
    assert f"{NAME}: stored {RECORDING}" in result.stdout
    sent = mesh.ingest.uploads[0]
    assert (sent.node, sent.channel) == ("nodes/demo", "main")
    assert sent.captured_at.ToJsonString() == "2026-11-20T23:30:02Z"
    assert mesh.ingest.stored[RECORDING] == CONTENT


async def test_options_go_before_the_name(mesh: Mesh, tsn: Run, file: Path) -> None:
    options = (
        "--node",
        "nodes/mine",
        "--channel",
        "hub",
        "--captured-at",
        "2026-01-02T03:04:05-05:00",
        "--lane",
        "batch",
    )
    assert (await tsn("upload", file, *options)).exit_code == 0
    sent = mesh.ingest.uploads[0]
    assert (sent.node, sent.channel, sent.lane) == ("nodes/mine", "hub", Lane.LANE_BATCH)
    assert sent.captured_at.ToJsonString() == "2026-01-02T08:04:05Z"


async def test_local_names_are_read_in_the_given_zone(mesh: Mesh, tsn: Run, file: Path) -> None:
    await tsn("upload", file, "--time-zone", "America/New_York")
    assert mesh.ingest.uploads[0].captured_at.ToJsonString() == "2026-11-21T04:30:02Z"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--captured-at", "2026-01-02T03:04:05"), "add Z for UTC"),
        (("--time-zone", "Mars/Olympus"), "Mars/Olympus"),
        (("--lane", "slow"), "slow"),
    ],
)
async def test_a_wrong_option_is_a_usage_error_and_nothing_is_sent(
    mesh: Mesh, tsn: Run, file: Path, options: tuple[str, ...], told: str
) -> None:
    result = await tsn("upload", file, *options)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not mesh.ingest.uploads


async def test_one_unlabelled_file_holds_back_all(mesh: Mesh, tsn: Run, file: Path) -> None:
    nameless = file.with_name("noise.wav")
    nameless.write_bytes(b"noise")
    result = await tsn("upload", file, nameless, "--node", "demo")
    assert result.exit_code == 2
    assert "--captured-at" in result.stderr
    assert not mesh.ingest.uploads


async def test_one_time_for_several_files_is_refused(mesh: Mesh, tsn: Run, file: Path) -> None:
    other = file.with_name("demo_20261120233003.wav")
    other.write_bytes(b"x")
    assert (await tsn("upload", file, other, "--captured-at", "2026-01-02T03:04:05Z")).exit_code == 2
    assert not mesh.ingest.uploads


async def test_a_missing_file_is_a_usage_error(tsn: Run, tmp_path: Path) -> None:
    assert (await tsn("upload", tmp_path / "none.wav")).exit_code == 2


async def test_a_refused_file_does_not_stop_the_others(mesh: Mesh, tsn: Run, file: Path) -> None:
    bad = file.with_name("demo_20261120233003.wav")
    bad.write_bytes(b"text")
    mesh.ingest.refusals[bad.name] = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "AUDIO_UNREADABLE")
    result = await tsn("upload", bad, file)
    assert result.exit_code == 1
    assert f"{bad.name}: refused: because [INVALID_ARGUMENT AUDIO_UNREADABLE]" in result.stdout
    assert f"{NAME}: stored" in result.stdout
    assert "1 of 2 did not arrive" in result.stderr


async def test_an_unknown_node_comes_with_a_hint(mesh: Mesh, tsn: Run, file: Path) -> None:
    mesh.ingest.refusals[NAME] = Refusal(grpc.StatusCode.NOT_FOUND, "NODE_UNKNOWN")
    result = await tsn("upload", file)
    assert result.exit_code == 1
    assert "hint: `tsn nodes add NODE`" in result.stderr


async def test_a_broken_stream_is_resumed_where_it_broke(mesh: Mesh, tsn: Run, file: Path) -> None:
    mesh.ingest.breaks = [131_072]
    assert (await tsn("upload", file)).exit_code == 0
    assert mesh.ingest.offsets == [0, 131_072]


async def test_the_same_command_again_sends_no_bytes(mesh: Mesh, tsn: Run, file: Path) -> None:
    await tsn("upload", file)
    again = await tsn("upload", file)
    assert again.exit_code == 0
    assert "deduplicated" in again.stdout
    assert len(mesh.ingest.uploads) == 1


async def test_each_upload_begins_a_trace(mesh: Mesh, tsn: Run, file: Path) -> None:
    result = await tsn("upload", file, "--json")
    trace_id = json.loads(result.stdout)["files"][0]["traceId"]
    assert len(trace_id) == 32
    assert trace_id in mesh.ingest.traceparents[0]


async def test_json_is_one_document_with_stable_keys(mesh: Mesh, tsn: Run, file: Path) -> None:
    mesh.ingest.refusals[NAME] = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "AUDIO_EMPTY")
    result = await tsn("upload", file, "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)["files"][0]
    assert report.pop("traceId")
    assert report == {
        "file": str(file),
        "node": "demo",
        "channel": "main",
        "capturedAt": "2026-11-20T23:30:02.000Z",
        "fate": "refused",
        "recording": "",
        "deduplicated": False,
        "searchable": False,
        "reason": "AUDIO_EMPTY",
        "message": "because [INVALID_ARGUMENT AUDIO_EMPTY]",
    }


async def test_wait_shows_each_stage_until_the_recording_is_searchable(mesh: Mesh, tsn: Run, file: Path) -> None:
    mesh.query.views[RECORDING] = RecordingView(searchable=True)
    mesh.query.searchable_after = 1
    mesh.jobs.watched = [
        [job("transcribe", JobState.JOB_STATE_RUNNING)],
        [job("transcribe", JobState.JOB_STATE_SUCCEEDED), job("extract", JobState.JOB_STATE_SUCCEEDED)],
    ]
    result = await tsn("upload", file, "--wait")
    assert result.exit_code == 0, result.output
    lines = [line.split(": ", 1)[1] for line in result.stdout.splitlines()]
    assert lines == ["transcribe running", "transcribe succeeded", "extract succeeded", f"searchable {RECORDING}"]


async def test_wait_fails_when_a_job_died_and_says_why(mesh: Mesh, tsn: Run, file: Path) -> None:
    error = JobError(reason="AUDIO_UNDECODABLE", message="no frame could be decoded")
    mesh.jobs.watched = [[job("transcribe", JobState.JOB_STATE_DEAD, error=error)]]
    result = await tsn("upload", file, "--wait")
    assert result.exit_code == 1
    assert "died AUDIO_UNDECODABLE: transcribe dead: no frame could be decoded" in result.stdout


async def test_wait_has_an_end(mesh: Mesh, tsn: Run, file: Path) -> None:
    mesh.query.views[RECORDING] = RecordingView(searchable=False)
    mesh.jobs.watched = [[job("transcribe", JobState.JOB_STATE_QUEUED)]]
    for seconds in (0.3, 3, 30):
        result = await tsn("upload", file, "--wait", "--wait-timeout", seconds)
        assert result.exit_code == 1
        assert "is not searchable after" in result.stdout
        # On a busy machine the end may come before the first answer.
        if "nothing was seen of it" not in result.stdout:
            break
    assert "transcribe is queued" in result.stdout


async def test_without_a_gateway_every_file_fails_with_what_to_do(tsn: Run, file: Path) -> None:
    result = await tsn("upload", file, "--gateway", "127.0.0.1:1")
    assert result.exit_code == 1
    assert "cannot reach 127.0.0.1:1; is the stack up? `make up`" in result.stdout
