"""Any recording to float32 mono 16 kHz, through PyAV (ffmpeg)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from numpy.typing import NDArray

from services.transcribe.domain.errors import AudioEmpty, AudioUndecodable, Cancelled
from services.transcribe.domain.model import SAMPLE_RATE_HZ
from services.transcribe.domain.ports import never

# Only containers that hold audio: a playlist or a concat script could make ffmpeg open other files and URLs.
CONTAINERS = "wav,w64,aiff,au,mp3,flac,ogg,matroska,mov,aac,amr,gsm"
# A file may end this much before its header says without being called truncated (codec padding).
TRUNCATION_SLACK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class DecodedAudio:
    """A recording ready for an engine.

    Attributes:
        samples: float32, shape (samples,), 16 kHz mono, -1..1.
        truncated: the file broke off before its declared end, or was cut at the limit.
    """

    samples: NDArray[np.float32]
    duration_seconds: float
    truncated: bool


def decode(source: bytes | Path, *, max_seconds: float, cancelled: Callable[[], bool] = never) -> DecodedAudio:
    """Decode what is there; blocking, so call it from a worker thread.

    Args:
        source: the file's bytes, or where it lies.
        max_seconds: audio beyond this is left out, and the result is `truncated`.
        cancelled: asked between blocks.

    Raises:
        AudioEmpty: no bytes, or no samples in them.
        AudioUndecodable: not audio, or an unknown codec.
        Cancelled: `cancelled` answered True.
        OSError: `source` cannot be read.
    """
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        size_bytes = file.seek(0, io.SEEK_END)
        file.seek(0)
        if size_bytes == 0:
            raise AudioEmpty
        cut_in_file = _wav_lacks_data(file, size_bytes)
        file.seek(0)
        blocks, declared_seconds, broke_off = _decode_blocks(file, max_seconds, cancelled)
    if not blocks:
        raise AudioEmpty
    samples = np.concatenate(blocks)
    limit = int(max_seconds * SAMPLE_RATE_HZ)
    over_limit = samples.size > limit
    samples = np.nan_to_num(samples[:limit], nan=0.0, posinf=1.0, neginf=-1.0)
    np.clip(samples, -1.0, 1.0, out=samples)
    seconds = samples.size / SAMPLE_RATE_HZ
    short = declared_seconds is not None and seconds < declared_seconds - TRUNCATION_SLACK_SECONDS
    return DecodedAudio(samples, seconds, broke_off or over_limit or short or cut_in_file)


def _decode_blocks(
    file: BinaryIO, max_seconds: float, cancelled: Callable[[], bool]
) -> tuple[list[NDArray[np.float32]], float | None, bool]:
    """The samples in blocks, the length the file declares, and whether decoding broke off."""
    blocks: list[NDArray[np.float32]] = []
    broke_off = False
    declared: float | None = None
    try:
        with av.open(file, mode="r", options={"format_whitelist": CONTAINERS}) as container:
            if not container.streams.audio:
                raise AudioUndecodable("there is no audio stream in it")
            stream = container.streams.audio[0]
            if stream.duration is not None and stream.time_base is not None:
                declared = float(stream.duration * stream.time_base)
            wanted = int(max_seconds * SAMPLE_RATE_HZ)
            got = 0
            try:
                for block in _resampled(container, stream):
                    if cancelled():
                        raise Cancelled
                    blocks.append(block)
                    got += block.size
                    if got > wanted:
                        break
            except av.FFmpegError as error:
                if not blocks:
                    raise AudioUndecodable(_reason(error)) from error
                broke_off = True
    except av.FFmpegError as error:
        raise AudioUndecodable(_reason(error)) from error
    return blocks, declared, broke_off


def _resampled(container: Any, stream: Any) -> Iterator[NDArray[np.float32]]:
    """Blocks of float32, shape (samples,); packets that cannot be decoded are passed over if others can."""
    # The channels' mean is taken here: ffmpeg's own mix of floats is 3 dB louder and may clip.
    resampler = av.AudioResampler(format="fltp", rate=SAMPLE_RATE_HZ)
    failure: av.FFmpegError | None = None
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.FFmpegError as error:
            failure = error
            continue
        for frame in frames:
            for converted in resampler.resample(frame):
                yield converted.to_ndarray().mean(axis=0, dtype=np.float32)
    for converted in resampler.resample(None):
        yield converted.to_ndarray().mean(axis=0, dtype=np.float32)
    if failure is not None:
        raise failure


def _wav_lacks_data(file: BinaryIO, size_bytes: int) -> bool:
    """Whether a RIFF file's data chunk is longer than the file; ffmpeg trusts the file and keeps quiet.

    Recorders that write to a pipe leave 0 or all ones as the size, which declares nothing.
    """
    if file.read(4) != b"RIFF":
        return False
    position = 12
    while position + 8 <= size_bytes:
        file.seek(position)
        header = file.read(8)
        length = int.from_bytes(header[4:], "little")
        if header[:4] == b"data":
            return length not in (0, 0xFFFFFFFF) and position + 8 + length > size_bytes
        position += 8 + length + length % 2
    return False


def _reason(error: av.FFmpegError) -> str:
    """ffmpeg's own words, without the file name that PyAV adds."""
    return str(error.strerror or error)
