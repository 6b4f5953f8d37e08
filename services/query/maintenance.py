"""Chores of query on the command line."""

import asyncio
import sys
from collections.abc import Coroutine

from mesh.bus.bus import Bus
from mesh.clock import SystemClock
from mesh.db.database import Database
from mesh.errors import TsnError
from mesh.settings import MeshSettings
from mesh.telemetry.logging import configure_logging
from mesh.telemetry.metrics import new_registry
from services.query.config import QuerySettings
from services.query.consumer import EventConsumer
from services.query.metrics import QueryMetrics
from services.query.projector import Projector
from services.query.rebuild import Rebuild
from services.query.store.content import Content, measure
from services.query.store.windows import WindowKeeper


def print_hash() -> None:
    """Print what the read tables hold."""
    mesh = MeshSettings()
    _finish(_measured(mesh))


def rebuild(*, incomplete: bool) -> None:
    """Make the read tables anew and print what they then hold; exits 1 with the reason where that is refused."""
    mesh, settings = MeshSettings(), QuerySettings()
    _finish(rebuilt(mesh, settings, incomplete=incomplete))


async def rebuilt(mesh: MeshSettings, settings: QuerySettings, *, incomplete: bool = False) -> Content:
    """The content of the read tables once all events are projected anew. Raises as `Rebuild.run`."""
    clock, metrics = SystemClock(), QueryMetrics(new_registry())
    database = Database(mesh.database_url.get_secret_value(), answer_seconds=mesh.database_answer_seconds, clock=clock)
    bus = Bus(mesh.nats_url, name="query-rebuild", replicas=mesh.stream_replicas)
    windows = WindowKeeper(database=database, window_rows=settings.window_rows)
    projector = Projector(database=database, windows=windows, bus=bus, clock=clock, metrics=metrics, announce=False)
    consumer = EventConsumer(bus=bus, projector=projector, metrics=metrics, batch=settings.batch_events)
    await bus.connect()
    try:
        work = Rebuild(database=database, bus=bus, windows=windows, consumer=consumer)
        return await work.run(incomplete=incomplete)
    finally:
        await bus.close()
        await database.close()


async def _measured(mesh: MeshSettings) -> Content:
    database = Database(mesh.database_url.get_secret_value(), answer_seconds=mesh.database_answer_seconds)
    try:
        return await measure(database)
    finally:
        await database.close()


def _finish(work: Coroutine[None, None, Content]) -> None:
    configure_logging(service="query", form="console", level="warning")
    try:
        content = asyncio.run(work)
    except TsnError as error:
        sys.exit(f"{error.reason}: {error.message}")
    print(f"recordings {content.recordings}, mentions {content.mentions}, texts {content.texts}")
    print(f"sha256 {content.sha256}")
