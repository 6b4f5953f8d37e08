"""gRPC of reviews."""

from collections.abc import AsyncIterator
from typing import Any

import grpc

from mesh.rpc.paging import PageTokens, page_limit
from mesh.rpc.times import from_timestamp, to_timestamp
from services.extract.convert import mention_to_wire
from services.extract.domain.authors import checked_author
from services.extract.domain.review_checks import checked_call, checked_reason
from services.extract.reviews.convert import (
    recording_name,
    review_id,
    review_to_wire,
    where_of,
    word_of_callsign,
    word_of_mention,
)
from services.extract.reviews.filters import clauses
from services.extract.reviews.finding import ReviewFinding
from services.extract.reviews.labels import Labels
from services.extract.reviews.opting_out import OptingOut
from services.extract.reviews.reading import ReviewReader
from services.extract.reviews.reviewing import Reviewing
from services.extract.store.opt_outs import OptOut
from tsn.extract.v1 import review_pb2 as pb
from tsn.extract.v1 import review_pb2_grpc

PAGE_DEFAULT, PAGE_MOST = 50, 1000
LIST_OPT_OUTS = "ListOptOuts"
Context = grpc.aio.ServicerContext[Any, Any]


class ReviewHandler(review_pb2_grpc.ReviewServiceServicer):
    """ReviewService."""

    def __init__(
        self,
        *,
        reviewing: Reviewing,
        finding: ReviewFinding,
        reader: ReviewReader,
        labels: Labels,
        opting_out: OptingOut,
        pages: PageTokens,
    ) -> None:
        self._reviewing = reviewing
        self._finding = finding
        self._reader = reader
        self._labels = labels
        self._opting_out = opting_out
        self._pages = pages

    async def ReviewMention(self, request: pb.ReviewMentionRequest, context: Context) -> pb.ReviewMentionResponse:
        """Take a word on one mention."""
        recording = recording_name(request.recording)
        review = await self._reviewing.of_mention(recording, word_of_mention(request), where_of(request))
        return pb.ReviewMentionResponse(review=await self._read(review.id))

    async def ReviewCallsign(self, request: pb.ReviewCallsignRequest, context: Context) -> pb.ReviewCallsignResponse:
        """Take a word on a callsign."""
        review = await self._reviewing.of_callsign(word_of_callsign(request))
        self._finding.wake()
        return pb.ReviewCallsignResponse(review=await self._read(review.id))

    async def UndoReview(self, request: pb.UndoReviewRequest, context: Context) -> pb.UndoReviewResponse:
        """Take a word back."""
        review = await self._reviewing.undo(review_id(request.name), checked_author(request.author))
        self._finding.wake()
        return pb.UndoReviewResponse(review=await self._read(review.id))

    async def GetReview(self, request: pb.GetReviewRequest, context: Context) -> pb.GetReviewResponse:
        """Return one review."""
        return pb.GetReviewResponse(review=await self._read(review_id(request.name)))

    async def ListReviews(self, request: pb.ListReviewsRequest, context: Context) -> pb.ListReviewsResponse:
        """Return one page of reviews, newest first."""
        limit = page_limit(request.page_size, default=PAGE_DEFAULT, most=PAGE_MOST)
        asked = f"ListReviews {request.filter}"
        before = str(self._pages.read(request.page_token, request=asked)[0]) if request.page_token else None
        found = await self._reader.page(clauses(request.filter), before=before, limit=limit + 1)
        token = self._pages.issue([found[limit - 1].review.id], request=asked) if len(found) > limit else ""
        return pb.ListReviewsResponse(reviews=map(review_to_wire, found[:limit]), next_page_token=token)

    async def ListMentions(self, request: pb.ListMentionsRequest, context: Context) -> pb.ListMentionsResponse:
        """Return the mentions of a recording."""
        transcript, mentions = await self._reader.mentions(recording_name(request.recording))
        return pb.ListMentionsResponse(mentions=map(mention_to_wire, mentions), transcript=transcript)

    async def ExportLabels(
        self, request: pb.ExportLabelsRequest, context: Context
    ) -> AsyncIterator[pb.ExportLabelsResponse]:
        """Stream labelled lines."""
        since = from_timestamp(request.since) if request.HasField("since") else None
        async for label in self._labels.export(since):
            line = pb.LabelledLine(
                id=label.id,
                text=label.text,
                callsigns=label.callsigns,
                roster=label.roster,
                form=label.form,
                note=label.note,
            )
            yield pb.ExportLabelsResponse(line=line)

    async def CreateOptOut(self, request: pb.CreateOptOutRequest, context: Context) -> pb.CreateOptOutResponse:
        """Note that a callsign is not to be profiled."""
        opted_out = await self._opting_out.opt_out(
            checked_call(request.base_call, "base_call", force=request.force),
            author=checked_author(request.author),
            reason=checked_reason(request.reason),
        )
        return pb.CreateOptOutResponse(opt_out=_opt_out_to_wire(opted_out))

    async def DeleteOptOut(self, request: pb.DeleteOptOutRequest, context: Context) -> pb.DeleteOptOutResponse:
        """Note that a callsign may be profiled again."""
        call = checked_call(request.name.removeprefix("optOuts/"), "name", issued=False)
        await self._opting_out.opt_in(call, author=checked_author(request.author))
        return pb.DeleteOptOutResponse()

    async def ListOptOuts(self, request: pb.ListOptOutsRequest, context: Context) -> pb.ListOptOutsResponse:
        """Return one page of opt-outs."""
        limit = page_limit(request.page_size, default=PAGE_DEFAULT, most=PAGE_MOST)
        after = str(self._pages.read(request.page_token, request=LIST_OPT_OUTS)[0]) if request.page_token else ""
        found = await self._opting_out.page(after=after, limit=limit + 1)
        token = self._pages.issue([found[limit - 1].base_call], request=LIST_OPT_OUTS) if len(found) > limit else ""
        return pb.ListOptOutsResponse(opt_outs=map(_opt_out_to_wire, found[:limit]), next_page_token=token)

    async def _read(self, identity: str) -> pb.Review:
        return review_to_wire(await self._reader.get(identity))


def _opt_out_to_wire(opt_out: OptOut) -> pb.OptOut:
    return pb.OptOut(
        name=f"optOuts/{opt_out.base_call}",
        base_call=opt_out.base_call,
        author=opt_out.author,
        reason=opt_out.reason,
        created_at=to_timestamp(opt_out.created_at),
    )
