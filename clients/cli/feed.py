"""The live feed, followed across broken connections."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

from clients.cli.failures import Unreachable
from clients.cli.gateway import Gateway
from clients.common.backoff import Backoff
from clients.common.errors import ClientError, Refused, Transient
from tsn.query.v1.query_pb2 import WatchFeedRequest, WatchFeedResponse

RECONNECT = Backoff(base_seconds=0.5, cap_seconds=15.0)


async def follow(
    gateway: Gateway,
    request: WatchFeedRequest,
    *,
    on_gap: Callable[[ClientError], None],
    backoff: Backoff | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncGenerator[WatchFeedResponse, None]:
    """Every item, for ever: a stream that breaks is resumed after the last cursor seen, and `on_gap` told why.

    Raises Refused when the server will not have the request, Unreachable when nobody has ever answered.
    """
    asked, failures, answered = WatchFeedRequest(), 0, False
    asked.CopyFrom(request)
    while True:
        try:
            async for item in gateway.stream(gateway.query.WatchFeed, asked):
                failures, answered = 0, True
                asked.cursor = item.cursor or asked.cursor
                yield item
            raise Transient("the server ended the feed")
        except Refused:
            raise
        except ClientError as error:
            if isinstance(error, Unreachable) and not answered:
                raise
            failures += 1
            on_gap(error)
        await sleep((backoff or RECONNECT).delay_seconds(failures))
