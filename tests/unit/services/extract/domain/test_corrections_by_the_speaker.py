"""A call that is taken back was not said; one that is cut off was not heard."""

from __future__ import annotations

import pytest

from services.extract.domain.likeness import distance
from tests.unit.services.extract.domain.reading import calls, read


@pytest.mark.parametrize(
    "text",
    [
        "This is K7ABC, correction, K7ABD.",
        "K7ABC. Correction. K7ABD.",
        "kilo seven alpha bravo charlie, negative, that is kilo seven alpha bravo delta",
        "K7ABC, I mean K7ABD, good evening",
        "K7ABC, make that K7ABD",
        "this is K7ABC scratch that K7ABD",
        "K7ABC, no, K7ABD",
        "K7ABC no wait K7ABD",
        "K7ABC, sorry, K7ABD, good evening",
        "K7ABC or was it K7ABD",
        "Did you say K7ABC? Negative, K7ABD.",
        "K7ABC, let me try that again, K7ABD",
        "that was K7ABD not K7ABC",
        "negative, not K7ABC, it's K7ABD",
        "K7ABC, K7ABC, uh, correction, K7ABD",
        "kilo seven alpha bravo charlie, correction, alpha bravo delta",
    ],
)
def test_only_the_corrected_call_counts(text: str) -> None:
    assert calls(text) == ["K7ABD"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("K7ABC no traffic. W7XYZ you're next.", "K7ABC W7XYZ"),
        ("W7ABC sorry I missed you earlier, N7XYZ go ahead", "W7ABC N7XYZ"),
        ("W7ABC negative on the traffic. N7XYZ", "W7ABC N7XYZ"),
        ("this is W7ABC, correction to the earlier announcement, the net is at 8", "W7ABC"),
        ("K7ABC. I mean it was a great day.", "K7ABC"),
        ("I think it was K7ABC or K7ABD", "K7ABC K7ABD"),
        ("K7ABC is not here tonight", "K7ABC"),
        ("K7ABC, Bob, correction, Bill", "K7ABC"),
        ("K7ABC in Tacoma, correction, Olympia. W7XYZ next", "K7ABC W7XYZ"),
        ("K7ABC, no traffic, K7ABD", "K7ABC K7ABD"),
        ("K7ABC wait for K7ABD", "K7ABC K7ABD"),
    ],
)
def test_the_same_words_in_other_talk_withdraw_nothing(text: str, found: str) -> None:
    assert calls(text) == found.split()


def test_a_call_is_gone_with_scratch_that_even_if_no_other_follows() -> None:
    assert calls("this is K7ABC, scratch that, I'm on the club station tonight") == []


def test_a_suffix_given_anew_marks_the_new_letters_and_says_what_it_replaced() -> None:
    (mention,) = read("K7ABC, correction, alpha bravo delta")

    assert mention.heard == "alpha bravo delta"
    assert "corrected:K7ABC" in mention.evidence


@pytest.mark.parametrize(
    "text",
    [
        "this is kilo seven alpha bra-",
        "this is kilo seven alpha...",
        "kilo kilo seven alpha...",
        "this is kilo seven alpha bravo cha",
        "kilo seven alpha bravo...",
        "this is kilo seven alpha",
        "K7AB—",
        "kilo seven",
        "I only got K7A something",
        "kilo seven alpha bravo and then you faded",
        "whiskey seven x-ray something",
        "got the kilo seven, missed the rest",
        "this is K7...",
        "this is W7AB [inaudible]",
        "kilo seven alpha, go ahead again",
        "Kilo Foxtrot 7 Uni",
        "Whiskey Victor six Alpha Ta--",
        "This is Kilo Delta 7 Zulu, Pa...",
        "KC7V... you timed out the machine, Gus.",
        "Kilo Echo 7 November... lost you.",
        "Any KE7s out there, or KJ7s?",
    ],
)
def test_a_call_cut_off_before_its_end_is_none(text: str) -> None:
    assert calls(text) == []


@pytest.mark.parametrize(
    "text", ["This is K7ABC...", "K7ABC... good evening", "K7AB. Good evening", "this is W1AW, uh..."]
)
def test_a_pause_behind_a_complete_call_cuts_nothing(text: str) -> None:
    assert len(calls(text)) == 1


@pytest.mark.parametrize("between", [", ", ", I say again, ", "... that's ", ", once more, "])
def test_a_call_begun_and_begun_again_is_one(between: str) -> None:
    assert calls(f"kilo seven alpha bravo{between}kilo seven alpha bravo charlie") == ["K7ABC"]


@pytest.mark.parametrize(
    ("left", "right", "edits"), [("K7ABC", "K7ABC", 0), ("K7ABC", "K7ABD", 1), ("K7AB", "KK7AC", 2)]
)
def test_distance_counts_edits(left: str, right: str, edits: int) -> None:
    assert distance(left, right) == distance(right, left) == edits
