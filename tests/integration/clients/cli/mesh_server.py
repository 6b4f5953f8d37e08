"""A real gRPC server with a whole mesh in memory: what a client of the gateway sees, told by each test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.api.httpbody_pb2 import HttpBody

from tests.integration.clients.cli.mesh_callsigns import Callsigns
from tests.integration.clients.cli.mesh_reviews import Reviews
from tests.integration.clients.cli.mesh_work import Batches, Jobs
from tests.integration.clients.node.ingest_server import MemoryIngest, Refusal, refuse
from tsn.analyze.v1 import analyze_pb2
from tsn.analyze.v1.analyze_pb2_grpc import AnalyzeServiceServicer, add_AnalyzeServiceServicer_to_server
from tsn.extract.v1 import extract_pb2
from tsn.extract.v1.callsign_pb2_grpc import add_CallsignDataServiceServicer_to_server
from tsn.extract.v1.extract_pb2_grpc import ExtractServiceServicer, add_ExtractServiceServicer_to_server
from tsn.extract.v1.review_pb2_grpc import add_ReviewServiceServicer_to_server
from tsn.ingest.v1 import ingest_pb2, recording_pb2
from tsn.ingest.v1.batch_pb2_grpc import add_BatchServiceServicer_to_server
from tsn.ingest.v1.ingest_pb2_grpc import add_IngestServiceServicer_to_server
from tsn.ingest.v1.job_pb2_grpc import add_JobServiceServicer_to_server
from tsn.query.v1 import query_pb2
from tsn.query.v1.query_pb2_grpc import QueryServiceServicer, add_QueryServiceServicer_to_server
from tsn.transcribe.v1 import transcribe_pb2
from tsn.transcribe.v1.transcribe_pb2_grpc import TranscribeServiceServicer, add_TranscribeServiceServicer_to_server

Context = Any


@dataclass
class Nodes(MemoryIngest):
    """Uploads of MemoryIngest, nodes, and URLs, whose job is `jobs/fetch`."""

    nodes: list[recording_pb2.Node] = field(default_factory=list)
    gaps: dict[str, list[ingest_pb2.NodeGap]] = field(default_factory=dict)
    submitted: list[ingest_pb2.SubmitUrlRequest] = field(default_factory=list)

    async def CreateNode(
        self, request: ingest_pb2.CreateNodeRequest, context: Context
    ) -> ingest_pb2.CreateNodeResponse:
        if any(node.name == request.node.name for node in self.nodes):
            await refuse(context, Refusal(grpc.StatusCode.ALREADY_EXISTS, "NODE_EXISTS"))
        self.nodes.append(request.node)
        return ingest_pb2.CreateNodeResponse(node=request.node)

    async def ListNodes(self, request: ingest_pb2.ListNodesRequest, context: Context) -> ingest_pb2.ListNodesResponse:
        return ingest_pb2.ListNodesResponse(nodes=self.nodes)

    async def GetNode(self, request: ingest_pb2.GetNodeRequest, context: Context) -> ingest_pb2.GetNodeResponse:
        found = [node for node in self.nodes if node.name == request.name]
        if not found:
            await refuse(context, Refusal(grpc.StatusCode.NOT_FOUND, "NODE_UNKNOWN"))
        return ingest_pb2.GetNodeResponse(node=found[0])

    async def ListNodeGaps(
        self, request: ingest_pb2.ListNodeGapsRequest, context: Context
    ) -> ingest_pb2.ListNodeGapsResponse:
        return ingest_pb2.ListNodeGapsResponse(gaps=self.gaps.get(request.name, []))

    async def SubmitUrl(self, request: ingest_pb2.SubmitUrlRequest, context: Context) -> ingest_pb2.SubmitUrlResponse:
        self.submitted.append(request)
        if "forbidden" in request.url:
            await refuse(context, Refusal(grpc.StatusCode.PERMISSION_DENIED, "URL_NOT_ALLOWED"))
        return ingest_pb2.SubmitUrlResponse(job="jobs/fetch")


@dataclass
class Query(QueryServiceServicer):
    """Answers as each test sets them. `feeds`: what WatchFeed streams, one list a call, then it stays silent."""

    hits: list[query_pb2.SearchHit] = field(default_factory=list)
    searches: list[query_pb2.SearchTranscriptsRequest] = field(default_factory=list)
    views: dict[str, query_pb2.RecordingView] = field(default_factory=dict)
    listed: list[query_pb2.ListRecordingsRequest] = field(default_factory=list)
    searchable_after: int = 0
    audio: list[bytes] = field(default_factory=list)
    feeds: list[list[query_pb2.WatchFeedResponse]] = field(default_factory=list)
    watches: list[query_pb2.WatchFeedRequest] = field(default_factory=list)
    statistics: query_pb2.GetStatisticsResponse = field(default_factory=query_pb2.GetStatisticsResponse)
    refusal: Refusal | None = None

    async def SearchTranscripts(
        self, request: query_pb2.SearchTranscriptsRequest, context: Context
    ) -> query_pb2.SearchTranscriptsResponse:
        await self._refuse(context)
        self.searches.append(request)
        start = int(request.page_token or 0)
        end = start + request.page_size
        token = str(end) if end < len(self.hits) else ""
        return query_pb2.SearchTranscriptsResponse(hits=self.hits[start:end], next_page_token=token)

    async def ListRecordings(
        self, request: query_pb2.ListRecordingsRequest, context: Context
    ) -> query_pb2.ListRecordingsResponse:
        self.listed.append(request)
        return query_pb2.ListRecordingsResponse(recordings=self.views.values())

    async def GetRecording(
        self, request: query_pb2.GetRecordingRequest, context: Context
    ) -> query_pb2.GetRecordingResponse:
        if self.searchable_after > 0:
            self.searchable_after -= 1
            await refuse(context, Refusal(grpc.StatusCode.NOT_FOUND, "RECORDING_UNKNOWN"))
        if request.name not in self.views:
            await refuse(context, Refusal(grpc.StatusCode.NOT_FOUND, "RECORDING_UNKNOWN"))
        return query_pb2.GetRecordingResponse(recording=self.views[request.name])

    async def DownloadAudio(self, request: query_pb2.DownloadAudioRequest, context: Context) -> AsyncIterator[HttpBody]:
        if not self.audio:
            await refuse(context, Refusal(grpc.StatusCode.NOT_FOUND, "RECORDING_UNKNOWN"))
        for piece in self.audio:
            if piece == b"BREAK":
                await refuse(context, Refusal(grpc.StatusCode.DATA_LOSS, "AUDIO_GONE"))
            yield HttpBody(content_type="audio/wav", data=piece)

    async def WatchFeed(
        self, request: query_pb2.WatchFeedRequest, context: Context
    ) -> AsyncIterator[query_pb2.WatchFeedResponse]:
        await self._refuse(context)
        self.watches.append(request)
        if not self.feeds:
            await asyncio.Event().wait()
        for item in self.feeds.pop(0):
            yield item

    async def GetStatistics(
        self, request: query_pb2.GetStatisticsRequest, context: Context
    ) -> query_pb2.GetStatisticsResponse:
        await self._refuse(context)
        return self.statistics

    async def _refuse(self, context: Context) -> None:
        if self.refusal is not None:
            await refuse(context, self.refusal)


class Engines(TranscribeServiceServicer):
    """One engine, half busy."""

    async def ListEngines(self, request: object, context: Context) -> transcribe_pb2.ListEnginesResponse:
        engine = {"engine": "pocketsphinx", "model": "en-us", "device": "cpu"}
        return transcribe_pb2.ListEnginesResponse(engines=[engine], notice="no Whisper weights")

    async def GetPoolStatistics(self, request: object, context: Context) -> transcribe_pb2.GetPoolStatisticsResponse:
        return transcribe_pb2.GetPoolStatisticsResponse(slots=2, busy_slots=1)


class Extract(ExtractServiceServicer):
    """Finds nothing."""

    async def Extract(self, request: object, context: Context) -> extract_pb2.ExtractResponse:
        return extract_pb2.ExtractResponse()


@dataclass
class Analyze(AnalyzeServiceServicer):
    """Knows no conversation; with `away` it does not answer."""

    away: bool = False

    async def GetConversation(self, request: object, context: Context) -> analyze_pb2.GetConversationResponse:
        if self.away:
            await refuse(context, Refusal(grpc.StatusCode.UNAVAILABLE))
        await refuse(context, Refusal(grpc.StatusCode.NOT_FOUND, "CONVERSATION_UNKNOWN"))
        raise AssertionError


@dataclass
class Mesh:
    """The services of one server."""

    ingest: Nodes = field(default_factory=Nodes)
    jobs: Jobs = field(default_factory=Jobs)
    batches: Batches = field(default_factory=Batches)
    query: Query = field(default_factory=Query)
    analyze: Analyze = field(default_factory=Analyze)
    callsigns: Callsigns = field(default_factory=Callsigns)
    reviews: Reviews = field(default_factory=Reviews)
    address: str = ""


@asynccontextmanager
async def serving(mesh: Mesh, port: int = 0) -> AsyncIterator[Mesh]:
    """`mesh` on that port, or on a free one; its `address` names it."""
    server = grpc.aio.server()
    add_IngestServiceServicer_to_server(mesh.ingest, server)
    add_JobServiceServicer_to_server(mesh.jobs, server)
    add_BatchServiceServicer_to_server(mesh.batches, server)
    add_QueryServiceServicer_to_server(mesh.query, server)
    add_TranscribeServiceServicer_to_server(Engines(), server)
    add_ExtractServiceServicer_to_server(Extract(), server)
    add_CallsignDataServiceServicer_to_server(mesh.callsigns, server)
    add_AnalyzeServiceServicer_to_server(mesh.analyze, server)
    add_ReviewServiceServicer_to_server(mesh.reviews, server)
    mesh.address = f"127.0.0.1:{server.add_insecure_port(f'127.0.0.1:{port}')}"
    await server.start()
    try:
        yield mesh
    finally:
        await server.stop(grace=None)
