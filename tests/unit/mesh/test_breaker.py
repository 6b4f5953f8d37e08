"""A circuit breaker."""

import pytest

from mesh.breaker import Breaker, BreakerState, CircuitOpen

REST = 30.0


class Seconds:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def breaker(seconds: Seconds) -> Breaker:
    return Breaker(failures_limit=3, open_seconds=REST, monotonic=seconds)


def fail(breaker: Breaker, times: int = 3) -> None:
    for _ in range(times):
        assert breaker.admit()
        breaker.failed()


def test_failures_in_a_row_open_it(breaker: Breaker) -> None:
    fail(breaker, 2)
    assert breaker.state is BreakerState.CLOSED
    fail(breaker, 1)
    assert breaker.state is BreakerState.OPEN
    assert not breaker.admit()


def test_a_success_between_failures_begins_the_count_anew(breaker: Breaker) -> None:
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 2)
    assert breaker.state is BreakerState.CLOSED


def test_after_its_rest_one_call_may_try_and_its_success_closes_it(breaker: Breaker, seconds: Seconds) -> None:
    fail(breaker)
    seconds.now += REST
    assert breaker.state is BreakerState.HALF_OPEN
    assert [breaker.admit(), breaker.admit()] == [True, False]
    breaker.succeeded()
    assert breaker.state is BreakerState.CLOSED
    assert [breaker.admit(), breaker.admit()] == [True, True]


def test_a_trial_that_fails_opens_it_for_another_rest(breaker: Breaker, seconds: Seconds) -> None:
    fail(breaker)
    seconds.now += REST
    fail(breaker, 1)
    assert breaker.state is BreakerState.OPEN
    seconds.now += REST - 1
    assert not breaker.admit()
    seconds.now += 1
    assert breaker.admit()


def test_after_a_good_trial_it_takes_as_many_failures_again(breaker: Breaker, seconds: Seconds) -> None:
    fail(breaker)
    seconds.now += REST
    assert breaker.admit()
    breaker.succeeded()
    fail(breaker, 2)
    assert breaker.state is BreakerState.CLOSED


def test_calls_that_were_under_way_when_it_opened_change_nothing(breaker: Breaker, seconds: Seconds) -> None:
    fail(breaker)
    seconds.now += REST - 1
    breaker.failed()
    breaker.succeeded()
    assert breaker.state is BreakerState.OPEN
    seconds.now += 1
    assert breaker.state is BreakerState.HALF_OPEN


def test_a_trial_that_nobody_reports_leaves_its_place_after_a_while(breaker: Breaker, seconds: Seconds) -> None:
    fail(breaker)
    seconds.now += REST
    assert breaker.admit()
    seconds.now += REST - 1
    assert not breaker.admit()
    seconds.now += 1
    assert breaker.admit()


def test_around_a_call_only_the_named_failures_count(breaker: Breaker) -> None:
    for _ in range(5):
        with pytest.raises(KeyError), breaker.call(TimeoutError):
            raise KeyError
    assert breaker.state is BreakerState.CLOSED
    for _ in range(3):
        with pytest.raises(TimeoutError), breaker.call(TimeoutError, OSError):
            raise TimeoutError
    with pytest.raises(CircuitOpen), breaker.call(TimeoutError):
        pytest.fail("the call must not be made")


def test_around_a_call_success_closes_it(breaker: Breaker, seconds: Seconds) -> None:
    fail(breaker)
    seconds.now += REST
    with breaker.call(TimeoutError):
        assert breaker.state is BreakerState.HALF_OPEN
    assert breaker.state is BreakerState.CLOSED
