"""The step that has doubtful callsigns heard again."""

from services.extract.domain.acoustic import HELPER, Listener, ListenerAway, opinion, stretch_of
from services.extract.domain.model import Mention
from services.extract.domain.reading import Reading
from services.extract.domain.votes import Band, Vote, with_votes
from services.extract.metrics import ExtractMetrics

STRETCHES_LIMIT = 8
"""Stretches of one recording that are read again, the first ones; each is short."""


class AcousticStep:
    """Asks for a second opinion on doubtful mentions, one after the other.

    Where nobody listens the reading stays as it was and the job does not count as degraded: the vote of a helper that
    hears far less than the first recogniser is welcome, never needed.
    """

    def __init__(self, *, listener: Listener, band: Band, metrics: ExtractMetrics) -> None:
        self._listener = listener
        self._band = band
        self._metrics = metrics

    async def read(self, reading: Reading) -> Reading:
        """Count the votes that could be had."""
        if not reading.audio_sha256:
            return reading
        doubtful = [place for place, mention in enumerate(reading.mentions) if self._band.holds(mention)]
        votes: dict[int, list[Vote]] = {}
        for place in doubtful[:STRETCHES_LIMIT]:
            try:
                vote = await self._ask(reading, reading.mentions[place])
            except ListenerAway as error:
                self._metrics.listened.labels(result=str(error)).inc()
                break
            if vote is not None:
                votes[place] = [vote]
        after, effects = with_votes(reading, votes)
        for effect in effects:
            self._metrics.votes.labels(helper=HELPER, effect=effect.value).inc()
        return after

    async def _ask(self, reading: Reading, mention: Mention) -> Vote | None:
        stretch = stretch_of(reading, mention)
        if stretch is None:
            return None
        heard = await self._listener.listen(audio_sha256=reading.audio_sha256, stretch=stretch)
        self._metrics.listened.labels(result="heard").inc()
        return opinion(mention, heard)
