"""The few signal operations the sample needs, in numpy: resampling, band limits, tones, levels."""

import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]


def resample(audio: Audio, from_hz: int, to_hz: int) -> Audio:
    """The same sound at another rate, by cutting or padding its spectrum (exact for band-limited audio)."""
    if from_hz == to_hz:
        return audio
    length = round(len(audio) * to_hz / from_hz)
    spectrum = np.fft.rfft(audio.astype(np.float64))
    wanted = np.zeros(length // 2 + 1, dtype=np.complex128)
    kept = min(len(spectrum), len(wanted))
    wanted[:kept] = spectrum[:kept]
    return (np.fft.irfft(wanted, length) * (length / len(audio))).astype(np.float32)


def band_pass(audio: Audio, rate_hz: int, low_hz: float, high_hz: float) -> Audio:
    """Second-order Butterworth magnitude at both corners (12 dB per octave), linear phase.

    The slope is that of a radio's audio stages: what lies above the corner is faint, not gone.
    """
    frequencies = np.fft.rfftfreq(len(audio), 1 / rate_hz)
    frequencies[0] = frequencies[1]
    high_pass = 1 / np.sqrt(1 + (low_hz / frequencies) ** 4)
    low_pass = 1 / np.sqrt(1 + (frequencies / high_hz) ** 4)
    return np.fft.irfft(np.fft.rfft(audio) * high_pass * low_pass, len(audio)).astype(np.float32)


def tone(frequency_hz: float, seconds: float, rate_hz: int, level: float) -> Audio:
    """A sine with 5 ms ramps at both ends."""
    count = round(seconds * rate_hz)
    ramp = min(round(0.005 * rate_hz), count // 2)
    shape = np.ones(count)
    shape[:ramp] = np.linspace(0, 1, ramp)
    shape[count - ramp :] = np.linspace(1, 0, ramp)
    return (level * shape * np.sin(2 * np.pi * frequency_hz * np.arange(count) / rate_hz)).astype(np.float32)


def silence(seconds: float, rate_hz: int) -> Audio:
    """Digital silence."""
    return np.zeros(round(seconds * rate_hz), dtype=np.float32)


def rms(audio: Audio) -> float:
    """Root mean square, 0..1."""
    return float(np.sqrt(np.mean(np.square(audio, dtype=np.float64))))


def to_pcm16(audio: Audio) -> NDArray[np.int16]:
    """16-bit samples, clipped at full scale."""
    return np.round(np.clip(audio, -1, 1) * 32767).astype(np.int16)
