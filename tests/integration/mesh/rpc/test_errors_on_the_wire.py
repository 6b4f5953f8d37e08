"""Failures of handlers as callers see them, in all four shapes of call."""

import asyncio

import grpc
import pytest
from google.api.httpbody_pb2 import HttpBody

from mesh.errors import NotFound
from mesh.rpc.errors import error_reason
from tests.integration.mesh.rpc.serving import SHAPES, Calls, info_of, served
from tests.support.eventually import eventually
from tsn.query.v1 import query_pb2


class NodeUnknown(NotFound):
    """For this test."""

    reason = "NODE_UNKNOWN"


async def refuse() -> None:
    raise NodeUnknown("no node hill-1; register it first", facts={"node": "nodes/hill-1"})


async def break_down() -> None:
    raise RuntimeError("the password is hunter2")


@pytest.mark.parametrize("shape", SHAPES)
async def test_an_expected_failure_arrives_with_its_reason_and_facts(shape: str) -> None:
    async with served(refuse) as it:
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await Calls(it).make(shape)
        assert failed.value.code() is grpc.StatusCode.NOT_FOUND
        assert failed.value.details() == "no node hill-1; register it first"
        info = info_of(failed.value)
        assert (info.reason, info.domain, dict(info.metadata)) == ("NODE_UNKNOWN", "tsn", {"node": "nodes/hill-1"})
        assert error_reason(failed.value) == "NODE_UNKNOWN"
        await eventually(lambda: it.counted(SHAPES[shape], "NOT_FOUND") == 1)


@pytest.mark.parametrize("shape", SHAPES)
async def test_an_unexpected_failure_tells_nothing_of_its_inside(shape: str) -> None:
    async with served(break_down) as it:
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await Calls(it).make(shape)
        assert failed.value.code() is grpc.StatusCode.INTERNAL
        assert info_of(failed.value).reason == "INTERNAL"
        assert "hunter2" not in str(failed.value) + str(failed.value.trailing_metadata())
        await eventually(lambda: it.counted(SHAPES[shape], "INTERNAL") == 1)


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_call_that_goes_well_is_counted_as_ok(shape: str) -> None:
    async with served() as it:
        await Calls(it).make(shape)
        await eventually(lambda: it.counted(SHAPES[shape], "OK") == 1)


async def test_what_was_streamed_before_the_failure_arrives() -> None:
    async with served(refuse) as it:
        pieces = aiter(it.query.DownloadAudio(query_pb2.DownloadAudioRequest(), timeout=60))
        assert await anext(pieces) == HttpBody(data=b"first")
        with pytest.raises(grpc.aio.AioRpcError):
            await anext(pieces)


async def test_a_caller_that_goes_away_ends_the_handler() -> None:
    ended = asyncio.Event()

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with served(hang) as it:
        call = it.query.DownloadAudio(query_pb2.DownloadAudioRequest(), timeout=60)
        assert (await anext(aiter(call))).data == b"first"
        call.cancel()
        async with asyncio.timeout(60):
            await ended.wait()
        await eventually(lambda: it.counted(SHAPES["server_stream"], "CANCELLED") == 1)
