"""The past of a feed, as its reader gets it from the stream."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from mesh.rpc.paging import PageTokens
from services.query.events import STORED
from services.query.feed.feed import Cursors, Feed
from services.query.feed.reader import StoredEvent
from tests.support.wire import a_recording
from tsn.ingest.v1.recording_pb2 import RecordingStored


@dataclass
class Hub:
    """Knows how far it is."""

    position: int


@dataclass
class Reader:
    """Gives what it was told to, read by read; then nothing, and the server has no more."""

    reads: Sequence[int]
    """Events that each read gives."""
    position: int = 0
    done: int = 0
    asked: list[float] = field(default_factory=list)

    async def read(self, batch: int, *, wait_seconds: float) -> list[StoredEvent]:
        self.asked.append(wait_seconds)
        number = self.reads[self.done] if self.done < len(self.reads) else 0
        self.done += 1
        events = [an_event(self.position + each) for each in range(1, number + 1)]
        self.position += number
        return events

    async def pending(self) -> int:
        return 0


def an_event(sequence: int) -> StoredEvent:
    payload = RecordingStored(recording=a_recording(), audio_key="key").SerializeToString()
    return StoredEvent(sequence, STORED, payload, "", datetime(2026, 11, 20, tzinfo=UTC))


async def past(hub: Hub, reader: Reader) -> list[int | None]:
    feed = Feed(bus=None, hub=hub, cursors=Cursors(PageTokens("secret")))
    return [item.sequence async for item in feed._missed(reader)]


@pytest.mark.parametrize("reads", [(3,), (0, 3), (1, 0, 2), (0, 1, 0, 2)])
async def test_what_comes_just_after_a_wait_has_ended_is_not_taken_for_gone(reads: Sequence[int]) -> None:
    assert await past(Hub(3), Reader(reads)) == [1, 2, 3]


async def test_events_that_the_stream_no_longer_has_are_not_waited_for() -> None:
    reader = Reader((1,))
    assert await past(Hub(3), reader) == [1]
    assert len(reader.asked) == 3
