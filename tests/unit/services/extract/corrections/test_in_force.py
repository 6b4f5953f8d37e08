"""The snapshot that a process reads by."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from mesh.errors import Unavailable
from services.extract.corrections.in_force import CorrectionsInForce
from services.extract.domain.corrections import Correction
from services.extract.domain.model import SegmentText
from services.extract.domain.spelling import BUILT_IN_SPELLING, Spelling
from services.extract.metrics import ExtractMetrics
from tests.support.eventually import eventually

BANANA = Correction("banana", ("K",))


class Table:
    """The repository, in memory."""

    def __init__(self) -> None:
        self.stands = (1, [BANANA])
        self.away = False
        self.asked = 0
        self.read = 0

    async def version(self) -> int:
        self.asked += 1
        if self.away:
            raise Unavailable("no database")
        return self.stands[0]

    async def in_force(self) -> tuple[int, list[Correction]]:
        self.read += 1
        return self.stands


class News:
    """The bus: what is told reaches whoever listens."""

    def __init__(self) -> None:
        self.listening: list[Callable[[Any], Awaitable[None]]] = []

    async def subscribe_live(self, subject: str, handle: Callable[[Any], Awaitable[None]]) -> None:
        self.listening.append(handle)

    async def publish_live(self, subject: str, payload: bytes) -> None:
        for handle in self.listening:
            await handle(None)


def following(table: Table, news: News | None = None, every_seconds: float = 3600.0) -> CorrectionsInForce:
    return CorrectionsInForce(
        repository=table,
        bus=news or News(),
        metrics=ExtractMetrics(CollectorRegistry()),
        every_seconds=every_seconds,
    )


def calls(spelling: Spelling) -> list[str]:
    found = spelling.extractor.extract([SegmentText(0, "this is banana seven alpha bravo charlie")])
    return [mention.base_call for mention in found]


async def test_before_the_table_was_read_the_built_in_ones_are_in_force() -> None:
    assert following(Table()).spelling() is BUILT_IN_SPELLING


async def test_the_table_is_read_when_it_connects_and_again_only_when_it_has_another_version() -> None:
    table = Table()
    followed = following(table)
    await followed.connect()
    first = followed.spelling()
    assert (first.version, calls(first)) == (1, ["K7ABC"])
    await followed.look()
    assert (table.read, followed.spelling()) == (1, first)
    table.stands = (2, [])
    await followed.look()
    assert (table.read, calls(followed.spelling())) == (2, [])
    assert calls(first) == ["K7ABC"], "what began to read goes on by what it began with"


async def test_while_the_database_is_away_the_last_snapshot_stays_and_the_log_says_so_once() -> None:
    table = Table()
    followed = following(table)
    await followed.connect()
    table.away = True
    with capture_logs() as logs:
        for _ in range(3):
            await followed.look()
        assert calls(followed.spelling()) == ["K7ABC"]
        assert [log["log_level"] for log in logs] == ["warning"]
        table.away, table.stands = False, (2, [])
        await followed.look()
    assert [log["event"] for log in logs[1:]] == ["corrections in force", "corrections are followed again"]
    assert followed.spelling().version == 2


async def test_a_table_that_was_never_seeded_leaves_the_built_in_ones() -> None:
    table = Table()
    table.stands = (0, [])
    followed = following(table)
    await followed.connect()
    assert followed.spelling() is BUILT_IN_SPELLING


@pytest.mark.parametrize(("every_seconds", "tells"), [(3600.0, True), (0.01, False)])
async def test_it_looks_when_it_hears_of_a_change_and_by_itself(every_seconds: float, tells: bool) -> None:
    table, news = Table(), News()
    followed = following(table, news, every_seconds)
    await followed.connect()
    running = asyncio.create_task(followed.run())
    try:
        table.stands = (2, [])
        if tells:
            await followed.tell()
        await eventually(lambda: followed.spelling().version == 2)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
