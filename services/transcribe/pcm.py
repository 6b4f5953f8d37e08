"""The audio messages of a live stream: checked, and brought to float32 mono 16 kHz."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from mesh.errors import InvalidInput
from services.transcribe.domain.model import SAMPLE_RATE_HZ

RATES_HZ = (8_000, 48_000)
BLOCK_LIMIT_BYTES = 65_536
FULL_SCALE = 32_768.0


class SampleRateUnsupported(InvalidInput):
    """A rate no radio or sound card gives."""

    reason = "SAMPLE_RATE_UNSUPPORTED"

    def __init__(self, sample_rate_hz: int) -> None:
        super().__init__(
            f"sample_rate_hz is {sample_rate_hz}; send {RATES_HZ[0]} to {RATES_HZ[1]}",
            facts={"sample_rate_hz": sample_rate_hz},
            field="config.sample_rate_hz",
        )


class AudioBlockTooLarge(InvalidInput):
    """More audio than one message may carry."""

    reason = "AUDIO_BLOCK_TOO_LARGE"

    def __init__(self, size_bytes: int) -> None:
        super().__init__(
            f"a block of {size_bytes} bytes; send at most {BLOCK_LIMIT_BYTES} at a time",
            facts={"size_bytes": size_bytes, "limit_bytes": BLOCK_LIMIT_BYTES},
            field="audio",
        )


class AudioBlockOdd(InvalidInput):
    """Half a sample, after which all that follows would be noise."""

    reason = "AUDIO_BLOCK_ODD"

    def __init__(self, size_bytes: int) -> None:
        super().__init__(
            f"a block of {size_bytes} bytes; samples of 16 bits need an even number",
            facts={"size_bytes": size_bytes},
            field="audio",
        )


class PcmReader:
    """16-bit little-endian mono PCM of any rate to float32, shape (samples,), 16 kHz, -1..1."""

    def __init__(self, sample_rate_hz: int) -> None:
        """Raises SampleRateUnsupported."""
        if not RATES_HZ[0] <= sample_rate_hz <= RATES_HZ[1]:
            raise SampleRateUnsupported(sample_rate_hz)
        self._rate = sample_rate_hz
        self._taken = 0
        # One resampler for the whole stream: its filter reaches over the edges of blocks.
        self._resampler = (
            av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
            if sample_rate_hz != SAMPLE_RATE_HZ
            else None
        )

    def read(self, block: bytes) -> NDArray[np.float32]:
        """The samples that `block` completes. Raises AudioBlockTooLarge, AudioBlockOdd."""
        if len(block) > BLOCK_LIMIT_BYTES:
            raise AudioBlockTooLarge(len(block))
        if len(block) % 2:
            raise AudioBlockOdd(len(block))
        pcm = np.frombuffer(block, dtype="<i2")
        if self._resampler is None or pcm.size == 0:
            return pcm.astype(np.float32) / np.float32(FULL_SCALE)
        frame = av.AudioFrame.from_ndarray(pcm.astype(np.int16).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = self._taken
        self._taken += pcm.size
        return self._resampled(frame)

    def flush(self) -> NDArray[np.float32]:
        """What the resampler still holds; nothing may be read after it."""
        if self._resampler is None or self._taken == 0:
            return np.zeros(0, np.float32)
        return self._resampled(None)

    def _resampled(self, frame: av.AudioFrame | None) -> NDArray[np.float32]:
        assert self._resampler is not None
        parts = [part.to_ndarray().reshape(-1) for part in self._resampler.resample(frame)]
        samples = np.concatenate(parts) if parts else np.zeros(0)
        return np.clip(samples, -1.0, 1.0).astype(np.float32, copy=False)
