"""Where somebody speaks: voice activity from energy, periodicity and steadiness.

Speech on FM comes with things that are as loud as speech: squelch tails (noise, not periodic), courtesy tones and
hum (periodic, but pure or perfectly steady), hiss (steady, so it becomes the noise floor). A region therefore
needs voiced frames: louder than the floor, periodic as vocal cords are, and neither pure nor steady. Around them,
anything louder than the floor counts, since consonants are noise too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from services.transcribe.domain.model import SAMPLE_RATE_HZ

WINDOW_SAMPLES = 512  # 32 ms: at least two periods of the deepest voice
HOP_SAMPLES = 160  # 10 ms
HOP_SECONDS = HOP_SAMPLES / SAMPLE_RATE_HZ
# The band an FM voice channel passes.
BAND_HZ = (250.0, 3_400.0)
# Pitch of adult voices; below and above lie hum and tones.
PITCH_HZ = (70.0, 400.0)


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of speech, in seconds from the start of the audio."""

    start_seconds: float
    end_seconds: float

    @property
    def seconds(self) -> float:
        return self.end_seconds - self.start_seconds


@dataclass(frozen=True, slots=True)
class VoiceActivitySettings:
    """Thresholds; levels in dB relative to full scale, times in seconds."""

    quietest_db: float = -60.0
    above_floor_db: float = 6.0
    floor_percentile: float = 10.0
    floor_window_seconds: float = 4.0
    periodicity: float = 0.5
    tone_purity: float = 0.95
    steady_window_seconds: float = 0.3
    steady_db: float = 0.6
    reach_seconds: float = 0.25
    hangover_seconds: float = 0.2
    merge_gap_seconds: float = 0.3
    min_speech_seconds: float = 0.2
    min_voiced_seconds: float = 0.06


@dataclass(frozen=True, slots=True)
class _Frames:
    """Per 10 ms frame, shape (frames,): level in dB, periodicity 0..1, share of energy in one tone."""

    level_db: NDArray[np.float32]
    periodicity: NDArray[np.float32]
    purity: NDArray[np.float32]


DEFAULTS = VoiceActivitySettings()


def detect(audio: NDArray[np.float32], settings: VoiceActivitySettings = DEFAULTS) -> list[Region]:
    """Speech regions in order, not overlapping; empty where nobody speaks.

    Args:
        audio: float32, shape (samples,), 16 kHz mono, -1..1.
    """
    if audio.size < WINDOW_SAMPLES:
        return []
    frames = _analyse(audio)
    active = _above_floor(frames.level_db, settings)
    voiced = (
        active
        & (frames.periodicity >= settings.periodicity)
        & (frames.purity < settings.tone_purity)
        & ~_steady(frames.level_db, settings)
    )
    near_voice = _dilate(voiced, round(settings.reach_seconds / HOP_SECONDS))
    speech = _dilate(active & near_voice, round(settings.hangover_seconds / HOP_SECONDS / 2))
    regions = []
    for start, end in _runs(speech, max_gap=round(settings.merge_gap_seconds / HOP_SECONDS)):
        long_enough = (end - start) * HOP_SECONDS >= settings.min_speech_seconds
        if long_enough and voiced[start:end].sum() * HOP_SECONDS >= settings.min_voiced_seconds:
            last = min((end - 1) * HOP_SAMPLES + WINDOW_SAMPLES, audio.size)
            regions.append(Region(start * HOP_SECONDS, last / SAMPLE_RATE_HZ))
    return regions


def merge(regions: Sequence[Region], *, max_gap_seconds: float, max_seconds: float) -> list[Region]:
    """Join regions closer than `max_gap_seconds`, as long as the whole stays within `max_seconds`."""
    merged: list[Region] = []
    for region in regions:
        last = merged[-1] if merged else None
        if (
            last is not None
            and region.start_seconds - last.end_seconds < max_gap_seconds
            and region.end_seconds - last.start_seconds <= max_seconds
        ):
            merged[-1] = Region(last.start_seconds, region.end_seconds)
        else:
            merged.append(region)
    return merged


