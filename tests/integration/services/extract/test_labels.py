"""What people put right becomes labelled lines."""

from typing import Any

from tests.integration.services.extract.saying import ADD, CONFIRM, REJECT, REPLACE, People
from tsn.extract.v1 import review_pb2 as pb


async def exported(people: People, **fields: Any) -> list[pb.LabelledLine]:
    request = pb.ExportLabelsRequest(**fields)
    return [answer.line async for answer in people.stub.ExportLabels(request, timeout=30)]


async def test_every_segment_that_somebody_looked_at_is_a_line_with_what_is_in_it_now(people: People) -> None:
    recording = await people.heard("K7ABC this is W1AW", "nobody looks at N7QUS here", "and this is a whiskey")
    await people.say(recording, REPLACE, base_call="K7ABC", new_call="K7ABD")
    await people.say(recording, ADD, new_call="N7QUT", heard="a whiskey", author="bob")
    first, second = await exported(people)
    assert (first.text, list(first.callsigns), first.note) == ("and this is a whiskey", ["N7QUT"], "by bob")
    assert (second.text, list(second.callsigns)) == ("K7ABC this is W1AW", ["K7ABD", "W1AW"])
    assert (second.form, second.note) == ("written", "by ann; nobody looked at W1AW")
    assert second.id == f"review-{recording.name.rpartition('/')[2]}-0"


async def test_a_rejected_call_makes_a_negative_line_and_an_undone_review_makes_none(people: People) -> None:
    recording = await people.heard("K7ABC power supply")
    review = await people.say(recording, REJECT, base_call="K7ABC")
    (line,) = await exported(people)
    assert (line.text, list(line.callsigns), line.form) == ("K7ABC power supply", [], "negative_review")
    await people.undo(review)
    assert await exported(people) == []


async def test_a_callsign_rejected_everywhere_teaches_by_its_lines_each_text_once(people: People) -> None:
    for number, text in enumerate(("K7ABC power supply", "the K7ABC, again", "k7abc  power supply")):
        await people.heard(text, at_seconds=number)
    await people.say_everywhere(REJECT, base_call="K7ABC")
    assert sorted(line.text.casefold() for line in await exported(people)) == [
        "k7abc power supply",
        "the k7abc, again",
    ]


async def test_only_what_was_said_since_is_exported_where_that_is_asked_for(people: People) -> None:
    old, new = await people.heard("this is K7ABC"), await people.heard("this is W1AW")
    await people.say(old, CONFIRM, base_call="K7ABC")
    review = await people.say(new, CONFIRM, base_call="W1AW")
    assert [line.text for line in await exported(people, since=review.created_at)] == ["this is W1AW"]
