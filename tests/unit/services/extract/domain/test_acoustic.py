"""What a closed grammar heard, as a vote."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extract.domain.acoustic import (
    LONGEST_SECONDS,
    MARGIN_SECONDS,
    MISSED,
    Heard,
    agreement,
    opinion,
    stretch_of,
)
from services.extract.domain.airtime import Airtime
from services.extract.domain.model import Mention, MentionForm, MentionRole, SegmentText
from services.extract.domain.reading import Reading, TimedWord
from services.extract.domain.votes import Vote

CALLS = st.from_regex(r"[A-Z]{1,2}[0-9][A-Z]{1,4}", fullmatch=True)
SYMBOLS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ", max_size=30)


def a_mention(base_call: str = "KE7XYZ", *alternatives: str, start: int = 8, end: int = 21) -> Mention:
    return Mention(
        segment_index=0,
        start=start,
        end=end,
        heard="kilo echo seven",
        base_call=base_call,
        modifiers=(),
        host_prefix="",
        form=MentionForm.PHONETIC,
        role=MentionRole.SPEAKING,
        evidence=(),
        confidence=0.7,
        alternatives=alternatives,
    )


def voted(mention: Mention, *symbols: str) -> Vote | None:
    return opinion(mention, [Heard(each, "") for each in symbols])


def test_what_was_heard_symbol_for_symbol_agrees_wholly_wherever_it_stands() -> None:
    assert agreement("KE7XYZ", "KE7XYZ") == 1.0
    assert agreement("KE7XYZ", " M KE7XYZ 2 ") == 1.0


def test_a_confusable_symbol_costs_less_than_another_or_a_missed_one() -> None:
    confusable, missed, other = (agreement("KE7XYZ", heard) for heard in ("KV7XYZ", "K7XYZ", "KM7XYZ"))
    assert 1.0 > confusable > missed > other > 0.75


def test_a_word_between_costs_less_than_a_symbol_between() -> None:
    assert agreement("KE7XYZ", "KE7 XYZ") > agreement("KE7XYZ", "KE7QXYZ")


@given(CALLS, SYMBOLS)
def test_agreement_is_a_share_and_whole_only_where_the_call_was_heard(call: str, symbols: str) -> None:
    assert 0.0 <= agreement(call, symbols) <= 1.0
    assert (agreement(call, symbols) == 1.0) == (call in symbols)


def test_nothing_heard_agrees_as_little_as_all_symbols_missed() -> None:
    assert agreement("K7ABC", "") == pytest.approx(1 - MISSED)


def test_a_call_that_is_heard_again_gets_a_vote_with_the_words_for_people() -> None:
    vote = opinion(a_mention(), [Heard("KE7XYZ", "kilo echo seven x-ray yankee zulu")])
    assert vote is not None
    assert (vote.helper, vote.base_call, vote.why) == ("acoustic", "KE7XYZ", "kilo echo seven x-ray yankee zulu")


def test_a_better_fit_is_a_stronger_vote() -> None:
    votes = [voted(a_mention(), heard) for heard in ("KE7XYZ", "KE7X YZ", "E7X Z")]
    weights = [vote.log_odds for vote in votes if vote]
    assert len(weights) == 3
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > weights[-1] > 0


def test_one_of_the_grammars_is_enough() -> None:
    vote = voted(a_mention(), "8 M 2", "KE7XYZ")
    assert vote is not None
    assert vote.base_call == "KE7XYZ"


def test_where_nothing_like_it_was_heard_there_is_no_vote_since_noise_hides_calls() -> None:
    assert voted(a_mention(), "  M  ") is None
    assert voted(a_mention(), "") is None


def test_an_alternative_that_fits_better_is_voted_for() -> None:
    vote = voted(a_mention("KE7XU", "KE7XYZ"), "KE7XYZ")
    assert vote is not None
    assert vote.base_call == "KE7XYZ"


def test_the_beginning_of_a_call_is_no_better_than_the_whole() -> None:
    vote = voted(a_mention("WR7LNE", "WR7LN", "R7LNE"), "WR7LNE")
    assert vote is not None
    assert vote.base_call == "WR7LNE"


def test_a_longer_call_in_one_breath_is_voted_for() -> None:
    vote = voted(a_mention("M6HRD"), " WM6HRD  ")
    assert vote is not None
    assert vote.base_call == "WM6HRD"
    apart = voted(a_mention("M6HRD"), "W M6HRD")
    assert apart is not None
    assert apart.base_call == "M6HRD"


def test_what_no_country_issues_is_no_longer_call() -> None:
    vote = voted(a_mention("M6HRD"), "9WM6HRD")
    assert vote is not None
    assert vote.base_call == "M6HRD"


def test_middling_agreement_says_nothing() -> None:
    assert voted(a_mention(), "KE7") is None


def test_without_a_hypothesis_there_is_no_vote() -> None:
    assert opinion(a_mention(), []) is None


def a_reading(words: tuple[TimedWord, ...]) -> Reading:
    return Reading(
        recording="nodes/hill/recordings/1",
        node="hill",
        channel="repeater",
        captured_at=datetime(2026, 1, 1, tzinfo=UTC),
        transcript="nodes/hill/recordings/1/transcripts/1",
        segments=(SegmentText(0, "this is kilo seven now"),),
        words={0: words} if words else {},
        times={0: (0.0, 4.0)},
    )


WORDS = tuple(
    TimedWord(text, start, start + 0.5)
    for text, start in (("this", 0.1), ("is", 0.6), ("kilo", 1.1), ("seven", 1.7), ("now", 2.5))
)


def test_the_stretch_is_that_of_the_words_and_a_little_more() -> None:
    stretch = stretch_of(a_reading(WORDS), a_mention(start=8, end=18))
    assert stretch is not None
    assert stretch.begins_seconds == pytest.approx(1.1 - MARGIN_SECONDS)
    assert stretch.ends_seconds == pytest.approx(2.2 + MARGIN_SECONDS)


def test_a_stretch_begins_no_earlier_than_the_recording() -> None:
    assert stretch_of(a_reading(WORDS), a_mention(start=0, end=4)) == Airtime(0.0, 0.6 + MARGIN_SECONDS)


def test_without_timed_words_or_over_too_long_a_time_there_is_none() -> None:
    assert stretch_of(a_reading(()), a_mention(start=8, end=18)) is None
    late = (*WORDS[:3], replace(WORDS[3], end_seconds=LONGEST_SECONDS + 1))
    assert stretch_of(a_reading(late), a_mention(start=8, end=18)) is None
