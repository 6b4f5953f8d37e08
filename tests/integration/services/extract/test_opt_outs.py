"""A callsign can ask not to be profiled."""

from typing import Any

from services.extract.store.opt_outs import OptOutRepository
from services.extract.store.reviews_tables import opt_outs
from tests.integration.services.extract.saying import People, refused
from tsn.extract.v1 import review_pb2 as pb

EVENT = "tsn.extract.v1.opt_out_changed"


async def left_out(people: People, **fields: Any) -> list[str]:
    answer = await people.stub.ListOptOuts(pb.ListOptOutsRequest(**fields), timeout=30)
    return [opt_out.base_call for opt_out in answer.opt_outs]


async def test_an_opt_out_is_noted_once_told_to_the_mesh_and_stays_on_record_when_it_ends(people: People) -> None:
    for author in ("ann", "bob"):
        request = pb.CreateOptOutRequest(base_call=" k7abc ", author=author, reason="by letter")
        answer = await people.stub.CreateOptOut(request, timeout=30)
        assert (answer.opt_out.name, answer.opt_out.author) == ("optOuts/K7ABC", "ann")
    repository, database = OptOutRepository(), people.base.database
    asked = await database.run(lambda work: repository.of(work, {"K7ABC", "W1AW"}))
    assert asked == {"K7ABC"}
    assert await left_out(people) == ["K7ABC"]
    delete = pb.DeleteOptOutRequest(name="optOuts/K7ABC", author="bob")
    await people.stub.DeleteOptOut(delete, timeout=30)
    assert await left_out(people) == []
    assert (await refused(people.stub.DeleteOptOut(delete, timeout=30)))[:2] == ("NOT_FOUND", "OPT_OUT_NOT_FOUND")
    told = await people.base.events(EVENT, pb.OptOutChanged, at_least=2)
    assert [(event.base_call, event.opted_out) for event in told] == [("K7ABC", True), ("K7ABC", False)]
    assert told[0].changed_at.ToDatetime() <= told[1].changed_at.ToDatetime()
    await people.stub.CreateOptOut(request, timeout=30)
    assert await people.base.count(opt_outs) == 2


async def test_opt_outs_are_listed_page_by_page_in_the_order_of_callsigns(people: People) -> None:
    for call in ("W1AW", "K7ABC", "N7QUS"):
        await people.stub.CreateOptOut(pb.CreateOptOutRequest(base_call=call, author="ann"), timeout=30)
    first = await people.stub.ListOptOuts(pb.ListOptOutsRequest(page_size=2), timeout=30)
    assert [opt_out.base_call for opt_out in first.opt_outs] == ["K7ABC", "N7QUS"]
    assert await left_out(people, page_token=first.next_page_token) == ["W1AW"]


async def test_what_is_no_callsign_is_refused(people: People) -> None:
    for fields, reason in (
        ({"base_call": "AT9AM", "author": "ann"}, "CALLSIGN_IMPLAUSIBLE"),
        ({"base_call": "", "author": "ann"}, "REVIEW_INCOMPLETE"),
        ({"base_call": "K7ABC"}, "AUTHOR_INVALID"),
    ):
        assert (await refused(people.stub.CreateOptOut(pb.CreateOptOutRequest(**fields), timeout=30)))[1] == reason
    assert await left_out(people) == []
