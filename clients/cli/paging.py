"""Pages to lists."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

Item = TypeVar("Item")
Page = Callable[[str, int], Awaitable[tuple[list[Item], str]]]
"""Asked with a page token and a page size; answers with items and the next token."""


async def collect(page: Page[Item], *, limit: int | None, most: int, token: str = "") -> tuple[list[Item], str]:
    """Items from `token` on, at most `limit` (None: all) in pages of at most `most`; and the token of what follows."""
    items: list[Item] = []
    while True:
        wanted = most if limit is None else min(most, limit - len(items))
        got, token = await page(token, wanted)
        items += got
        if not token or (limit is not None and len(items) >= limit):
            return items, token
