import json

import pytest

from tests.integration.clients.cli.conftest import Run
from tests.integration.clients.cli.mesh_server import Mesh
from tsn.ingest.v1.job_pb2 import Job, JobError, JobState, JobTransition
from tsn.ingest.v1.recording_pb2 import Lane
from tsn.query.v1.query_pb2 import RecordingView

NAME, OTHER = "nodes/demo/recordings/1", "nodes/demo/recordings/2"
URL = "https://archive.example.org/a.mp3"
ASKED = ("submit-url", URL, "--node", "demo", "--captured-at", "2026-11-20T23:30:00Z")


def fetch(state: JobState, note: str = "", **more: object) -> Job:
    history = [JobTransition(to_state=state, note=note)]
    return Job(name="jobs/fetch", recording=NAME, stage="fetch", state=state, history=history, **more)


async def test_a_url_is_submitted_with_time_and_place(mesh: Mesh, tsn: Run) -> None:
    result = await tsn(*ASKED, "--channel", "hub", "--batch", "7", "--lane", "live")
    assert result.stdout == "jobs/fetch fetches it; `tsn jobs show fetch` shows how it goes\n"
    sent = mesh.ingest.submitted[0]
    assert (sent.node, sent.channel, sent.url, sent.batch, sent.lane) == (
        "nodes/demo",
        "hub",
        URL,
        "batches/7",
        Lane.LANE_LIVE,
    )
    assert sent.captured_at.ToJsonString() == "2026-11-20T23:30:00Z"


async def test_a_host_that_is_not_allowed_says_who_allows_it(tsn: Run) -> None:
    result = await tsn("submit-url", "https://forbidden.example", *ASKED[2:])
    assert result.exit_code == 1
    assert "hint: the operator of the mesh allows hosts" in result.stderr


@pytest.mark.parametrize("missing", ["--node", "--captured-at"])
async def test_node_and_time_must_be_said(mesh: Mesh, tsn: Run, missing: str) -> None:
    place = ASKED.index(missing)
    assert (await tsn(*ASKED[:place], *ASKED[place + 2 :])).exit_code == 2
    assert not mesh.ingest.submitted


async def test_wait_ends_when_the_recording_is_searchable(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [fetch(JobState.JOB_STATE_SUCCEEDED)]
    mesh.query.views[NAME] = RecordingView(searchable=True)
    result = await tsn(*ASKED, "--wait", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {"job": "jobs/fetch", "recording": NAME, "searchable": True}


async def test_the_same_bytes_under_another_name_lead_to_that(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [fetch(JobState.JOB_STATE_SUCCEEDED, note=f"stored before as {OTHER}")]
    mesh.query.views[OTHER] = RecordingView(searchable=True)
    assert (await tsn(*ASKED, "--wait")).stdout == f"searchable {OTHER}\n"


async def test_wait_fails_when_it_cannot_be_fetched(mesh: Mesh, tsn: Run) -> None:
    error = JobError(reason="URL_NOT_FOUND", message="404")
    mesh.jobs.jobs = [fetch(JobState.JOB_STATE_DEAD, error=error)]
    result = await tsn(*ASKED, "--wait")
    assert result.exit_code == 1
    assert "fetch dead: 404" in result.stderr


async def test_wait_has_an_end(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [fetch(JobState.JOB_STATE_QUEUED)]
    result = await tsn(*ASKED, "--wait", "--wait-timeout", "0.3")
    assert result.exit_code == 1
    assert "has not fetched it after" in result.stderr
