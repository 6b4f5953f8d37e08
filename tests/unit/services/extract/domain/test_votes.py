"""What the votes of helpers do to a mention."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extract.domain.model import Holder, Mention, MentionForm, MentionReview, MentionRole
from services.extract.domain.reading import Reading
from services.extract.domain.votes import FLOOR, NO_CALL, Band, Effect, Vote, settled, with_votes


def a_mention(base_call: str = "CK7BW", confidence: float = 0.6, **known: object) -> Mention:
    return replace(
        Mention(
            segment_index=0,
            start=0,
            end=4,
            heard="word",
            base_call=base_call,
            modifiers=("P",),
            host_prefix="",
            form=MentionForm.PHONETIC,
            role=MentionRole.SPEAKING,
            evidence=("country:CA", "cue:this is"),
            confidence=confidence,
        ),
        **known,
    )


def vote(base_call: str, log_odds: float = 2.0, why: str = "") -> Vote:
    return Vote("language", base_call, log_odds, why)


def test_a_vote_for_the_call_adds_its_log_odds() -> None:
    after, effect = settled(a_mention(confidence=0.5), [vote("CK7BW")])
    assert (after.confidence, effect) == (0.881, Effect.RAISED)
    assert after.evidence == ("country:CA", "cue:this is", "language:agrees")


def test_a_vote_for_no_call_takes_them_away() -> None:
    after, effect = settled(a_mention(confidence=0.85), [vote(NO_CALL, why="a model number")])
    assert (after.confidence, effect) == (0.434, Effect.LOWERED)
    assert after.evidence[-1] == "language:reads no callsign (a model number)"


def test_what_falls_below_the_floor_leaves_and_is_kept_with_its_evidence() -> None:
    after, effect = settled(a_mention(confidence=0.6), [vote(NO_CALL)])
    assert effect is Effect.DROPPED
    assert after.confidence < FLOOR
    assert after.evidence[-1] == "language:reads no callsign"


def test_an_alternative_takes_the_place_of_the_call_and_the_call_is_an_alternative_then() -> None:
    before = a_mention(alternatives=("K7BW", "K7B"), holder=Holder("Ann", "Kent", "fcc"))
    after, effect = settled(before, [vote("K7BW")])
    assert effect is Effect.SWAPPED
    assert (after.base_call, after.alternatives) == ("K7BW", ("CK7BW", "K7B"))
    assert after.evidence == ("country:US", "cue:this is", "language:reads K7BW")
    assert (after.role, after.modifiers, after.holder) == (MentionRole.SPEAKING, ("P",), None)
    assert after.confidence == 0.649  # 0.2 of the doubt, times e^2, beside 0.6 and 0.2


def test_a_call_that_no_rule_thought_of_needs_more_than_an_alternative_does() -> None:
    known, _ = settled(a_mention(alternatives=("K7BW",)), [vote("K7BW")])
    strange, _ = settled(a_mention(), [vote("K7BW", 3.0)])
    assert (strange.base_call, known.base_call) == ("K7BW", "K7BW")
    assert settled(a_mention(), [vote("K7BW", 1.5)])[0].base_call == "CK7BW"


def test_a_vote_for_another_call_never_takes_a_mention_out() -> None:
    for confidence in (0.5, 0.78, 0.85, 0.99):
        for log_odds in (0.5, 1.0, 2.0, 3.0, 5.0):
            _, effect = settled(a_mention(confidence=confidence), [vote("K7BW", log_odds)])
            assert effect is not Effect.DROPPED


def test_a_weak_vote_for_another_call_only_lowers() -> None:
    after, effect = settled(a_mention(confidence=0.85, alternatives=("K7BW",)), [vote("K7BW", 0.5)])
    assert (after.base_call, effect) == ("CK7BW", Effect.LOWERED)
    assert after.alternatives == ("K7BW",)


def test_votes_never_add_to_what_the_words_alone_say() -> None:
    before = a_mention(confidence=0.7, alternatives=("K7BW",), unaided=0.6)
    said = {call: settled(before, [vote(call)])[0].unaided for call in ("CK7BW", "K7BW", NO_CALL)}
    assert said == {"CK7BW": 0.6, "K7BW": 0.0, NO_CALL: 0.24}


def test_votes_that_contradict_each_other_cancel_out() -> None:
    after, effect = settled(a_mention(confidence=0.7), [vote("CK7BW", 1.0), Vote("acoustic", NO_CALL, 1.0)])
    assert (after.confidence, effect) == (0.7, Effect.NONE)
    assert after.evidence[-2:] == ("language:agrees", "acoustic:reads no callsign")


@pytest.mark.parametrize("review", [MentionReview.CONFIRMED, MentionReview.REPLACED, MentionReview.ADDED])
def test_what_a_person_settled_stays_as_it_is(review: MentionReview) -> None:
    before = a_mention(review=review)
    assert settled(before, [vote(NO_CALL, 9.0)]) == (before, Effect.NONE)
    assert not Band(0.0, 1.0).holds(before)


def test_the_band_includes_its_ends() -> None:
    band = Band(0.5, 0.85)
    assert [band.holds(a_mention(confidence=c)) for c in (0.49, 0.5, 0.85, 0.86)] == [False, True, True, False]


def test_votes_are_counted_by_place_and_the_rest_of_the_reading_stays() -> None:
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    mentions = (a_mention("K7ABC"), a_mention("W1AW", alternatives=("W1AX",)), a_mention("N0CALL"))
    before = Reading("r", "hill", "c", moment, "t", (), mentions=mentions, roster=frozenset({"K7ABC"}))
    after, effects = with_votes(before, {1: [vote("W1AX")], 2: [vote(NO_CALL)]})
    assert [mention.base_call for mention in after.mentions] == ["K7ABC", "W1AX"]
    assert [mention.base_call for mention in after.dropped] == ["N0CALL"]
    assert effects == (Effect.SWAPPED, Effect.DROPPED)
    assert after.mentions[0] is before.mentions[0]
    assert after.roster == before.roster


@given(
    confidence=st.floats(0, 1),
    votes=st.lists(st.builds(vote, st.sampled_from(["", "CK7BW", "K7BW", "W1AW"]), st.floats(0, 50)), max_size=5),
)
def test_a_confidence_stays_one_whatever_is_voted(confidence: float, votes: list[Vote]) -> None:
    after, _ = settled(a_mention(confidence=confidence, alternatives=("K7BW",)), votes)
    assert 0 <= after.confidence <= 1
    assert after.base_call not in after.alternatives
    assert after.base_call
