"""The proxy that breaks connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from deploy.local.ports import free_port
from tests.support.eventually import eventually
from tools.chaos.proxy import FaultProxy


@asynccontextmanager
async def echo_behind_a_proxy() -> AsyncIterator[FaultProxy]:
    """A server that says what it hears, and the proxy before it."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    port = free_port()
    server = await asyncio.start_server(echo, "127.0.0.1", port)
    async with FaultProxy(free_port(), port) as proxy:
        yield proxy
    server.close()


async def connected(proxy: FaultProxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A client's connection."""
    return await asyncio.open_connection("127.0.0.1", proxy.listen_port)


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, word: bytes = b"hello") -> bytes:
    """What comes back."""
    writer.write(word)
    async with asyncio.timeout(60):
        return await reader.readexactly(len(word))


async def test_bytes_pass_both_ways_and_an_end_is_an_end() -> None:
    async with echo_behind_a_proxy() as proxy:
        reader, writer = await connected(proxy)
        assert await asked(reader, writer) == b"hello"
        writer.write_eof()
        assert await reader.read() == b""
        await eventually(lambda: proxy.connections == 0)


async def test_a_cut_resets_what_is_open_and_lets_new_ones_in() -> None:
    async with echo_behind_a_proxy() as proxy:
        reader, writer = await connected(proxy)
        await asked(reader, writer)
        proxy.cut()
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await asked(reader, writer)
        assert await asked(*await connected(proxy)) == b"hello"


async def test_while_it_refuses_nobody_is_served() -> None:
    async with echo_behind_a_proxy() as proxy:
        refusing = asyncio.create_task(proxy.refuse(60))
        await asyncio.sleep(0)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await asked(*await connected(proxy))
        refusing.cancel()
        await asyncio.gather(refusing, return_exceptions=True)
        assert await asked(*await connected(proxy)) == b"hello"


async def test_what_a_stall_held_back_comes_afterwards() -> None:
    async with echo_behind_a_proxy() as proxy:
        reader, writer = await connected(proxy)
        await asked(reader, writer)
        stalling = asyncio.create_task(proxy.stall(60))
        await asyncio.sleep(0)
        answer = asyncio.create_task(asked(reader, writer, b"late"))
        await asyncio.wait({answer}, timeout=0.1)
        assert not answer.done()
        stalling.cancel()
        assert await answer == b"late"


async def test_a_muted_connection_stays_silent_and_a_new_one_speaks() -> None:
    async with echo_behind_a_proxy() as proxy:
        reader, writer = await connected(proxy)
        await asked(reader, writer)
        proxy.mute()
        answer = asyncio.create_task(asked(reader, writer))
        assert await asked(*await connected(proxy)) == b"hello"
        assert not answer.done()
        answer.cancel()
