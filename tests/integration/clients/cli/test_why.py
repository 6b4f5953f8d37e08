import json

import grpc

from tests.integration.clients.cli.conftest import Run
from tests.integration.clients.cli.mesh_server import Mesh
from tests.integration.clients.node.ingest_server import Refusal
from tsn.ingest.v1.job_pb2 import FailureClass, Job, JobError, JobState
from tsn.ingest.v1.recording_pb2 import Node, NodeHealth
from tsn.query.v1.query_pb2 import RecordingView

NAME = "nodes/demo/recordings/1"
DEAD = Job(
    name="jobs/1",
    recording=NAME,
    stage="transcribe",
    state=JobState.JOB_STATE_DEAD,
    attempts=1,
    max_attempts=5,
    error=JobError(reason="AUDIO_UNDECODABLE", message="no frame", failure_class=FailureClass.FAILURE_CLASS_BAD_INPUT),
)


async def test_a_dead_stage_is_told_with_the_command_that_helps(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [DEAD]
    mesh.query.views[NAME] = RecordingView(searchable=False)
    result = await tsn("why", NAME)
    assert result.exit_code == 0, result.output
    assert mesh.jobs.filters == [f'recording = "{NAME}"']
    lines = result.stdout.splitlines()
    assert lines[0] == f"{NAME} is not finished"
    assert "AUDIO_UNDECODABLE: no frame" in lines[1]
    assert lines[2].strip() == "`tsn dead resolve 1 --note WHY`"


async def test_a_job_leads_to_its_recording(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [DEAD]
    seen = json.loads((await tsn("why", "jobs/1", "--json")).stdout)
    assert (seen["name"], seen["arrived"], seen["finished"]) == (NAME, True, False)
    assert [one["stage"] for one in seen["findings"]] == ["transcribe", "extract", "analyze", "search"]


async def test_a_recording_that_never_arrived_leads_to_its_node(mesh: Mesh, tsn: Run) -> None:
    mesh.ingest.nodes.append(Node(name="nodes/demo", silent=True, health=NodeHealth(spooled_recordings=4)))
    result = await tsn("why", NAME)
    assert result.stdout.splitlines()[0] == f"{NAME} is not in the mesh; its node:"
    assert "the node is silent" in result.stdout
    assert "the node is silent" in (await tsn("why", "nodes/demo")).stdout


async def test_a_reading_side_that_is_away_does_not_hide_the_jobs(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [DEAD]
    mesh.query.refusal = Refusal(grpc.StatusCode.UNAVAILABLE)
    result = await tsn("why", NAME)
    assert result.exit_code == 0
    assert "AUDIO_UNDECODABLE" in result.stdout


async def test_what_is_no_name_is_a_usage_error(tsn: Run) -> None:
    assert (await tsn("why", "everything")).exit_code == 2
