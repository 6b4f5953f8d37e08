"""Health and reflection as grpcurl or Envoy would ask for them."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from tests.integration.mesh.rpc.serving import NAMES, Served, served
from tsn.query.v1 import query_pb2

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


async def status(it: Served, name: str = "") -> int:
    stub = health_pb2_grpc.HealthStub(it.channel)
    return (await stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=60)).status


class Dependency:
    """Answers or does not, as the test wants."""

    def __init__(self) -> None:
        self.answers = True

    async def ping(self) -> None:
        if not self.answers:
            raise ConnectionError("gone")


@pytest.mark.parametrize("name", ["", *NAMES])
async def test_a_server_serves_once_its_dependencies_answer(name: str) -> None:
    dependency = Dependency()
    async with served(checks={"database": dependency.ping}) as it:
        assert await status(it, name) == NOT_SERVING
        assert await it.server.health.check_once()
        assert await status(it, name) == SERVING
        dependency.answers = False
        assert not await it.server.health.check_once()
        assert await status(it, name) == NOT_SERVING
        assert it.server.health.failing == {"database": "gone"}
        assert it.registry.get_sample_value("tsn_dependency_away", {"dependency": "database"}) == 1
        dependency.answers = True
        await it.server.health.check_once()
        assert await status(it, name) == SERVING
        assert it.registry.get_sample_value("tsn_dependency_away", {"dependency": "database"}) == 0


async def test_one_failing_dependency_of_several_is_enough() -> None:
    good, bad = Dependency(), Dependency()
    bad.answers = False
    async with served(checks={"bus": good.ping, "database": bad.ping}) as it:
        await it.server.health.check_once()
        assert await status(it) == NOT_SERVING
        assert set(it.server.health.failing) == {"database"}


async def test_a_draining_server_says_so_and_finishes_what_runs() -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        reached.set()
        await go_on.wait()

    async with served(wait) as it:
        await it.server.health.check_once()
        call = asyncio.ensure_future(it.query.GetStatistics(query_pb2.GetStatisticsRequest(), timeout=60))
        await reached.wait()
        watch = health_pb2_grpc.HealthStub(it.channel).Watch(health_pb2.HealthCheckRequest(), timeout=60)
        statuses = aiter(watch)
        assert (await anext(statuses)).status == SERVING
        stopping = asyncio.ensure_future(it.server.stop(20))
        assert (await anext(statuses)).status == NOT_SERVING
        assert await it.server.health.check_once()  # The dependencies answer, and yet:
        watch.cancel()
        go_on.set()
        assert await call == query_pb2.GetStatisticsResponse()
        await stopping


async def test_a_draining_server_ends_what_does_not_finish() -> None:
    reached = asyncio.Event()

    async def hang() -> None:
        reached.set()
        await asyncio.Event().wait()

    async with served(hang) as it:
        call = asyncio.ensure_future(it.query.GetStatistics(query_pb2.GetStatisticsRequest(), timeout=60))
        await reached.wait()
        async with asyncio.timeout(60):
            await it.server.stop(0.1)
        with pytest.raises(Exception, match=r"UNAVAILABLE|CANCELLED"):
            await call


async def test_reflection_lists_the_services() -> None:
    async def ask() -> AsyncIterator[reflection_pb2.ServerReflectionRequest]:
        yield reflection_pb2.ServerReflectionRequest(list_services="")
        yield reflection_pb2.ServerReflectionRequest(file_containing_symbol=NAMES[0])

    async with served() as it:
        stub = reflection_pb2_grpc.ServerReflectionStub(it.channel)
        answers = [answer async for answer in stub.ServerReflectionInfo(ask(), timeout=60)]
    names = {service.name for service in answers[0].list_services_response.service}
    assert {*NAMES, "grpc.health.v1.Health"} <= names
    assert answers[1].file_descriptor_response.file_descriptor_proto
