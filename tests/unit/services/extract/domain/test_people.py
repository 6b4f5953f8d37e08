"""People's word applied to what was read."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from services.extract.domain.airtime import Airtime, airtime_of
from services.extract.domain.model import Holder, Mention, MentionForm, MentionReview, MentionRole, SegmentText
from services.extract.domain.people import MERGED, SURE, reviewed
from services.extract.domain.reading import Reading, TimedWord
from services.extract.domain.reviews import Place, Review, ReviewAction

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
CONFIRM, REJECT, REPLACE, ADD, MERGE = ReviewAction
TEXT = "this is K7ABC calling W1AW"


def a_reading(*texts: str, calls: Iterable[str] = (), transcript: str = "t1", timed: bool = True) -> Reading:
    """Every word takes a second. Each of `calls` is read where it is written."""
    words, times, mentions, clock = {}, {}, [], 0.0
    for index, text in enumerate(texts):
        spoken = [TimedWord(f" {word}", clock + at, clock + at + 0.9) for at, word in enumerate(text.split())]
        words[index], times[index] = tuple(spoken), (clock, clock + len(spoken))
        clock += len(spoken)
        mentions += [a_mention(index, text, call) for call in calls if call in text]
    return Reading(
        recording="nodes/hill/recordings/1",
        node="hill",
        channel="repeater",
        captured_at=NOON,
        transcript=transcript,
        segments=tuple(SegmentText(index, text) for index, text in enumerate(texts)),
        words=words if timed else {},
        times=times if timed else {},
        mentions=tuple(sorted(mentions, key=lambda mention: (mention.segment_index, mention.start))),
    )


def a_mention(index: int, text: str, heard: str, base_call: str = "") -> Mention:
    start = text.index(heard)
    return Mention(
        segment_index=index,
        start=start,
        end=start + len(heard),
        heard=heard,
        base_call=base_call or heard,
        modifiers=(),
        host_prefix="",
        form=MentionForm.WRITTEN,
        role=MentionRole.SPEAKING,
        evidence=("country:US",),
        confidence=0.8,
        alternatives=("K7ABD",),
        holder=Holder("Ann", "Seattle", "fcc"),
    )


def said(
    number: int, action: ReviewAction, call: str = "", new: str = "", *, at: Place | None = None, node: str = ""
) -> Review:
    return Review(f"{number:04}", action, call, new, at, node, f"P{number}", "", NOON)


def place(reading: Reading, heard: str) -> Place:
    segment = next(segment for segment in reading.segments if heard in segment.text)
    start = segment.text.index(heard)
    end = start + len(heard)
    moment = airtime_of(reading, segment.index, start, end)
    return Place(reading.recording, reading.transcript, segment.index, start, end, heard, moment)


def after(reading: Reading, *reviews: Review) -> Reading:
    return reviewed(reading, reviews, calls=frozenset())


def calls(reading: Reading) -> list[str]:
    return [mention.base_call for mention in reading.mentions]


READING = a_reading(TEXT, calls=("K7ABC", "W1AW"))
HERE = place(READING, "K7ABC")


def test_without_any_word_of_people_nothing_changes() -> None:
    assert after(READING).mentions == READING.mentions


def test_a_confirmed_mention_is_sure_and_keeps_what_was_known_of_it() -> None:
    first, second = after(READING, said(1, CONFIRM, "K7ABC", at=HERE)).mentions
    assert (first.base_call, first.confidence, first.review) == ("K7ABC", SURE, MentionReview.CONFIRMED)
    assert first.evidence == ("person:P1", "country:US")
    assert (first.holder, first.alternatives) == (READING.mentions[0].holder, ())
    assert second == READING.mentions[1]


def test_a_rejected_mention_is_gone_and_the_same_call_elsewhere_stays() -> None:
    reading = a_reading(TEXT, "K7ABC again", calls=("K7ABC",))
    assert [m.segment_index for m in after(reading, said(1, REJECT, "K7ABC", at=place(reading, "K7ABC"))).mentions] == [
        1
    ]


def test_a_replaced_mention_has_the_new_call_and_no_longer_the_holder_of_the_old() -> None:
    first, _ = after(READING, said(1, REPLACE, "K7ABC", "K7ABD", at=HERE)).mentions
    assert (first.base_call, first.review, first.holder) == ("K7ABD", MentionReview.REPLACED, None)
    assert (first.heard, first.confidence) == ("K7ABC", SURE)


def test_an_added_mention_stands_in_its_place_in_order() -> None:
    reading = a_reading("hello from the hill top", calls=())
    found = after(reading, said(1, ADD, new="K7ABC", at=place(reading, "the hill")))
    (mention,) = found.mentions
    assert (mention.base_call, mention.heard, mention.review) == ("K7ABC", "the hill", MentionReview.ADDED)
    assert mention.evidence == ("person:P1",)
    assert found.heeded is not None
    (effect,) = found.heeded.effects
    assert (effect.review, effect.base_call, effect.start) == ("0001", "", 11)


def test_what_is_added_and_later_read_by_the_rules_too_is_one_confirmed_mention() -> None:
    (first, _) = after(READING, said(1, ADD, new="K7ABC", at=HERE)).mentions
    assert first.review is MentionReview.CONFIRMED


def test_of_two_people_who_spoke_of_the_same_mention_the_last_counts() -> None:
    to_abd, to_abe = (said(n, REPLACE, "K7ABC", new, at=HERE) for n, new in ((1, "K7ABD"), (2, "K7ABE")))
    assert calls(after(READING, to_abe, to_abd)) == ["K7ABE", "W1AW"]
    assert calls(after(READING, to_abd, said(2, REJECT, "K7ABC", at=HERE))) == ["W1AW"]
    assert calls(after(READING, said(1, REJECT, "K7ABC", at=HERE), said(2, CONFIRM, "K7ABC", at=HERE))) == [
        "K7ABC",
        "W1AW",
    ]


def test_a_review_of_what_another_review_made_is_heeded() -> None:
    chain = said(1, REPLACE, "K7ABC", "K7ABD", at=HERE), said(2, REPLACE, "K7ABD", "K7ABE", at=HERE)
    assert calls(after(READING, *chain)) == ["K7ABE", "W1AW"]


def test_a_callsign_rejected_everywhere_is_gone_everywhere_also_as_an_alternative() -> None:
    reading = a_reading(TEXT, "K7ABC again", "K7ABD here", calls=("K7ABC", "W1AW"))
    found = after(reading, said(1, REJECT, "K7ABC"), said(2, REJECT, "K7ABD"))
    assert [(mention.base_call, mention.alternatives) for mention in found.mentions] == [("W1AW", ())]
    assert found.heeded is not None
    assert [(effect.segment_index, effect.base_call) for effect in found.heeded.effects] == [(0, "K7ABC"), (1, "K7ABC")]


def test_a_mention_that_a_person_confirmed_stays_where_its_call_is_rejected_everywhere() -> None:
    reading = a_reading(TEXT, "K7ABC again", calls=("K7ABC",))
    confirmed = said(1, CONFIRM, "K7ABC", at=place(reading, "K7ABC"))
    assert [m.segment_index for m in after(reading, confirmed, said(2, REJECT, "K7ABC")).mentions] == [0]


def test_a_merged_callsign_becomes_the_other_through_several_steps_and_never_in_a_circle() -> None:
    found = after(READING, said(1, MERGE, "K7ABC", "K7ABD"), said(2, MERGE, "K7ABD", "K7ABE"))
    assert calls(found) == ["K7ABE", "W1AW"]
    assert (found.mentions[0].confidence, found.mentions[0].review) == (MERGED, MentionReview.REPLACED)
    assert found.heeded is not None
    assert [effect.review for effect in found.heeded.effects] == ["0001", "0002"]
    circle = said(1, MERGE, "K7ABC", "W1AW"), said(2, MERGE, "W1AW", "K7ABC")
    assert len(after(READING, *circle).mentions) == 2


def test_in_another_transcript_the_mention_is_found_by_airtime() -> None:
    worse = a_reading("uh this is", "K7ABD calling W1AW and K7ABD out", calls=("K7ABD", "W1AW"), transcript="t2")
    replaced = said(1, REPLACE, "K7ABC", "K7ABE", at=replace(HERE, airtime=Airtime(3.1, 3.8)))
    assert [(m.base_call, m.heard) for m in after(worse, replaced).mentions] == [("K7ABE", "K7ABD"), ("W1AW", "W1AW")]


def test_in_another_transcript_a_confirmed_call_that_was_not_read_is_put_at_its_airtime() -> None:
    other = a_reading("this is kay seven", "a b c", calls=(), transcript="t2")
    (mention,) = after(other, said(1, CONFIRM, "K7ABC", at=HERE)).mentions
    assert (mention.segment_index, mention.heard, mention.review) == (0, "kay", MentionReview.ADDED)
    assert other.text_of(0)[mention.start : mention.end] == mention.heard


def test_in_another_transcript_the_same_call_at_another_time_is_left_alone() -> None:
    other = a_reading("nobody was here at all today", "K7ABC", calls=("K7ABC",), transcript="t2")
    assert calls(after(other, said(1, REJECT, "K7ABC", at=HERE))) == ["K7ABC"]


def test_where_nothing_is_timed_the_words_heard_tell_the_place() -> None:
    other = a_reading("good evening", "this is k7abc, calling", calls=(), transcript="t2", timed=False)
    untimed = replace(HERE, airtime=None)
    (mention,) = after(other, said(1, CONFIRM, "K7ABC", at=untimed)).mentions
    assert (mention.segment_index, mention.heard) == (1, "k7abc")
    read = a_reading("K7ABC K7ABD", calls=("K7ABC", "K7ABD"), transcript="t2", timed=False)
    assert calls(after(read, said(1, REJECT, "K7ABC", at=untimed))) == ["K7ABD"]


def test_a_call_for_which_a_transcript_has_no_place_is_told_as_unplaced() -> None:
    found = after(a_reading(transcript="t2"), said(1, CONFIRM, "K7ABC", at=HERE))
    assert found.mentions == ()
    assert found.heeded is not None
    assert found.heeded.unplaced == ("0001",)


def test_what_a_helper_voted_out_comes_back_by_a_person_s_word_as_it_was_read() -> None:
    voted_out = replace(READING, mentions=READING.mentions[1:], dropped=READING.mentions[:1])
    assert calls(after(voted_out)) == ["W1AW"]
    first, _ = after(voted_out, said(1, CONFIRM, "K7ABC", at=HERE)).mentions
    assert (first.base_call, first.role, first.review) == ("K7ABC", MentionRole.SPEAKING, MentionReview.CONFIRMED)


def test_no_other_reading_of_the_words_stands_beside_a_persons_call() -> None:
    text = "kilo seven alpha bravo charlie"
    reading = a_reading(text)
    part = a_mention(0, text, "kilo seven alpha bravo", "K7AB")
    first = after(reading, said(1, ADD, new="K7ABC", at=place(reading, text)))
    second = after(replace(reading, mentions=(part,)), said(1, ADD, new="K7ABC", at=place(reading, text)))
    assert calls(first) == calls(second) == ["K7ABC"]


def test_a_reading_tells_which_reviews_it_knew() -> None:
    heeded = reviewed(READING, [said(2, REJECT, "W1AW"), said(1, CONFIRM, "K7ABC", at=HERE)], calls=frozenset({"W1AW"}))
    assert heeded.heeded is not None
    assert (heeded.heeded.reviews, heeded.heeded.calls) == (("0001", "0002"), frozenset({"W1AW"}))


TEXTS = st.lists(st.text(alphabet="K7ABC w1 ,.ü", max_size=40), min_size=0, max_size=3)
PLACES = st.builds(
    lambda transcript, index, start, length, heard, airtime: Place(
        "nodes/hill/recordings/1", transcript, index, start, start + length, heard, airtime
    ),
    st.sampled_from(["t1", "t2"]),
    st.integers(0, 3),
    st.integers(0, 50),
    st.integers(1, 50),
    st.text(alphabet="K7ABC w(1", max_size=12),
    st.none() | st.builds(lambda begins, length: Airtime(begins, begins + length), st.floats(0, 9), st.floats(0, 3)),
)
WORDS = st.lists(
    st.builds(
        said,
        st.integers(0, 9999),
        st.sampled_from(list(ReviewAction)),
        st.sampled_from(["K7ABC", "W1AW"]),
        st.sampled_from(["K7ABC", "W1AW", "N7QUS"]),
        at=st.none() | PLACES,
    ),
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(texts=TEXTS, words=WORDS, timed=st.booleans())
def test_whatever_people_said_the_mentions_lie_in_the_text_in_order_and_the_order_of_words_given_never_matters(
    texts: list[str], words: list[Review], timed: bool
) -> None:
    reading = a_reading(*texts, calls=("K7ABC",), timed=timed)
    distinct = list({word.id: word for word in words}.values())
    found = after(reading, *distinct)
    assert found == after(reading, *reversed(distinct))
    for mention in found.mentions:
        assert 0 <= mention.start < mention.end
        assert reading.text_of(mention.segment_index)[mention.start : mention.end] == mention.heard
    assert list(found.mentions) == sorted(found.mentions, key=lambda mention: (mention.segment_index, mention.start))
