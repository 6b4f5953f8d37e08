"""Audio bytes to a transcript, with the service's engine or the one a run asks for."""

import asyncio
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from mesh.clock import Clock
from mesh.ids import new_id
from services.transcribe.audio import DecodedAudio, decode
from services.transcribe.convert import partial_to_wire, transcript_to_wire
from services.transcribe.domain.errors import TranscribeError
from services.transcribe.domain.glossary import NO_GLOSSARY, Glossary
from services.transcribe.domain.model import HINTS, Partial
from services.transcribe.domain.quality import with_audio_flags
from services.transcribe.engines.shelf import EngineShelf
from services.transcribe.failures import translated
from services.transcribe.metrics import TranscribeMetrics
from tsn.ingest.v1.recording_pb2 import Recording
from tsn.transcribe.v1.transcript_pb2 import PartialTranscript, Transcript

Listener = Callable[[PartialTranscript], None]


@dataclass
class Totals:
    """What was done since start."""

    recordings: int = 0
    audio_seconds: float = 0.0
    engine_seconds: float = 0.0


class Transcriber:
    """Decodes and transcribes; stores nothing."""

    def __init__(
        self,
        *,
        engines: EngineShelf,
        clock: Clock,
        metrics: TranscribeMetrics,
        language: str = "",
        max_audio_seconds: float,
    ) -> None:
        """`language` is that of calls which name none; empty: the engine's own."""
        self._engines = engines
        self._clock = clock
        self._metrics = metrics
        self.language = language
        self._max_audio_seconds = max_audio_seconds
        self.totals = Totals()

    async def decode(self, data: bytes, *, until_seconds: float = math.inf) -> DecodedAudio:
        """Decode in a thread, which stops when this is cancelled; not beyond `until_seconds`. Raises AudioRefused."""
        unwanted = threading.Event()
        limit = min(until_seconds, self._max_audio_seconds)
        try:
            return await asyncio.to_thread(decode, data, max_seconds=limit, cancelled=unwanted.is_set)
        except TranscribeError as error:
            raise translated(error) from error
        finally:
            unwanted.set()

    async def transcribe(
        self,
        audio: DecodedAudio,
        recording: Recording,
        *,
        listener: Listener | None,
        language: str = "",
        engine: str = "",
        model: str = "",
        glossary: Glossary = NO_GLOSSARY,
    ) -> Transcript:
        """Transcribe one recording with the service's own engine, or the one asked for.

        `listener` gets each partial; without one none are made. `glossary`: for engines that take hints.

        Raises AudioRefused, EngineTrouble, EngineNotHere, EngineWaits, LanguageRefused.
        """
        sequence = 0

        def heard(partial: Partial) -> None:
            nonlocal sequence
            sequence += 1
            assert listener is not None
            listener(partial_to_wire(partial, recording=recording.name, channel=recording.channel, sequence=sequence))

        started = time.perf_counter()
        try:
            async with self._engines.lent(engine, model) as pool:
                result = await pool.transcribe(
                    audio.samples,
                    language=language or self.language or None,
                    hints=glossary.hints,
                    on_partial=heard if listener is not None else None,
                )
        except TranscribeError as error:
            raise translated(error) from error
        seconds = time.perf_counter() - started
        self._count(result.engine.engine, audio.duration_seconds, seconds)
        transcript = transcript_to_wire(
            with_audio_flags(result, audio.samples, truncated=audio.truncated),
            # A recording that was never stored has no name, nor has what is read from it.
            name=f"{recording.name}/transcripts/{new_id()}" if recording.name else "",
            created_at=self._clock.now(),
            engine_seconds=seconds,
        )
        if HINTS in result.engine.parameters:
            transcript.engine.glossary_version = glossary.version
        return transcript

    def _count(self, engine: str, audio_seconds: float, engine_seconds: float) -> None:
        self._metrics.recordings.labels(engine=engine).inc()
        self._metrics.audio_seconds.inc(audio_seconds)
        self._metrics.engine_seconds.inc(engine_seconds)
        self.totals.recordings += 1
        self.totals.audio_seconds += audio_seconds
        self.totals.engine_seconds += engine_seconds