def split_long(audio: NDArray[np.float32], regions: Sequence[Region], *, max_seconds: float) -> list[Region]:
    """Cut regions longer than `max_seconds` at the quietest moment of the last third before the limit."""
    pieces: list[Region] = []
    for region in regions:
        start = region.start_seconds
        while region.end_seconds - start > max_seconds:
            first = int((start + max_seconds * 2 / 3) * SAMPLE_RATE_HZ)
            window = audio[first : int((start + max_seconds) * SAMPLE_RATE_HZ)]
            blocks = window[: window.size // HOP_SAMPLES * HOP_SAMPLES].reshape(-1, HOP_SAMPLES)
            # 100 ms of quiet is a breath; a single quiet block may be a stop consonant.
            loudness = np.convolve(np.square(blocks).sum(axis=1), np.ones(10), mode="same")
            cut = (first + int(np.argmin(loudness)) * HOP_SAMPLES) / SAMPLE_RATE_HZ
            pieces.append(Region(start, cut))
            start = cut
        pieces.append(Region(start, region.end_seconds))
    return pieces


def _analyse(audio: NDArray[np.float32]) -> _Frames:
    """Level, periodicity and purity of every frame; in chunks, so that an hour needs no gigabytes."""
    windows = sliding_window_view(audio, WINDOW_SAMPLES)[::HOP_SAMPLES]
    chunks = [_analyse_chunk(windows[first : first + 2_000]) for first in range(0, len(windows), 2_000)]
    return _Frames(
        np.concatenate([chunk.level_db for chunk in chunks]),
        np.concatenate([chunk.periodicity for chunk in chunks]),
        np.concatenate([chunk.purity for chunk in chunks]),
    )


def _analyse_chunk(windows: NDArray[np.float32]) -> _Frames:
    taper = np.hanning(WINDOW_SAMPLES).astype(np.float32)
    power = np.square(np.abs(np.fft.rfft(windows * taper, axis=1))).astype(np.float32)
    hz = np.fft.rfftfreq(WINDOW_SAMPLES, 1 / SAMPLE_RATE_HZ)
    power[:, (hz < BAND_HZ[0]) | (hz > BAND_HZ[1])] = 0.0
    total = power.sum(axis=1) + np.float32(1e-12)
    # One-sided spectrum: mean square of the band = 2 * sum / (N * sum of squared taper).
    level_db = 10 * np.log10(2 * total / (WINDOW_SAMPLES * np.square(taper).sum()))

    peak = power.argmax(axis=1)
    around = np.clip(peak[:, None] + np.arange(-2, 3), 0, power.shape[1] - 1)
    purity = np.take_along_axis(power, around, axis=1).sum(axis=1) / total

    # Autocorrelation, with the taper's own decay divided out (Boersma 1993).
    shortest, longest = (int(SAMPLE_RATE_HZ / hz) for hz in reversed(PITCH_HZ))
    correlation = np.fft.irfft(power, axis=1)
    decay = np.fft.irfft(np.square(np.abs(np.fft.rfft(taper, 2 * WINDOW_SAMPLES))))
    lags = slice(shortest, longest + 1)
    periodicity = (correlation[:, lags] / (decay[lags] / decay[0])).max(axis=1) / (correlation[:, 0] + 1e-12)
    return _Frames(level_db, periodicity.astype(np.float32), purity)


def _above_floor(level_db: NDArray[np.float32], settings: VoiceActivitySettings) -> NDArray[np.bool_]:
    """Frames clearly louder than the noise around them.

    The floor is a low percentile over a few seconds: between words even a fast talker leaves gaps.
    """
    width = round(settings.floor_window_seconds / HOP_SECONDS)
    step = max(1, width // 4)
    starts = range(0, max(1, level_db.size - width + step), step)
    floors = [np.percentile(level_db[first : first + width], settings.floor_percentile) for first in starts]
    centres = [min(first + width / 2, level_db.size) for first in starts]
    floor = np.interp(np.arange(level_db.size), centres, floors)
    return np.asarray((level_db > floor + settings.above_floor_db) & (level_db > settings.quietest_db))


def _steady(level_db: NDArray[np.float32], settings: VoiceActivitySettings) -> NDArray[np.bool_]:
    """Frames inside a stretch whose level hardly moves: a tone or hum, never a voice."""
    width = round(settings.steady_window_seconds / HOP_SECONDS)
    if level_db.size < width:
        return np.zeros(level_db.size, dtype=np.bool_)
    calm = sliding_window_view(level_db, width).std(axis=1) < settings.steady_db
    steady = np.zeros(level_db.size, dtype=np.bool_)
    for first in np.flatnonzero(calm):
        steady[first : first + width] = True
    return steady


def _dilate(mask: NDArray[np.bool_], frames: int) -> NDArray[np.bool_]:
    """True within `frames` of a True, on both sides."""
    if frames <= 0 or mask.size == 0:
        return mask
    counts = np.concatenate(([0], np.cumsum(mask)))
    position = np.arange(mask.size)
    upper = np.minimum(position + frames + 1, mask.size)
    lower = np.maximum(position - frames, 0)
    return np.asarray(counts[upper] > counts[lower])


def _runs(mask: NDArray[np.bool_], *, max_gap: int) -> list[tuple[int, int]]:
    """Half-open index ranges of True, joined over gaps shorter than `max_gap`."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    runs: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and start - runs[-1][1] < max_gap:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs
