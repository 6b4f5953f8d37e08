"""`tsn watch`."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import AbstractContextManager, aclosing, contextmanager, nullcontext
from typing import Annotated

import typer
from rich.console import Group
from rich.live import Live
from rich.text import Text

from clients.cli.command import Call, command
from clients.cli.failures import explain
from clients.cli.feed import follow
from clients.cli.feed_text import feed_line, partial_line
from clients.cli.options import ChannelOption, NodeOption
from clients.cli.output import Output
from clients.common.errors import ClientError
from tsn.query.v1.query_pb2 import WatchFeedRequest, WatchFeedResponse

PARTIALS_SHOWN = 8


class FeedView:
    """Lines for facts and, on a terminal, the partial texts below them, each growing in place."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._partials: dict[str, Text] = {}
        self._live: Live | None = None

    @contextmanager
    def open(self) -> Iterator[None]:
        """Hold the bottom of the terminal for the partial texts."""
        live = Live(console=self._output.answers, transient=True, refresh_per_second=8)
        keeping: AbstractContextManager[object] = live if self._output.interactive else nullcontext()
        with keeping:
            self._live = live if self._output.interactive else None
            yield

    def show(self, item: WatchFeedResponse) -> None:
        """Take one item."""
        kind = item.WhichOneof("item")
        if kind == "partial":
            self._partials.pop(item.partial.recording, None)
            self._partials[item.partial.recording] = partial_line(item.partial)
        elif kind == "transcript_completed":
            self._partials.pop(item.transcript_completed.recording.name, None)
        line = feed_line(item)
        if line is not None:
            self._output.say(line)
        if self._live is not None:
            # A recording that failed never completes; only the latest texts are of interest.
            self._partials = dict(list(self._partials.items())[-PARTIALS_SHOWN:])
            self._live.update(Group(*self._partials.values()))


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "watch")(watch)


async def watch(
    call: Call,
    cursor: Annotated[str, typer.Option(help='Go on after this; "begin": all that is kept. (default: from now)')] = "",
    node: NodeOption = None,
    channel: ChannelOption = None,
    facts_only: Annotated[bool, typer.Option("--facts-only", help="Nothing that is not stored.")] = False,
    count: Annotated[int | None, typer.Option(min=1, help="End after so many items, heartbeats not counted.")] = None,
) -> None:
    """Follow what happens, until Ctrl-C: recordings, texts while they are spoken, callsigns, alerts."""
    request = WatchFeedRequest(
        cursor=cursor,
        node=f"nodes/{node.removeprefix('nodes/')}" if node else "",
        channel=channel or "",
        facts_only=facts_only,
    )

    def on_gap(error: ClientError) -> None:
        call.output.note(f"connection lost ({explain(error, call.gateway.address).message}); reconnecting")

    view = FeedView(call.output)
    with view.open():
        async with aclosing(_items(follow(call.gateway, request, on_gap=on_gap), count)) as items:
            async for item in items:
                if call.output.as_json:
                    call.output.line(item)
                else:
                    view.show(item)


async def _items(feed: AsyncGenerator[WatchFeedResponse, None], count: int | None) -> AsyncGenerator[WatchFeedResponse]:
    """The feed without heartbeats, at most `count` items of it."""
    left = count
    async with aclosing(feed):
        async for item in feed:
            if item.WhichOneof("item") == "heartbeat":
                continue
            yield item
            if left is not None:
                left -= 1
                if left == 0:
                    return
