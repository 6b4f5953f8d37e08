"""Does one fault to the world."""

import asyncio
import signal

import structlog
from nats.errors import Error as NatsError

from tools.chaos.plan import Fault, Kind
from tools.chaos.world import World, send

_REPEATED_MESSAGES = 25
_LATE_SECONDS = 0.05

log = structlog.get_logger(__name__)


async def inflict(world: World, fault: Fault) -> None:
    """Wait for the fault's moment, do it, return when it is over."""
    await asyncio.sleep(fault.at_seconds)
    seconds, target = fault.lasts_seconds, fault.target
    match fault.kind:
        case Kind.KILL:
            await world.end(target, signal.SIGKILL)
        case Kind.TERMINATE:
            await world.end(target, signal.SIGTERM)
        case Kind.FREEZE:
            await _freeze(world.pid(target), seconds)
        case Kind.CUT:
            world.proxies[target].cut()
        case Kind.MUTE:
            world.proxies[target].mute()
        case Kind.REFUSE:
            await world.proxies[target].refuse(seconds)
        case Kind.STALL:
            await world.proxies[target].stall(seconds)
        case Kind.SLOW:
            await world.proxies[target].slow(seconds, delay_seconds=_LATE_SECONDS)
        case Kind.DISK_FULL:
            await world.disk.fill(seconds)
        case Kind.DISK_LOST:
            await world.disk.lose(seconds)
        case Kind.DUPLICATE:
            await _repeat(world)


async def _freeze(pid: int | None, seconds: float) -> None:
    send(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        send(pid, signal.SIGCONT)


async def _repeat(world: World) -> None:
    """NATS may be away at that moment: another fault of the same cycle."""
    try:
        await world.echo.repeat(_REPEATED_MESSAGES)
    except (NatsError, TimeoutError, OSError) as error:
        log.info("messages not repeated", error=type(error).__name__)
