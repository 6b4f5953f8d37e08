"""Which recordings belong together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analyze.domain.conversations import Assignment, assign
from services.analyze.domain.errors import InvalidAirtime
from services.analyze.domain.model import Conversation

T0 = datetime(2025, 3, 1, 20, 0, tzinfo=UTC)
GAP = timedelta(seconds=60)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def talk(name: str, start: float, end: float, recordings: int = 2, channel: str = "ch") -> Conversation:
    return Conversation(name, channel, at(start), at(end), recordings)


def place(known: list[Conversation], start: float, length: float = 10) -> Assignment:
    return assign(known, "ch", at(start), timedelta(seconds=length), GAP)


def test_a_recording_with_nobody_near_begins_a_conversation() -> None:
    result = place([talk("a", 0, 20)], 500)

    assert result.is_new
    assert result.conversation("b") == talk("b", 500, 510, 1)


@pytest.mark.parametrize(
    ("start", "extent"),
    [(30, (0, 40)), (80, (0, 90)), (5, (0, 20)), (-5, (-5, 20)), (-70, (-70, 20))],
    ids=["after", "exactly one gap after", "inside", "overlapping", "exactly one gap before"],
)
def test_a_recording_near_enough_joins(start: float, extent: tuple[float, float]) -> None:
    result = place([talk("a", 0, 20)], start)

    assert (result.conversation_id, result.merged) == ("a", ())
    assert result.conversation("unused") == talk("a", *extent, 3)


@pytest.mark.parametrize("start", [80.001, -70.001])
def test_a_silence_longer_than_the_gap_parts(start: float) -> None:
    assert place([talk("a", 0, 20)], start).is_new


def test_a_late_recording_bridges_two_conversations_and_the_older_survives() -> None:
    result = place([talk("young", 100, 150, 3), talk("old", 0, 20)], 60)

    assert (result.conversation_id, result.merged) == ("old", ("young",))
    assert result.conversation("unused") == talk("old", 0, 150, 6)


def test_conversations_that_begin_together_merge_into_the_smallest_id() -> None:
    assert place([talk("b", 0, 20), talk("a", 0, 20)], 30).conversation_id == "a"


def test_a_short_recording_does_not_shorten_a_conversation() -> None:
    assert place([talk("a", 0, 200)], 20, 1).last_at == at(200)


def test_another_channel_is_another_conversation() -> None:
    assert place([talk("a", 0, 20, channel="other")], 10).is_new


@pytest.mark.parametrize(
    ("started_at", "duration", "gap"),
    [
        (T0.replace(tzinfo=None), timedelta(0), GAP),
        (T0, timedelta(seconds=-1), GAP),
        (T0, timedelta(0), timedelta(seconds=-1)),
    ],
)
def test_times_that_cannot_be_placed_are_refused(started_at: datetime, duration: timedelta, gap: timedelta) -> None:
    with pytest.raises(InvalidAirtime) as refused:
        assign([], "ch", started_at, duration, gap)

    assert refused.value.reason


Recording = tuple[int, int, int]  # number, start and length in seconds


def partition(recordings: list[Recording]) -> set[frozenset[int]]:
    """Places recordings in the order given, keeping the books as the service does."""
    known: dict[str, Conversation] = {}
    members: dict[str, set[int]] = {}
    for number, start, length in recordings:
        result = place(list(known.values()), start, length)
        conversation = result.conversation(f"id-{number}")
        members.setdefault(conversation.id, set()).add(number)
        for gone in result.merged:
            members[conversation.id] |= members.pop(gone)
            del known[gone]
        known[conversation.id] = conversation
        assert conversation.recordings == len(members[conversation.id])
    return {frozenset(group) for group in members.values()}


@given(data=st.data(), airtimes=st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 120)), max_size=25))
def test_any_order_of_arrival_gives_the_same_conversations(
    data: st.DataObject, airtimes: list[tuple[int, int]]
) -> None:
    recordings = [(number, start, length) for number, (start, length) in enumerate(airtimes)]
    shuffled = data.draw(st.permutations(recordings))

    assert partition(shuffled) == partition(sorted(recordings, key=lambda r: r[1]))
