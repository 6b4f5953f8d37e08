"""Whose turn it is, and for how long nobody's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import grpc
import pytest

from clients.common.backoff import Backoff
from clients.common.errors import Transient, Unwelcome
from clients.node.schedule import Schedule, SchedulePolicy, Turn
from clients.node.spool import Spool
from clients.node.spool_rows import FileIdentity, NewRecording

NOW = 1_800_000_000.0
AWAY = Transient("connection refused")


@dataclass
class Bench:
    """A schedule over a spool in memory, with one clock for all."""

    share: float = 0.2
    draw: Callable[[], float] = lambda: 1.0
    now: float = NOW
    spool: Spool = field(default_factory=lambda: Spool(Path(":memory:")))
    schedule: Schedule = field(init=False)

    def __post_init__(self) -> None:
        self.schedule = Schedule(
            spool=self.spool,
            backoff=Backoff(draw=self.draw),
            policy=SchedulePolicy(backlog_share=self.share),
            clock=lambda: self.now,
            timer=lambda: self.now,
        )

    def add(self, name: str, *, age: float) -> None:
        """A file that was finished `age` seconds ago."""
        moment = self.now - age
        identity = FileIdentity(Path("/watch") / name, 10, round(moment * 1e9))
        captured_at = datetime.fromtimestamp(moment - 5, UTC)
        self.spool.add(NewRecording(identity, name.ljust(64, "0"), "2560", "main", captured_at), self.now)

    def take(self) -> Turn:
        turn = self.schedule.next()
        assert turn is not None
        return turn

    def send(self, seconds: float = 0.1) -> str:
        """Send what is next in `seconds`; its name, or "-" where nobody's turn is."""
        turn = self.schedule.next()
        if turn is None:
            return "-"
        self.now += seconds
        self.schedule.answered(turn)
        self.spool.mark_sent(turn.row, recording_name="r", target=None, now=self.now)
        return name_of(turn)


def name_of(turn: Turn) -> str:
    return turn.row.identity.path.name


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.spool.close()


@pytest.fixture
def unpaced() -> Iterator[Bench]:
    made = Bench(share=1.0)
    yield made
    made.spool.close()


def test_every_fourth_upload_is_the_newest_live_one_while_a_backlog_waits(unpaced: Bench) -> None:
    for number in range(9):
        unpaced.add(f"old{number}", age=86_400 - number)
    for number in range(3):
        unpaced.add(f"new{number}", age=300 - number)

    sent = [unpaced.send() for _ in range(13)]

    assert sent == (
        ["old0", "old1", "old2", "new2", "old3", "old4", "old5", "new1", "old6", "old7", "old8", "new0", "-"]
    )


def test_without_a_backlog_and_in_a_mere_archive_order_is_airtime_alone(unpaced: Bench) -> None:
    for number in range(5):
        unpaced.add(f"live{number}", age=500 - number)
    assert [unpaced.send() for _ in range(5)] == [f"live{number}" for number in range(5)]
    for number in range(5):
        unpaced.add(f"old{number}", age=90_000 - number)
    assert [unpaced.send() for _ in range(5)] == [f"old{number}" for number in range(5)]


def test_the_backlog_rests_four_times_as_long_as_it_was_sent_and_live_passes(bench: Bench) -> None:
    for number in range(3):
        bench.add(f"old{number}", age=86_400 - number)
    assert bench.send(seconds=2.0) == "old0"
    assert bench.send() == "-"
    assert bench.schedule.seconds_to_next(60.0) == pytest.approx(8.0)
    bench.add("live1", age=5)
    bench.add("live2", age=4)
    assert [bench.send(seconds=1.0) for _ in range(3)] == ["live1", "live2", "-"]
    bench.now += 6.0
    assert bench.send() == "old1"


def test_only_one_of_the_senders_is_busy_with_backlog(bench: Bench) -> None:
    bench.add("old1", age=86_400)
    bench.add("old2", age=86_000)
    first = bench.take()
    assert first.backlog
    assert bench.schedule.next() is None
    assert bench.schedule.seconds_to_next(1.0) == 1.0
    bench.add("live", age=5)
    second = bench.take()
    assert (name_of(second), second.backlog) == ("live", False)


def test_one_knock_and_then_a_wait_that_doubles_while_the_server_is_away(bench: Bench) -> None:
    bench.add("a", age=60)
    bench.add("b", age=50)
    waits = []
    for _ in range(12):
        turn = bench.take()
        assert name_of(turn) == "a"
        error = Transient("connection refused")
        error.before_sending = turn.row.attempts > 1
        bench.schedule.postpone(turn, error, "away")
        assert bench.schedule.next() is None
        waits.append(bench.schedule.seconds_to_next(1000.0))
        bench.now += waits[-1]
    assert waits == pytest.approx([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300], abs=0.01)


def test_after_an_outage_the_order_is_the_same_and_the_waits_begin_anew(bench: Bench) -> None:
    for number in range(3):
        bench.add(f"a{number}", age=60 - number)
    for _ in range(8):
        turn = bench.take()
        error = Transient("connection refused")
        error.before_sending = turn.row.attempts > 1
        bench.now += bench.schedule.postpone(turn, error, "away") + 0.001
    assert [bench.send() for _ in range(2)] == ["a0", "a1"]
    assert bench.schedule.postpone(bench.take(), AWAY, "away") == 1.0


