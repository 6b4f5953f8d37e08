"""gRPC of transcribe."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import grpc

from mesh.rpc.times import from_duration, to_duration
from services.transcribe.convert import engine_to_wire, spelling_to_wire
from services.transcribe.engines.pool import EnginePool
from services.transcribe.spelling import SpellingReader
from services.transcribe.stored import StoredAudio
from services.transcribe.streaming import StreamingSession
from services.transcribe.transcriber import Transcriber
from tsn.ingest.v1.recording_pb2 import Recording
from tsn.transcribe.v1 import transcribe_pb2 as pb
from tsn.transcribe.v1 import transcribe_pb2_grpc
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript

PARTIALS_LIMIT = 256
Context = grpc.aio.ServicerContext[Any, Any]


class TranscribeHandler(transcribe_pb2_grpc.TranscribeServiceServicer):
    """TranscribeService."""

    def __init__(
        self,
        *,
        transcriber: Transcriber,
        pool: EnginePool,
        audio: StoredAudio,
        spelling: SpellingReader,
        notice: str,
    ) -> None:
        """`notice` tells callers why this engine runs; empty where there is nothing to tell."""
        self._transcriber = transcriber
        self._pool = pool
        self._audio = audio
        self._spelling = spelling
        self._notice = notice

    async def StreamingTranscribe(
        self, request_iterator: AsyncIterator[pb.StreamingTranscribeRequest], context: Context
    ) -> AsyncIterator[pb.StreamingTranscribeResponse]:
        """Transcribe live audio."""
        session = StreamingSession(pool=self._pool, language=self._transcriber.language)
        async with contextlib.aclosing(session.run(request_iterator)) as answers:
            async for answer in answers:
                yield answer

    async def Transcribe(self, request: pb.TranscribeRequest, context: Context) -> AsyncIterator[pb.TranscribeResponse]:
        """Transcribe stored audio again; partials while it decodes, the transcript last."""
        sha256 = request.sha256.lower()
        audio = await self._transcriber.decode(await self._audio.get(sha256))
        heard: asyncio.Queue[PartialTranscript | None] = asyncio.Queue(PARTIALS_LIMIT)

        def listen(partial: PartialTranscript) -> None:
            # A caller who reads slowly misses partials; the engine never waits, and the end keeps its place.
            if heard.qsize() < PARTIALS_LIMIT - 1:
                heard.put_nowait(partial)

        working = asyncio.create_task(
            self._transcriber.transcribe(audio, Recording(sha256=sha256), language=request.language, listener=listen)
        )
        working.add_done_callback(lambda _: heard.put_nowait(None))
        try:
            while (partial := await heard.get()) is not None:
                yield pb.TranscribeResponse(partial=partial)
            yield pb.TranscribeResponse(transcript=await working)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def ReadSpelling(self, request: pb.ReadSpellingRequest, context: Context) -> pb.ReadSpellingResponse:
        """Hear what is spelled in a stretch."""
        heard = await self._spelling.read(
            request.sha256.lower(), from_duration(request.start_offset), from_duration(request.end_offset)
        )
        return spelling_to_wire(heard)

    async def ListEngines(self, request: pb.ListEnginesRequest, context: Context) -> pb.ListEnginesResponse:
        """The engine in use and why."""
        return pb.ListEnginesResponse(engines=[engine_to_wire(self._pool.info)], notice=self._notice)

    async def GetPoolStatistics(
        self, request: pb.GetPoolStatisticsRequest, context: Context
    ) -> pb.GetPoolStatisticsResponse:
        """How busy the workers are."""
        totals = self._transcriber.totals
        return pb.GetPoolStatisticsResponse(
            slots=self._pool.size,
            busy_slots=self._pool.size - self._pool.free_slots,
            recordings_transcribed=totals.recordings,
            audio_transcribed=to_duration(totals.audio_seconds),
            engine_time=to_duration(totals.engine_seconds),
        )
