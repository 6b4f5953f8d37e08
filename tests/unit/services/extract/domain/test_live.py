"""Mentions told while the text still grows."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extract.domain.live import LiveMentions
from services.extract.domain.model import SegmentText
from services.extract.domain.rules import RuleExtractor

OVER = (
    "good evening whiskey one alpha whiskey this is kilo seven x ray yankee zulu maritime mobile checking in "
    "no traffic and thanks to november six tango kilo for the relay kilo seven x ray yankee zulu"
)


CORPUS = Path(__file__).parents[4] / "data" / "callsigns"


def told_of(text: str) -> list[str]:
    """The distinct calls told while `text` grows word by word."""
    state, words = live(), text.split(" ")
    told = [mention for count in range(1, len(words) + 1) for mention in state.update(" ".join(words[:count]))]
    return list(dict.fromkeys(mention.base_call for mention in [*told, *state.finish()]))


def live() -> LiveMentions:
    return LiveMentions(extractor=RuleExtractor())


def test_a_call_is_told_once_although_the_text_keeps_growing() -> None:
    state, words, told = live(), OVER.split(), []
    for count in range(1, len(words) + 1):
        told += state.update(" ".join(words[:count]))
    told += state.finish()

    assert told == RuleExtractor().extract([SegmentText(0, OVER)])


def test_a_call_is_told_before_the_over_ends() -> None:
    (mention,) = live().update("this is kilo seven x ray yankee zulu checking in no traffic ")

    assert mention.base_call == "K7XYZ"


def test_a_call_at_the_end_waits_because_it_may_grow() -> None:
    state = live()

    assert state.update("this is kilo seven x ray yankee ") == []
    (mention,) = state.update("this is kilo seven x ray yankee zulu and how are you all ")
    assert mention.base_call == "K7XYZ"


def test_hesitations_do_not_count_as_words_after_a_call() -> None:
    state = live()

    assert state.update("this is kilo seven x ray yankee uh um uh um ") == []
    (mention,) = state.update("this is kilo seven x ray yankee uh um uh um zulu and how are you all ")
    assert mention.base_call == "K7XYZ"


def test_a_call_that_is_just_being_corrected_is_not_told() -> None:
    state, text = live(), "this is K7ABC correction kilo seven alpha bravo delta good evening to all"
    words, told = text.split(), []
    for count in range(1, len(words) + 1):
        told += state.update(" ".join(words[:count]))
    told += state.finish()

    assert [m.base_call for m in told] == ["K7ABD"]


def test_a_correction_that_never_comes_holds_a_call_only_a_few_words() -> None:
    (mention,) = live().update("this is K7ABC sorry I was late tonight the traffic on the bridge was terrible again ")

    assert mention.base_call == "K7ABC"


def test_finish_tells_what_was_held_back() -> None:
    state = live()
    state.update("this is K7ABC")

    assert [m.base_call for m in state.finish()] == ["K7ABC"]
    assert state.finish() == []


def test_the_segment_index_and_roster_given_are_used() -> None:
    state = LiveMentions(extractor=RuleExtractor(), roster=["W3C"], segment_index=7)

    (mention,) = state.finish("hello w3c")

    assert (mention.base_call, mention.segment_index) == ("W3C", 7)


def test_a_text_that_shrinks_or_repeats_tells_nothing_twice() -> None:
    state = live()
    text = "this is K7ABC checking in no traffic tonight"

    assert len(state.update(text)) == 1
    assert state.update(text) == []
    assert state.update("this is") == []
    assert state.update(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Kilo Echo 7 Tango, I say again, Kilo Echo 7 Tango Bravo Bravo, good evening all",
        "Whisky Golf 0 Tango Victor Hotel, it should be Whisky Golf zero Zulu Victor Hotel, good evening all",
        "KD7ZTW? Papa, Papa, not Tango. KD7ZPW.",
    ],
)
def test_a_call_that_turns_out_wrong_a_few_words_later_was_not_told(text: str) -> None:
    assert told_of(text) == list(dict.fromkeys(m.base_call for m in RuleExtractor().extract([SegmentText(0, text)])))


def test_what_is_told_live_stands_in_the_final_reading_whatever_was_said() -> None:
    lines = [json.loads(line) for line in (CORPUS / "train.jsonl").read_text("utf-8").splitlines()]
    taken_back = 0
    for line in lines:
        final = {m.base_call for m in RuleExtractor().extract([SegmentText(0, line["text"])])}
        taken_back += not final.issuperset(told_of(line["text"]))
    assert taken_back <= len(lines) // 1000


@given(st.lists(st.integers(0, len(OVER)), max_size=12))
def test_wherever_the_text_is_cut_the_spans_are_true_and_never_overlap(cuts: list[int]) -> None:
    state, told = live(), []
    for cut in sorted(cuts):
        told += state.update(OVER[:cut])
    told += state.finish(OVER)

    assert all(m.heard == OVER[m.start : m.end] for m in told)
    assert all(left.end <= right.start for left, right in pairwise(told))
    assert {"W1AW", "K7XYZ"} <= {m.base_call for m in told}
