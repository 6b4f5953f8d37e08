"""gRPC of ingest: nodes and uploads."""

from collections.abc import AsyncIterator
from typing import Any

import grpc

from mesh.clock import Clock
from mesh.errors import Kind, NotServed, TsnError
from mesh.rpc.paging import PageTokens, page_limit
from mesh.rpc.times import to_duration, to_timestamp
from services.ingest.convert import (
    chunks_after,
    first_message,
    health_from_wire,
    metadata_from_wire,
    moment_from_wire,
    new_node_from_wire,
    node_to_wire,
    recording_to_wire,
)
from services.ingest.domain import validation
from services.ingest.domain.errors import UploadUnknown
from services.ingest.metrics import IngestMetrics
from services.ingest.store.nodes import NodeRepository
from services.ingest.store.repository import UploadRepository
from services.ingest.uploads import UploadPolicy, UploadReceiver
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1 import ingest_pb2_grpc

PAGE_DEFAULT, PAGE_MOST = 50, 1000
LIST_NODES = "ListNodes"
Context = grpc.aio.ServicerContext[Any, Any]


class IngestHandler(ingest_pb2_grpc.IngestServiceServicer):
    """IngestService."""

    def __init__(
        self,
        *,
        receiver: UploadReceiver,
        uploads: UploadRepository,
        nodes: NodeRepository,
        pages: PageTokens,
        clock: Clock,
        metrics: IngestMetrics,
        policy: UploadPolicy,
    ) -> None:
        self._receiver = receiver
        self._uploads = uploads
        self._nodes = nodes
        self._pages = pages
        self._clock = clock
        self._metrics = metrics
        self._policy = policy

    async def UploadRecording(
        self, request_iterator: AsyncIterator[pb.UploadRecordingRequest], context: Context
    ) -> pb.UploadRecordingResponse:
        """Take one recording in."""
        try:
            message = await first_message(request_iterator)
            metadata = metadata_from_wire(message, clock=self._clock, limit_bytes=self._policy.limit_bytes)
            stored = await self._receiver.receive(metadata, chunks_after(request_iterator))
        except TsnError as error:
            self._count_refusal(error)
            raise
        return pb.UploadRecordingResponse(
            recording=recording_to_wire(stored.recording), deduplicated=stored.deduplicated
        )

    async def GetUpload(self, request: pb.GetUploadRequest, context: Context) -> pb.GetUploadResponse:
        """Say how far an upload has come."""
        request_id = validation.request_id(request.request_id)
        recording, partial = await self._uploads.upload(validation.node_id(request.node), request_id)
        if recording is not None:
            return pb.GetUploadResponse(received_bytes=recording.size_bytes, recording=recording_to_wire(recording))
        if partial is None:
            raise UploadUnknown(request_id)
        return pb.GetUploadResponse(received_bytes=partial.received_bytes)

    async def CreateNode(self, request: pb.CreateNodeRequest, context: Context) -> pb.CreateNodeResponse:
        """Register a node."""
        node = await self._nodes.add(new_node_from_wire(request.node))
        return pb.CreateNodeResponse(node=node_to_wire(node))

    async def GetNode(self, request: pb.GetNodeRequest, context: Context) -> pb.GetNodeResponse:
        """Return one node."""
        node = await self._nodes.get(validation.node_id(request.name, field="name"))
        return pb.GetNodeResponse(node=node_to_wire(node))

    async def ListNodes(self, request: pb.ListNodesRequest, context: Context) -> pb.ListNodesResponse:
        """Return one page of nodes."""
        limit = page_limit(request.page_size, default=PAGE_DEFAULT, most=PAGE_MOST)
        after = str(self._pages.read(request.page_token, request=LIST_NODES)[0]) if request.page_token else ""
        found = await self._nodes.page(after=after, limit=limit + 1)
        token = self._pages.issue([found[limit - 1].id], request=LIST_NODES) if len(found) > limit else ""
        return pb.ListNodesResponse(nodes=[node_to_wire(node) for node in found[:limit]], next_page_token=token)

    async def Heartbeat(self, request: pb.HeartbeatRequest, context: Context) -> pb.HeartbeatResponse:
        """Store that a node lives; answer with the clock."""
        now = self._clock.now()
        health = health_from_wire(request.health) if request.HasField("health") else None
        node = validation.node_id(request.name, field="name")
        await self._nodes.heartbeat(node, health, at=now, register_node=self._policy.auto_register)
        self._metrics.heartbeats.inc()
        response = pb.HeartbeatResponse(server_time=to_timestamp(now))
        sent_at = moment_from_wire(request.sent_at) if request.HasField("sent_at") else None
        if sent_at is not None:
            response.clock_offset.CopyFrom(to_duration((now - sent_at).total_seconds()))
        return response

    async def StreamAudio(
        self, request_iterator: AsyncIterator[pb.StreamAudioRequest], context: Context
    ) -> AsyncIterator[pb.StreamAudioResponse]:
        """Refuse: not served by this version."""
        raise NotServed("StreamAudio")
        yield  # makes this a stream

    async def SubmitUrl(self, request: pb.SubmitUrlRequest, context: Context) -> pb.SubmitUrlResponse:
        """Refuse: not served by this version."""
        raise NotServed("SubmitUrl")

    def _count_refusal(self, error: TsnError) -> None:
        outcome = "failed" if error.transient or error.kind is Kind.DATA_LOSS else "refused"
        self._metrics.uploads.labels(outcome=outcome).inc()
        self._metrics.refusals.labels(reason=error.reason).inc()