def test_senders_that_meet_the_same_outage_together_count_it_once(bench: Bench) -> None:
    bench.add("a", age=60)
    bench.add("b", age=50)
    first, second = bench.take(), bench.take()
    assert bench.schedule.postpone(first, AWAY, "away") == 1.0
    assert bench.schedule.postpone(second, AWAY, "away") == 1.0


def test_a_file_that_brings_the_server_down_lets_the_others_pass(bench: Bench) -> None:
    bench.add("poison", age=60)
    for number in range(20):
        bench.add(f"good{number:02d}", age=50 - number)
    sent, knocks = [], 0
    for _ in range(400):
        turn = bench.schedule.next()
        if turn is None:
            bench.now += 0.5
        elif name_of(turn) == "poison":
            knocks += 1
            # The server had answered the question how far the upload is, and died of the bytes.
            bench.schedule.postpone(turn, Transient("reset by peer"), "away")
        else:
            bench.now += 0.1
            bench.schedule.answered(turn)
            bench.spool.mark_sent(turn.row, recording_name="r", target=None, now=bench.now)
            sent.append(name_of(turn))
    assert sent == [f"good{number:02d}" for number in range(20)]
    assert knocks <= 9


def test_a_server_without_room_for_backlog_holds_up_the_backlog_alone(bench: Bench) -> None:
    bench.add("old", age=86_400)
    full = Transient("later", code=grpc.StatusCode.RESOURCE_EXHAUSTED, reason="QUEUE_FULL", retry_after_seconds=30.0)
    wait = bench.schedule.postpone(bench.take(), full, "full")
    assert wait == 60.0
    bench.add("live", age=5)
    assert [bench.send(), bench.send()] == ["live", "-"]
    bench.now += 60.0
    assert bench.send() == "old"


def test_a_server_without_room_for_live_holds_up_all_for_as_long_as_it_says(bench: Bench) -> None:
    bench.add("a", age=60)
    bench.add("b", age=50)
    full = Transient("later", code=grpc.StatusCode.RESOURCE_EXHAUSTED, retry_after_seconds=3.0)
    bench.schedule.postpone(bench.take(), full, "full")
    assert bench.schedule.next() is None
    bench.now += 6.0
    assert [bench.send(), bench.send()] == ["a", "b"]


@pytest.mark.parametrize("age", [60, 86_400])
def test_a_server_that_stays_full_is_asked_as_often_as_it_says_and_never_less_than_once_a_minute(
    bench: Bench, age: float
) -> None:
    bench.add("a", age=age)
    waits = []
    for wish in [4.0] * 12 + [45.0, 60.0, 600.0, None]:
        full = Transient("later", code=grpc.StatusCode.RESOURCE_EXHAUSTED, retry_after_seconds=wish)
        waits.append(bench.schedule.postpone(bench.take(), full, "full"))
        assert bench.schedule.next() is None
        bench.now += waits[-1] + 0.001
    assert waits == pytest.approx([8.0] * 12 + [60.0] * 4)
    assert bench.send() == "a"


@pytest.mark.parametrize("wish", [4.0, 45.0, 60.0, 600.0])
def test_those_turned_away_together_by_a_full_server_come_back_at_different_moments(wish: float) -> None:
    waits = []
    for part in (0.0, 0.5, 1.0):
        one = Bench(draw=lambda part=part: part)
        one.add("a", age=60)
        full = Transient("later", code=grpc.StatusCode.RESOURCE_EXHAUSTED, retry_after_seconds=wish)
        waits.append(one.schedule.postpone(one.take(), full, "full"))
        one.spool.close()
    assert waits[0] < waits[1] < waits[2] <= 60.0
    # A wish of a minute and more cannot be met by all without a herd; every other is.
    assert waits[0] >= wish or wish >= 60.0


def test_of_two_nodes_in_one_spool_the_unknown_one_waits_for_itself(bench: Bench) -> None:
    bench.add("unknown", age=60)
    bench.add("known", age=50)
    for _ in range(3):
        bench.schedule.postpone(bench.take(), Unwelcome("NODE_UNKNOWN", "who?"), "unknown")
        bench.now += 1.0
        if bench.send() == "known":
            return
    raise AssertionError("the known node never had its turn")


def test_a_fault_of_the_server_holds_up_only_its_own_recording(bench: Bench) -> None:
    bench.add("a", age=60)
    bench.add("b", age=50)
    fault = Transient("oops", code=grpc.StatusCode.INTERNAL)
    assert bench.schedule.postpone(bench.take(), fault, "fault") == 1.0
    assert [bench.send(), bench.send()] == ["b", "-"]
    bench.now += 1.0
    turn = bench.take()
    assert (name_of(turn), turn.row.faults) == ("a", 1)


def test_a_wall_clock_that_is_set_back_does_not_hold_up_an_open_server(bench: Bench) -> None:
    bench.add("a", age=60)
    bench.schedule.postpone(bench.take(), Transient("late", code=grpc.StatusCode.DEADLINE_EXCEEDED), "late")
    bench.now -= 5 * 86_400
    assert bench.schedule.seconds_to_next(1.0) == 1.0
    assert bench.send() == "a"
