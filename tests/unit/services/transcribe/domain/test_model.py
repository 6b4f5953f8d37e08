"""The digest stands for the parameters."""

import pickle
from typing import Any

import pytest

from services.transcribe.domain import errors
from services.transcribe.domain.model import EngineInfo


def info(**parameters: str) -> EngineInfo:
    return EngineInfo("faster_whisper", "small", "1.2.1", "cpu", "int8", parameters)


def test_the_digest_does_not_depend_on_the_order_of_parameters() -> None:
    assert info(a="1", b="2").digest == info(b="2", a="1").digest


def test_the_digest_changes_with_any_parameter() -> None:
    assert len({info().digest, info(a="1").digest, info(a="2").digest}) == 3


@pytest.mark.parametrize(
    "error",
    [
        errors.AudioUndecodable("no audio stream"),
        errors.AudioEmpty(),
        errors.AudioMisshapen("int16", (3, 2)),
        errors.Cancelled(),
        errors.EngineUnavailable("scripted", "no script"),
        errors.EngineFailed("scripted", "broke"),
        errors.EngineCrashed("scripted", "status -9"),
        errors.EngineTimedOut("scripted", 2.5),
    ],
)
def test_every_error_survives_the_pipe_with_its_facts(error: errors.TranscribeError) -> None:
    copy: Any = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
