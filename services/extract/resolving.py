"""A clear call settles what was doubtful in the same conversation."""

import structlog

from mesh.db.database import Transaction
from services.extract.domain.informed import clear_calls, is_clear, may_settle
from services.extract.domain.reading import Reading
from services.extract.rereading import NeverRead, Rereading
from services.extract.store.priors import Heard, PriorsRepository, Unsettled

RECORDINGS_LIMIT = 20
"""Recordings that one reading has read again, those nearest in time."""

log = structlog.get_logger(__name__)


class Resolving:
    """Has recordings read again when a call became clear that may be what they said.

    It comes to an end: a recording is read again once for each call, and what only the roster made likely is never
    clear itself, so that nothing follows from what was settled.
    """

    def __init__(self, *, repository: PriorsRepository, rereading: Rereading) -> None:
        self._repository = repository
        self._rereading = rereading

    async def follow(self, work: Transaction, reading: Reading) -> None:
        """Queue what `reading`, just stored, may settle; and itself, where a call became clear while it was read."""
        heard = Heard(reading.node, reading.channel, reading.captured_at)
        wanted = await self._others(work, heard, reading) | await self._itself(work, heard, reading)
        for recording, call in wanted.items():
            try:
                await self._rereading.queue(work, recording, why=f"resolved/{call}")
            except NeverRead:
                log.warning("what a clear call may settle cannot be read again", recording=recording, call=call)

    async def _others(self, work: Transaction, heard: Heard, reading: Reading) -> dict[str, str]:
        """Recordings to read again, each with the call that may settle it."""
        wanted: dict[str, str] = {}
        clear = clear_calls(reading.mentions)
        for other in await self._repository.unsettled(work, heard, but=reading.recording) if clear else []:
            call = _settling(clear, other)
            if call and len(wanted) < RECORDINGS_LIMIT:
                wanted.setdefault(other.recording, call)
        return wanted

    async def _itself(self, work: Transaction, heard: Heard, reading: Reading) -> dict[str, str]:
        own = [
            Unsettled(reading.recording, mention.base_call, mention.alternatives, mention.confidence)
            for mention in reading.mentions
            if not is_clear(mention)
        ]
        if not own:
            return {}
        conversation = await self._repository.conversation(work, heard, but=reading.recording)
        calls = [call for other in own if (call := _settling(conversation - reading.roster.conversation, other))]
        return {reading.recording: calls[0]} if calls else {}


def _settling(clear: frozenset[str], mention: Unsettled) -> str:
    """The clear call that may change how `mention` is read; empty where none may."""
    may = (c for c in sorted(clear) if may_settle(c, mention.base_call, mention.alternatives, mention.confidence))
    return next(may, "")
