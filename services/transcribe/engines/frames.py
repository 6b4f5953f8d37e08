"""Messages between a `ProcessEngine` and its process: an 8-byte length, then a pickle.

Both ends are this program under this user, joined by a private pipe, so pickle carries no foreign data.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass

from services.transcribe.domain.errors import TranscribeError
from services.transcribe.domain.model import EngineInfo, Partial, TranscriptResult

HEADER = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Job:
    """Parent to child. `samples` is float32, native byte order, 16 kHz mono; one partial per interval comes back."""

    number: int
    samples: bytes
    language: str | None
    hints: tuple[str, ...]
    wants_partials: bool
    partial_interval_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Cancel:
    """Parent to child: stop job `number`, if it still runs."""

    number: int


@dataclass(frozen=True, slots=True)
class Ready:
    """Child to parent, once: the model is loaded."""

    info: EngineInfo


@dataclass(frozen=True, slots=True)
class Refused:
    """Child to parent, instead of `Ready`: the engine cannot start."""

    error: TranscribeError


@dataclass(frozen=True, slots=True)
class Heard:
    """Child to parent: a partial of job `number`."""

    number: int
    partial: Partial


@dataclass(frozen=True, slots=True)
class Done:
    """Child to parent: the last word on job `number`."""

    number: int
    outcome: TranscriptResult | TranscribeError


ToChild = Job | Cancel
FromChild = Ready | Refused | Heard | Done


def pack(message: object) -> bytes:
    """The bytes of one frame."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(body)) + body
