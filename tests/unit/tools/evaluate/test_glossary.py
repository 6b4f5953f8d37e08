"""What a glossary brings, counted on scripted overs."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from services.transcribe.domain.model import EngineInfo, Partial, Segment, TranscriptResult
from tools.evaluate.ear import Over
from tools.evaluate.glossary import measured, strangers, table

AUDIO = np.zeros(160, np.float32)
OVERS = [Over("one", AUDIO, frozenset({"K7ABC"})), Over("two", AUDIO, frozenset({"W7RM"}))]


class Suggestible:
    """Hears what it was told last, whatever is said."""

    info = EngineInfo("suggestible", "", "", "cpu", "")

    def load(self) -> None: ...

    def transcribe(
        self,
        audio: NDArray[np.float32],
        *,
        language: str | None,
        hints: Sequence[str] = (),
        on_partial: Callable[[Partial], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> TranscriptResult:
        text = f"this is {hints[-1]}" if hints else "this is nobody"
        segment = Segment(0, 0.0, 1.0, text, (), None, None, None, None)
        return TranscriptResult((segment,), frozenset(), "en", self.info)


def test_what_was_told_and_not_said_is_imagined() -> None:
    assert measured(OVERS, Suggestible(), ["N0CAL", "K7ABC"]) == {
        "told": 2,
        "spoken": 2,
        "found": 1,
        "wrong": 1,
        "imagined": 1,
    }
    nothing = measured(OVERS, Suggestible(), [])
    assert (nothing["found"], nothing["wrong"]) == (0, 0)
    assert "nothing" in table({"nothing": nothing})


def test_strangers_are_the_same_each_time_and_none_of_the_net() -> None:
    some = strangers(40, [])
    assert some == strangers(40, [])
    assert len(some) == 40
    assert some[3] not in strangers(40, [some[3]])
