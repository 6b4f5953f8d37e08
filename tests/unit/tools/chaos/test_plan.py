"""The draw of a chaos run."""

from tools.chaos.plan import LINKS, PROCESSES, Kind, draw


def test_the_same_seed_gives_the_same_plan() -> None:
    assert draw(7, 50) == draw(7, 50)
    assert draw(7, 50) != draw(8, 50)


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    assert draw(7, 50)[:20] == draw(7, 20)


def test_every_cycle_has_faults_and_recordings_and_no_number_comes_twice() -> None:
    plan = draw(1, 200)
    numbers = [item.number for cycle in plan for item in cycle.drops]
    assert numbers == list(range(len(numbers)))
    assert all(cycle.faults and cycle.drops for cycle in plan)


def test_in_five_hundred_cycles_every_process_is_killed_and_every_link_is_broken_in_every_way() -> None:
    done = {(fault.kind, fault.target) for cycle in draw(1, 500) for fault in cycle.faults}
    assert {(Kind.KILL, process) for process in PROCESSES} <= done
    assert {(kind, link) for kind in (Kind.CUT, Kind.REFUSE, Kind.STALL, Kind.MUTE) for link in LINKS} <= done
    assert {kind for kind, _ in done} == set(Kind)
