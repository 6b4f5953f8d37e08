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
        deadline = time.monotonic() + self._timeout_seconds
        return await asyncio.to_thread(probe_audio, content, size_bytes=size_bytes, deadline=deadline)

    async def warm_up(self) -> None:
        """Load the decoders, so that the first upload does not wait for them."""
        await asyncio.to_thread(_load)


def probe_audio(content: bytes | Path, *, size_bytes: int, deadline: float) -> AudioProperties:
    """What the file holds. Blocks until `deadline` (monotonic seconds) at most. Raises AudioUnreadable, AudioEmpty."""
    import av  # 40 MB of decoders that a process which only lists nodes never needs

    wav = read_wav_length(_head(content), file_bytes=size_bytes)
    if wav is not None and wav.present_bytes == 0:
        raise _without_samples(wav, size_bytes)
    try:
        with av.open(io.BytesIO(content) if isinstance(content, bytes) else str(content)) as container:
            if not container.streams.audio:
                raise AudioUnreadable("it holds no audio stream")
            stream = container.streams.audio[0]
            _decode_something(container, stream, size_bytes, deadline)
            container.seek(0)
            measured = _measure(container, stream, deadline)
            return _properties(container, stream, measured, wav, size_bytes)
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


def _decode_something(
    container: "InputContainer", stream: "AudioStream", size_bytes: int, deadline: float
) -> None:
    """Return once a frame with samples came out. Raises AudioEmpty, AudioUnreadable."""
    import av

    failure = ""
    for packet in container.demux(stream):
        _check_time(deadline)
        try:
            if any(frame.samples for frame in packet.decode()):
                return
        except av.FFmpegError as error:
            # One damaged packet does not make a recording worthless.
            failure = _problem(error)
    if failure:
        raise AudioUnreadable(f"no part of it can be decoded: {failure}")
    raise AudioEmpty(size_bytes)


def _measure(container: "InputContainer", stream: "AudioStream", deadline: float) -> float:
    """Seconds of audio by the packets in the file, or by its samples where packets state no duration."""
    import av

    ticks = samples = 0
    timed = True
    for packet in container.demux(stream):
        _check_time(deadline)
        if packet.size == 0:
            continue
        timed = timed and bool(packet.duration)
        ticks += packet.duration or 0
        if not timed:
            try:
                samples += sum(frame.samples for frame in packet.decode())
            except av.FFmpegError:
                continue
    # Packets before the first one without duration are not counted twice: their ticks stay.
    seconds = float(ticks * stream.time_base) if stream.time_base else 0.0
    if timed:
        return seconds
    return max(seconds, samples / stream.codec_context.sample_rate)


def _properties(
    container: "InputContainer", stream: "AudioStream", measured: float, wav: WavLength | None, size_bytes: int
) -> AudioProperties:
    stated = container.duration / 1_000_000 if container.duration else 0.0
    agrees = abs(stated - measured) <= STATED_TOLERANCE_SECONDS
    name = container.format.name.split(",")[0]
    warnings: list[AudioWarning] = []
    if wav is not None and wav.stated_bytes is None:
        warnings.append(AudioWarning.LENGTH_UNSTATED)
    cut = name in EXACT_LENGTH_CONTAINERS and stated - measured > STATED_TOLERANCE_SECONDS
    if cut or (wav is not None and wav.truncated):
        warnings.append(AudioWarning.TRUNCATED)
    duration = stated if stated and agrees else measured
    if duration <= 0:
        raise AudioEmpty(size_bytes)
    return AudioProperties(
        container=name,
        codec=stream.codec_context.codec.canonical_name,
        sample_rate_hz=stream.codec_context.sample_rate,
        audio_channels=stream.codec_context.channels,
        duration_seconds=round(duration, 3),
        warnings=tuple(warnings),
    )


def _check_time(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise AudioUnreadable("probing took too long")


def _problem(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return str(text)[:200]
