from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from clients.cli.job_text import state_word
from clients.cli.reasons import Facts, Finding, explain_recording, is_finished
from tsn.ingest.v1.job_pb2 import FailureClass, GetQueuesResponse, Job, JobError, JobState, Queue
from tsn.ingest.v1.recording_pb2 import Lane

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NAME = "nodes/demo/recordings/1"
DONE = JobState.JOB_STATE_SUCCEEDED
LIVE = Lane.LANE_LIVE


def at(seconds: float) -> Timestamp:
    moment = Timestamp()
    moment.FromDatetime(NOW + timedelta(seconds=seconds))
    return moment


def job(state: JobState, stage: str = "transcribe", **more: Any) -> Job:
    given: dict[str, Any] = {"attempts": 2, "max_attempts": 5, "lane": LIVE, "updated_at": at(-60), **more}
    return Job(name=f"jobs/{stage}", stage=stage, state=state, recording=NAME, **given)


def failed(failure_class: FailureClass, reason: str = "WHY") -> JobError:
    return JobError(reason=reason, message="because", failure_class=failure_class)


def told(*jobs: Job, **more: Any) -> list[Finding]:
    return explain_recording(Facts(recording=NAME, now=NOW, jobs=jobs, **{"searchable": False, **more}))


def first(*jobs: Job, **more: Any) -> Finding:
    return told(*jobs, **more)[0]


def test_a_recording_whose_stages_are_done_and_that_can_be_searched_is_finished() -> None:
    findings = told(*(job(DONE, stage) for stage in ("transcribe", "extract", "analyze")), searchable=True)
    assert is_finished(findings)
    assert [one.stage for one in findings] == ["transcribe", "extract", "analyze", "search"]
    assert not any(one.command for one in findings)


def test_what_follows_an_open_stage_has_not_begun_and_is_not_to_blame() -> None:
    findings = told(job(JobState.JOB_STATE_QUEUED))
    assert [one.state for one in findings] == ["queued", "not begun", "not begun", "not begun"]
    assert [one.holds_up for one in findings] == [True, False, False, False]
    assert not is_finished(findings)


def test_a_queued_job_tells_its_place() -> None:
    queue = Queue(stage="transcribe", lane=LIVE, queued=4, running=2, oldest_age=Duration(seconds=75))
    other = Queue(stage="transcribe", lane=Lane.LANE_BATCH, queued=900)
    finding = first(job(JobState.JOB_STATE_QUEUED), queues=GetQueuesResponse(queues=[other, queue]))
    assert "beside 3 others of transcribe/live, the oldest for 1 min 15 s; 2 are at work" in finding.sentence
    assert finding.command == "tsn top"


def test_a_queue_that_nobody_works_on_says_so() -> None:
    queue = Queue(stage="transcribe", lane=LIVE, queued=1)
    finding = first(job(JobState.JOB_STATE_QUEUED), queues=GetQueuesResponse(queues=[queue]))
    assert "no worker is at work on transcribe" in finding.sentence


def test_a_crowded_job_says_that_its_node_sends_more_than_its_share() -> None:
    assert "more than its share" in first(job(JobState.JOB_STATE_QUEUED, crowded=True)).sentence


@pytest.mark.parametrize(("stage", "service"), [("transcribe", "transcribe"), ("fetch", "ingest")])
def test_a_queued_job_whose_service_is_away_says_so(stage: str, service: str) -> None:
    finding = first(job(JobState.JOB_STATE_QUEUED, stage), away={service: "connection refused"})
    assert f"{service} does not answer: connection refused" in finding.sentence
    assert finding.command == "tsn status"


def test_a_bus_that_takes_nothing_is_told() -> None:
    queues = GetQueuesResponse(outbox_messages=7, outbox_oldest_age=Duration(seconds=90))
    finding = first(job(JobState.JOB_STATE_QUEUED), queues=queues)
    assert "the bus has not taken 7 messages, the oldest for 1 min 30 s" in finding.sentence


