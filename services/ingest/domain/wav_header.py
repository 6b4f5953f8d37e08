"""Reads what a WAV file promises of its length. Decoders read to the end of the file whatever the header says."""

import struct
from dataclasses import dataclass

HEADER_BYTES = 64 * 1024
"""The data chunk is looked for this far into the file: recorders put at most some metadata before it."""
UNSTATED_32 = 0xFFFFFFFF
_RIFF_FORMS = (b"RIFF", b"RF64", b"BW64")


@dataclass(frozen=True)
class WavLength:
    """Length of the data chunk."""

    stated_bytes: int | None
    """As the header says; None where it says nothing usable, as recorders do that write to a stream."""
    present_bytes: int
    """As the file has, from the start of the data to its end."""

    @property
    def truncated(self) -> bool:
        """True when the header promises more than there is."""
        return self.stated_bytes is not None and self.stated_bytes > self.present_bytes


def read_wav_length(head: bytes, *, file_bytes: int) -> WavLength | None:
    """The length of the data chunk; None where `head` is no WAV or its data chunk is not in it.

    `head`: the first HEADER_BYTES of the file, or fewer. Layout: RIFF (Microsoft/IBM 1991), RF64 (EBU Tech 3306).
    """
    if len(head) < 12 or head[:4] not in _RIFF_FORMS or head[8:12] != b"WAVE":
        return None
    position, long_data_bytes = 12, 0
    while position + 8 <= len(head):
        kind, size = struct.unpack_from("<4sI", head, position)
        position += 8
        if kind == b"ds64" and position + 16 <= len(head):
            long_data_bytes = struct.unpack_from("<Q", head, position + 8)[0]
        if kind == b"data":
            return _data_length(size, long_data_bytes, file_bytes - position)
        position += size + size % 2
    return None


def _data_length(size: int, long_bytes: int, present_bytes: int) -> WavLength:
    if size == UNSTATED_32 and long_bytes:
        return WavLength(stated_bytes=long_bytes, present_bytes=present_bytes)
    # Zero is a promise only where there is indeed nothing.
    unstated = size == UNSTATED_32 or (size == 0 and present_bytes > 0)
    return WavLength(stated_bytes=None if unstated else size, present_bytes=present_bytes)
