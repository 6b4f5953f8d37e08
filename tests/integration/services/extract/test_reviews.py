"""People's word on single mentions."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from services.extract.convert import reading_of
from services.extract.domain.model import SegmentText
from services.extract.domain.rules import RuleExtractor
from services.extract.steps.reviews import ReviewsStep
from services.extract.store.reviews import ReviewedMeanwhile, ReviewRepository
from services.extract.store.reviews_tables import reviews
from tests.integration.services.extract.saying import ADD, CONFIRM, MERGE, REJECT, REPLACE, People, refused
from tests.support.wire import completed
from tsn.extract.v1 import extract_pb2
from tsn.extract.v1 import review_pb2 as pb
from tsn.extract.v1.extract_pb2 import MentionsExtracted

EVENT = "tsn.extract.v1.mentions_extracted"
TEXT = "K7ABC this is W1AW good evening"


async def test_a_replaced_mention_is_told_to_the_mesh_and_an_undo_brings_back_exactly_what_was_there(
    people: People,
) -> None:
    recording = await people.heard(TEXT)
    before = await people.rows(recording)
    review = await people.say(recording, REPLACE, base_call="K7ABC", new_call="K7ABD", reason="my neighbour")
    first, second = await people.rows(recording)
    assert (first["base_call"], first["review"], first["heard"]) == ("K7ABD", "replaced", "K7ABC")
    assert first["evidence"].splitlines()[0] == "person:ann"
    assert second == before[1]
    undone = await people.undo(review)
    assert await people.rows(recording) == before
    assert (undone.undone_by, undone.HasField("undone_at"), undone.reason) == ("bob", True, "my neighbour")
    told = await people.base.events(EVENT, MentionsExtracted, at_least=3)
    assert [each.mentions[0].base_call for each in told] == ["K7ABC", "K7ABD", "K7ABC"]
    assert [each.mentions[0].review for each in told] == [
        extract_pb2.MENTION_REVIEW_UNSPECIFIED,
        extract_pb2.MENTION_REVIEW_REPLACED,
        extract_pb2.MENTION_REVIEW_UNSPECIFIED,
    ]
    assert len(await people.base.jobs_of("analyze")) == 3


async def test_a_mention_is_confirmed_rejected_and_added(people: People) -> None:
    recording = await people.heard(TEXT, "nobody else is here")
    await people.say(recording, CONFIRM, base_call="K7ABC")
    await people.say(recording, REJECT, base_call="W1AW")
    await people.say(recording, ADD, new_call="N7QUS", heard="Nobody Else")
    request = pb.ListMentionsRequest(recording=recording.name)
    answer = await people.stub.ListMentions(request, timeout=30)
    assert [(m.base_call, m.review, m.segment_index, m.heard) for m in answer.mentions] == [
        ("K7ABC", extract_pb2.MENTION_REVIEW_CONFIRMED, 0, "K7ABC"),
        ("N7QUS", extract_pb2.MENTION_REVIEW_ADDED, 1, "nobody else"),
    ]
    assert all(mention.confidence >= 0.989 for mention in answer.mentions)
    assert answer.transcript.startswith(f"{recording.name}/transcripts/")


async def test_people_s_word_holds_for_a_better_transcript_too(people: People) -> None:
    recording = await people.heard("this is k seven a b c and so on")
    await people.say(recording, REPLACE, base_call=(await people.calls(recording))[0], new_call="K7ABD")
    event = completed(recording, "this is K7ABC and so on")
    for segment in event.transcript.segments:
        segment.end_offset.seconds = 5
    job = await people.base.enqueue("extract", recording.name, event.SerializeToString(), again="better")
    await people.base.ended(job)
    assert await people.calls(recording) == ["K7ABD"]


async def test_of_two_people_at_once_the_last_counts_and_both_are_on_record(people: People) -> None:
    recording = await people.heard(TEXT)
    both = await asyncio.gather(
        people.say(recording, REPLACE, base_call="K7ABC", new_call="K7ABD", author="ann"),
        people.say(recording, REPLACE, base_call="K7ABC", new_call="K7ABE", author="bob"),
    )
    last = max(both, key=lambda review: review.name)
    assert (await people.calls(recording))[0] == last.new_call
    answer = await people.stub.ListReviews(pb.ListReviewsRequest(filter=f'recording = "{recording.name}"'), timeout=30)
    assert {review.author for review in answer.reviews} == {"ann", "bob"}
    await people.undo(last)
    assert (await people.calls(recording))[0] == min(both, key=lambda review: review.name).new_call


async def test_the_same_word_again_is_the_same_review(people: People) -> None:
    recording = await people.heard(TEXT)
    for fields in ({"action": CONFIRM, "base_call": "W1AW"}, {"action": ADD, "new_call": "N7QUS", "heard": "evening"}):
        first, again = await people.say(recording, **fields), await people.say(recording, **fields)
        assert first.name == again.name
    assert await people.base.count(reviews) == 2


REFUSED: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"action": CONFIRM, "base_call": "N7QUS"}, ("NOT_FOUND", "MENTION_NOT_FOUND")),
    ({"action": REPLACE, "base_call": "K7ABC", "new_call": "AT9AM"}, ("INVALID_ARGUMENT", "CALLSIGN_IMPLAUSIBLE")),
    ({"action": REPLACE, "base_call": "K7ABC", "new_call": "k7abc"}, ("INVALID_ARGUMENT", "REVIEW_INCOMPLETE")),
    ({"action": REPLACE, "base_call": "K7ABC"}, ("INVALID_ARGUMENT", "REVIEW_INCOMPLETE")),
    ({"action": MERGE, "base_call": "K7ABC", "new_call": "K7ABD"}, ("INVALID_ARGUMENT", "REVIEW_INCOMPLETE")),
    ({"action": CONFIRM, "base_call": "K7ABC", "author": " "}, ("INVALID_ARGUMENT", "AUTHOR_INVALID")),
    ({"action": CONFIRM, "base_call": "K7ABC", "reason": "x" * 501}, ("INVALID_ARGUMENT", "REVIEW_INCOMPLETE")),
    ({"action": CONFIRM, "base_call": "W1AW"}, ("FAILED_PRECONDITION", "MENTION_AMBIGUOUS")),
    ({"action": ADD, "new_call": "N7QUS", "heard": "K7ABC"}, ("ALREADY_EXISTS", "MENTION_EXISTS")),
    ({"action": ADD, "new_call": "N7QUS", "heard": "goodbye"}, ("NOT_FOUND", "PLACE_NOT_FOUND")),
    ({"action": ADD, "new_call": "N7QUS", "segment_index": 7}, ("NOT_FOUND", "PLACE_NOT_FOUND")),
    ({"action": ADD, "new_call": "N7QUS", "segment_index": 0, "start": 3, "end": 99}, ("NOT_FOUND", "PLACE_NOT_FOUND")),
]


async def test_what_cannot_be_heeded_is_refused_with_the_reason(people: People) -> None:
    recording = await people.heard(TEXT, "W1AW again")
    for fields, expected in REFUSED:
        code, reason, message = await refused(people.say(recording, **fields))
        assert (code, reason) == expected, fields
        if reason in ("MENTION_NOT_FOUND", "MENTION_AMBIGUOUS"):
            assert "W1AW in segment 1 at 0" in message
    assert await people.base.count(reviews) == 0


async def test_a_call_that_no_country_issues_is_taken_by_force(people: People) -> None:
    recording = await people.heard(TEXT)
    await people.say(recording, REPLACE, base_call="K7ABC", new_call="AT9AM", force=True)
    assert (await people.calls(recording))[0] == "AT9AM"


async def test_a_recording_that_nobody_read_cannot_be_reviewed(people: People) -> None:
    request = pb.ReviewMentionRequest(
        recording="nodes/hill/recordings/0198c0de-0000-7000-8000-000000000000",
        action=CONFIRM,
        base_call="K7ABC",
        author="ann",
    )
    assert (await refused(people.stub.ReviewMention(request, timeout=30)))[:2] == ("NOT_FOUND", "RECORDING_NEVER_READ")


async def test_a_review_can_be_undone_once(people: People) -> None:
    recording = await people.heard(TEXT)
    review = await people.say(recording, REJECT, base_call="W1AW")
    await people.undo(review)
    assert (await refused(people.undo(review)))[:2] == ("FAILED_PRECONDITION", "REVIEW_UNDONE")
    missing = pb.Review(name="reviews/0198c0de-0000-7000-8000-000000000000")
    assert (await refused(people.undo(missing)))[:2] == ("NOT_FOUND", "REVIEW_NOT_FOUND")


async def test_reviews_are_listed_page_by_page_and_by_filter(people: People) -> None:
    recording = await people.heard(TEXT)
    made = [
        await people.say(recording, CONFIRM, base_call="K7ABC"),
        await people.say(recording, REPLACE, base_call="W1AW", new_call="W1AX", author="bob"),
    ]
    await people.undo(made[0])
    names = [review.name for review in reversed(made)]

    async def listed(**fields: Any) -> list[str]:
        answer = await people.stub.ListReviews(pb.ListReviewsRequest(**fields), timeout=30)
        return [review.name for review in answer.reviews]

    first = await people.stub.ListReviews(pb.ListReviewsRequest(page_size=1), timeout=30)
    assert [review.name for review in first.reviews] + await listed(page_token=first.next_page_token) == names
    assert await listed(filter='callsign = "w1ax"') == [names[0]]
    assert await listed(filter="undone = false") == [names[0]]
    assert await listed(filter='author != "bob"') == [names[1]]
    assert await listed(filter='action = replace AND node = "nodes/hill"') == [names[0]]
    assert await listed(filter='created_at > "2000-01-01T00:00:00Z"') == names
    for wrong in ('action = "guess"', "undone = maybe", 'created_at != "2000-01-01T00:00:00Z"', "colour = red"):
        assert (await refused(listed(filter=wrong)))[1] == "FILTER_INVALID"


async def test_a_reading_that_began_before_a_review_is_not_stored_after_it(people: People) -> None:
    recording = await people.heard(TEXT)
    event = completed(recording, TEXT)
    repository = ReviewRepository()
    reading = replace(reading_of(event), mentions=tuple(RuleExtractor().extract([SegmentText(0, TEXT)])))
    heeded = await ReviewsStep(database=people.base.database, repository=repository).read(reading)
    await people.base.database.run(lambda work: repository.keep(work, heeded))
    await people.say(recording, REJECT, base_call="W1AW")
    with pytest.raises(ReviewedMeanwhile):
        await people.base.database.run(lambda work: repository.keep(work, heeded))
