"""Probing files as recorders and accidents make them."""

from pathlib import Path

import pytest

from services.ingest.domain.errors import AudioEmpty, AudioUnreadable
from services.ingest.domain.model import AudioProperties, AudioWarning
from services.ingest.probe import probe_audio
from tests.support.audio_files import encoded_file, wav_file, with_data_length

SAMPLE_NET = Path(__file__).parents[4] / "tests" / "data" / "sample_net"


def probe(content: bytes) -> AudioProperties:
    return probe_audio(content, size_bytes=len(content), timeout_seconds=60.0)


@pytest.mark.parametrize(
    ("width_bytes", "codec"), [(1, "pcm_u8"), (2, "pcm_s16le"), (3, "pcm_s24le"), (4, "pcm_s32le")]
)
def test_pcm_of_any_width_is_read(width_bytes: int, codec: str) -> None:
    found = probe(wav_file(1.5, width_bytes=width_bytes))
    assert found == AudioProperties("wav", codec, 8000, 1, 1.5)


def test_stereo_at_44_1_khz_is_read() -> None:
    assert probe(wav_file(0.5, rate_hz=44100, channels=2)) == AudioProperties("wav", "pcm_s16le", 44100, 2, 0.5)


def test_silence_is_audio() -> None:
    assert probe(wav_file(2.0, silent=True)).duration_seconds == 2.0


@pytest.mark.parametrize(
    ("encoder", "container", "codec"),
    [("libmp3lame", "mp3", "mp3"), ("libopus", "ogg", "opus"), ("flac", "flac", "flac")],
)
def test_compressed_audio_is_read(encoder: str, container: str, codec: str) -> None:
    found = probe(encoded_file(encoder, container, 2.0))
    assert (found.container, found.codec, found.audio_channels, found.warnings) == (container, codec, 1, ())
    assert found.duration_seconds == pytest.approx(2.0, abs=0.1)


def test_gsm_in_wav_is_read_from_disk_as_from_memory() -> None:
    file = next(SAMPLE_NET.glob("2345/*.WAV"))
    found = probe(file.read_bytes())
    assert (found.container, found.codec, found.sample_rate_hz) == ("wav", "gsm_ms", 8000)
    assert probe_audio(file, size_bytes=file.stat().st_size, timeout_seconds=60.0) == found


def test_a_wav_cut_in_the_middle_has_the_length_of_what_is_there() -> None:
    whole = wav_file(2.0)
    found = probe(whole[: 44 + 16000])
    assert found.warnings == (AudioWarning.TRUNCATED,)
    assert found.duration_seconds == 1.0


def test_a_header_that_promises_more_than_the_file_holds_is_noted() -> None:
    found = probe(with_data_length(wav_file(1.0), 1_000_000))
    assert found.warnings == (AudioWarning.TRUNCATED,)
    assert found.duration_seconds == 1.0


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_a_header_written_to_a_stream_states_no_length(length: int) -> None:
    found = probe(with_data_length(wav_file(1.0), length))
    assert found.warnings == (AudioWarning.LENGTH_UNSTATED,)
    assert found.duration_seconds == 1.0


def test_a_flac_cut_in_the_middle_is_noted() -> None:
    whole = encoded_file("flac", "flac", 4.0)
    found = probe(whole[: len(whole) // 2])
    assert found.warnings == (AudioWarning.TRUNCATED,)
    assert 1.0 < found.duration_seconds < 3.0


@pytest.mark.parametrize(
    "content",
    [
        b"Net notes, Tuesday: check-ins K7ABC, W7RM\n" * 50,
        b"RIFF",
        wav_file(1.0)[:30],
        wav_file(1.0)[:44],
        b"\x00" * 5000,
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/hostname\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
    ],
    ids=["text", "four bytes", "cut in the header", "header alone", "zeros", "playlist", "concatenation"],
)
def test_what_cannot_be_decoded_is_unreadable(content: bytes) -> None:
    with pytest.raises(AudioUnreadable):
        probe(content)


def test_a_wav_without_samples_is_empty() -> None:
    with pytest.raises(AudioEmpty):
        probe(wav_file(0.0))


def test_a_picture_in_a_video_container_holds_no_audio(tmp_path: Path) -> None:
    import av
    import numpy as np

    file = tmp_path / "film.mp4"
    with av.open(str(file), "w") as writer:
        stream = writer.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 64
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        for packet in (*stream.encode(frame), *stream.encode(None)):
            writer.mux(packet)
    with pytest.raises(AudioUnreadable, match="no audio stream"):
        probe(file.read_bytes())


def test_probing_ends_at_its_time_limit() -> None:
    content = wav_file(30.0)
    with pytest.raises(AudioUnreadable, match="too long"):
        probe_audio(content, size_bytes=len(content), timeout_seconds=0.0)
