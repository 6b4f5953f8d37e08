"""Events in any order end in the same knowledge."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from services.query.domain.projection import (
    AnalysisFacts,
    Change,
    Known,
    MentionFacts,
    RecordingFacts,
    Source,
    TranscriptFacts,
)

FACTS = RecordingFacts("nodes/n/recordings/r", "n", "main", datetime(2026, 11, 20, tzinfo=UTC), 1000, b"")
T1 = Source("t/1")
OLD = TranscriptFacts(T1, b"1", b"", "one", 1)
NEW = TranscriptFacts(Source("t/2"), b"2", b"", "two", 2)
STAND_INS = TranscriptFacts(Source("t/3", degraded=True), b"3", b"", "tree", 1)


def change(event: str, at: int = 1, **parts: object) -> Change:
    """A change with a trace named after its event."""
    return Change(event=event, recording=FACTS, trace_id=event, published_us=at, **parts)


STORED = change("stored", audio_key="key")
TRANSCRIBED = change("transcribed", transcript=OLD)
EXTRACTED = change("extracted", transcript=OLD, mentions=MentionFacts(Source("t/1"), b"", ("K7ABC",)))
ANALYZED = change("analyzed", 5, analysis=AnalysisFacts("c/1", (), b"", 1, Source("t/1")))
ANALYZED_AGAIN = change("analyzed", 6, analysis=AnalysisFacts("c/2", (), b"", 0, Source("t/1")))
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
    assert known.transcript == Source("t/2")
    assert known.analyzed_us == 6
    assert known.new_analysis == ANALYZED_AGAIN.analysis


def test_an_event_taken_in_twice_changes_nothing() -> None:
    once = after(STORED, EXTRACTED, ANALYZED)
    assert once.after(EXTRACTED).after(ANALYZED).after(STORED) == once


def test_a_recording_is_searchable_when_its_mentions_are_those_of_its_transcript() -> None:
    assert not after(STORED, TRANSCRIBED).searchable
    assert after(EXTRACTED).searchable
    assert not after(EXTRACTED, TRANSCRIBED_AGAIN).searchable


# Two transcripts, the second read and analysed twice (by newer rules the second time), and what a stand-in made last.
LIFE = (
    STORED,
    TRANSCRIBED,
    EXTRACTED,
    ANALYZED,
    TRANSCRIBED_AGAIN,
    change("extracted", 20, transcript=NEW, mentions=MentionFacts(NEW.source, b"old rules", ("K7ABC",))),
    change("extracted", 30, transcript=NEW, mentions=MentionFacts(NEW.source, b"new rules", ("K7ABC", "W1AW"))),
    change("analyzed", 21, analysis=AnalysisFacts("c/1", (), b"old rules", 3, NEW.source)),
    change("analyzed", 31, analysis=AnalysisFacts("c/1", (), b"new rules", 0, NEW.source)),
    change("transcribed", 40, transcript=STAND_INS),
    change("extracted", 41, transcript=STAND_INS, mentions=MentionFacts(STAND_INS.source, b"", ())),
    change("analyzed", 42, analysis=AnalysisFacts("c/1", (), b"", 9, STAND_INS.source)),
)


@given(st.lists(st.sampled_from(LIFE), max_size=12).flatmap(lambda more: st.permutations([*LIFE, *more])))
def test_a_whole_life_in_any_order_with_any_repetition_gives_the_same(events: list[Change]) -> None:
    known = after(*events)
    assert known == after(*LIFE)
    assert known.searchable
    assert (known.new_transcript, known.transcript) == (NEW, NEW.source)
    assert known.new_mentions == LIFE[6].mentions
    assert known.new_analysis == LIFE[8].analysis


def test_what_a_stand_in_made_counts_until_something_better_comes() -> None:
    assert after(change("transcribed", transcript=STAND_INS)).transcript == STAND_INS.source
    assert after(change("transcribed", transcript=STAND_INS), TRANSCRIBED).transcript == T1
    good_now = replace(STAND_INS, source=Source("t/3"))
    known = after(change("transcribed", transcript=STAND_INS), change("transcribed", transcript=good_now), TRANSCRIBED)
    assert known.transcript == Source("t/3")


def test_what_is_known_already_is_not_written_again() -> None:
    known = Known(FACTS, transcript=T1, mentions_of=T1, mentioned_us=1, analysis_of=T1, analyzed_us=5)
    again = known.after(EXTRACTED).after(ANALYZED)
    assert (again.new_transcript, again.new_mentions, again.new_analysis) == (None, None, None)


def test_the_trace_is_that_of_the_event_that_began_it() -> None:
    assert after(TRANSCRIBED).trace_id == "transcribed"
    assert after(TRANSCRIBED, STORED).trace_id == "stored"
    assert after(STORED, TRANSCRIBED).trace_id == "stored"
    assert after(STORED, replace(STORED, trace_id="")).trace_id == "stored"
