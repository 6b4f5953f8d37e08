"""People's word on callsigns wherever they are read."""

from mesh.ids import new_id
from services.extract.domain.reviews import Review, ReviewAction
from services.extract.store.reviews import ReviewRepository
from services.extract.store.reviews_tables import review_effects
from tests.integration.services.extract.saying import CONFIRM, MERGE, REJECT, People, refused
from tests.support.wire import EVENING


async def test_a_false_callsign_goes_everywhere_and_an_undo_brings_it_back_also_where_it_came_since(
    people: People,
) -> None:
    texts = "this is W1AW and K7ABC", "K7ABC was here", "nobody"
    # Hours apart: what is heard in one conversation tells how the rest of it is read.
    heard = [await people.heard(text, at_seconds=number * 7200) for number, text in enumerate(texts, 1)]
    before = [await people.rows(recording) for recording in heard]
    review = await people.say_everywhere(REJECT, base_call="K7ABC", reason="a radio")
    assert review.recordings_queued == 2
    assert [await people.calls(recording) for recording in heard] == [["W1AW"], [], []]
    later = await people.heard("K7ABC K7ABC listening")
    assert await people.calls(later) == []
    assert len(await people.base.jobs_of("extract")) == 6
    undone = await people.undo(review)
    assert undone.recordings_queued == 3
    assert [await people.rows(recording) for recording in heard] == before
    assert await people.calls(later) == ["K7ABC", "K7ABC"]
    assert await people.base.count(review_effects) == 0


async def test_a_review_for_one_node_leaves_the_others_alone(people: People) -> None:
    here, there = [await people.heard("this is K7ABC", node=node) for node in ("hill", "valley")]
    await people.say_everywhere(REJECT, base_call="k7abc", node="nodes/hill")
    assert (await people.calls(here), await people.calls(there)) == ([], ["K7ABC"])
    assert await people.calls(await people.heard("K7ABC again", node="valley")) == ["K7ABC"]


async def test_a_misread_callsign_becomes_the_right_one_and_the_last_word_on_it_counts(people: People) -> None:
    recording = await people.heard("this is K7ABC and W1AW")
    await people.say_everywhere(MERGE, base_call="K7ABC", new_call="K7ABD")
    assert await people.calls(recording) == ["K7ABD", "W1AW"]
    rejected = await people.say_everywhere(REJECT, base_call="K7ABC", author="bob")
    assert await people.calls(recording) == ["W1AW"]
    await people.undo(rejected)
    assert await people.calls(recording) == ["K7ABD", "W1AW"]


async def test_a_mention_that_somebody_confirmed_stays_where_its_call_is_rejected(people: People) -> None:
    real, false = await people.heard("this is K7ABC"), await people.heard("K7ABC power supply")
    await people.say(real, CONFIRM, base_call="K7ABC")
    await people.say_everywhere(REJECT, base_call="K7ABC")
    assert (await people.calls(real), await people.calls(false)) == (["K7ABC"], [])


async def test_merges_in_a_circle_or_into_a_rejected_call_are_refused(people: People) -> None:
    first = await people.say_everywhere(MERGE, base_call="K7ABC", new_call="K7ABD")
    again = await people.say_everywhere(MERGE, base_call="K7ABC", new_call="K7ABD")
    assert again.name == first.name
    await people.say_everywhere(REJECT, base_call="N7QUS")
    for call, new_call in (("K7ABD", "K7ABC"), ("W1AW", "N7QUS")):
        code, reason, message = await refused(people.say_everywhere(MERGE, base_call=call, new_call=new_call))
        assert (code, reason) == ("FAILED_PRECONDITION", "REVIEW_CONFLICT")
        assert "undo reviews/" in message


async def test_a_review_whose_process_died_at_once_is_followed_by_another(people: People) -> None:
    heard = [await people.heard("this is K7ABC", at_seconds=number) for number in range(3)]
    review = Review(new_id(), ReviewAction.REJECT, "K7ABC", "", None, "", "ann", "", EVENING)
    await people.base.database.run(lambda work: ReviewRepository().add(work, review))
    followed = await people.followed(f"reviews/{review.id}")
    assert (followed.recordings_queued, followed.finding) == (3, False)
    assert [await people.calls(recording) for recording in heard] == [[], [], []]
