"""One partial per interval, and always the last of a segment."""

import pytest

from services.transcribe.domain.model import Partial
from services.transcribe.engines.throttle import PartialThrottle


def partial(text: str, segment: int = 0) -> Partial:
    return Partial(segment, text, "", 0.0, 1.0)


@pytest.fixture
def seconds() -> list[float]:
    """The monotonic clock; its last entry is now."""
    return [0.0]


def test_partials_within_the_interval_are_held_back_but_the_newest_is_not_lost(seconds: list[float]) -> None:
    told: list[Partial] = []
    throttle = PartialThrottle(told.append, interval_seconds=1.0, monotonic=lambda: seconds[-1])
    for text in ("a", "a b", "a b c"):
        throttle.offer(partial(text))
    assert told == [partial("a")]
    seconds.append(1.0)
    throttle.offer(partial("a b c d"))
    assert told == [partial("a"), partial("a b c d")]
    throttle.flush()
    assert len(told) == 2
    throttle.offer(partial("a b c d e"))
    throttle.flush()
    assert told[-1] == partial("a b c d e")


def test_the_last_of_a_segment_comes_before_the_next_segment(seconds: list[float]) -> None:
    told: list[Partial] = []
    throttle = PartialThrottle(told.append, interval_seconds=1.0, monotonic=lambda: seconds[-1])
    for each in (partial("a"), partial("a b"), partial("c", 1), partial("c d", 1)):
        throttle.offer(each)
    throttle.flush()
    assert told == [partial("a"), partial("a b"), partial("c d", 1)]


def test_without_an_interval_every_partial_is_handed_on() -> None:
    told: list[Partial] = []
    throttle = PartialThrottle(told.append, interval_seconds=0.0)
    for text in ("a", "a b", "a b c"):
        throttle.offer(partial(text))
    assert len(told) == 3
