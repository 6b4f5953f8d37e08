"""A second opinion that says what it was told to."""

from collections.abc import Sequence

from services.extract.domain.acoustic import Heard, ListenerAway
from services.extract.domain.airtime import Airtime


class ScriptedListener:
    """Implements `Listener`; `away`: why nobody listens, if so."""

    def __init__(self, heard: Sequence[Heard] = ()) -> None:
        self.heard = heard
        self.away = ""
        self.asked: list[tuple[str, Airtime]] = []

    async def listen(self, *, audio_sha256: str, stretch: Airtime) -> Sequence[Heard]:
        """See `Listener.listen`."""
        self.asked.append((audio_sha256, stretch))
        if self.away:
            raise ListenerAway(self.away)
        return self.heard

    async def close(self) -> None:
        """See `Listener.close`."""
