import json

import grpc
import pytest

from tests.integration.clients.cli.conftest import Run
from tests.integration.clients.cli.mesh_server import Mesh
from tests.integration.clients.node.ingest_server import Refusal
from tsn.ingest.v1.ingest_pb2 import NodeGap
from tsn.ingest.v1.job_pb2 import Job, JobError, JobState, JobTransition
from tsn.ingest.v1.recording_pb2 import Node, NodeHealth
from tsn.query.v1.query_pb2 import GetStatisticsResponse

DEAD = Job(
    name="jobs/1",
    recording="nodes/demo/recordings/1",
    stage="transcribe",
    state=JobState.JOB_STATE_DEAD,
    attempts=5,
    max_attempts=5,
    error=JobError(reason="AUDIO_UNDECODABLE", message="no frame"),
    trace_id="ab" * 16,
    history=[JobTransition(to_state=JobState.JOB_STATE_QUEUED, worker="w1", note="first")],
)


async def test_jobs_are_listed_with_why_they_failed(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [DEAD]
    result = await tsn("jobs", "list", "--state", "dead", "--stage", "transcribe")
    assert mesh.jobs.filters == ['state = "dead" AND stage = "transcribe"']
    row = result.stdout.splitlines()[1]
    assert "AUDIO_UNDECODABLE: no frame" in row
    assert "5/5" in row


async def test_an_unknown_state_is_a_usage_error(tsn: Run) -> None:
    assert (await tsn("jobs", "list", "--state", "asleep")).exit_code == 2


async def test_no_jobs_are_said_to_be_none(tsn: Run) -> None:
    assert (await tsn("jobs", "list")).stdout == "no jobs\n"


async def test_a_job_is_shown_with_its_history(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [DEAD]
    shown = (await tsn("jobs", "show", "jobs/1")).stdout
    assert "stage      transcribe, dead" in shown
    assert "error      AUDIO_UNDECODABLE: no frame" in shown
    assert "queued     w1  first" in shown


async def test_an_unknown_job_comes_with_a_hint(tsn: Run) -> None:
    result = await tsn("jobs", "show", "jobs/none")
    assert result.exit_code == 1
    assert "hint: `tsn jobs list` shows names" in result.stderr


async def test_named_jobs_are_cancelled_one_by_one(mesh: Mesh, tsn: Run) -> None:
    queued = Job(name="jobs/2", state=JobState.JOB_STATE_QUEUED)
    mesh.jobs.jobs = [DEAD, queued]
    result = await tsn("jobs", "cancel", "1", "2")
    assert result.exit_code == 1
    assert result.stdout == "jobs/2: cancelled\n"
    assert "hint: `tsn jobs show JOB` shows how it ended" in result.stderr


async def test_chosen_jobs_are_counted_and_cancelled(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [Job(name="jobs/2", state=JobState.JOB_STATE_QUEUED)]
    options = ("--filter", 'reason != "X"', "--node", "demo", "--lane", "batch")
    assert (await tsn("jobs", "cancel", *options, "--dry-run")).stdout == "1 job would be stopped\n"
    assert (await tsn("jobs", "cancel", *options, "--yes")).stdout == "1 job stopped\n"
    assert [request.dry_run for request in mesh.jobs.steered] == [True, True, False]
    assert mesh.jobs.steered[-1].filter == 'lane = "batch" AND node = "demo" AND reason != "X"'


@pytest.mark.parametrize("arguments", [(), ("1", "--node", "demo"), ("1", "--dry-run"), ("--yes",)])
@pytest.mark.parametrize("verb", ["cancel", "retry"])
async def test_jobs_are_either_named_or_chosen(mesh: Mesh, tsn: Run, verb: str, arguments: tuple[str, ...]) -> None:
    assert (await tsn("jobs", verb, *arguments)).exit_code == 2
    assert not mesh.jobs.steered


async def test_a_node_is_registered_and_listed(mesh: Mesh, tsn: Run) -> None:
    added = await tsn("nodes", "add", "demo", "--display-name", "Cougar Mountain", "--time-zone", "America/Los_Angeles")
    assert added.stdout == "nodes/demo registered\n"
    mesh.ingest.nodes.append(Node(name="nodes/other", self_registered=True, health=NodeHealth(spooled_recordings=3)))
    lines = (await tsn("nodes", "list")).stdout.splitlines()
    assert "demo" in lines[1]
    assert "Cougar Mountain" in lines[1]
    assert lines[2].startswith("other (registered itself)")
    assert lines[2].split()[6] == "3"


async def test_a_node_that_is_silent_behind_and_slow_is_marked_so(mesh: Mesh, tsn: Run) -> None:
    health = NodeHealth(version="1.2", spooled_recordings=7, disk_free_bytes=10, disk_total_bytes=100)
    health.oldest_waiting_at.FromJsonString("2026-11-20T00:00:00Z")
    node = Node(name="nodes/far", silent=True, clock_wrong=True, missing_recordings=4, health=health)
    node.clock_offset.FromJsonString("45.5s")
    node.clock_drift_ppm = -12.0
    mesh.ingest.nodes.append(node)
    result = await tsn("nodes", "list")
    row = result.stdout.splitlines()[1]
    assert "silent, clock wrong, behind, disk filling" in row
    for told in ("  7  ", "+46 s, -12 ppm", "  4  ", "90 %, 10 B free", "1.2"):
        assert told in row
    assert "`tsn nodes gaps NODE`" in result.stderr


async def test_gaps_of_a_node_are_listed(mesh: Mesh, tsn: Run) -> None:
    mesh.ingest.gaps["nodes/far"] = [NodeGap(spool_id="s1", first_sequence=5, last_sequence=8)]
    row = (await tsn("nodes", "gaps", "far")).stdout.splitlines()[1]
    assert row.split()[:3] == ["5", "8", "4"]
    assert "may be on its way" in row
    assert (await tsn("nodes", "gaps", "near")).stdout.startswith("no gaps")


async def test_a_node_that_is_there_is_no_success(tsn: Run) -> None:
    await tsn("nodes", "add", "demo")
    again = await tsn("nodes", "add", "demo")
    assert again.exit_code == 1
    assert "hint: `tsn nodes list` shows it" in again.stderr


async def test_status_tells_that_every_service_answers(mesh: Mesh, tsn: Run) -> None:
    mesh.query.statistics = GetStatisticsResponse(recordings=26, searchable_recordings=25, callsigns=11)
    result = await tsn("status")
    assert result.exit_code == 0, result.output
    for service in ("ingest", "transcribe", "extract", "analyze", "query"):
        assert f"{service:<12}answers" in result.stdout
    assert "26, 25 searchable" in result.stdout
    assert "pocketsphinx en-us on cpu, 1 of 2 workers busy" in result.stdout
    assert "no Whisper weights" in result.stdout


async def test_status_fails_when_one_service_does_not_answer(mesh: Mesh, tsn: Run) -> None:
    mesh.analyze.away = True
    result = await tsn("status")
    assert result.exit_code == 1
    assert "analyze     does not answer: because [UNAVAILABLE]" in result.stdout
    assert "ingest      answers" in result.stdout


@pytest.mark.parametrize("dead", [0, 2])
async def test_status_counts_jobs_in_json(mesh: Mesh, tsn: Run, dead: int) -> None:
    mesh.jobs.jobs = [DEAD] * dead
    seen = json.loads((await tsn("status", "--json")).stdout)
    assert seen["jobs"]["dead"] == dead
    assert seen["problems"] == {}
    assert seen["pool"]["slots"] == 2
    assert seen["gateway"] == mesh.address


async def test_status_with_a_reading_side_that_is_away_still_shows_the_rest(mesh: Mesh, tsn: Run) -> None:
    mesh.query.refusal = Refusal(grpc.StatusCode.UNAVAILABLE)
    result = await tsn("status")
    assert result.exit_code == 1
    assert "query       does not answer" in result.stdout
    assert "transcribe  answers" in result.stdout
