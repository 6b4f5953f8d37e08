"""Waits between tries."""

import pytest

from clients.common.backoff import Backoff


@pytest.mark.parametrize(("attempt", "ceiling"), [(1, 1), (2, 2), (3, 4), (9, 256), (10, 300), (5000, 300)])
def test_the_longest_wait_doubles_up_to_the_cap(attempt: int, ceiling: float) -> None:
    assert Backoff(draw=lambda: 1.0).delay_seconds(attempt) == ceiling


def test_jitter_takes_any_part_of_it() -> None:
    assert Backoff(draw=lambda: 0.0).delay_seconds(5) == 0.0
    assert Backoff(draw=lambda: 0.5).delay_seconds(5) == 8.0


def test_the_servers_wish_is_never_undercut() -> None:
    assert Backoff(draw=lambda: 0.0).delay_seconds(1, at_least_seconds=7.5) == 7.5
    assert Backoff(draw=lambda: 1.0).delay_seconds(9, at_least_seconds=7.5) == 256
