"""One version of the corrections."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from services.extract.domain.corrections import Correction, CorrectionCategory
from services.extract.domain.grammar import read_call, read_special
from services.extract.domain.model import SegmentText
from services.extract.domain.spelling import BUILT_IN_SPELLING, Spelling


def calls(spelling: Spelling, text: str) -> list[str]:
    return [mention.base_call for mention in spelling.extractor.extract([SegmentText(0, text)])]


def test_corrections_that_are_out_of_force_do_not_count() -> None:
    banana = Correction("banana", ("K",))
    text = "this is banana seven alpha bravo charlie"

    assert calls(Spelling.of(3, [banana]), text) == ["K7ABC"]
    assert calls(Spelling.of(4, [Correction("banana", ("K",), enabled=False)]), text) == []


def test_trying_one_leaves_what_is_in_force_as_it_is() -> None:
    text = "this is banana seven alpha bravo charlie"
    tried = BUILT_IN_SPELLING.trying([Correction("banana", ("K",))])

    assert (calls(tried, text), calls(BUILT_IN_SPELLING, text)) == (["K7ABC"], [])


def test_what_is_tried_takes_the_place_of_what_is_in_force() -> None:
    text = "this is cielo seven alpha bravo charlie"

    assert calls(BUILT_IN_SPELLING, text) == ["K7ABC"]
    assert calls(BUILT_IN_SPELLING.trying([Correction("cielo", ("N",))]), text) == ["N7ABC"]
    assert calls(BUILT_IN_SPELLING.trying([Correction("cielo", ("K",), enabled=False)]), text) == []


_HEARD = st.sampled_from(["banana", "kew", "fiver", "key loo", "q back", "vee vee", "bocks", "kilo's", "abc", "thee"])
_MEANT = st.lists(st.text("AKQZ7059", min_size=1, max_size=3), min_size=1, max_size=4, unique=True)
_CATEGORIES = st.sampled_from(CorrectionCategory)
_TRIED = st.builds(Correction, heard=_HEARD, meant=_MEANT.map(tuple), category=_CATEGORIES, enabled=st.booleans())
_SPOKEN = ["kilo", "seven", "7", "K7", "alpha", "double", "this is", "/", ".", ",", "uh", "correction", "bravo", "no"]
_TEXTS = st.lists(st.one_of(_HEARD, st.sampled_from(_SPOKEN)), max_size=12).map(" ".join)
_ROSTERS = st.frozensets(st.sampled_from(["K7ABC", "Q7AK", "AK7Z"]))


@given(st.lists(_TRIED, max_size=6), _TEXTS, _ROSTERS)
@settings(max_examples=200)
def test_whatever_people_teach_every_text_is_read_and_every_span_lies_in_it(
    tried: list[Correction], text: str, roster: frozenset[str]
) -> None:
    spelling = Spelling.of(1, tried)

    for mention in spelling.extractor.extract([SegmentText(0, text)], roster):
        assert text[mention.start : mention.end] == mention.heard
        assert read_call(mention.base_call) or mention.base_call in roster or read_special(mention.base_call)
    for word in spelling.words(text):
        assert text[word.start : word.end] == word.heard
