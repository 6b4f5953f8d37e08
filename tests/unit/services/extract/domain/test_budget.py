"""A budget of questions by the minute."""

from services.extract.domain.budget import MinuteBudget


def test_so_many_may_be_taken_within_any_minute() -> None:
    now = 100.0
    budget = MinuteBudget(2, monotonic=lambda: now)
    assert [budget.take(), budget.take(), budget.take()] == [True, True, False]
    now = 159.9
    assert not budget.take()
    now = 160.0
    assert [budget.take(), budget.take(), budget.take()] == [True, True, False]


def test_what_was_taken_later_is_free_later() -> None:
    now = 0.0
    budget = MinuteBudget(2, monotonic=lambda: now)
    budget.take()
    now = 30.0
    budget.take()
    now = 60.0
    assert [budget.take(), budget.take()] == [True, False]


def test_nothing_is_left_of_no_budget() -> None:
    assert not MinuteBudget(0).take()
