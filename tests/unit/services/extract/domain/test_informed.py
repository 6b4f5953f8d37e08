"""Readings with what is known of the channel, beside what the words say by themselves."""

from collections.abc import Collection, Sequence

import pytest

from services.extract.domain.expected import NOBODY, Roster
from services.extract.domain.informed import InformedExtractor, almost, clear_calls, may_settle
from services.extract.domain.model import Mention, MentionForm, MentionReview, MentionRole, SegmentText
from services.extract.domain.rules import RuleExtractor

CLEAR, IN_NEED = "this is K7ABC", "on 4 a b c with us tonight"


class FixedExtractor:
    """Finds the same, whatever is asked."""

    name, version = "fixed", "1"

    def __init__(self, found: list[Mention]) -> None:
        self._found = found

    def extract(self, segments: Sequence[SegmentText], roster: Collection[str] | Roster = NOBODY) -> list[Mention]:
        return self._found


def read(text: str, roster: Roster = NOBODY) -> list[Mention]:
    return InformedExtractor(RuleExtractor()).extract([SegmentText(0, text)], roster)


def heard(call: str, confidence: float) -> Mention:
    return Mention(
        0, 0, 5, "heard", call, (), "", MentionForm.PHONETIC, MentionRole.SPEAKING, ("country:US",), confidence
    )


def settle(call: str, confidence: float, roster: Roster) -> Mention:
    extractor = InformedExtractor(FixedExtractor([heard(call, confidence)]))
    return extractor.extract([SegmentText(0, "heard")], roster)[0]


@pytest.mark.parametrize("roster", [NOBODY, Roster(conversation={"K7ABC"}), Roster(regulars={"K7ABC", "W1AW"})])
def test_a_clear_call_is_worth_the_same_whoever_is_expected(roster: Roster) -> None:
    (mention,) = read(CLEAR, roster)
    assert mention.unaided == RuleExtractor().extract([SegmentText(0, CLEAR)])[0].confidence
    assert clear_calls([mention]) == {"K7ABC"}


@pytest.mark.parametrize("kind", ["given", "conversation", "regulars"])
def test_a_call_that_only_the_roster_made_likely_proves_nothing(kind: str) -> None:
    (mention,) = read(IN_NEED, Roster(**{kind: {"ON4ABC"}}))
    assert mention.confidence >= 0.9
    assert mention.unaided == 0.0
    assert clear_calls([mention]) == frozenset()


def test_a_call_that_a_person_vouched_for_is_clear() -> None:
    reviewed = Mention(
        0, 0, 5, "heard", "K7ABC", (), "", MentionForm.PHONETIC, MentionRole.SPEAKING, (), 0.99,
        review=MentionReview.CONFIRMED,
    )  # fmt: skip
    assert clear_calls([reviewed]) == {"K7ABC"}


@pytest.mark.parametrize(
    ("call", "present", "why"),
    [
        ("K7ABD", "K7ABC", "misheard"),
        ("E7XYZ", "KE7XYZ", "clipped"),
        ("K7ABQ", "K7ABC", ""),
        ("K7ABC", "K7ABC", ""),
        ("K7BBD", "K7ABC", ""),
        ("K7AB", "K7ABC", ""),
        ("A1A", "KA1A", ""),
    ],
)
def test_what_may_be_a_mistake_for_a_call(call: str, present: str, why: str) -> None:
    assert almost(call, present) == why


def test_a_doubtful_call_becomes_the_one_it_almost_is_and_stays_an_alternative() -> None:
    mention = settle("K7ABD", 0.7, Roster(conversation={"K7ABC"}))
    assert (mention.base_call, mention.alternatives) == ("K7ABC", ("K7ABD",))
    assert "conversation:reads K7ABC (misheard)" in mention.evidence
    assert mention.unaided == 0.0


@pytest.mark.parametrize(
    ("confidence", "roster"),
    [
        (0.9, Roster(conversation={"K7ABC"})),  # sure enough
        (0.7, Roster(conversation={"K7ABC", "K7ABE"})),  # two are as near
        (0.7, Roster(conversation={"K7ABC", "K7ABD"})),  # it was heard clearly itself
        (0.7, Roster(conversation={"K7ABC"}, regulars={"K7ABD"})),  # it belongs here
        (0.7, Roster(regulars={"K7ABC"})),  # nobody says that K7ABC is there
    ],
)
def test_a_call_is_left_alone_unless_all_speaks_for_another(confidence: float, roster: Roster) -> None:
    assert settle("K7ABD", confidence, roster).base_call == "K7ABD"


def test_a_call_that_may_as_well_be_another_is_not_clear() -> None:
    (ambiguous,) = read("juliet kilo seven alpha bravo charlie")
    assert ambiguous.alternatives
    assert clear_calls([ambiguous]) == frozenset()


@pytest.mark.parametrize(
    ("clear", "base_call", "alternatives", "confidence"),
    [
        ("K7ABC", "JK7ABC", ("K7ABC", "JK7AB"), 0.99),  # an alternative
        ("K7ABC", "K7ABD", (), 0.8),  # almost the same, and doubtful
        ("KE7XYZ", "E7XYZ", (), 0.8),
        ("K7ABC", "K7ABC", (), 0.8),  # right, and may be said so
    ],
)
def test_a_clear_call_may_settle(clear: str, base_call: str, alternatives: tuple[str, ...], confidence: float) -> None:
    assert may_settle(clear, base_call, alternatives, confidence)


@pytest.mark.parametrize(
    ("clear", "base_call", "alternatives", "confidence"),
    [
        ("JK7AB", "JK7ABC", ("JK7AB",), 0.99),  # its beginning only
        ("K7ABC", "K7ABD", (), 0.95),  # sure enough
        ("W1AW", "K7ABD", (), 0.5),  # nothing like it
    ],
)
def test_it_settles_nothing_else(clear: str, base_call: str, alternatives: tuple[str, ...], confidence: float) -> None:
    assert not may_settle(clear, base_call, alternatives, confidence)
