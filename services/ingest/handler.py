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
    metadata_from_wire,
    number_from_wire,
    recording_to_wire,
)
from services.ingest.domain import validation
from services.ingest.domain.errors import UploadUnknown
from services.ingest.domain.sequences import Outcome
from services.ingest.fetch.submit import UrlSubmissions
from services.ingest.metrics import IngestMetrics
from services.ingest.nodes_convert import (
    NodeMessages,
    clock_offset_from_wire,
    gap_to_wire,
    health_from_wire,
    new_node_from_wire,
)
from services.ingest.store.nodes import NodeRepository
from services.ingest.store.repository import UploadRepository
from services.ingest.store.sequences import BEFORE_ALL, SequenceRepository
from services.ingest.uploads import UploadPolicy, UploadReceiver
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1 import ingest_pb2_grpc

PAGE_DEFAULT, PAGE_MOST = 50, 1000
LIST_NODES = "ListNodes"
LIST_GAPS = "ListNodeGaps"
FINAL_KINDS = frozenset({Kind.INVALID, Kind.EXISTS})
"""Refusals that the same upload would meet again however often it came."""
Context = grpc.aio.ServicerContext[Any, Any]


class IngestHandler(ingest_pb2_grpc.IngestServiceServicer):
    """IngestService."""

    def __init__(
        self,
        *,
        receiver: UploadReceiver,
        uploads: UploadRepository,
        nodes: NodeRepository,
        sequences: SequenceRepository,
        messages: NodeMessages,
        urls: UrlSubmissions,
        pages: PageTokens,
        clock: Clock,
        metrics: IngestMetrics,
        policy: UploadPolicy,
    ) -> None:
        self._receiver = receiver
        self._uploads = uploads
        self._nodes = nodes
        self._sequences = sequences
        self._messages = messages
        self._urls = urls
        self._pages = pages
        self._clock = clock
        self._metrics = metrics
        self._policy = policy

    async def UploadRecording(
        self, request_iterator: AsyncIterator[pb.UploadRecordingRequest], context: Context
    ) -> pb.UploadRecordingResponse:
        """Take one recording in."""
        message = pb.UploadMetadata()
        try:
            message = await first_message(request_iterator)
            metadata = metadata_from_wire(message, clock=self._clock, limit_bytes=self._policy.limit_bytes)
            stored = await self._receiver.receive(metadata, chunks_after(request_iterator))
        except TsnError as error:
            self._count_refusal(error)
            if error.kind in FINAL_KINDS:
                await self._note_refusal(message)
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
        return pb.CreateNodeResponse(node=self._messages.node(node, now=self._clock.now()))

    async def GetNode(self, request: pb.GetNodeRequest, context: Context) -> pb.GetNodeResponse:
        """Return one node."""
        node = await self._nodes.get(validation.node_id(request.name, field="name"))
        return pb.GetNodeResponse(node=self._messages.node(node, now=self._clock.now()))

    async def ListNodes(self, request: pb.ListNodesRequest, context: Context) -> pb.ListNodesResponse:
        """Return one page of nodes."""
        limit, now = page_limit(request.page_size, default=PAGE_DEFAULT, most=PAGE_MOST), self._clock.now()
        after = str(self._pages.read(request.page_token, request=LIST_NODES)[0]) if request.page_token else ""
        found = await self._nodes.page(after=after, limit=limit + 1)
        token = self._pages.issue([found[limit - 1].id], request=LIST_NODES) if len(found) > limit else ""
        nodes = [self._messages.node(node, now=now) for node in found[:limit]]
        return pb.ListNodesResponse(nodes=nodes, next_page_token=token)

    async def ListNodeGaps(self, request: pb.ListNodeGapsRequest, context: Context) -> pb.ListNodeGapsResponse:
        """Return one page of what a node numbered and the server does not have."""
        node = validation.node_id(request.name, field="name")
        limit, fields = page_limit(request.page_size, default=PAGE_DEFAULT, most=PAGE_MOST), f"{LIST_GAPS} {node}"
        after = BEFORE_ALL
        if request.page_token:
            spool_id, last = self._pages.read(request.page_token, request=fields)
            after = (str(spool_id), int(last))
        found = await self._sequences.gaps(node, after=after, limit=limit + 1)
        token = ""
        if len(found) > limit:
            token = self._pages.issue([found[limit - 1].spool_id, found[limit - 1].last], request=fields)
        return pb.ListNodeGapsResponse(gaps=[gap_to_wire(gap) for gap in found[:limit]], next_page_token=token)

    async def Heartbeat(self, request: pb.HeartbeatRequest, context: Context) -> pb.HeartbeatResponse:
        """Store that a node lives; answer with the clock."""
        now = self._clock.now()
        node = validation.node_id(request.name, field="name")
        offset = clock_offset_from_wire(request, received_at=now)
        await self._nodes.heartbeat(
            node,
            health_from_wire(request.health) if request.HasField("health") else None,
            clock_offset_seconds=offset,
            at=now,
            register_node=self._policy.auto_register,
        )
        self._metrics.heartbeats.inc()
        response = pb.HeartbeatResponse(server_time=to_timestamp(now))
        if offset is not None:
            response.clock_offset.CopyFrom(to_duration(offset))
        return response

    async def StreamAudio(
        self, request_iterator: AsyncIterator[pb.StreamAudioRequest], context: Context
    ) -> AsyncIterator[pb.StreamAudioResponse]:
        """Refuse: not served by this version."""
        raise NotServed("StreamAudio")
        yield  # makes this a stream

    async def SubmitUrl(self, request: pb.SubmitUrlRequest, context: Context) -> pb.SubmitUrlResponse:
        """Queue the fetching of a recording."""
        return pb.SubmitUrlResponse(job=f"jobs/{await self._urls.submit(request)}")

    async def _note_refusal(self, message: pb.UploadMetadata) -> None:
        """A number that was refused is spoken on, and no gap."""
        counted = number_from_wire(message)
        if counted is not None:
            await self._sequences.note(*counted, Outcome.REFUSED)

    def _count_refusal(self, error: TsnError) -> None:
        outcome = "failed" if error.transient or error.kind is Kind.DATA_LOSS else "refused"
        self._metrics.uploads.labels(outcome=outcome).inc()
        self._metrics.refusals.labels(reason=error.reason).inc()
