from clients.cli.paging import collect

ITEMS = [str(number) for number in range(10)]


def pages(asked: list[tuple[str, int]]):
    async def page(token: str, wanted: int) -> tuple[list[str], str]:
        asked.append((token, wanted))
        start = int(token or 0)
        end = start + wanted
        return ITEMS[start:end], str(end) if end < len(ITEMS) else ""

    return page


async def test_pages_are_joined_up_to_the_limit() -> None:
    asked: list[tuple[str, int]] = []
    assert await collect(pages(asked), limit=5, most=3) == (ITEMS[:5], "5")
    assert asked == [("", 3), ("3", 2)]


async def test_without_limit_all_pages_are_read() -> None:
    assert await collect(pages([]), limit=None, most=4) == (ITEMS, "")


async def test_reading_goes_on_at_a_token() -> None:
    assert await collect(pages([]), limit=2, most=50, token="8") == (["8", "9"], "")
