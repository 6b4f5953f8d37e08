"""What holds for every text."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from services.extract.domain.alphabet import BUILT_IN
from services.extract.domain.grammar import looks_itu, read_call, read_special
from services.extract.domain.model import SegmentText
from tests.unit.services.extract.domain.reading import EXTRACTOR, calls, read
from tests.unit.services.extract.domain.test_context import NO_CALLS

_FILLERS = ["uh", "um", "you know", "okay", "well", "so", "uh, um"]
_WORDS = st.sampled_from([
    *sorted(BUILT_IN.words), *(" ".join(pair) for pair in BUILT_IN.pairs),
    "this is", "K7ABC", "kd7xyz", "KJ70X", "W7", "abc", "9 am", "correction", "no", "sorry", "on", "at",
    "slash", "mobile", "portable", "checking in", "listening", "...", "bra-", "IC-7300", "antenna", "the", "a", "I",
    "WRXX123", "CN87", "146.96", "5 9", "73", "Katie", "lo", "Mike,", "Cessna", "2E0", "9A1AA", "S57XYZ", "VE7/",
])  # fmt: skip
_LINES = st.lists(_WORDS, max_size=14).map(" ".join)
_ROSTERS = st.frozensets(
    st.sampled_from(["K7ABC", "KD7XYZ", "W1AW", "2E0ABC", "VK3FABC", "W100AW", "ON4ABC"]), max_size=4
)
_CALLS = st.sampled_from(["K7ABC", "kilo delta seven x-ray yankee zulu", "V E 3 A B C", "kay seven ex why zee"])
_PROSE = st.sampled_from([
    "good evening everyone", "I was at the store at 9 AM", "we are on 2 meters", "the weather is fine", "thanks to all",
    "see you at 7", "my IC 7300 is here", "alpha and bravo are words", "it was in November",
])  # fmt: skip


@given(st.lists(st.one_of(st.text(), _LINES), max_size=3), _ROSTERS)
@settings(max_examples=150)
def test_any_text_is_read_and_every_span_lies_in_its_segment(texts: list[str], roster: frozenset[str]) -> None:
    segments = [SegmentText(i, text) for i, text in enumerate(texts)]

    for mention in EXTRACTOR.extract(segments, roster):
        text = texts[mention.segment_index]
        assert 0 <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.heard
        assert 0 < mention.confidence < 1
        assert mention.base_call not in mention.alternatives


@given(_LINES)
@settings(max_examples=200)
def test_without_a_roster_no_call_is_outside_the_country_grammar(text: str) -> None:
    assert all(read_call(call) or read_special(call) for call in calls(text))


@given(_LINES, _ROSTERS)
@settings(max_examples=100)
def test_with_a_roster_other_calls_are_those_of_the_roster(text: str, roster: frozenset[str]) -> None:
    found = calls(text, roster=" ".join(roster))

    assert all(read_call(call) or read_special(call) or (call in roster and looks_itu(call)) for call in found)


@given(
    st.lists(st.one_of(_PROSE, _CALLS), min_size=1, max_size=5),
    st.lists(st.sampled_from(_FILLERS), min_size=5, max_size=5),
)
@settings(max_examples=100)
def test_fillers_between_sentences_never_invent_a_call(sentences: list[str], fillers: list[str]) -> None:
    plain = ". ".join(sentences)
    filled = " ".join(
        f"{sentence}. {filler.capitalize()}." for sentence, filler in zip(sentences, fillers, strict=False)
    )

    assert set(calls(filled)) <= set(calls(plain))


@given(st.sampled_from(NO_CALLS), st.lists(st.sampled_from(["", *_FILLERS]), min_size=30, max_size=30))
@settings(max_examples=150)
def test_fillers_anywhere_in_prose_never_invent_a_call(text: str, fillers: list[str]) -> None:
    words = zip(fillers, text.split(), strict=False)

    assert calls(" ".join(part for pair in words for part in pair if part)) == []


@given(st.sampled_from(NO_CALLS), st.sampled_from(["", ",", ".", "!", " -", "..."]))
@settings(max_examples=150)
def test_punctuation_never_makes_a_call_of_prose(text: str, mark: str) -> None:
    assert calls(re.sub(r"[.,?!]+(?=\s|$)", mark, text)) == []
    assert calls(f"{text}. Right. {text}.") == []


@given(_CALLS, st.sampled_from([" ", ", ", ". ", " - ", "! ", "? "]))
def test_a_call_said_twice_is_one(call: str, between: str) -> None:
    assert calls(f"calling {call}{between}{call}{between}{call}") == calls(call)


@given(_LINES)
@settings(max_examples=150)
def test_case_never_matters(text: str) -> None:
    assert calls(text.upper()) == calls(text.lower()) == calls(text)


@given(_CALLS, st.sampled_from([" ", "-", ", ", " - ", "... ", ". "]), _PROSE)
def test_whatever_parts_the_words_of_a_spelled_call_it_is_the_same(call: str, gap: str, prose: str) -> None:
    parted = gap.join(re.split(r"[ -]", call.replace("x-ray", "xray")))

    assert calls(f"{prose}. This is {parted}") == calls(call)


@given(st.sampled_from(["kilo ", "7 ", "a, ", "K7A", "for to ", ". ", " " * 50, "-", "zero "]), st.integers(1, 2000))
@settings(max_examples=40, deadline=None)
def test_long_repetitions_are_read(part: str, times: int) -> None:
    assert isinstance(read(part * times, roster="K7ABC"), list)
