"""`tsn top`: the mesh live in the terminal."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, aclosing, nullcontext
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Group
from rich.live import Live

from clients.cli.command import Call, command
from clients.cli.failures import FAILURE, Unreachable, explain
from clients.cli.top_facts import Rates, Snapshot, rates, snapshot_document, take
from clients.cli.top_view import top_screen

LONGEST_ANSWER_SECONDS = 3.0
"""A service that hangs must not freeze the screen."""


@dataclass(frozen=True)
class Frame:
    """What there is to be shown. `away`: why the gateway does not answer now, or empty."""

    snapshot: Snapshot
    speed: Rates
    away: str = ""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "top")(top)


async def top(
    call: Call,
    once: Annotated[bool, typer.Option("--once", help="Show it once and end; exit 1 if a service is down.")] = False,
    interval: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="Between two looks.")] = 1.0,
    count: Annotated[int | None, typer.Option(min=1, help="End after so many looks.")] = None,
) -> None:
    """Watch queues, outbox, rates, services, and nodes in trouble, until Ctrl-C.

    For scripts: tsn top --once --json
    """
    call.gateway.timeout_seconds = min(call.gateway.timeout_seconds, LONGEST_ANSWER_SECONDS)
    live = Live(console=call.output.answers, screen=True, auto_refresh=False)
    on_screen = call.output.interactive and not once
    showing: AbstractContextManager[object] = live if on_screen else nullcontext()
    down = False
    async with aclosing(_frames(call, interval, 1 if once else count)) as frames:
        with showing:
            async for frame in frames:
                down = bool(frame.snapshot.problems or frame.away)
                if on_screen:
                    live.update(_screen(call, frame), refresh=True)
                else:
                    _print(call, frame, whole=once)
    if once and down:
        raise typer.Exit(FAILURE)


async def _frames(call: Call, interval: float, count: int | None) -> AsyncGenerator[Frame, None]:
    """A frame each `interval` seconds, at most `count`; a gateway that goes away is asked until it is back.

    Raises Unreachable when nobody has ever answered.
    """
    last: Snapshot | None = None
    shown = 0
    while True:
        try:
            seen = await take(call)
        except Unreachable as error:
            if last is None:
                raise
            yield Frame(last, Rates(), explain(error, call.gateway.address).message)
        else:
            yield Frame(seen, rates(last, seen))
            last = seen
        shown += 1
        if count is not None and shown >= count:
            return
        await asyncio.sleep(interval)


def _screen(call: Call, frame: Frame) -> Group:
    output = call.output
    fit = output.answers.size if output.interactive else None
    return top_screen(call.gateway.address, frame.snapshot, frame.speed, away=frame.away, fit=fit)


def _print(call: Call, frame: Frame, *, whole: bool) -> None:
    output = call.output
    if not output.as_json:
        output.answers.print(_screen(call, frame))
        return
    document = {**snapshot_document(call.gateway.address, frame.snapshot, frame.speed), "away": frame.away}
    if whole:
        output.document(document)
    else:
        output.line(document)
