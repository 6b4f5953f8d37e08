"""One version of the corrections."""

from __future__ import annotations

from services.extract.domain.corrections import Correction
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
