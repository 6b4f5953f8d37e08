"""What recognisers are told of a node."""

import grpc
import pytest

from mesh.rpc.errors import error_reason
from services.extract.store.priors_tables import glossary_terms
from tests.support.bench import Bench
from tests.support.wire import a_recording, completed
from tsn.extract.v1 import glossary_pb2 as pb
from tsn.extract.v1 import review_pb2
from tsn.extract.v1.glossary_pb2_grpc import GlossaryServiceStub
from tsn.extract.v1.review_pb2_grpc import ReviewServiceStub

DAY = 24 * 3600.0


async def glossary(channel: grpc.aio.Channel, node: str = "nodes/hill") -> pb.Glossary:
    answer = await GlossaryServiceStub(channel).GetGlossary(pb.GetGlossaryRequest(node=node), timeout=30)
    return answer.glossary


async def added(channel: grpc.aio.Channel, term: str, **asked: str) -> pb.GlossaryTerm:
    message = pb.GlossaryTerm(term=term, kind=pb.GLOSSARY_TERM_KIND_CLUB, **asked)
    request = pb.CreateGlossaryTermRequest(term=message, author="W7OPS")
    return (await GlossaryServiceStub(channel).CreateGlossaryTerm(request, timeout=30)).term


async def heard(base: Bench, text: str, *, days_ago: int) -> None:
    """The clock is today's: glossaries are asked for by those who transcribe now."""
    recording = a_recording()
    recording.captured_at.GetCurrentTime()
    recording.captured_at.FromSeconds(recording.captured_at.ToSeconds() - days_ago * int(DAY))
    await base.ended(await base.enqueue("extract", recording.name, completed(recording, text).SerializeToString()))


async def test_the_regulars_of_a_node_stand_in_its_glossary_the_one_heard_last_first(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    for days_ago in (4, 3, 2):
        await heard(base, "this is K7ABC and N7QUS", days_ago=days_ago)
    await heard(base, "this is K7ABC", days_ago=1)
    await heard(base, "this is W1AW", days_ago=1)
    await heard(base, "this is KE7XYZ", days_ago=200)
    assert list((await glossary(channel)).callsigns) == ["K7ABC", "N7QUS"]
    assert list((await glossary(channel, "nodes/valley")).callsigns) == []


async def test_who_asked_not_to_be_profiled_or_was_never_there_is_in_no_glossary(
    base: Bench, channel: grpc.aio.Channel
) -> None:
    for days_ago in (3, 2, 1):
        await heard(base, "this is K7ABC and N7QUS and W1AW", days_ago=days_ago)
    reviews = ReviewServiceStub(channel)
    await reviews.CreateOptOut(review_pb2.CreateOptOutRequest(base_call="K7ABC", author="K7ABC"), timeout=30)
    rejected = review_pb2.ReviewCallsignRequest(
        base_call="W1AW", action=review_pb2.REVIEW_ACTION_REJECT, author="W7OPS"
    )
    await reviews.ReviewCallsign(rejected, timeout=30)
    assert list((await glossary(channel)).callsigns) == ["N7QUS"]


async def test_terms_are_added_listed_and_removed_and_stay_on_record(base: Bench, channel: grpc.aio.Channel) -> None:
    before = (await glossary(channel)).version
    here, everywhere = await added(channel, "PSRG", node="nodes/hill", spoken="P S R G"), await added(channel, "ARES")
    known = await glossary(channel)
    assert [(entry.term, entry.spoken) for entry in known.entries] == [("PSRG", "P S R G"), ("ARES", "")]
    assert [entry.term for entry in (await glossary(channel, "nodes/valley")).entries] == ["ARES"]
    stub = GlossaryServiceStub(channel)
    first = await stub.ListGlossaryTerms(pb.ListGlossaryTermsRequest(page_size=1), timeout=30)
    rest = await stub.ListGlossaryTerms(
        pb.ListGlossaryTermsRequest(page_size=1, page_token=first.next_page_token), timeout=30
    )
    assert [*first.terms, *rest.terms] == [here, everywhere]
    assert (here.author, rest.next_page_token) == ("W7OPS", "")
    for term in (here, everywhere):
        await stub.DeleteGlossaryTerm(pb.DeleteGlossaryTermRequest(name=term.name, author="K7NET"), timeout=30)
    assert (await glossary(channel)).version == before
    rows = await base.rows(glossary_terms.select())
    assert [(row["author"], row["removed_by"]) for row in rows] == [("W7OPS", "K7NET")] * 2
    await added(channel, "psrg", node="nodes/hill")


async def test_what_is_wrong_with_a_term_is_said(base: Bench, channel: grpc.aio.Channel) -> None:
    stub = GlossaryServiceStub(channel)
    await added(channel, "PSRG")
    gone = pb.DeleteGlossaryTermRequest(name="glossaryTerms/0198c0de-0000-7000-8000-000000000000", author="W7OPS")
    for asked, code, reason in (
        (added(channel, "psrg"), "ALREADY_EXISTS", "GLOSSARY_TERM_EXISTS"),
        (added(channel, ""), "INVALID_ARGUMENT", "GLOSSARY_TERM_INVALID"),
        (added(channel, "x", node="hill"), "INVALID_ARGUMENT", "GLOSSARY_TERM_INVALID"),
        (stub.CreateGlossaryTerm(pb.CreateGlossaryTermRequest(author="a"), timeout=30), "INVALID_ARGUMENT",
         "GLOSSARY_TERM_INVALID"),
        (stub.CreateGlossaryTerm(pb.CreateGlossaryTermRequest(), timeout=30), "INVALID_ARGUMENT", "AUTHOR_INVALID"),
        (stub.DeleteGlossaryTerm(gone, timeout=30), "NOT_FOUND", "GLOSSARY_TERM_UNKNOWN"),
        (glossary(channel, "hill"), "INVALID_ARGUMENT", "GLOSSARY_TERM_INVALID"),
    ):  # fmt: skip
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await asked
        assert (refused.value.code().name, error_reason(refused.value)) == (code, reason)
