import json

import pytest

from tests.integration.clients.cli.conftest import Run
from tests.integration.clients.cli.mesh_server import Mesh
from tsn.ingest.v1.job_pb2 import FailureClass, Job, JobError, JobState


def dead(number: int, state: JobState = JobState.JOB_STATE_DEAD) -> Job:
    error = JobError(reason="AUDIO_UNDECODABLE", message="no frame", failure_class=FailureClass.FAILURE_CLASS_BAD_INPUT)
    return Job(
        name=f"jobs/{number}",
        recording="nodes/demo/recordings/1",
        stage="transcribe",
        state=state,
        attempts=1,
        max_attempts=5,
        deferrals=3,
        error=error,
        trace_id="ab" * 16,
    )


async def test_dead_jobs_are_listed_with_class_reason_tries_and_trace(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [dead(1)]
    result = await tsn("dead", "list", "--stage", "transcribe", "--node", "nodes/demo", "--reason", "X")
    assert mesh.jobs.filters == [
        'state = "dead" AND resolved = "false" AND stage = "transcribe" AND reason = "X" AND node = "demo"'
    ]
    row = result.stdout.splitlines()[1]
    for told in ("bad input", "AUDIO_UNDECODABLE", "1/5", "  3  ", "no frame", "ab" * 16, "jobs/1"):
        assert told in row
    assert "`tsn dead retry JOB`" in result.stderr


async def test_no_dead_jobs_are_said_to_be_none(tsn: Run) -> None:
    assert (await tsn("dead", "list")).stdout == "no dead jobs\n"


async def test_a_dead_job_is_shown_with_what_can_be_done(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [dead(1)]
    result = await tsn("dead", "show", "1")
    assert "class      bad input" in result.stdout
    assert "put off    3 times" in result.stdout
    assert "`tsn dead retry 1` queues it again" in result.stderr


async def test_one_that_cannot_be_retried_does_not_stop_the_others(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [dead(1), dead(2, JobState.JOB_STATE_RUNNING), dead(3)]
    result = await tsn("dead", "retry", "1", "jobs/2", "3", "1")
    assert result.exit_code == 1
    assert result.stdout == "jobs/1: queued\njobs/3: queued\n"
    assert "jobs/2: because [FAILED_PRECONDITION JOB_NOT_RETRYABLE]" in result.stderr
    assert [request.name for request in mesh.jobs.steered] == ["jobs/1", "jobs/2", "jobs/3"]


async def test_json_tells_what_was_done_and_what_was_not(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [dead(1)]
    result = await tsn("dead", "retry", "1", "9", "--json")
    assert result.exit_code == 1
    seen = json.loads(result.stdout)
    assert [job["state"] for job in seen["jobs"]] == ["JOB_STATE_QUEUED"]
    assert [(one["name"], one["reason"]) for one in seen["failures"]] == [("jobs/9", "JOB_UNKNOWN")]


async def test_a_resolution_carries_its_note(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [dead(1)]
    assert (await tsn("dead", "resolve", "1", "--note", "a carrier, nobody speaks")).exit_code == 0
    assert mesh.jobs.jobs[0].resolution_note == "a carrier, nobody speaks"


@pytest.mark.parametrize("arguments", [("1",), ("1", "--note", " "), ("nodes/a/b", "--note", "x")])
async def test_a_resolution_without_a_note_or_a_name_is_a_usage_error(
    mesh: Mesh, tsn: Run, arguments: tuple[str, ...]
) -> None:
    mesh.jobs.jobs = [dead(1)]
    assert (await tsn("dead", "resolve", *arguments)).exit_code == 2
    assert not mesh.jobs.steered


async def test_all_dead_jobs_are_counted_before_they_are_queued_again(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [dead(1), dead(2)]
    result = await tsn("dead", "retry-all", "--stage", "transcribe", "--since", "2026-11-20T00:00:00Z", "--yes")
    assert result.stdout == "2 jobs queued again\n"
    assert [request.dry_run for request in mesh.jobs.steered] == [True, False]
    assert mesh.jobs.steered[1].filter == (
        'state = "dead" AND resolved = "false" AND stage = "transcribe" AND created_at >= "2026-11-20T00:00:00.000Z"'
    )


async def test_a_dry_run_only_counts(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [dead(1)]
    result = await tsn("dead", "retry-all", "--dry-run")
    assert result.stdout == "1 job would be queued again\n"
    assert [request.dry_run for request in mesh.jobs.steered] == [True]


async def test_nobody_to_ask_is_a_usage_error_and_changes_nothing(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.jobs = [dead(1)]
    result = await tsn("dead", "retry-all")
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert [request.dry_run for request in mesh.jobs.steered] == [True]


async def test_nothing_to_retry_asks_nobody(tsn: Run) -> None:
    assert (await tsn("dead", "retry-all")).stdout == "0 jobs queued again\n"
