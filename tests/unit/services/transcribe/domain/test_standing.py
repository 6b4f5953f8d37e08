"""Which transcript is current, whatever the order in which they come."""

from hypothesis import given
from hypothesis import strategies as st

from services.transcribe.domain.standing import Standing, after_the_same_work, current

GOOD, NEWER, STAND_IN = Standing("1", False), Standing("2", False), Standing("3", True)


@given(st.permutations([GOOD, NEWER, STAND_IN]))
def test_the_newest_good_one_is_current_in_any_order(standings: list[Standing]) -> None:
    assert current(standings) == NEWER


def test_a_stand_in_is_current_while_there_is_nothing_better() -> None:
    assert current([Standing("1", True), STAND_IN]) == STAND_IN


def test_the_same_work_again_keeps_the_transcript_it_made_first() -> None:
    assert after_the_same_work(GOOD, Standing("4", False), [GOOD, NEWER], asked=False) == GOOD


def test_a_person_who_asks_for_a_run_gets_its_result_in_front() -> None:
    assert after_the_same_work(GOOD, Standing("4", False), [GOOD, NEWER], asked=True) == Standing("4", False)


def test_what_is_in_front_already_keeps_its_name_also_when_asked_for() -> None:
    assert after_the_same_work(NEWER, Standing("4", False), [GOOD, NEWER, STAND_IN], asked=True) == NEWER


def test_a_stand_in_never_gets_in_front_of_a_good_one() -> None:
    again = after_the_same_work(STAND_IN, Standing("4", True), [NEWER, STAND_IN], asked=True)
    assert again == STAND_IN
    assert current([NEWER, again]) == NEWER


def test_what_a_stand_in_made_is_good_once_its_engine_is_the_wanted_one() -> None:
    assert not after_the_same_work(STAND_IN, Standing("4", False), [STAND_IN], asked=False).degraded
    assert not after_the_same_work(GOOD, Standing("4", True), [GOOD], asked=False).degraded
