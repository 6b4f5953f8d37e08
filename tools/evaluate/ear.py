"""The closed grammars in this process, and how their votes fall on calls that are right, nearly right or made up."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.extract.domain.acoustic import OTHER_WORD, Heard, opinion
from services.extract.domain.airtime import Airtime
from services.extract.domain.confusions import confused
from services.extract.domain.grammar import read_call
from services.extract.domain.model import Mention, MentionForm, MentionRole
from services.extract.domain.votes import Vote
from services.transcribe.domain.model import SAMPLE_RATE_HZ
from services.transcribe.domain.ports import SpeechEngine
from services.transcribe.domain.spelling import SYMBOLS

LETTERS, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
FOR, ANOTHER, NONE = "for", "another", "none"
SEED = 1

Audio = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Over:
    """A recording and the calls spoken in it."""

    name: str
    audio: Audio
    calls: frozenset[str]


class Ear:
    """Listens as extract's step asks, and measures the cost."""

    def __init__(self, engine: SpeechEngine) -> None:
        self._engine = engine
        self.audio: Audio = np.zeros(0, np.float32)
        self.stretches = 0
        self.heard_seconds = 0.0
        self.cpu_seconds = 0.0

    async def listen(self, *, audio_sha256: str, stretch: Airtime) -> Sequence[Heard]:
        """See `Listener.listen`; what is heard is `audio`."""
        return self.hypotheses(stretch)

    async def close(self) -> None:
        """See `Listener.close`."""

    def hypotheses(self, stretch: Airtime) -> list[Heard]:
        """What each grammar hears."""
        first, last = (round(at * SAMPLE_RATE_HZ) for at in (stretch.begins_seconds, stretch.ends_seconds))
        began = time.process_time()
        result = self._engine.transcribe(self.audio[first:last], language=None)
        self.cpu_seconds += time.process_time() - began
        self.heard_seconds += (min(last, self.audio.size) - first) / SAMPLE_RATE_HZ
        self.stretches += 1
        heard = ([word.text for word in segment.words] for segment in result.segments)
        return [Heard("".join(map(_symbol, words)), " ".join(words)) for words in heard]


def votes(overs: Iterable[Over], ear: Ear) -> dict[str, dict[str, int]]:
    """How the votes fall, each over heard as a whole, on doubtful mentions of

    - `true`: a call that was spoken;
    - `neighbour`: the same with one confusable symbol changed, the true one among its alternatives;
    - `stranger`: a call made up at random.

    `another` is a vote for the true call where it is an alternative, and for a wrong one elsewhere.
    """
    drawn = random.Random(SEED)
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in ("true", "neighbour", "stranger")}
    for over in overs:
        if not over.calls:
            continue
        ear.audio = over.audio
        heard = ear.hypotheses(Airtime(0.0, over.audio.size / SAMPLE_RATE_HZ))
        for call in sorted(over.calls):
            asked = {
                "true": _mention(call),
                "neighbour": _mention(neighbour(call, drawn), call),
                "stranger": _mention(stranger(drawn)),
            }
            for kind, mention in asked.items():
                counts[kind][_fell(mention, opinion(mention, heard))] += 1
    return {kind: dict(each) for kind, each in counts.items()}


def neighbour(call: str, drawn: random.Random) -> str:
    """A call that a country issues and that differs in one symbol, a confusable one."""
    near = [
        call[:place] + other + call[place + 1 :]
        for place, symbol in enumerate(call)
        for other in (DIGITS if symbol.isdigit() else LETTERS)
        if confused(symbol, other)
    ]
    issued = [each for each in near if read_call(each)]
    return drawn.choice(issued)


def stranger(drawn: random.Random) -> str:
    """A call of the American forms."""
    while True:
        prefix = drawn.choice(["K", "N", "W", "KD", "KE", "WA", "AA", "KJ"])
        call = prefix + drawn.choice(DIGITS) + "".join(drawn.choice(LETTERS) for _ in range(3))
        if read_call(call):
            return call


def _fell(mention: Mention, vote: Vote | None) -> str:
    if vote is None:
        return NONE
    return FOR if vote.base_call == mention.base_call else ANOTHER


def _mention(call: str, *alternatives: str) -> Mention:
    return Mention(
        segment_index=0,
        start=0,
        end=0,
        heard="",
        base_call=call,
        modifiers=(),
        host_prefix="",
        form=MentionForm.PHONETIC,
        role=MentionRole.UNSPECIFIED,
        evidence=(),
        confidence=0.7,
        alternatives=alternatives,
    )


def _symbol(word: str) -> str:
    symbol = SYMBOLS.get(word, "")
    return symbol if len(symbol) == 1 and symbol.isalnum() else OTHER_WORD
