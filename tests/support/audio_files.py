"""Small audio files in many shapes, as recorders and accidents make them."""

import io
import struct
import wave
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

DATA_LENGTH_OFFSET = 40
"""Where a plain 44-byte WAV header states the length of its data."""
WAV_HEADER_BYTES = 44


def tone(seconds: float, *, rate_hz: int = 8000, channels: int = 1, frequency_hz: float = 440.0) -> NDArray[np.float64]:
    """A sine, float64, shape (samples, channels), -0.5..0.5."""
    moments = np.arange(round(seconds * rate_hz)) / rate_hz
    sine = 0.5 * np.sin(2 * np.pi * frequency_hz * moments)
    return np.repeat(sine[:, None], channels, axis=1)


def wav_file(
    seconds: float = 1.0,
    *,
    rate_hz: int = 8000,
    channels: int = 1,
    width_bytes: int = 2,
    frequency_hz: float = 440.0,
    silent: bool = False,
) -> bytes:
    """A PCM WAV of 8, 16, 24 or 32 bits. Another `frequency_hz` gives other bytes."""
    samples = tone(seconds, rate_hz=rate_hz, channels=channels, frequency_hz=frequency_hz)
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width_bytes)
        writer.setframerate(rate_hz)
        writer.writeframes(_pcm(samples * (0.0 if silent else 1.0), width_bytes))
    return out.getvalue()


def wav_of(samples: NDArray[np.float32], *, rate_hz: int = 16_000) -> bytes:
    """A 16-bit mono WAV of float32, shape (samples,), -1..1."""
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate_hz)
        writer.writeframes((samples * 32_767).astype("<i2").tobytes())
    return out.getvalue()


def encoded_file(codec: str, container: str, seconds: float = 1.0, *, rate_hz: int = 16000) -> bytes:
    """A mono file by one of PyAV's encoders, e.g. ("libmp3lame", "mp3"), ("libopus", "ogg"), ("flac", "flac")."""
    pcm = (tone(seconds, rate_hz=rate_hz)[:, 0] * 32767).astype("<i2")
    out = io.BytesIO()
    with av.open(out, "w", format=container) as writer:
        stream = cast(AudioStream, writer.add_stream(codec, rate=rate_hz, layout="mono"))
        frame = av.AudioFrame.from_ndarray(pcm[None, :], format="s16", layout="mono")
        frame.sample_rate = rate_hz
        for packet in (*stream.encode(frame), *stream.encode(None)):
            writer.mux(packet)
    return out.getvalue()


def with_data_length(wav: bytes, length: int) -> bytes:
    """`wav` with another length of its data in the header, whatever follows."""
    changed = bytearray(wav)
    struct.pack_into("<I", changed, DATA_LENGTH_OFFSET, length)
    return bytes(changed)


def _pcm(samples: NDArray[np.float64], width_bytes: int) -> bytes:
    if width_bytes == 1:
        return (samples * 127 + 128).astype(np.uint8).tobytes()
    full_scale = 2 ** (8 * width_bytes - 1) - 1
    whole = (samples * full_scale).astype("<i4")
    if width_bytes == 3:
        return whole.reshape(-1, 1).view(np.uint8)[:, :3].tobytes()
    return whole.astype(f"<i{width_bytes}").tobytes()
