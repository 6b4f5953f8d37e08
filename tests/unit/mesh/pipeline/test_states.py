"""mesh.pipeline.states"""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.pipeline.states import ALLOWED, ENDED, JobState, TransitionRefused, backoff_seconds, check_transition

STATES = st.sampled_from(JobState)


@given(st.lists(STATES))
def test_a_walk_that_skips_refused_steps_stays_within_what_is_allowed(wishes: list[JobState]) -> None:
    state = JobState.QUEUED
    for wish in wishes:
        if wish in ALLOWED[state]:
            check_transition(state, wish)
            state = wish
        else:
            with pytest.raises(TransitionRefused) as refused:
                check_transition(state, wish)
            assert (refused.value.before, refused.value.after) == (state, wish)


def test_every_state_has_its_row() -> None:
    assert set(ALLOWED) == set(JobState)


def test_every_state_can_be_reached() -> None:
    reached = {JobState.QUEUED}
    while (wider := reached | {after for before in reached for after in ALLOWED[before]}) != reached:
        reached = wider
    assert reached == set(JobState)


@pytest.mark.parametrize("state", sorted(ENDED))
def test_an_ended_job_runs_again_only_through_the_queue(state: JobState) -> None:
    assert ALLOWED[state] <= {JobState.QUEUED}


def test_a_job_that_succeeded_stays_so() -> None:
    assert ALLOWED[JobState.SUCCEEDED] == frozenset()


@pytest.mark.parametrize("state", sorted(set(JobState) - ENDED))
def test_every_other_state_can_end(state: JobState) -> None:
    assert ALLOWED[state] & ENDED


def test_the_wait_doubles_up_to_the_cap() -> None:
    waits = [backoff_seconds(n, base_seconds=1, cap_seconds=300, jitter=1) for n in range(1, 12)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


@given(
    attempt=st.integers(-5, 1_000_000),
    base=st.floats(0.001, 100),
    cap=st.floats(0.001, timedelta(days=1).total_seconds()),
    jitter=st.floats(0, 1),
)
def test_the_wait_lies_between_half_and_all_of_the_step(attempt: int, base: float, cap: float, jitter: float) -> None:
    most = backoff_seconds(attempt, base_seconds=base, cap_seconds=cap, jitter=1)
    wait = backoff_seconds(attempt, base_seconds=base, cap_seconds=cap, jitter=jitter)
    assert most / 2 <= wait <= most <= cap
