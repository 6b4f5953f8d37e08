"""The domain's failures as the pipeline and callers take them: try again, or never."""

from mesh.errors import FailureClass, InvalidInput, Kind, TsnError, Unavailable
from services.transcribe.domain.errors import (
    AudioEmpty,
    AudioUndecodable,
    BadAudio,
    EngineBusy,
    EngineCrashed,
    EngineRefused,
    EngineTimedOut,
    LanguageUnsupported,
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


class EngineWaits(Unavailable):
    """The asked engine has no room now; the job waits without using up an attempt."""

    reason = "ENGINE_BUSY"


class EngineNotHere(TsnError):
    """The asked engine cannot be had by this service."""

    kind = Kind.PRECONDITION
    reason = "ENGINE_UNAVAILABLE"
    failure = FailureClass.PERMANENT


class LanguageRefused(InvalidInput):
    """The engine does not speak the language. The recording is not at fault, the settings are."""

    reason = "LANGUAGE_UNSUPPORTED"
    failure = FailureClass.PERMANENT


REASONS: dict[type[TranscribeError], str] = {
    AudioEmpty: "AUDIO_EMPTY",
    AudioUndecodable: "AUDIO_UNDECODABLE",
    EngineCrashed: "ENGINE_CRASHED",
    EngineTimedOut: "ENGINE_TIMED_OUT",
}


def translated(error: TranscribeError) -> TsnError:
    """`error` with its reason and whether another attempt makes sense."""
    failure: TsnError
    match error:
        case BadAudio():
            failure = AudioRefused(str(error))
        case LanguageUnsupported():
            failure = LanguageRefused(str(error), field="language")
        case EngineRefused():
            failure = EngineNotHere(str(error))
        case EngineBusy():
            failure = EngineWaits(str(error))
        case _:
            failure = EngineTrouble(str(error))
    failure.reason = REASONS.get(type(error), failure.reason)
    if isinstance(error, EngineCrashed):
        failure.failure = FailureClass.CRASH
    return failure
