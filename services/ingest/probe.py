"""Looks into an uploaded file with PyAV: what it is, how long it is, whether it can be decoded."""

import asyncio
import io
import time
from pathlib import Path
from typing import TYPE_CHECKING

from services.ingest.domain.errors import AudioEmpty, AudioUnreadable
from services.ingest.domain.model import AudioProperties, AudioWarning
from services.ingest.domain.wav_header import HEADER_BYTES, WavLength, read_wav_length

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

CONTAINERS = "wav,w64,aiff,au,caf,mp3,ogg,flac,aac,amr,mov,matroska,asf"
"""What may be opened. FFmpeg also knows playlists, which would let a sender make the server read other files."""
STATED_TOLERANCE_SECONDS = 0.25
"""A container's own length, which leaves out the encoder's padding, is taken where packets agree this closely."""
EXACT_LENGTH_CONTAINERS = frozenset({"flac"})
"""Containers other than WAV whose header counts the samples, so that less is a file that was cut."""


class AudioProbe:
    """Probes in threads."""

    def __init__(self, *, timeout_seconds: float) -> None:
        self._timeout_seconds = timeout_seconds

    async def __call__(self, content: bytes | Path, *, size_bytes: int) -> AudioProperties:
        """What the file holds. `content`: its bytes or where it lies. Raises AudioUnreadable, AudioEmpty."""
        return await asyncio.to_thread(
            probe_audio, content, size_bytes=size_bytes, timeout_seconds=self._timeout_seconds
        )

    async def warm_up(self) -> None:
        """Load the decoders, so that the first upload does not wait for them."""
        await asyncio.to_thread(_load)


def probe_audio(content: bytes | Path, *, size_bytes: int, timeout_seconds: float) -> AudioProperties:
    """What the file holds. Blocks for `timeout_seconds` at most. Raises AudioUnreadable, AudioEmpty."""
    import av  # heavy: a service that starts should listen first

    deadline = time.monotonic() + timeout_seconds
    wav = read_wav_length(_head(content), file_bytes=size_bytes)
    if wav is not None and wav.present_bytes == 0:
        raise _without_samples(wav, size_bytes)
    source = io.BytesIO(content) if isinstance(content, bytes) else str(content)
    try:
        with av.open(source, mode="r", options={"format_whitelist": CONTAINERS}) as container:
            stream = _audio_stream(container)
            measured_seconds = _measure(container, stream, deadline)
            if measured_seconds <= 0:
                raise AudioEmpty(size_bytes)
            return _properties(container, stream, measured_seconds, wav)
    except (av.FFmpegError, OSError) as error:
        raise AudioUnreadable(_problem(error)) from error


def _load() -> None:
    import av  # noqa: F401


def _head(content: bytes | Path) -> bytes:
    if isinstance(content, bytes):
        return content[:HEADER_BYTES]
    with content.open("rb") as file:
        return file.read(HEADER_BYTES)


def _without_samples(wav: WavLength, size_bytes: int) -> Exception:
    if wav.truncated:
        return AudioUnreadable(f"it ends with its header; {wav.stated_bytes} bytes of audio are missing")
    return AudioEmpty(size_bytes)


def _audio_stream(container: "InputContainer") -> "AudioStream":
    if not container.streams.audio:
        raise AudioUnreadable("it holds no audio stream")
    stream = container.streams.audio[0]
    if not stream.codec_context or stream.codec_context.sample_rate <= 0:
        raise AudioUnreadable("its codec is not known")
    return stream


def _measure(container: "InputContainer", stream: "AudioStream", deadline: float) -> float:
    """Seconds of audio, packet by packet; packets are decoded until one gives samples, and where they state no length.

    Raises AudioUnreadable when packets are there and none can be decoded.
    """
    import av

    seconds, decoded, failure = 0.0, False, ""
    rate_hz, time_base = stream.codec_context.sample_rate, float(stream.time_base or 0)
    for packet in container.demux(stream):
        if time.monotonic() > deadline:
            raise AudioUnreadable("probing took too long")
        samples, ticks = 0, packet.duration or 0
        if not decoded or not ticks:
            try:
                samples = sum(frame.samples for frame in packet.decode())
            except av.FFmpegError as error:
                # One damaged packet does not make a recording worthless.
                failure = _problem(error)
        decoded = decoded or samples > 0
        seconds += ticks * time_base if ticks else samples / rate_hz
    if not decoded and failure:
        raise AudioUnreadable(f"no part of it can be decoded: {failure}")
    return seconds if decoded else 0.0


def _properties(
    container: "InputContainer", stream: "AudioStream", measured_seconds: float, wav: WavLength | None
) -> AudioProperties:
    stated_seconds = container.duration / 1_000_000 if container.duration else 0.0
    agree = abs(stated_seconds - measured_seconds) <= STATED_TOLERANCE_SECONDS
    name = container.format.name.split(",")[0]
    warnings: list[AudioWarning] = []
    if wav is not None and wav.stated_bytes is None:
        warnings.append(AudioWarning.LENGTH_UNSTATED)
    cut = name in EXACT_LENGTH_CONTAINERS and stated_seconds - measured_seconds > STATED_TOLERANCE_SECONDS
    if cut or (wav is not None and wav.truncated):
        warnings.append(AudioWarning.TRUNCATED)
    return AudioProperties(
        container=name,
        codec=stream.codec_context.codec.canonical_name,
        sample_rate_hz=stream.codec_context.sample_rate,
        audio_channels=stream.codec_context.channels,
        duration_seconds=round(stated_seconds if stated_seconds and agree else measured_seconds, 3),
        warnings=tuple(warnings),
    )


def _problem(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)[:200]