def test_a_running_job_tells_worker_and_lease() -> None:
    finding = first(job(JobState.JOB_STATE_RUNNING, worker="w1", lease_until=at(20)))
    assert finding.sentence == "w1 works on it, attempt 2 of 5; its lease runs 20 s more and is renewed while it works"
    assert finding.command == ""


def test_a_running_job_whose_lease_ran_out_has_lost_its_worker() -> None:
    finding = first(job(JobState.JOB_STATE_RUNNING, worker="w1", lease_until=at(-20)))
    assert "its lease ran out 20 s ago: that worker is gone" in finding.sentence


@pytest.mark.parametrize(
    ("reason", "command"),
    [
        ("PEER_AWAY", "tsn status"),
        # The services answer while the store of audio does not: only the job itself tells of it.
        ("STORAGE_LOST", "tsn jobs show transcribe"),
        ("BLOB_STORE_UNAVAILABLE", "tsn jobs show transcribe"),
    ],
)
def test_a_job_put_off_for_a_part_that_is_away_uses_up_no_attempt(reason: str, command: str) -> None:
    error = failed(FailureClass.FAILURE_CLASS_DEPENDENCY, reason)
    finding = first(job(JobState.JOB_STATE_WAITING, error=error, deferrals=3, retry_at=at(12)))
    assert f"{reason}: because" in finding.sentence
    assert "put off 3 times, no attempt used up; it runs again in 12 s, by itself" in finding.sentence
    assert finding.command == command


def test_a_job_that_failed_for_the_time_being_tells_when_it_runs_again() -> None:
    finding = first(
        job(JobState.JOB_STATE_WAITING, error=failed(FailureClass.FAILURE_CLASS_TRANSIENT), retry_at=at(40))
    )
    assert finding.sentence == "attempt 2 of 5 failed (WHY: because); it runs again in 40 s, by itself"
    assert finding.command == "tsn jobs show transcribe"


def test_a_job_whose_worker_vanished_says_so() -> None:
    finding = first(job(JobState.JOB_STATE_WAITING, error=failed(FailureClass.FAILURE_CLASS_CRASH), retry_at=at(-1)))
    assert finding.sentence == "its worker vanished in attempt 2 of 5; it runs again now, by itself"


@pytest.mark.parametrize(
    ("failure_class", "sentence", "command"),
    [
        (FailureClass.FAILURE_CLASS_BAD_INPUT, "the recording itself is at fault", "tsn dead resolve transcribe"),
        (FailureClass.FAILURE_CLASS_PERMANENT, "cannot succeed as the mesh is set up", "tsn dead retry transcribe"),
        (FailureClass.FAILURE_CLASS_CRASH, "its worker vanished each time", "tsn dead retry transcribe"),
        (FailureClass.FAILURE_CLASS_DEPENDENCY, "stayed away too long", "tsn dead retry transcribe"),
        (FailureClass.FAILURE_CLASS_TRANSIENT, "gave up in attempt 2 of 5", "tsn dead retry transcribe"),
        (FailureClass.FAILURE_CLASS_UNSPECIFIED, "(WHY: because)", "tsn dead retry transcribe"),
    ],
)
def test_a_dead_job_tells_why_and_what_helps(failure_class: FailureClass, sentence: str, command: str) -> None:
    finding = first(job(JobState.JOB_STATE_DEAD, error=failed(failure_class)))
    assert sentence in finding.sentence
    assert finding.command.startswith(command)
    assert finding.holds_up


def test_a_dead_job_that_was_put_aside_tells_the_note() -> None:
    finding = first(job(JobState.JOB_STATE_DEAD, resolved_at=at(-5), resolution_note="a carrier"))
    assert finding.sentence == "was put aside on 2026-11-20 11:59:55Z: a carrier"


def test_a_cancelled_job_can_be_queued_again() -> None:
    finding = first(job(JobState.JOB_STATE_CANCELLED))
    assert "was stopped by a person" in finding.sentence
    assert finding.command == "tsn jobs retry transcribe"


