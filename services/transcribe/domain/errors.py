"""Expected failures of transcription.

Every class passes its facts to `Exception.args`, so that it survives the pipe from an engine's process.
"""

from __future__ import annotations


class TranscribeError(Exception):
    """Root of the failures a caller may expect."""


class BadAudio(TranscribeError):
    """The audio itself is at fault: trying again cannot help."""


class AudioUndecodable(BadAudio):
    """The bytes are no audio this service can read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"audio cannot be decoded: {self.reason}"


class AudioEmpty(BadAudio):
    """There is not one sample to listen to."""

    def __str__(self) -> str:
        return "audio is empty"


class AudioMisshapen(BadAudio):
    """An engine was handed something other than float32 of shape (samples,)."""

    def __init__(self, dtype: str, shape: tuple[int, ...]) -> None:
        super().__init__(dtype, shape)
        self.dtype = dtype
        self.shape = shape

    def __str__(self) -> str:
        return f"audio must be float32 of shape (samples,), not {self.dtype} of shape {self.shape}"


class Cancelled(TranscribeError):
    """The caller no longer wants the transcript."""

    def __str__(self) -> str:
        return "transcription was cancelled"


class EngineUnavailable(TranscribeError):
    """The engine cannot start: its library, model or device is missing."""

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__(engine, reason)
        self.engine = engine
        self.reason = reason

    def __str__(self) -> str:
        return f"engine {self.engine} is unavailable: {self.reason}"


class EngineRefused(TranscribeError):
    """An engine that somebody asked for cannot be had here; another attempt would end the same way."""

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__(engine, reason)
        self.engine = engine
        self.reason = reason

    def __str__(self) -> str:
        return f"engine {self.engine}, which was asked for, cannot be had here: {self.reason}"


class EngineBusy(TranscribeError):
    """Other engines that were asked for take all the room there is."""

    def __init__(self, engine: str, limit: int) -> None:
        super().__init__(engine, limit)
        self.engine = engine
        self.limit = limit

    def __str__(self) -> str:
        return f"engine {self.engine} waits: {self.limit} others that were asked for are at work"


class LanguageUnsupported(TranscribeError):
    """The engine does not speak the language; trying again cannot help."""

    def __init__(self, engine: str, speaks: str, language: str) -> None:
        super().__init__(engine, speaks, language)
        self.engine = engine
        self.speaks = speaks
        self.language = language

    def __str__(self) -> str:
        return f"the model of {self.engine} speaks {self.speaks}, not {self.language}"


class EngineFailed(TranscribeError):
    """The engine started, but broke on this audio; another attempt may succeed."""

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__(engine, reason)
        self.engine = engine
        self.reason = reason

    def __str__(self) -> str:
        return f"engine {self.engine} failed: {self.reason}"


class EngineCrashed(EngineFailed):
    """The engine's process died under the work."""


class EngineTimedOut(EngineFailed):
    """The engine took longer than its limit and was killed."""

    def __init__(self, engine: str, limit_seconds: float) -> None:
        super().__init__(engine, f"no answer within {limit_seconds:g} s")
        # Pickle rebuilds an exception from `args`, which must therefore be those of this class.
        self.args = (engine, limit_seconds)
        self.limit_seconds = limit_seconds
