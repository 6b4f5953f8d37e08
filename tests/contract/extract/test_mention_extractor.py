"""What every implementation of the MentionExtractor port must do; add an implementation to EXTRACTORS."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extract.domain.expected import Roster
from services.extract.domain.informed import InformedExtractor
from services.extract.domain.model import Mention, MentionForm, SegmentText
from services.extract.domain.port import MentionExtractor
from services.extract.domain.rules import RuleExtractor

EXTRACTORS: dict[str, Callable[[], MentionExtractor]] = {
    "rules": RuleExtractor,
    "informed rules": lambda: InformedExtractor(RuleExtractor()),
}

_NEIGHBOURS = frozenset({"K7ABD", "K7APC", "KK7ABC", "KA7ABC", "W7ABC", "K7BBC", "K7ABCD", "K7AB", "N7ABC"})
_WORDY = frozenset({"AT9AM", "IT7O", "ON4M", "WE5W", "IC7RAD", "K7ABC", "ON40M"})

# Words that lead an extractor into its deep branches far more often than arbitrary text would.
_VOCABULARY = (
    "K7ABC k7abc/p VE7/ K-K-7 K 7 ABC kilo seven x ray X-ray yankee zulu to for oh o a i A I / stroke portable "
    "maritime mobile this is de go ahead -9 70 146.72 9am KJ70X double u é ß 𝕂 , . … ' ’s checking in"
)
_RADIO_WORDS = st.sampled_from(_VOCABULARY.split())
_TEXTS = st.one_of(st.text(), st.lists(_RADIO_WORDS, max_size=30).map(" ".join))


@pytest.fixture(params=sorted(EXTRACTORS), name="extractor")
def _extractor(request: pytest.FixtureRequest) -> MentionExtractor:
    return EXTRACTORS[request.param]()


def read(extractor: MentionExtractor, *texts: str) -> list[Mention]:
    return extractor.extract([SegmentText(i, text) for i, text in enumerate(texts)])


def test_it_has_a_name_and_a_version(extractor: MentionExtractor) -> None:
    assert extractor.name
    assert extractor.version


def test_no_segments_give_no_mentions(extractor: MentionExtractor) -> None:
    assert extractor.extract([]) == []


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("K7ABC", MentionForm.WRITTEN),
        ("K 7 A B C", MentionForm.SPACED),
        ("kilo seven alpha bravo charlie", MentionForm.PHONETIC),
        ("K7 alpha bravo charlie", MentionForm.MIXED),
    ],
)
def test_one_call_is_found_in_every_form(extractor: MentionExtractor, text: str, form: MentionForm) -> None:
    (mention,) = read(extractor, f"this is {text} checking in")

    assert (mention.base_call, mention.form, mention.heard) == ("K7ABC", form, text)


def test_offsets_count_code_points_not_bytes(extractor: MentionExtractor) -> None:
    (mention,) = read(extractor, "café 📻 K7ABC")

    assert (mention.start, mention.end) == (7, 12)


def test_mentions_carry_the_index_of_their_segment_in_order(extractor: MentionExtractor) -> None:
    found = extractor.extract([SegmentText(9, "W1AW and K7ABC"), SegmentText(4, "N7XYZ")])

    assert [(m.segment_index, m.base_call) for m in found] == [(4, "N7XYZ"), (9, "W1AW"), (9, "K7ABC")]


def test_a_roster_call_is_believed_where_it_would_not_be_otherwise(extractor: MentionExtractor) -> None:
    segments = [SegmentText(0, "on 4 a b c with us tonight")]

    assert extractor.extract(segments) == []
    assert [m.base_call for m in extractor.extract(segments, {"ON4ABC"})] == ["ON4ABC"]


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        (Roster(given={"ON4ABC"}), "roster"),
        (Roster(conversation={"ON4ABC"}), "conversation"),
        (Roster(regulars={"ON4ABC"}), "regular"),
    ],
)
def test_the_evidence_says_how_an_expected_call_came_to_be_known(
    extractor: MentionExtractor, roster: Roster, said: str
) -> None:
    (mention,) = extractor.extract([SegmentText(0, "on 4 a b c with us tonight")], roster)

    assert mention.base_call == "ON4ABC"
    assert said in mention.evidence


def test_what_was_clipped_is_settled_by_who_is_present_not_by_the_many_regulars(extractor: MentionExtractor) -> None:
    segments = [SegmentText(0, "seven alpha bravo charlie, good evening")]

    assert [m.base_call for m in extractor.extract(segments, Roster(conversation={"K7ABC"}))] == ["K7ABC"]
    assert extractor.extract(segments, Roster(regulars={"K7ABC"})) == []


@pytest.mark.parametrize("kind", ["given", "conversation", "regulars"])
@pytest.mark.parametrize(
    "text", ["this is K7ABC", "kilo seven alpha bravo charlie, good evening", "K 7 A B C listening"]
)
def test_a_clear_call_never_becomes_an_expected_neighbour(extractor: MentionExtractor, text: str, kind: str) -> None:
    found = extractor.extract([SegmentText(0, text)], Roster(**{kind: _NEIGHBOURS}))
    assert [m.base_call for m in found] == ["K7ABC"]


@pytest.mark.parametrize("kind", ["given", "conversation", "regulars"])
@pytest.mark.parametrize(
    "text", ["at 9 am on the dot", "it is 7 o'clock", "on 40 meters", "we 5 went to 2 and 70", "the IC 7300 is a radio"]
)
def test_prose_never_becomes_an_expected_call(extractor: MentionExtractor, text: str, kind: str) -> None:
    assert extractor.extract([SegmentText(0, text)], Roster(**{kind: _WORDY})) == []


@pytest.mark.parametrize("text", ["\ud800 K7ABC \udfff", "\x00K7ABC\x00", "K7ABC" * 5000, "kilo " * 5000, "7 " * 5000])
def test_broken_and_endless_text_is_read_without_error(extractor: MentionExtractor, text: str) -> None:
    assert all(text[m.start : m.end] == m.heard for m in read(extractor, text))


@pytest.mark.parametrize("make", EXTRACTORS.values(), ids=EXTRACTORS)
@given(texts=st.lists(_TEXTS, max_size=3), roster=st.frozensets(st.sampled_from(["K7ABC", "KX7X", "8A1AAA"])))
def test_any_text_is_read_without_error_and_every_span_is_true(
    make: Callable[[], MentionExtractor], texts: list[str], roster: frozenset[str]
) -> None:
    segments = [SegmentText(i, text) for i, text in enumerate(texts)]

    found = make().extract(segments, roster)

    for mention in found:
        text = texts[mention.segment_index]
        assert 0 <= mention.start < mention.end <= len(text)
        assert mention.heard == text[mention.start : mention.end]
        assert 0.0 < mention.confidence <= 1.0
        assert mention.base_call.isalnum()
        assert mention.base_call == mention.base_call.upper()
    for left, right in pairwise(found):
        assert (left.segment_index, left.end) <= (right.segment_index, right.start) or (
            left.segment_index < right.segment_index
        )
    assert make().extract(segments, roster) == found