def test_a_degraded_job_is_finished_and_can_be_done_again() -> None:
    findings = told(job(DONE), job(DONE, "extract"), job(JobState.JOB_STATE_DEGRADED, "analyze"), searchable=True)
    assert is_finished(findings)
    assert findings[2].command == "tsn jobs retry analyze"


def test_a_state_of_a_newer_mesh_is_no_crash() -> None:
    assert first(job(JobState.JOB_STATE_UNSPECIFIED)).holds_up


@pytest.mark.parametrize("state", JobState.values())
def test_every_state_has_a_sentence_and_only_the_good_ends_do_not_hold_up(state: JobState) -> None:
    finding = first(job(state))
    assert finding.sentence
    assert finding.holds_up is (state not in (DONE, JobState.JOB_STATE_DEGRADED))


def test_the_newest_job_of_a_stage_counts() -> None:
    again = job(JobState.JOB_STATE_RUNNING, worker="w2")
    assert first(again, job(JobState.JOB_STATE_DEAD)).state == "running"


@pytest.mark.parametrize("bad", [JobState.JOB_STATE_DEAD, JobState.JOB_STATE_CANCELLED])
def test_a_failed_run_after_a_good_one_is_told_and_holds_nothing_up(bad: JobState) -> None:
    again = job(bad)
    again.name = "jobs/again"
    finding = first(again, job(JobState.JOB_STATE_SUCCEEDED))
    assert (finding.state, finding.holds_up) == ("succeeded", False)
    assert f"a later run of it is {state_word(bad)} (`tsn jobs show again`)" in finding.sentence


def test_a_failed_run_does_not_hide_an_earlier_one_that_is_under_way() -> None:
    error = failed(FailureClass.FAILURE_CLASS_TRANSIENT)
    finding = first(job(JobState.JOB_STATE_DEAD), job(JobState.JOB_STATE_WAITING, error=error, retry_at=at(40)))
    assert (finding.state, finding.holds_up) == ("waiting", True)
    assert "it runs again in 40 s" in finding.sentence


def test_a_stage_without_a_job_after_one_that_is_done_can_be_run_again() -> None:
    finding = told(job(DONE))[1]
    assert finding.sentence == "has no job though transcribe is done"
    assert finding.command == f"tsn rerun transcribe --recording {NAME}"


def test_a_fetched_url_without_a_recording_points_to_what_the_fetch_says() -> None:
    finding = told(job(DONE, "fetch"))[1]
    assert "the same audio may be stored under another name" in finding.sentence
    assert finding.command == "tsn jobs show fetch"


def test_a_url_that_is_not_fetched_yet_comes_first() -> None:
    findings = told(job(JobState.JOB_STATE_QUEUED, "fetch"), known=False)
    assert [one.stage for one in findings][:2] == ["fetch", "transcribe"]
    assert findings[1].sentence == "follows fetch"


def test_jobs_that_cannot_be_asked_for_are_unknown_and_not_missing() -> None:
    finding = first(away={"ingest": "connection refused"})
    assert (finding.state, finding.command) == ("unknown", "tsn status")


def test_done_but_not_searchable_waits_for_the_index() -> None:
    jobs = [job(DONE, stage) for stage in ("transcribe", "extract", "analyze")]
    assert "the index has not heard of it yet" in told(*jobs)[-1].sentence
    lagging = GetQueuesResponse(outbox_messages=1, outbox_oldest_age=Duration(seconds=30))
    assert "the bus has not taken the news for 30 s" in told(*jobs, queues=lagging)[-1].sentence
    away = told(*jobs, searchable=None, away={"query": "connection refused"})[-1]
    assert away.sentence == "query does not answer: connection refused"
    assert away.holds_up


def test_what_the_mesh_knows_nothing_of_has_no_findings() -> None:
    assert told(known=False) == []
    assert not is_finished([])
