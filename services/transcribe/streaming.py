"""Live audio to text: cut into utterances at silences, decode while they are spoken, settle each at its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import structlog

from mesh.errors import InvalidInput
from mesh.rpc.times import to_duration
from services.transcribe.convert import word_to_wire
from services.transcribe.domain.agreement import LocalAgreement
from services.transcribe.domain.errors import EngineFailed, TranscribeError
from services.transcribe.domain.model import SAMPLE_RATE_HZ, TranscriptResult
from services.transcribe.engines.pool import EnginePool
from services.transcribe.failures import translated
from services.transcribe.inbox import AudioInbox
from services.transcribe.pcm import PcmReader
from services.transcribe.utterances import Utterance, UtteranceCutter
from tsn.transcribe.v1 import transcribe_pb2 as pb

# Audio that may wait while an utterance is settled; beyond it the sender waits.
WAITING_SECONDS = 30.0
# New audio after which a growing utterance is decoded again.
INTERIM_SECONDS = 1.0
FINAL_ATTEMPTS = 2

Requests = AsyncIterator[pb.StreamingTranscribeRequest]
Response = pb.StreamingTranscribeResponse

log = structlog.get_logger(__name__)


class ConfigMissing(InvalidInput):
    """Audio of unknown rate cannot be heard."""

    reason = "CONFIG_MISSING"

    def __init__(self) -> None:
        super().__init__("the first message must hold the config", field="config")


class ConfigTwice(InvalidInput):
    """The rate of a stream is fixed once audio flows."""

    reason = "CONFIG_TWICE"

    def __init__(self) -> None:
        super().__init__("config was sent already; open another stream for other audio", field="config")


class StreamingSession:
    """One live stream; use it once.

    While somebody speaks, the utterance so far is decoded again for each second of new audio, where a worker is
    free; what two decodings agree on is shown as stable. At its end it is decoded once more, as a whole, and that
    text is final: nothing follows that would change it.
    """

    def __init__(self, *, pool: EnginePool, language: str = "") -> None:
        """`language` is that of streams which name none; empty: the engine's own."""
        self._pool = pool
        self._language = language
        self._inbox = AudioInbox(limit_samples=round(WAITING_SECONDS * SAMPLE_RATE_HZ))
        self._cutter = UtteranceCutter()
        self._agreement = LocalAgreement()
        self._interim: asyncio.Task[TranscriptResult] | None = None
        self._interim_end_seconds = 0.0
        self._told = False

    async def run(self, requests: Requests) -> AsyncGenerator[Response, None]:
        """Answers to `requests`, until these end and all their audio is settled.

        Raises ConfigMissing, ConfigTwice, SampleRateUnsupported, AudioBlockTooLarge, AudioBlockOdd, EngineTrouble.
        """
        receiving = asyncio.create_task(self._receive(requests))
        taking = asyncio.create_task(self._inbox.take())
        try:
            while True:
                await asyncio.wait({taking, self._interim or taking}, return_when=asyncio.FIRST_COMPLETED)
                if (answer := self._interim_answer()) is not None:
                    yield answer
                if taking.done():
                    samples = taking.result()
                    if samples is not None:
                        self._cutter.add(samples)
                    while utterance := await asyncio.to_thread(self._cutter.finished, ended=samples is None):
                        if (settled := await self._settle(utterance)) is not None:
                            yield settled
                    if samples is None:
                        return
                    taking = asyncio.create_task(self._inbox.take())
                self._begin_interim()
        finally:
            tasks = [task for task in (receiving, taking, self._interim) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _receive(self, requests: Requests) -> None:
        """Fill the inbox from `requests`; what is wrong with them is the taker's to raise."""
        failure: Exception | None = None
        try:
            reader: PcmReader | None = None
            async for request in requests:
                kind = request.WhichOneof("payload")
                if reader is None:
                    if kind != "config":
                        raise ConfigMissing
                    reader = PcmReader(request.config.sample_rate_hz)
                    self._language = request.config.language or self._language
                elif kind == "config":
                    raise ConfigTwice
                else:
                    await self._inbox.put(reader.read(request.audio))
            if reader is None:
                raise ConfigMissing
            await self._inbox.put(reader.flush())
        except Exception as error:
            failure = error
        await self._inbox.end(failure)

    def _begin_interim(self) -> None:
        """Decode the growing utterance, if there is enough new of it and nobody waits for the worker."""
        growing = self._cutter.growing
        if self._interim is not None or growing is None or self._pool.free_slots == 0:
            return
        if growing.end_seconds - max(self._interim_end_seconds, growing.start_seconds) < INTERIM_SECONDS:
            return
        self._interim_end_seconds = growing.end_seconds
        self._interim = asyncio.create_task(self._decode(growing))

    def _interim_answer(self) -> Response | None:
        """What the decoding that just ended says, where that is new."""
        if self._interim is None or not self._interim.done():
            return None
        decoding, self._interim = self._interim, None
        try:
            result = decoding.result()
        except TranscribeError as error:
            # The utterance is decoded again anyway, at the latest at its end.
            log.info("interim text lost", error=str(error))
            return None
        if not self._agreement.update(_words(result)):
            return None
        stable, unstable = self._agreement.stable, self._agreement.unstable
        if not stable and not unstable:
            return None
        self._told = True
        return Response(
            text=" ".join((*stable, *unstable)),
            stability=len(stable) / (len(stable) + len(unstable)),
            audio_end_offset=to_duration(self._interim_end_seconds),
        )

    async def _settle(self, utterance: Utterance) -> Response | None:
        """The final text; None where nobody spoke after all and nothing was shown."""
        if self._interim is not None:
            # Stopping an engine in its middle may cost its process, and with it the model.
            await asyncio.gather(self._interim, return_exceptions=True)
            self._interim = None
        result = await self._decode_finally(utterance)
        told, self._told = self._told, False
        self._agreement = LocalAgreement()
        words = [word for segment in result.segments for word in segment.words]
        text = " ".join(segment.text for segment in result.segments)
        if not text and not told:
            return None
        return Response(
            text=text,
            is_final=True,
            stability=1.0,
            words=[word_to_wire(word, shift_seconds=utterance.start_seconds) for word in words],
            audio_end_offset=to_duration(utterance.end_seconds),
        )

    async def _decode_finally(self, utterance: Utterance) -> TranscriptResult:
        """Decode, and again where the engine broke. Raises EngineTrouble."""
        for attempt in range(1, FINAL_ATTEMPTS + 1):
            try:
                return await self._decode(utterance)
            except EngineFailed as error:
                if attempt == FINAL_ATTEMPTS:
                    raise translated(error) from error
            except TranscribeError as error:
                raise translated(error) from error
        raise AssertionError("unreachable")

    async def _decode(self, utterance: Utterance) -> TranscriptResult:
        return await self._pool.transcribe(utterance.samples, language=self._language or None)


def _words(result: TranscriptResult) -> list[str]:
    return [word for segment in result.segments for word in segment.text.split()]
