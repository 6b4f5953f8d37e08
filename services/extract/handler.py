"""gRPC of extract: live mentions, one-off extraction."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import grpc

from mesh.rpc.growing import GrowingText
from services.extract.convert import entity_to_wire, mention_to_wire
from services.extract.domain.entities.finder import EntityFinder
from services.extract.domain.expected import Roster
from services.extract.domain.live import LiveMentions
from services.extract.domain.model import Mention, SegmentText
from services.extract.domain.spelling import Spelling
from services.extract.expecting import nobody
from services.extract.limits import TEXT_CHARACTERS_LIMIT, TEXTS_LIMIT, TooManyTexts, checked_text
from services.extract.metrics import ExtractMetrics
from tsn.extract.v1 import extract_pb2 as pb
from tsn.extract.v1 import extract_pb2_grpc
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript

Context = grpc.aio.ServicerContext[Any, Any]


class ExtractHandler(extract_pb2_grpc.ExtractServiceServicer):
    """ExtractService."""

    def __init__(
        self,
        *,
        in_force: Callable[[], Spelling],
        finder: EntityFinder,
        metrics: ExtractMetrics,
        expected: Callable[[str, str], Awaitable[Roster]] = nobody,
    ) -> None:
        """`in_force`: the spelling to read by now; a segment that has begun keeps the one that it began with.

        `expected`: the roster of a recording (its name, its channel) that begins.
        """
        self._in_force = in_force
        self._finder = finder
        self._metrics = metrics
        self._expected = expected

    async def StreamExtract(
        self, request_iterator: AsyncIterator[pb.StreamExtractRequest], context: Context
    ) -> AsyncIterator[pb.StreamExtractResponse]:
        """Answer each partial that completes a mention; the rest is answered when the caller ends the stream."""
        first = await anext(request_iterator, None)
        if first is None:
            return
        roster = await self._expected(first.partial.recording, first.partial.channel)
        text: GrowingText[pb.StreamExtractRequest, Mention] = GrowingText(
            part=lambda request: request.partial.segment_index,
            text=lambda request: request.partial.stable_text[:TEXT_CHARACTERS_LIMIT],
            begin=lambda index: LiveMentions(extractor=self._in_force().extractor, roster=roster, segment_index=index),
        )
        async for request, found in text.read(_beginning_with(first, request_iterator)):
            yield self._answer(request.partial, found)

    def _answer(self, partial: PartialTranscript, found: Sequence[Mention]) -> pb.StreamExtractResponse:
        self._metrics.live_mentions.inc(len(found))
        return pb.StreamExtractResponse(
            recording=partial.recording,
            channel=partial.channel,
            mentions=[mention_to_wire(mention) for mention in found],
        )

    async def Extract(self, request: pb.ExtractRequest, context: Context) -> pb.ExtractResponse:
        """Find the mentions and entities in the given texts."""
        if len(request.texts) > TEXTS_LIMIT or len(request.roster) > TEXTS_LIMIT:
            raise TooManyTexts(f"at most {TEXTS_LIMIT} texts and roster entries", field="texts")
        texts = [SegmentText(index, checked_text(text, field="texts")) for index, text in enumerate(request.texts)]
        roster = frozenset(call.upper() for call in request.roster)
        found = await asyncio.to_thread(self._in_force().extractor.extract, texts, roster)
        entities = await asyncio.to_thread(self._finder.find, texts, found)
        return pb.ExtractResponse(
            mentions=[mention_to_wire(mention) for mention in found],
            entities=[entity_to_wire(entity) for entity in entities],
        )


async def _beginning_with(
    first: pb.StreamExtractRequest, rest: AsyncIterator[pb.StreamExtractRequest]
) -> AsyncIterator[pb.StreamExtractRequest]:
    yield first
    async for request in rest:
        yield request
