"""gRPC of extract: live mentions, one-off extraction."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc

from mesh.errors import InvalidInput, NotServed
from mesh.rpc.growing import GrowingText
from services.extract.convert import mention_to_wire
from services.extract.domain.live import LiveMentions
from services.extract.domain.model import Mention, SegmentText
from services.extract.domain.port import MentionExtractor
from services.extract.metrics import ExtractMetrics
from tsn.extract.v1 import extract_pb2 as pb
from tsn.extract.v1 import extract_pb2_grpc
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript

TEXTS_LIMIT = 1000
TEXT_CHARACTERS_LIMIT = 20_000
Context = grpc.aio.ServicerContext[Any, Any]


class TooManyTexts(InvalidInput):
    """More than one call may carry."""

    reason = "TOO_MANY_TEXTS"


class TextTooLong(InvalidInput):
    """Longer than any segment that somebody spoke."""

    reason = "TEXT_TOO_LONG"


class ExtractHandler(extract_pb2_grpc.ExtractServiceServicer):
    """ExtractService."""

    def __init__(self, *, extractor: MentionExtractor, metrics: ExtractMetrics) -> None:
        self._extractor = extractor
        self._metrics = metrics

    async def StreamExtract(
        self, request_iterator: AsyncIterator[pb.StreamExtractRequest], context: Context
    ) -> AsyncIterator[pb.StreamExtractResponse]:
        """Answer each partial that completes a mention; the rest is answered when the caller ends the stream."""
        text: GrowingText[pb.StreamExtractRequest, Mention] = GrowingText(
            part=lambda request: request.partial.segment_index,
            text=lambda request: request.partial.stable_text[:TEXT_CHARACTERS_LIMIT],
            begin=lambda index: LiveMentions(extractor=self._extractor, segment_index=index),
        )
        async for request, found in text.read(request_iterator):
            yield self._answer(request.partial, found)

    def _answer(self, partial: PartialTranscript, found: Sequence[Mention]) -> pb.StreamExtractResponse:
        self._metrics.live_mentions.inc(len(found))
        return pb.StreamExtractResponse(
            recording=partial.recording,
            channel=partial.channel,
            mentions=[mention_to_wire(mention) for mention in found],
        )

    async def Extract(self, request: pb.ExtractRequest, context: Context) -> pb.ExtractResponse:
        """Find the mentions in the given texts."""
        if len(request.texts) > TEXTS_LIMIT or len(request.roster) > TEXTS_LIMIT:
            raise TooManyTexts(f"at most {TEXTS_LIMIT} texts and roster entries", field="texts")
        if any(len(text) > TEXT_CHARACTERS_LIMIT for text in request.texts):
            raise TextTooLong(f"at most {TEXT_CHARACTERS_LIMIT} characters a text", field="texts")
        texts = [SegmentText(index, text) for index, text in enumerate(request.texts)]
        roster = frozenset(call.upper() for call in request.roster)
        found = await asyncio.to_thread(self._extractor.extract, texts, roster)
        return pb.ExtractResponse(mentions=[mention_to_wire(mention) for mention in found])


class CorrectionHandler(extract_pb2_grpc.CorrectionServiceServicer):
    """CorrectionService, which this version does not serve."""

    async def ListCorrections(self, request: pb.ListCorrectionsRequest, context: Context) -> pb.ListCorrectionsResponse:
        """Refuse."""
        raise NotServed("CorrectionService.ListCorrections")

    async def CreateCorrection(
        self, request: pb.CreateCorrectionRequest, context: Context
    ) -> pb.CreateCorrectionResponse:
        """Refuse."""
        raise NotServed("CorrectionService.CreateCorrection")
