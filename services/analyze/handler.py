"""gRPC of analyze: live alerts, conversations."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc

from mesh.db.database import Database
from mesh.errors import NotFound, NotServed
from mesh.rpc.growing import GrowingText
from services.analyze.convert import alert_to_wire, conversation_to_wire
from services.analyze.domain.model import Alert
from services.analyze.domain.urgency import LiveAlerts
from services.analyze.metrics import AnalyzeMetrics
from services.analyze.store.repository import AnalysisRepository
from tsn.analyze.v1 import analyze_pb2 as pb
from tsn.analyze.v1 import analyze_pb2_grpc
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript

TEXT_CHARACTERS_LIMIT = 20_000
RECORDINGS_LIMIT = 1000
Context = grpc.aio.ServicerContext[Any, Any]


class ConversationNotFound(NotFound):
    """No conversation of that name; it may have been joined to another."""

    reason = "CONVERSATION_NOT_FOUND"


class AnalyzeHandler(analyze_pb2_grpc.AnalyzeServiceServicer):
    """AnalyzeService."""

    def __init__(self, *, database: Database, repository: AnalysisRepository, metrics: AnalyzeMetrics) -> None:
        self._database = database
        self._repository = repository
        self._metrics = metrics

    async def StreamAnalyze(
        self, request_iterator: AsyncIterator[pb.StreamAnalyzeRequest], context: Context
    ) -> AsyncIterator[pb.StreamAnalyzeResponse]:
        """Answer each partial that completes an alert; the rest is answered when the caller ends the stream."""
        text: GrowingText[pb.StreamAnalyzeRequest, Alert] = GrowingText(
            part=lambda request: request.partial.segment_index,
            text=lambda request: request.partial.stable_text[:TEXT_CHARACTERS_LIMIT],
            begin=lambda index: LiveAlerts(segment_index=index),
        )
        async for request, found in text.read(request_iterator):
            yield self._answer(request.partial, found)

    async def GetConversation(self, request: pb.GetConversationRequest, context: Context) -> pb.GetConversationResponse:
        """One conversation with its recordings."""
        conversation_id = request.name.removeprefix("conversations/")
        found = None
        # The column of ids is ASCII: the database refuses to compare anything else with it.
        if conversation_id.isascii():
            async with self._database.transaction() as work:
                found = await self._repository.conversation(work, conversation_id, limit=RECORDINGS_LIMIT)
        if found is None:
            raise ConversationNotFound(f"there is no {request.name!r}", facts={"name": request.name}, field="name")
        conversation, node, recordings = found
        return pb.GetConversationResponse(
            conversation=conversation_to_wire(conversation, f"nodes/{node}"), recordings=recordings
        )

    async def ListInsights(self, request: pb.ListInsightsRequest, context: Context) -> pb.ListInsightsResponse:
        """Refuse: not served by this version."""
        raise NotServed("AnalyzeService.ListInsights")

    def _answer(self, partial: PartialTranscript, found: Sequence[Alert]) -> pb.StreamAnalyzeResponse:
        self._metrics.live_alerts.inc(len(found))
        return pb.StreamAnalyzeResponse(
            recording=partial.recording, channel=partial.channel, alerts=[alert_to_wire(alert) for alert in found]
        )


class NetHandler(analyze_pb2_grpc.NetServiceServicer):
    """NetService, which this version does not serve."""

    async def ListNets(self, request: pb.ListNetsRequest, context: Context) -> pb.ListNetsResponse:
        """Refuse."""
        raise NotServed("NetService.ListNets")
