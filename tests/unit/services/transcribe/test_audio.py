"""Every kind of recording a node may send, whole, broken and false."""

import io
import struct
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from services.transcribe.audio import decode
from services.transcribe.domain.errors import AudioEmpty, AudioUndecodable

SECONDS = 2.0
TONE_HZ = 600.0


def tone(rate_hz: int) -> NDArray[np.float64]:
    return 0.5 * np.sin(2 * np.pi * TONE_HZ * np.arange(int(SECONDS * rate_hz)) / rate_hz)


def wav(samples: NDArray[np.float64], rate_hz: int, bits: int, channels: int = 1) -> bytes:
    """RIFF with integer samples, the same in all channels."""
    if bits == 8:
        pcm = np.round(samples * 127 + 128).astype(np.uint8).repeat(channels).tobytes()
    else:
        wide = np.round(samples * (2**31 - 1)).astype("<i4").repeat(channels)
        pcm = wide.view(np.uint8).reshape(-1, 4)[:, 4 - bits // 8 :].tobytes()
    block = channels * bits // 8
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(pcm), b"WAVE", b"fmt ", 16, 1, channels, rate_hz,
                       rate_hz * block, block, bits)  # fmt: skip
    return head + struct.pack("<4sI", b"data", len(pcm)) + pcm


def encoded(container: str, codec: str, rate_hz: int, sample_format: str) -> bytes:
    """The tone through one of ffmpeg's encoders."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate_hz, layout="mono")
        stream.format = sample_format
        pcm = np.round(tone(rate_hz) * 32_767).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
        frame.sample_rate = rate_hz
        resampler = av.AudioResampler(sample_format, "mono", rate_hz, frame_size=stream.frame_size or 0)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    return file.getvalue()


def loudest_hz(samples: NDArray[np.float32]) -> float:
    spectrum = np.abs(np.fft.rfft(samples))
    return float(spectrum.argmax() * 16_000 / samples.size)


@pytest.mark.parametrize(("rate_hz", "bits", "channels"), [
    (8_000, 16, 1), (16_000, 16, 1), (44_100, 16, 2), (8_000, 8, 1), (48_000, 24, 2), (22_050, 32, 1),
])  # fmt: skip
def test_wav_of_any_width_and_rate_becomes_16_khz_mono(rate_hz: int, bits: int, channels: int) -> None:
    audio = decode(wav(tone(rate_hz), rate_hz, bits, channels), max_seconds=60)
    assert (audio.samples.dtype, audio.samples.ndim) == (np.float32, 1)
    assert audio.duration_seconds == pytest.approx(SECONDS, abs=0.02)
    assert loudest_hz(audio.samples) == pytest.approx(TONE_HZ, abs=2)
    assert np.abs(audio.samples).max() == pytest.approx(0.5, abs=0.05)
    assert not audio.truncated


@pytest.mark.parametrize(("container", "codec", "rate_hz", "sample_format"), [
    ("mp3", "libmp3lame", 16_000, "s16p"), ("flac", "flac", 44_100, "s16"), ("ogg", "libopus", 48_000, "s16"),
    ("wav", "pcm_mulaw", 8_000, "s16"), ("mp4", "aac", 44_100, "fltp"), ("matroska", "libopus", 48_000, "s16"),
])  # fmt: skip
def test_compressed_audio_is_decoded(container: str, codec: str, rate_hz: int, sample_format: str) -> None:
    audio = decode(encoded(container, codec, rate_hz, sample_format), max_seconds=60)
    assert audio.duration_seconds == pytest.approx(SECONDS, abs=0.15)
    assert loudest_hz(audio.samples) == pytest.approx(TONE_HZ, abs=5)
    assert not audio.truncated


def test_every_sample_recording_is_decoded_whole() -> None:
    folder = Path(__file__).parents[3] / "data" / "sample_net"
    files = [file for file in folder.glob("*/*") if file.suffix not in {".json", ".md"}]
    assert {file.suffix.lower() for file in files} >= {".wav", ".mp3", ".flac", ".opus"}
    for file in files:
        audio = decode(file, max_seconds=60)
        assert audio.duration_seconds > 2.0, file.name
        assert not audio.truncated, file.name


def test_a_wav_cut_in_the_middle_is_decoded_as_far_as_it_goes() -> None:
    whole = wav(tone(16_000), 16_000, 16)
    audio = decode(whole[: len(whole) // 2], max_seconds=60)
    assert audio.truncated
    assert audio.duration_seconds == pytest.approx(SECONDS / 2, abs=0.05)


@pytest.mark.parametrize(
    ("container", "codec", "sample_format"), [("flac", "flac", "s16"), ("mp3", "libmp3lame", "s16p")]
)
def test_a_compressed_file_cut_in_the_middle_is_decoded_as_far_as_it_goes(
    container: str, codec: str, sample_format: str
) -> None:
    whole = encoded(container, codec, 16_000, sample_format)
    audio = decode(whole[: len(whole) * 6 // 10], max_seconds=60)
    assert audio.truncated
    assert 0.3 < audio.duration_seconds < SECONDS * 0.8


def test_a_size_of_all_ones_as_pipes_leave_it_is_not_called_truncated() -> None:
    file = bytearray(wav(tone(16_000), 16_000, 16))
    file[40:44] = b"\xff\xff\xff\xff"
    assert not decode(bytes(file), max_seconds=60).truncated


def test_audio_beyond_the_limit_is_left_out_and_said_so() -> None:
    audio = decode(wav(tone(16_000), 16_000, 16), max_seconds=0.5)
    assert audio.truncated
    assert audio.samples.size == 8_000


@pytest.mark.parametrize("nothing", [b"", wav(np.zeros(0), 16_000, 16)])
def test_no_audio_is_empty(nothing: bytes) -> None:
    with pytest.raises(AudioEmpty):
        decode(nothing, max_seconds=60)


@pytest.mark.parametrize("garbage", [
    b"this is a text that somebody called over.wav\n" * 40,
    bytes(range(256)) * 20,
    b"RIFF\x00\x01\x00\x00WAVE",
    b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n/etc/hostname\n",
    b"ffconcat version 1.0\nfile '/etc/hostname'\n",
])  # fmt: skip
def test_what_is_no_audio_is_refused_with_a_reason(garbage: bytes) -> None:
    with pytest.raises((AudioUndecodable, AudioEmpty)) as refused:
        decode(garbage, max_seconds=60)
    assert str(refused.value)


def test_a_file_that_is_not_there_is_no_fault_of_the_audio(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        decode(tmp_path / "gone.wav", max_seconds=60)
