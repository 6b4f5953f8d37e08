"""Samples into the bytes a recorder would have written. GSM needs sox: PyAV's ffmpeg only decodes it."""

import io
import subprocess
import wave
from typing import cast

import av
import av.codec.context
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from tests.data.sample_net_maker.over import Coding, Storage

SOX_TIMEOUT_SECONDS = 60
GSM_BLOCK_SAMPLES = 320
# Encoder name, sample format and bits per second (None where lossless) of what PyAV writes.
_LIBRARY_CODECS: dict[Coding, tuple[str, str, int | None]] = {
    Coding.MP3: ("libmp3lame", "s16p", 32_000),
    Coding.FLAC: ("flac", "s16", None),
    Coding.OPUS: ("libopus", "s16", 24_000),
}


class EncodingFailed(RuntimeError):
    """sox refused; carries what it said."""


def whole_blocks(pcm: NDArray[np.int16], storage: Storage) -> NDArray[np.int16]:
    """The samples, for GSM padded with silence to an even number of 65-byte blocks.

    After an odd number sox counts RIFF's padding byte as audio, and ffmpeg then fails on the last packet.
    """
    if storage.coding is not Coding.WAV_GSM:
        return pcm
    return np.pad(pcm, (0, -len(pcm) % (2 * GSM_BLOCK_SAMPLES)))


def encode(pcm: NDArray[np.int16], storage: Storage) -> bytes:
    """The whole file. `pcm` is int16, shape (samples,), mono at `storage.rate_hz`. Raises EncodingFailed."""
    if storage.coding is Coding.WAV_PCM:
        return _wav(pcm, storage.rate_hz)
    if storage.coding is Coding.WAV_GSM:
        return _gsm_wav(pcm, storage.rate_hz)
    return _with_library(pcm, storage)


def _wav(pcm: NDArray[np.int16], rate_hz: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate_hz)
        writer.writeframes(pcm.astype("<i2").tobytes())
    return out.getvalue()


def _gsm_wav(pcm: NDArray[np.int16], rate_hz: int) -> bytes:
    """Microsoft's packing of GSM 06.10 (65 bytes for 320 samples), which Asterisk calls wav49."""
    with_header = _wav(pcm, rate_hz)
    command = ["sox", "-D", "-t", "wav", "-", "-e", "gsm-full-rate", "-t", "wav", "-"]
    done = subprocess.run(command, input=with_header, capture_output=True, timeout=SOX_TIMEOUT_SECONDS, check=False)
    if done.returncode != 0:
        raise EncodingFailed(done.stderr.decode(errors="replace").strip())
    return done.stdout


def _with_library(pcm: NDArray[np.int16], storage: Storage) -> bytes:
    codec, sample_format, bit_rate = _LIBRARY_CODECS[storage.coding]
    out = io.BytesIO()
    container_format = storage.coding.split("/")[0]
    # bitexact leaves out library versions and random stream numbers, so that two runs agree.
    with av.open(out, "w", format=container_format, options={"fflags": "+bitexact"}) as container:
        stream = cast(
            AudioStream,
            container.add_stream(codec, rate=storage.rate_hz, layout="mono", format=sample_format),
        )
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        if bit_rate is not None:
            stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(pcm[np.newaxis, :], format="s16", layout="mono")
        frame.sample_rate = storage.rate_hz
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()
