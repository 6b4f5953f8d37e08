"""CMU PocketSphinx: a small engine whose model comes inside its wheel, for machines that have nothing else."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.transcribe.domain import voice_activity
from services.transcribe.domain.agreement import LocalAgreement
from services.transcribe.domain.errors import (
    Cancelled,
    EngineFailed,
    EngineUnavailable,
    LanguageUnsupported,
)
from services.transcribe.domain.model import (
    SAMPLE_RATE_HZ,
    EngineInfo,
    Partial,
    Segment,
    TranscriptResult,
    Word,
)
from services.transcribe.domain.ports import never, require_audio
from services.transcribe.domain.quality import compression_ratio, mean_confidence, text_flags
from services.transcribe.domain.voice_activity import Region
from services.transcribe.engines.told import JOINT, ToldWord, told_words

NAME = "pocketsphinx"
LANGUAGE = "en"
# Audio handed to the decoder at a time; a cancel is seen between two blocks.
BLOCK_SAMPLES = SAMPLE_RATE_HZ // 5
# A hypothesis costs about a tenth of decoding the block before it. Every second one is live enough.
HYPOTHESIS_BLOCKS = 2
FRAME_SECONDS = 0.01
DECODERS_KEPT = 3
"""The one that was told nothing, and those of the nodes heard last."""
# `<s>`, `<sil>`, `[NOISE]`, `++UH++`: what the decoder hears between words.
FILLER = re.compile(r"^(<.*>|\[.*\]|\+\+.*\+\+)$")
# `read(2)`: the second pronunciation of a word.
PRONUNCIATION = re.compile(r"\(\d+\)$")


@dataclass(frozen=True, slots=True)
class PocketSphinxSettings:
    """How audio is cut for the decoder, in seconds."""

    merge_gap_seconds: float = 0.5
    padding_seconds: float = 0.2
    max_segment_seconds: float = 20.0


class PocketSphinxEngine:
    """Decodes speech regions one by one; each becomes a segment.

    The library keeps Python's interpreter lock while it decodes, so this engine belongs into a process
    of its own. Hints become words of the dictionary (`told`); since a decoder cannot forget one, each set of
    hints has a decoder of its own, which takes half a second and 90 MB.
    """

    def __init__(self, settings: PocketSphinxSettings | None = None) -> None:
        """Raises EngineUnavailable where the library is not installed."""
        if importlib.util.find_spec("pocketsphinx") is None:
            raise EngineUnavailable(NAME, "the package pocketsphinx is not installed")
        self._settings = settings or PocketSphinxSettings()
        self._decoders: OrderedDict[tuple[ToldWord, ...], Any] = OrderedDict()
        self._decoder: Any = None
        self._listener: Any = None
        self._info = EngineInfo(
            engine=NAME,
            model="en-us",
            version=importlib.metadata.version("pocketsphinx"),
            device="cpu",
            compute_type="float32",
            parameters={
                "merge_gap_seconds": f"{self._settings.merge_gap_seconds:g}",
                "padding_seconds": f"{self._settings.padding_seconds:g}",
                "max_segment_seconds": f"{self._settings.max_segment_seconds:g}",
                "block_samples": str(BLOCK_SAMPLES),
                "cepstral_mean": "of the segment",
            },
        )

    @property
    def info(self) -> EngineInfo:
        return self._info

    def load(self) -> None:
        if self._decoders:
            return
        from pocketsphinx import Decoder

        try:
            self._decoders[()] = Decoder(samprate=SAMPLE_RATE_HZ, loglevel="FATAL")
            self._listener = Decoder(samprate=SAMPLE_RATE_HZ, loglevel="FATAL", lm=None)
            self._listener.add_jsgf_string("least", "#JSGF V1.0; grammar least; public <word> = yes;")
            self._listener.activate_search("least")
        except (RuntimeError, ValueError) as error:
            raise EngineUnavailable(NAME, str(error)) from error

    def transcribe(
        self,
        audio: NDArray[np.float32],
        *,
        language: str | None,
        hints: Sequence[str] = (),
        on_partial: Callable[[Partial], None] | None = None,
        cancelled: Callable[[], bool] = never,
    ) -> TranscriptResult:
        require_audio(audio)
        if language is not None and language.split("-")[0].lower() != LANGUAGE:
            raise LanguageUnsupported(NAME, LANGUAGE, language)
        if cancelled():
            raise Cancelled
        self.load()
        told = self._tell(hints)
        self._forget_the_last_recording()
        segments: list[Segment] = []
        for region in self._regions(audio):
            heard = _RegionDecoding(self._decoder, audio, region, len(segments), on_partial, cancelled)
            try:
                self._decoder.set_cmn(self._channel_mean(heard.pcm))
                segment = heard.run()
            except RuntimeError as error:
                self._decoders.clear()
                raise EngineFailed(NAME, str(error)) from error
            if segment is not None:
                segments.append(segment)
        return TranscriptResult(tuple(segments), text_flags(segments), LANGUAGE, self._info.told(told))

    def _tell(self, hints: Sequence[str]) -> list[str]:
        """Take the decoder that knows `hints`, made where there is none yet; those of them that it can hear."""
        plain = self._decoders[()]
        words = tuple(told_words(hints, plain.lookup_word))
        if words not in self._decoders:
            from pocketsphinx import Decoder

            decoder = Decoder(samprate=SAMPLE_RATE_HZ, loglevel="FATAL")
            for number, word in enumerate(words, start=1):
                # The language model is made anew with the last one only.
                decoder.add_word(word.spelling, word.phones, number == len(words))
            self._decoders[words] = decoder
        self._decoders.move_to_end(words)
        self._decoders.move_to_end(())
        if len(self._decoders) > DECODERS_KEPT:
            self._decoders.popitem(last=False)
        self._decoder = self._decoders[words]
        return [word.hint for word in words]

    def _forget_the_last_recording(self) -> None:
        """Reset what the decoders learnt of channel and noise: the same audio gives the same text."""
        with warnings.catch_warnings():
            # It calls this unnecessary, yet nothing else resets its estimate of the noise.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._decoder.start_stream()
            self._listener.start_stream()

    def _channel_mean(self, pcm: NDArray[np.int16]) -> str:
        """The cepstral mean of a whole segment, to begin decoding it with.

        The decoder's own running mean is wrong for the first seconds, which on a repeater is the callsign: beginning
        with the segment's mean took the word errors on fourteen sample overs from 31 % to 22 %. A decoder whose
        grammar is one word measures it, for 0.4 % of the audio's length.
        """
        self._listener.start_utt()
        try:
            self._listener.process_raw(pcm.tobytes(), True, True)
            return str(self._listener.get_cmn(False))
        finally:
            self._listener.end_utt()

    def _regions(self, audio: NDArray[np.float32]) -> list[Region]:
        """Speech to decode, padded so that soft first and last sounds are kept; never overlapping."""
        settings = self._settings
        regions = voice_activity.merge(
            voice_activity.detect(audio),
            max_gap_seconds=settings.merge_gap_seconds,
            max_seconds=settings.max_segment_seconds,
        )
        regions = voice_activity.split_long(audio, regions, max_seconds=settings.max_segment_seconds)
        return _pad(regions, settings.padding_seconds, audio.size / SAMPLE_RATE_HZ)


def _pad(regions: Sequence[Region], seconds: float, audio_seconds: float) -> list[Region]:
    """Widen each region by `seconds` on both sides, at most to the middle of the gap to its neighbour."""
    padded = list(regions)
    for index, region in enumerate(regions):
        before = regions[index - 1].end_seconds if index else -region.start_seconds
        after = regions[index + 1].start_seconds if index + 1 < len(regions) else 2 * audio_seconds - region.end_seconds
        padded[index] = Region(
            max(region.start_seconds - seconds, (before + region.start_seconds) / 2, 0.0),
            min(region.end_seconds + seconds, (after + region.end_seconds) / 2, audio_seconds),
        )
    return padded


class _RegionDecoding:
    """One utterance of the decoder."""

    def __init__(
        self,
        decoder: Any,
        audio: NDArray[np.float32],
        region: Region,
        index: int,
        on_partial: Callable[[Partial], None] | None,
        cancelled: Callable[[], bool],
    ) -> None:
        self._decoder = decoder
        self._region = region
        self._index = index
        self._on_partial = on_partial
        self._cancelled = cancelled
        first = round(region.start_seconds * SAMPLE_RATE_HZ)
        last = round(region.end_seconds * SAMPLE_RATE_HZ)
        self.pcm = (np.clip(audio[first:last], -1.0, 1.0) * 32_767).astype("<i2")
        self._agreement = LocalAgreement()

    def run(self) -> Segment | None:
        """The region's segment, None where the decoder heard no word."""
        self._decoder.start_utt()
        try:
            for number, first in enumerate(range(0, self.pcm.size, BLOCK_SAMPLES), start=1):
                if self._cancelled():
                    raise Cancelled
                block = self.pcm[first : first + BLOCK_SAMPLES]
                self._decoder.process_raw(block.tobytes(), False, False)
                if number % HYPOTHESIS_BLOCKS == 0:
                    self._show_hypothesis(first + block.size)
        finally:
            self._decoder.end_utt()
        words = self._words(self._decoder.seg() or ())
        if self._agreement.finish([word.text for word in words]):
            self._emit(self._region.end_seconds)
        if not words:
            return None
        text = " ".join(word.text for word in words)
        return Segment(
            index=self._index,
            start_seconds=words[0].start_seconds,
            end_seconds=words[-1].end_seconds,
            text=text,
            words=words,
            confidence=mean_confidence(words),
            no_speech_probability=None,
            avg_log_probability=None,
            compression_ratio=compression_ratio(text),
        )

    def _show_hypothesis(self, samples_heard: int) -> None:
        if self._on_partial is None:
            return
        hypothesis = self._decoder.hyp()
        words = hypothesis.hypstr.replace(JOINT, " ").split() if hypothesis is not None else []
        if self._agreement.update(words):
            self._emit(self._region.start_seconds + samples_heard / SAMPLE_RATE_HZ)

    def _emit(self, audio_end_seconds: float) -> None:
        if self._on_partial is not None:
            self._on_partial(
                Partial(
                    segment_index=self._index,
                    stable_text=" ".join(self._agreement.stable),
                    unstable_text=" ".join(self._agreement.unstable),
                    start_seconds=self._region.start_seconds,
                    audio_end_seconds=audio_end_seconds,
                )
            )

    def _words(self, heard: Iterable[Any]) -> tuple[Word, ...]:
        """Words with times in the recording; frames are 10 ms, and the last one of a word belongs to it."""
        words: list[Word] = []
        earliest = self._region.start_seconds
        for text, item in without_fillers(heard):
            start = max(earliest, self._region.start_seconds + item.start_frame * FRAME_SECONDS)
            end = self._region.start_seconds + (item.end_frame + 1) * FRAME_SECONDS
            end = min(max(start, end), self._region.end_seconds)
            words.extend(_parted(text, min(start, end), end, min(1.0, max(0.0, float(item.prob)))))
            earliest = end
        return tuple(words)


def _parted(text: str, start: float, end: float, confidence: float) -> Iterator[Word]:
    """A told word as the words that were said, which share its time by their lengths."""
    parts = text.split(JOINT)
    letters = sum(map(len, parts))
    until = 0
    for part in parts:
        first, until = until, until + len(part)
        yield Word(part, start + (end - start) * first / letters, start + (end - start) * until / letters, confidence)


def without_fillers(heard: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """The decoder's segments that are words, each with its spelling."""
    for item in heard:
        if not FILLER.match(item.word):
            yield PRONUNCIATION.sub("", item.word), item
