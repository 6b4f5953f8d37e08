"""QueryService over gRPC: read the message, ask, answer."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeAlias

import grpc
from google.api.httpbody_pb2 import HttpBody

from mesh.blobs import BlobStore
from services.query.convert import content_type, to_hit, to_statistics, to_summary, to_view
from services.query.domain.errors import AudioNotKnownYet
from services.query.feed.feed import Feed
from services.query.feed.items import Wanted
from services.query.search import Reader
from services.query.store.reading import ReadStore
from tsn.query.v1 import query_pb2 as pb
from tsn.query.v1 import query_pb2_grpc

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]


class QueryHandler(query_pb2_grpc.QueryServiceServicer):
    """Reads what the mesh has made."""

    def __init__(self, *, reader: Reader, store: ReadStore, blobs: BlobStore, feed: Feed) -> None:
        self._reader = reader
        self._store = store
        self._blobs = blobs
        self._feed = feed

    async def SearchTranscripts(
        self, request: pb.SearchTranscriptsRequest, context: Context
    ) -> pb.SearchTranscriptsResponse:
        """Recordings by what was said."""
        found = await self._reader.search(
            query=request.query,
            filter_text=request.filter,
            page_size=request.page_size,
            page_token=request.page_token,
        )
        hits = [to_hit(stored, found.query) for stored in found.recordings]
        return pb.SearchTranscriptsResponse(hits=hits, next_page_token=found.next_page_token)

    async def ListRecordings(self, request: pb.ListRecordingsRequest, context: Context) -> pb.ListRecordingsResponse:
        """Recordings by airtime."""
        page, token = await self._reader.recordings(
            filter_text=request.filter, page_size=request.page_size, page_token=request.page_token
        )
        views = await self._shown([to_view(stored) for stored in page])
        return pb.ListRecordingsResponse(recordings=views, next_page_token=token)

    async def GetRecording(self, request: pb.GetRecordingRequest, context: Context) -> pb.GetRecordingResponse:
        """One recording with everything."""
        (view,) = await self._shown([to_view(await self._reader.recording(request.name))])
        return pb.GetRecordingResponse(recording=view)

    async def DownloadAudio(self, request: pb.DownloadAudioRequest, context: Context) -> AsyncIterator[HttpBody]:
        """The audio file in pieces; the first says what it is."""
        stored = await self._reader.recording(request.name)
        if not stored.audio_key:
            raise AudioNotKnownYet(stored.name)
        kind = content_type(stored)
        async for chunk in self._blobs.stream(stored.audio_key):
            yield HttpBody(content_type=kind, data=chunk)
            kind = ""

    async def WatchFeed(self, request: pb.WatchFeedRequest, context: Context) -> AsyncIterator[pb.WatchFeedResponse]:
        """What happens, for as long as the caller listens."""
        wanted = Wanted(
            node=request.node.removeprefix("nodes/"), channel=request.channel, facts_only=request.facts_only
        )
        async for response in self._feed.watch(request.cursor, wanted):
            yield response

    async def ListCallsigns(self, request: pb.ListCallsignsRequest, context: Context) -> pb.ListCallsignsResponse:
        """Callsigns heard."""
        page, token = await self._reader.callsigns(page_size=request.page_size, page_token=request.page_token)
        return pb.ListCallsignsResponse(callsigns=[to_summary(each) for each in page], next_page_token=token)

    async def GetStatistics(self, request: pb.GetStatisticsRequest, context: Context) -> pb.GetStatisticsResponse:
        """Counts over all that is stored."""
        return to_statistics(await self._store.statistics())

    async def _shown(self, views: Sequence[pb.RecordingView]) -> Sequence[pb.RecordingView]:
        """`views` without the holders of callsigns that asked not to be profiled."""
        held = [mention for view in views for mention in view.mentions if mention.HasField("holder")]
        if held:
            left_out = await self._store.left_out_of({mention.base_call for mention in held})
            for mention in held:
                if mention.base_call in left_out:
                    mention.ClearField("holder")
        return views
