"""What a call may take: time and size."""

import asyncio

import grpc
import pytest

from mesh.rpc.server import MAX_REQUEST_BYTES
from tests.integration.mesh.rpc.serving import SHAPES, served
from tests.support.eventually import eventually
from tsn.query.v1 import query_pb2


async def hang() -> None:
    await asyncio.Event().wait()


async def test_a_call_without_deadline_is_ended_by_the_server() -> None:
    async with served(hang, unary_limit_seconds=0.05) as it:
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await it.query.GetStatistics(query_pb2.GetStatisticsRequest())
        assert failed.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        await eventually(lambda: it.counted(SHAPES["unary"], "DEADLINE_EXCEEDED") == 1)


async def test_the_callers_own_deadline_counts_where_there_is_one() -> None:
    done = asyncio.Event()

    async def longer_than_the_servers_limit() -> None:
        await asyncio.sleep(0.1)
        done.set()

    async with served(longer_than_the_servers_limit, unary_limit_seconds=0.01) as it:
        await it.query.GetStatistics(query_pb2.GetStatisticsRequest(), timeout=60)
    assert done.is_set()


async def test_a_handler_is_ended_at_the_callers_deadline() -> None:
    reached, ended = asyncio.Event(), asyncio.Event()

    async def hang_until_ended() -> None:
        reached.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with served(hang_until_ended) as it:
        seconds = 0.2
        while not reached.is_set():  # On a busy machine a short deadline is over before the server hears of the call.
            with pytest.raises(grpc.aio.AioRpcError) as failed:
                await it.query.GetStatistics(query_pb2.GetStatisticsRequest(), timeout=seconds)
            assert failed.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
            seconds *= 4
        async with asyncio.timeout(60):
            await ended.wait()


async def test_a_message_over_the_limit_is_refused() -> None:
    async with served() as it:
        request = query_pb2.DownloadAudioRequest(name="x" * (MAX_REQUEST_BYTES + 1))
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await anext(aiter(it.query.DownloadAudio(request, timeout=60)))
        assert failed.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        await it.query.GetStatistics(query_pb2.GetStatisticsRequest(), timeout=60)
