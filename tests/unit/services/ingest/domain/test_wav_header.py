"""What WAV headers promise."""

import struct

import pytest

from services.ingest.domain.wav_header import HEADER_BYTES, WavLength, read_wav_length
from tests.support.audio_files import WAV_HEADER_BYTES, wav_file, with_data_length

WHOLE = wav_file(1.0)
DATA_BYTES = len(WHOLE) - WAV_HEADER_BYTES


def read(content: bytes) -> WavLength | None:
    return read_wav_length(content[:HEADER_BYTES], file_bytes=len(content))


def test_an_honest_header_states_what_is_there() -> None:
    length = read(WHOLE)
    assert length == WavLength(stated_bytes=DATA_BYTES, present_bytes=DATA_BYTES)
    assert not length.truncated


def test_a_cut_file_is_truncated() -> None:
    length = read(WHOLE[:1000])
    assert length == WavLength(stated_bytes=DATA_BYTES, present_bytes=1000 - WAV_HEADER_BYTES)
    assert length.truncated


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_a_streaming_header_states_nothing(length: int) -> None:
    assert read(with_data_length(WHOLE, length)) == WavLength(stated_bytes=None, present_bytes=DATA_BYTES)


def test_a_file_without_samples_states_zero() -> None:
    assert read(wav_file(0.0)) == WavLength(stated_bytes=0, present_bytes=0)


def test_chunks_before_the_data_are_passed_over() -> None:
    comment = b"LIST" + struct.pack("<I", 5) + b"odd..\x00"
    assert read(WHOLE[:36] + comment + WHOLE[36:]) == WavLength(stated_bytes=DATA_BYTES, present_bytes=DATA_BYTES)


def test_a_64_bit_file_states_its_length_in_its_own_chunk() -> None:
    ds64 = b"ds64" + struct.pack("<IQQQI", 28, 5_000_000_100, 5_000_000_000, 0, 0)
    content = b"RF64" + WHOLE[4:12] + ds64 + with_data_length(WHOLE, 0xFFFFFFFF)[12:]
    assert read(content) == WavLength(stated_bytes=5_000_000_000, present_bytes=DATA_BYTES)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"fLaC" + bytes(100), WHOLE[:30], b"RIFF\0\0\0\0AVI " + bytes(50)])
def test_anything_else_has_no_such_header(content: bytes) -> None:
    assert read(content) is None
