"""mesh.pipeline.lanes: who is served next, and that nobody is forgotten."""

from collections import Counter
from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from mesh.pipeline.lanes import QUEUES, Lane, LaneScheduler, Queue

URGENT, LIVE, BATCH = Queue(Lane.URGENT), Queue(Lane.LIVE), Queue(Lane.BATCH)
LIVE_CROWD = Queue(Lane.LIVE, crowd=True)
HAVING_WORK = st.sets(st.sampled_from(QUEUES), min_size=1)
AGES = st.dictionaries(st.sampled_from(QUEUES), st.floats(0, 1e7))


def serve(scheduler: LaneScheduler, having_work: Collection[Queue]) -> Queue:
    queue = scheduler.pick(having_work)
    scheduler.served(queue)
    return queue


def served(scheduler: LaneScheduler, having_work: Collection[Queue], number: int) -> list[Queue]:
    return [serve(scheduler, having_work) for _ in range(number)]


@given(st.lists(HAVING_WORK, max_size=60), AGES)
def test_no_slot_stays_idle_while_any_queue_has_work(rounds: list[set[Queue]], ages: dict[Queue, float]) -> None:
    scheduler = LaneScheduler()
    scheduler.set_ages(ages)
    for having_work in rounds:
        assert serve(scheduler, having_work) in having_work


def test_lanes_that_always_have_work_share_by_weight() -> None:
    counts = Counter(queue.lane for queue in served(LaneScheduler(), [URGENT, LIVE, BATCH], 2000))
    assert counts == {Lane.URGENT: 1200, Lane.LIVE: 600, Lane.BATCH: 200}


@given(
    st.lists(HAVING_WORK, max_size=40),
    st.sets(st.sampled_from([queue for queue in QUEUES if queue.lane is not Lane.BATCH])),
    AGES,
)
def test_batch_gets_a_tenth_of_the_slots_against_endless_live_and_urgent_work(
    before: list[set[Queue]], others: set[Queue], ages: dict[Queue, float]
) -> None:
    scheduler = LaneScheduler()
    for having_work in before:
        serve(scheduler, having_work)
    scheduler.set_ages(ages)
    lanes = [queue.lane for queue in served(scheduler, {BATCH, *others}, 400)]
    assert lanes.count(Lane.BATCH) >= 39


@given(st.integers(0, 10_000), st.sampled_from([URGENT, LIVE]))
def test_behind_any_batch_backlog_a_live_recording_is_served_next(backlog: int, newcomer: Queue) -> None:
    scheduler = LaneScheduler()
    served(scheduler, [BATCH], backlog % 500)
    assert serve(scheduler, [BATCH, newcomer]) == newcomer


@given(st.lists(HAVING_WORK, max_size=60))
def test_an_urgent_job_after_a_quiet_time_is_served_next(rounds: list[set[Queue]]) -> None:
    scheduler = LaneScheduler()
    for having_work in rounds:
        serve(scheduler, having_work - {URGENT, Queue(Lane.URGENT, crowd=True)} or {BATCH})
    assert serve(scheduler, QUEUES).lane is Lane.URGENT


def test_a_queue_saves_nothing_up_while_it_is_idle() -> None:
    scheduler = LaneScheduler()
    served(scheduler, [BATCH], 1000)
    lanes = [queue.lane for queue in served(scheduler, [LIVE, BATCH], 40)]
    assert lanes.count(Lane.BATCH) >= 9


def test_a_crowd_waits_behind_its_lane_and_still_gets_its_part() -> None:
    counts = Counter(served(LaneScheduler(), [LIVE, LIVE_CROWD], 400))
    assert counts == {LIVE: 300, LIVE_CROWD: 100}


def test_a_crowd_alone_in_its_lane_gets_the_share_of_the_lane() -> None:
    counts = Counter(served(LaneScheduler(), [LIVE_CROWD, BATCH], 400))
    assert counts == {LIVE_CROWD: 300, BATCH: 100}


@given(AGES, st.integers(0, 400))
def test_every_queue_with_work_is_served_before_long(ages: dict[Queue, float], warm_up: int) -> None:
    scheduler = LaneScheduler()
    scheduler.set_ages(ages)
    served(scheduler, QUEUES, warm_up)
    assert set(served(scheduler, QUEUES, 100)) == set(QUEUES)


def test_batch_that_has_waited_for_hours_gets_more() -> None:
    fresh, aged = LaneScheduler(), LaneScheduler()
    aged.set_ages({BATCH: 4 * 3600.0})
    everything = [URGENT, LIVE, BATCH]
    assert served(aged, everything, 400).count(BATCH) > 1.5 * served(fresh, everything, 400).count(BATCH)


@given(st.lists(HAVING_WORK, max_size=20), st.integers(1, 64), HAVING_WORK, AGES)
def test_a_plan_is_what_would_be_served_and_changes_nothing(
    before: list[set[Queue]], slots: int, having_work: set[Queue], ages: dict[Queue, float]
) -> None:
    scheduler = LaneScheduler()
    scheduler.set_ages(ages)
    for each in before:
        serve(scheduler, each)
    planned = scheduler.plan(slots, having_work)
    assert planned == scheduler.plan(slots, having_work)
    assert planned == Counter(served(scheduler, having_work, slots))


def test_nothing_is_planned_where_nobody_has_work() -> None:
    assert LaneScheduler().plan(4, ()) == {}
