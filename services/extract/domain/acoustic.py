"""A second opinion on a callsign: what a closed grammar heard in the same stretch of audio, as a vote.

The grammar hears symbol by symbol, and in noise it hears some of them wrong. So a call is not looked up in what was
heard but laid along it: a symbol that was heard as a confusable one costs a little, one that was missed or put in
costs more. What is left of 1 is the call's agreement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from services.extract.domain.airtime import Airtime, airtime_of
from services.extract.domain.confusions import confused
from services.extract.domain.grammar import read_call
from services.extract.domain.model import Mention
from services.extract.domain.reading import Reading
from services.extract.domain.votes import Vote

HELPER = "acoustic"
OTHER_WORD = " "
"""In what was heard: a word that spells nothing."""
MARGIN_SECONDS = 0.3
"""Heard on either side of the words: their times are rough, and a clipped word begins before its own."""
LONGEST_SECONDS = 15.0
CONFUSED, MISHEARD, MISSED, ADDED, INTERRUPTED = 0.35, 1.0, 0.8, 0.6, 0.4
"""Cost of a symbol heard as a confusable one, as another, not at all; of one put in; of another word between."""
# Log odds by agreement, set by judgement below what synthetic overs gave (docs/callsigns.md, "Second opinion"), for
# the words of a false mention are not drawn at random. There is no vote against a call: under noise the grammars hear
# little, and of the calls that were spoken two thirds did not agree at 5 dB.
_FOR = ((0.9, 2.2), (0.7, 1.5), (0.6, 0.8))
_FOR_ANOTHER = 2.0
# No rule thought of it, so that it begins with next to nothing; it has to overcome that and the call in hand.
_FOR_LONGER = 3.0
_ANOTHER_AGREES, _ANOTHER_SAVES = 0.7, 0.3


@dataclass(frozen=True, slots=True)
class Heard:
    """What one grammar heard in a stretch; `symbols` has a letter or digit each, `OTHER_WORD` for other words."""

    symbols: str
    words: str  # for people: "kilo seven alpha"


class ListenerAway(Exception):
    """Nobody listened. The message is one word for a metric: away, busy, slow or refused."""


class Listener(Protocol):
    """Reads a stretch of a recording's audio again. Every implementation passes tests/contract/extract."""

    async def listen(self, *, audio_sha256: str, stretch: Airtime) -> Sequence[Heard]:
        """What is spelled there, as each grammar heard it, within a time of its own. Raises ListenerAway."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


def stretch_of(reading: Reading, mention: Mention) -> Airtime | None:
    """What to listen to: the words of a mention and a little more; None where they carry no times or last too long."""
    if mention.segment_index not in reading.words:
        return None
    said = airtime_of(reading, mention.segment_index, mention.start, mention.end)
    if said is None or said.seconds > LONGEST_SECONDS - 2 * MARGIN_SECONDS:
        return None
    return Airtime(max(0.0, said.begins_seconds - MARGIN_SECONDS), said.ends_seconds + MARGIN_SECONDS)


def opinion(mention: Mention, hypotheses: Sequence[Heard]) -> Vote | None:
    """The vote on `mention` in what was heard; None where neither it nor a call near it was heard.

    Each call is laid along the hypothesis that it fits best: a speaker uses one alphabet, and nobody knows which. The
    first is by the spelling alphabet alone.
    """
    if not hypotheses:
        return None
    longer = _longer(mention.base_call, hypotheses[0])
    if longer:
        return Vote(HELPER, longer, _FOR_LONGER, hypotheses[0].words)
    own, heard = _best(mention.base_call, hypotheses)
    for call in mention.alternatives:
        cost, other = _best(call, hypotheses)
        if cost + _ANOTHER_SAVES <= own and 1.0 - cost / len(call) >= _ANOTHER_AGREES:
            return Vote(HELPER, call, _FOR_ANOTHER, other.words)
    agrees = 1.0 - own / len(mention.base_call)
    for least, log_odds in _FOR:
        if agrees >= least:
            return Vote(HELPER, mention.base_call, log_odds, heard.words)
    return None


def _longer(call: str, heard: Heard) -> str:
    """A call that was spelled in one breath and of which `call` is a part; empty if there is none."""
    for spelled in heard.symbols.split(OTHER_WORD):
        if call in spelled and call != spelled and read_call(spelled):
            return spelled
    return ""


def _best(call: str, hypotheses: Sequence[Heard]) -> tuple[float, Heard]:
    """The hypothesis along which the call costs least, the first among equals."""
    return min(((_cost(call, heard.symbols), heard) for heard in hypotheses), key=lambda each: each[0])


def agreement(call: str, symbols: str) -> float:
    """How well `call` fits the best place in what was heard, 0..1: 1 where it was heard symbol for symbol."""
    return max(0.0, 1.0 - _cost(call, symbols) / len(call))


def _cost(call: str, symbols: str) -> float:
    """Of the cheapest way to lay `call` along `symbols`; what was heard before and behind it costs nothing."""
    costs = [0.0] * (len(symbols) + 1)
    for meant in call:
        before = costs
        costs = [before[0] + MISSED]
        for place, said in enumerate(symbols, 1):
            instead = before[place - 1] + _instead(said, meant)
            put_in = costs[place - 1] + (INTERRUPTED if said == OTHER_WORD else ADDED)
            costs.append(min(instead, before[place] + MISSED, put_in))
    return min(costs)


def _instead(said: str, meant: str) -> float:
    if said == meant:
        return 0.0
    if said == OTHER_WORD:
        return MISSED
    return CONFUSED if confused(said, meant) else MISHEARD
