"""Events in any order end in the same knowledge."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

from services.query.domain.projection import (
    AnalysisFacts,
    Change,
    Known,
    MentionFacts,
    RecordingFacts,
    TranscriptFacts,
)

FACTS = RecordingFacts("nodes/n/recordings/r", "n", "main", datetime(2026, 11, 20, tzinfo=UTC), 1000, b"")
OLD, NEW = TranscriptFacts("t/1", b"1", b"", "one", 1), TranscriptFacts("t/2", b"2", b"", "two", 2)


def change(event: str, at: int = 1, **parts: object) -> Change:
    """A change with a trace named after its event."""
    return Change(event=event, recording=FACTS, trace_id=event, published_us=at, **parts)  # type: ignore[arg-type]


STORED = change("stored", audio_key="key")
TRANSCRIBED = change("transcribed", transcript=OLD)
EXTRACTED = change("extracted", transcript=OLD, mentions=MentionFacts("t/1", b"", ("K7ABC",)))
ANALYZED = change("analyzed", 5, analysis=AnalysisFacts("c/1", (), b"", 1))
ANALYZED_AGAIN = change("analyzed", 6, analysis=AnalysisFacts("c/2", (), b"", 0))
TRANSCRIBED_AGAIN = change("transcribed", transcript=NEW)


def after(*changes: Change) -> Known:
    """What is known after `changes`, with the trace of the first event that is certain to have it."""
    known = Known(FACTS)
    for each in changes:
        known = known.after(each)
    return known


def test_every_order_of_events_gives_the_same() -> None:
    events = (STORED, TRANSCRIBED, EXTRACTED, ANALYZED, ANALYZED_AGAIN, TRANSCRIBED_AGAIN)
    results = {after(*order) for order in permutations(events)}
    assert len(results) == 1
    known = results.pop()
    assert known.transcript_name == "t/2"
    assert known.analyzed_us == 6
    assert known.new_analysis == ANALYZED_AGAIN.analysis


def test_an_event_taken_in_twice_changes_nothing() -> None:
    once = after(STORED, EXTRACTED, ANALYZED)
    assert once.after(EXTRACTED).after(ANALYZED).after(STORED) == once


def test_a_recording_is_searchable_when_its_mentions_are_those_of_its_transcript() -> None:
    assert not after(STORED, TRANSCRIBED).searchable
    assert after(EXTRACTED).searchable
    assert not after(EXTRACTED, TRANSCRIBED_AGAIN).searchable


def test_what_is_known_already_is_not_written_again() -> None:
    known = Known(FACTS, transcript_name="t/1", mentions_of="t/1", analyzed_us=5)
    again = known.after(EXTRACTED).after(ANALYZED)
    assert (again.new_transcript, again.new_mentions, again.new_analysis) == (None, None, None)


def test_the_trace_is_that_of_the_event_that_began_it() -> None:
    assert after(TRANSCRIBED).trace_id == "transcribed"
    assert after(TRANSCRIBED, STORED).trace_id == "stored"
    assert after(STORED, TRANSCRIBED).trace_id == "stored"
    assert after(STORED, replace(STORED, trace_id="")).trace_id == "stored"
