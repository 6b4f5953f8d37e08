"""The domain's failures as the pipeline and callers take them: try again, or never."""

from mesh.errors import FailureClass, InvalidInput, TsnError, Unavailable
from services.transcribe.domain.errors import (
    AudioEmpty,
    AudioUndecodable,
    BadAudio,
    EngineCrashed,
    EngineTimedOut,
    TranscribeError,
)


class AudioRefused(InvalidInput):
    """The audio itself is at fault; trying again cannot help."""

    reason = "AUDIO_UNDECODABLE"


class EngineTrouble(Unavailable):
    """The engine could not do it this time."""

    reason = "ENGINE_FAILED"
    # The audio may be why the engine broke: attempts count, or it would break engines for ever.
    failure = FailureClass.TRANSIENT


REASONS: dict[type[TranscribeError], str] = {
    AudioEmpty: "AUDIO_EMPTY",
    AudioUndecodable: "AUDIO_UNDECODABLE",
    EngineCrashed: "ENGINE_CRASHED",
    EngineTimedOut: "ENGINE_TIMED_OUT",
}


def translated(error: TranscribeError) -> TsnError:
    """`error` with its reason and whether another attempt makes sense."""
    failure: TsnError
    failure = AudioRefused(str(error)) if isinstance(error, BadAudio) else EngineTrouble(str(error))
    failure.reason = REASONS.get(type(error), failure.reason)
    if isinstance(error, EngineCrashed):
        failure.failure = FailureClass.CRASH
    return failure
