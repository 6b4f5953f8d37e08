"""When nothing more will happen to a recording by itself."""

from datetime import UTC, datetime

import pytest

from services.ingest.domain.model import JobView
from services.ingest.jobs_handler import is_through

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def job(stage: str, state: str) -> JobView:
    return JobView(
        id=f"{stage}-{state}",
        recording="nodes/n/recordings/r",
        stage=stage,
        lane="live",
        state=state,
        attempts=1,
        max_attempts=5,
        created_at=NOW,
        updated_at=NOW,
        retry_at=None,
        error_reason="",
        error_message="",
        worker="",
        traceparent="",
        batch="",
        deferrals=0,
        lease_until=None,
        failure_class="",
        resolved_at=None,
        resolution_note="",
        crowded=False,
    )


THROUGH = [job("transcribe", "succeeded"), job("extract", "degraded"), job("analyze", "succeeded")]


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        (THROUGH, True),
        (THROUGH[:2], False),
        ([job("transcribe", "dead")], True),
        ([job("transcribe", "cancelled")], True),
        ([job("transcribe", "waiting")], False),
        ([*THROUGH, job("transcribe", "queued")], False),
        ([*THROUGH, job("transcribe", "succeeded"), job("extract", "running")], False),
        ([*THROUGH, job("transcribe", "dead")], True),
        ([job("transcribe", "dead"), job("transcribe", "queued")], False),
        ([job("transcribe", "dead"), *THROUGH], True),
    ],
)
def test_the_newest_job_of_each_stage_decides(jobs: list[JobView], expected: bool) -> None:
    assert is_through(jobs) is expected
