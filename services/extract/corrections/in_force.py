"""The corrections that this process reads by: a snapshot, exchanged as soon as the table changes."""

import asyncio
import contextlib

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from mesh.bus.bus import Bus
from mesh.errors import TsnError
from services.extract.domain.spelling import BUILT_IN_SPELLING, Spelling
from services.extract.metrics import ExtractMetrics
from services.extract.store.corrections import CorrectionRepository

LOOK_SECONDS = 0.5
"""A change is in force within a second also where the bus loses the news of it."""
ANSWER_SECONDS = 5.0
CHANGED = "corrections"
"""Below `tsn.live`: the table has changed; without content, since the database has it."""

log = structlog.get_logger(__name__)


class CorrectionsInForce:
    """Asks for the table's version twice a second, and at once when it hears that it changed.

    While the database is away, and where the table was never seeded, the last snapshot stays.
    """

    def __init__(
        self,
        *,
        repository: CorrectionRepository,
        bus: Bus,
        metrics: ExtractMetrics,
        every_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._repository = repository
        self._bus = bus
        self._metrics = metrics
        self._every_seconds = every_seconds
        self._spelling = BUILT_IN_SPELLING
        self._away = False
        self._changed = asyncio.Event()
        self._looking = asyncio.Lock()

    def spelling(self) -> Spelling:
        """What is in force now."""
        return self._spelling

    async def connect(self) -> None:
        """Listen for changes and read the table once; a database that is away is waited for later."""
        await self._bus.subscribe_live(CHANGED, self._on_change)
        await self.look()

    async def run(self) -> None:
        """Follow the table for ever."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every_seconds):
                    await self._changed.wait()
            self._changed.clear()
            await self.look()

    async def tell(self) -> None:
        """Have every process look now; whoever does not hear it looks soon by himself."""
        with contextlib.suppress(NatsError, TimeoutError):
            await self._bus.publish_live(CHANGED, b"")

    async def look(self) -> None:
        """Exchange the snapshot if the table has another version."""
        try:
            async with self._looking, asyncio.timeout(ANSWER_SECONDS):
                version = await self._repository.version()
                if version not in (0, self._spelling.version):
                    self._exchange(Spelling.of(*await self._repository.in_force()))
        except (TsnError, TimeoutError, ValueError) as error:
            if not self._away:
                log.warning(
                    "corrections stay as they are: their table cannot be read",
                    version=self._spelling.version,
                    error=str(error) or type(error).__name__,
                )
            self._away = True
        else:
            if self._away:
                log.info("corrections are followed again", version=self._spelling.version)
            self._away = False

    def _exchange(self, spelling: Spelling) -> None:
        log.info("corrections in force", version=spelling.version, corrections=len(spelling.corrections))
        self._spelling = spelling
        self._metrics.corrections_version.set(spelling.version)

    async def _on_change(self, _: Msg) -> None:
        self._changed.set()
