"""People's word in the mesh in memory, as each test sets it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import grpc

from tests.integration.clients.node.ingest_server import Refusal, refuse
from tsn.extract.v1 import extract_pb2
from tsn.extract.v1 import review_pb2 as pb
from tsn.extract.v1.review_pb2_grpc import ReviewServiceServicer

Context = Any


@dataclass
class Reviews(ReviewServiceServicer):
    """Takes every word; what is asked is kept in `asked`. Each GetReview finds one recording more, up to three."""

    mentions: list[extract_pb2.Mention] = field(default_factory=list)
    reviews: list[pb.Review] = field(default_factory=list)
    lines: list[pb.LabelledLine] = field(default_factory=list)
    opt_outs: list[pb.OptOut] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    refusal: Refusal | None = None

    async def ReviewMention(self, request: pb.ReviewMentionRequest, context: Context) -> pb.ReviewMentionResponse:
        self.asked.append(request)
        if self.refusal is not None:
            await refuse(context, self.refusal)
        fields = ("action", "base_call", "new_call", "recording", "author", "reason", "segment_index", "heard")
        review = pb.Review(name="reviews/0198", **{name: getattr(request, name) for name in fields})
        return pb.ReviewMentionResponse(review=review)

    async def ReviewCallsign(self, request: pb.ReviewCallsignRequest, context: Context) -> pb.ReviewCallsignResponse:
        self.asked.append(request)
        fields = ("action", "base_call", "new_call", "node", "author", "reason")
        review = pb.Review(name="reviews/0199", finding=True, **{name: getattr(request, name) for name in fields})
        self.reviews.append(review)
        return pb.ReviewCallsignResponse(review=review)

    async def GetReview(self, request: pb.GetReviewRequest, context: Context) -> pb.GetReviewResponse:
        review = await self._named(request.name, context)
        review.recordings_queued += 1
        review.finding = review.recordings_queued < 3
        return pb.GetReviewResponse(review=review)

    async def UndoReview(self, request: pb.UndoReviewRequest, context: Context) -> pb.UndoReviewResponse:
        self.asked.append(request)
        review = await self._named(request.name, context)
        review.undone_by = request.author
        review.undone_at.GetCurrentTime()
        return pb.UndoReviewResponse(review=review)

    async def ListReviews(self, request: pb.ListReviewsRequest, context: Context) -> pb.ListReviewsResponse:
        self.asked.append(request)
        return pb.ListReviewsResponse(reviews=self.reviews)

    async def ListMentions(self, request: pb.ListMentionsRequest, context: Context) -> pb.ListMentionsResponse:
        return pb.ListMentionsResponse(mentions=self.mentions)

    async def ExportLabels(
        self, request: pb.ExportLabelsRequest, context: Context
    ) -> AsyncIterator[pb.ExportLabelsResponse]:
        self.asked.append(request)
        for line in self.lines:
            yield pb.ExportLabelsResponse(line=line)

    async def CreateOptOut(self, request: pb.CreateOptOutRequest, context: Context) -> pb.CreateOptOutResponse:
        call = request.base_call.upper()
        self.opt_outs.append(pb.OptOut(name=f"optOuts/{call}", base_call=call, author=request.author))
        return pb.CreateOptOutResponse(opt_out=self.opt_outs[-1])

    async def DeleteOptOut(self, request: pb.DeleteOptOutRequest, context: Context) -> pb.DeleteOptOutResponse:
        if request.name not in [opt_out.name for opt_out in self.opt_outs]:
            await refuse(context, Refusal(grpc.StatusCode.NOT_FOUND, "OPT_OUT_NOT_FOUND"))
        self.opt_outs = [opt_out for opt_out in self.opt_outs if opt_out.name != request.name]
        return pb.DeleteOptOutResponse()

    async def ListOptOuts(self, request: pb.ListOptOutsRequest, context: Context) -> pb.ListOptOutsResponse:
        return pb.ListOptOutsResponse(opt_outs=self.opt_outs)

    async def _named(self, name: str, context: Context) -> pb.Review:
        found = [review for review in self.reviews if review.name == name]
        if not found:
            await refuse(context, Refusal(grpc.StatusCode.NOT_FOUND, "REVIEW_NOT_FOUND"))
        return found[0]
