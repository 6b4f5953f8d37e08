"""Audio messages of a live stream."""

import numpy as np
import pytest

from services.transcribe.pcm import AudioBlockOdd, AudioBlockTooLarge, PcmReader, SampleRateUnsupported


def sine(rate_hz: int, seconds: float) -> bytes:
    """A tone of 440 Hz at half scale, 16-bit little-endian."""
    moments = np.arange(round(seconds * rate_hz)) / rate_hz
    return (np.sin(2 * np.pi * 440 * moments) * 16_384).astype("<i2").tobytes()


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
def test_any_rate_becomes_sixteen_kilohertz_of_the_same_length_and_tone(rate_hz: int) -> None:
    reader = PcmReader(rate_hz)
    pcm = sine(rate_hz, 1.0)
    blocks = [reader.read(pcm[first : first + 642]) for first in range(0, len(pcm), 642)]
    samples = np.concatenate([*blocks, reader.flush()])
    assert samples.dtype == np.float32
    assert abs(samples.size - 16_000) <= 32
    middle = samples[2_000:14_000]
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.01)
    spectrum = np.abs(np.fft.rfft(middle))
    assert spectrum.argmax() * 16_000 / middle.size == pytest.approx(440, abs=2)
    # No clicks where blocks meet: all but the tone is far below it.
    assert np.sort(spectrum)[-200:-100].max() < spectrum.max() / 300


def test_blocks_may_be_empty() -> None:
    reader = PcmReader(8_000)
    assert reader.read(b"").size == 0
    assert reader.flush().size == 0


@pytest.mark.parametrize("rate_hz", [-1, 0, 7_999, 48_001])
def test_other_rates_are_refused(rate_hz: int) -> None:
    with pytest.raises(SampleRateUnsupported, match=str(rate_hz)):
        PcmReader(rate_hz)


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(AudioBlockOdd):
        PcmReader(16_000).read(b"\0" * 3)


def test_the_largest_block_is_taken_and_a_larger_one_refused() -> None:
    reader = PcmReader(16_000)
    assert reader.read(b"\0" * 65_536).size == 32_768
    with pytest.raises(AudioBlockTooLarge):
        reader.read(b"\0" * 65_538)
