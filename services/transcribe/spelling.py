"""Reads short stretches of stored audio with the closed grammars of callsigns, for a second opinion."""

import asyncio
import math
import time

import structlog

from mesh.errors import InvalidInput, Kind, NotServed, TsnError
from services.transcribe.domain.errors import TranscribeError
from services.transcribe.domain.model import SAMPLE_RATE_HZ, Segment
from services.transcribe.domain.spelling import SYMBOLS, SpelledStretch, SpelledWord
from services.transcribe.engines.pool import EnginePool
from services.transcribe.failures import EngineTrouble, translated
from services.transcribe.metrics import TranscribeMetrics
from services.transcribe.stored import StoredAudio
from services.transcribe.transcriber import Transcriber

LONGEST_SECONDS = 15.0
SHORTEST_SECONDS = 0.1
WAITING_PER_SLOT = 4
"""Calls that may wait for each slot; a stretch takes a fraction of a second."""

log = structlog.get_logger(__name__)


class StretchInvalid(InvalidInput):
    """No stretch that can be read: too long, too short, or not inside the recording."""

    reason = "STRETCH_INVALID"


class SpellingBusy(TsnError):
    """As many stretches wait as may."""

    kind = Kind.EXHAUSTED
    reason = "SPELLING_BUSY"


class SpellingReader:
    """Owns the processes of the closed grammars."""

    def __init__(
        self,
        *,
        audio: StoredAudio,
        transcriber: Transcriber,
        pool: EnginePool | None,
        metrics: TranscribeMetrics,
        timeout_seconds: float,
    ) -> None:
        """`pool`: of the closed grammar; None: nothing is read. `timeout_seconds`: for one stretch, with its wait."""
        self._audio = audio
        self._transcriber = transcriber
        self._metrics = metrics
        self._timeout_seconds = timeout_seconds
        self._pool = pool
        self._room = pool.size * (1 + WAITING_PER_SLOT) if pool is not None else 0
        self._reading = 0

    async def run(self) -> None:
        """Start the processes ahead of the first stretch: who asks waits for less time than a start takes."""
        if self._pool is None:
            return
        try:
            await self._pool.start()
        except TranscribeError as error:
            log.warning("no second opinions", error=str(error))

    async def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            await self._pool.close()

    async def read(self, sha256: str, start_seconds: float, end_seconds: float) -> SpelledStretch:
        """What is spelled between two times of a recording.

        Raises StretchInvalid, SpellingBusy, NotServed, EngineTrouble; Sha256Invalid, AudioNotFound, AudioRefused.
        """
        if self._pool is None:
            raise NotServed("TranscribeService.ReadSpelling")
        _require_stretch(start_seconds, end_seconds)
        if self._reading >= self._room:
            self._metrics.spelling_readings.labels(outcome="busy").inc()
            raise SpellingBusy("too many stretches wait to be read", retry_after_seconds=1.0)
        self._reading += 1
        try:
            async with asyncio.timeout(self._timeout_seconds):
                heard = await self._read(self._pool, sha256, start_seconds, end_seconds)
        except TimeoutError:
            self._metrics.spelling_readings.labels(outcome="failed").inc()
            raise EngineTrouble(f"the stretch was not read within {self._timeout_seconds:g} s") from None
        except TsnError:
            self._metrics.spelling_readings.labels(outcome="failed").inc()
            raise
        finally:
            self._reading -= 1
        self._metrics.spelling_readings.labels(outcome="read").inc()
        return heard

    async def _read(self, pool: EnginePool, sha256: str, start_seconds: float, end_seconds: float) -> SpelledStretch:
        audio = await self._transcriber.decode(await self._audio.get(sha256), until_seconds=end_seconds)
        samples = audio.samples[round(start_seconds * SAMPLE_RATE_HZ) :]
        seconds = samples.size / SAMPLE_RATE_HZ
        if seconds < SHORTEST_SECONDS:
            raise StretchInvalid("the stretch is not inside the recording", field="start_offset")
        started = time.perf_counter()
        try:
            result = await pool.transcribe(samples, language=None)
        except TranscribeError as error:
            raise translated(error) from error
        took = time.perf_counter() - started
        self._metrics.spelling_audio_seconds.inc(seconds)
        self._metrics.spelling_engine_seconds.inc(took)
        words = tuple(_words(segment, start_seconds) for segment in result.segments)
        return SpelledStretch(words, took / seconds, result.engine)


def _require_stretch(start_seconds: float, end_seconds: float) -> None:
    if not math.isfinite(start_seconds) or start_seconds < 0:
        raise StretchInvalid("start_offset must not be negative", field="start_offset")
    if not SHORTEST_SECONDS <= end_seconds - start_seconds <= LONGEST_SECONDS:
        limits = f"{SHORTEST_SECONDS:g} to {LONGEST_SECONDS:g} s"
        raise StretchInvalid(f"a stretch lasts {limits}", field="end_offset")


def _words(segment: Segment, shift_seconds: float) -> tuple[SpelledWord, ...]:
    return tuple(
        SpelledWord(
            word.text,
            SYMBOLS.get(word.text, ""),
            word.start_seconds + shift_seconds,
            word.end_seconds + shift_seconds,
            word.confidence,
        )
        for word in segment.words
    )
