"""mesh.host: a real process gets a real signal."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from mesh.host import ServiceHost
from mesh.rpc.server import RpcServer
from mesh.telemetry.metrics import RpcMetrics, new_registry
from tests.support.eventually import eventually

ROOT = Path(__file__).resolve().parents[3]


@asynccontextmanager
async def service(folder: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The small service, running."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.small_service", str(folder / "ready"), str(folder / "log"), *arguments,
        cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'gen'}"}, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await eventually((folder / "ready").exists)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_the_running_job_end_and_closes_in_reverse(tmp_path: Path, number: signal.Signals) -> None:
    async with service(tmp_path) as process:
        process.send_signal(number)
        async with asyncio.timeout(60):
            assert await process.wait() == 0
    assert (tmp_path / "log").read_text().splitlines() == [
        "connected",
        "job began",
        "job ended",
        "closed bus",
        "closed database",
        "stopped",
    ]


async def test_a_job_that_does_not_end_is_given_up_within_the_limit(tmp_path: Path) -> None:
    async with service(tmp_path, "stuck") as process:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(60):
            assert await process.wait() == 0
    assert (tmp_path / "log").read_text().splitlines()[2:] == [
        "job given up",
        "closed bus",
        "closed database",
        "stopped",
    ]


async def test_a_running_service_answers_on_its_port(tmp_path: Path) -> None:
    async with service(tmp_path):
        async with grpc.aio.insecure_channel(f"127.0.0.1:{(tmp_path / 'ready').read_text()}") as channel:
            async with asyncio.timeout(60):
                await channel.channel_ready()


async def test_a_background_task_that_fails_ends_the_process_with_its_error() -> None:
    server = RpcServer(
        listen="127.0.0.1:0", metrics=RpcMetrics(new_registry()), register=lambda _: None, service_names=(), checks={}
    )
    host = ServiceHost(name="small", server=server, drain_seconds=0.1)
    closed = asyncio.Event()

    async def fail() -> None:
        raise RuntimeError("the projection is broken")

    async def close() -> None:
        closed.set()

    host.add_task("projection", fail)
    host.on_close(close)
    with pytest.raises(ExceptionGroup) as failed:
        await host.run()
    assert failed.group_contains(RuntimeError, match="projection is broken")
    assert closed.is_set()


async def test_with_a_notice_calls_are_taken_after_the_signal_while_health_says_no() -> None:
    server = RpcServer(
        listen="127.0.0.1:0", metrics=RpcMetrics(new_registry()), register=lambda _: None, service_names=(), checks={}
    )
    host = ServiceHost(name="small", server=server, drain_seconds=0.1, notice_seconds=60)
    life = asyncio.create_task(host.run())
    await eventually(lambda: server.port)
    async with grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        stub = health_pb2_grpc.HealthStub(channel)

        async def says(status: int) -> bool:
            return bool((await stub.Check(health_pb2.HealthCheckRequest(), timeout=30)).status == status)

        await eventually(lambda: says(health_pb2.HealthCheckResponse.SERVING))
        host.stopping.set()
        await eventually(lambda: says(health_pb2.HealthCheckResponse.NOT_SERVING))
    life.cancel()
    await asyncio.gather(life, return_exceptions=True)
    await server.stop(0)


async def test_a_task_to_which_a_cancel_got_lost_is_asked_again() -> None:
    server = RpcServer(
        listen="127.0.0.1:0", metrics=RpcMetrics(new_registry()), register=lambda _: None, service_names=(), checks={}
    )
    host = ServiceHost(name="small", server=server, drain_seconds=0.1)
    dropped = 0

    async def deaf() -> None:
        nonlocal dropped
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                dropped += 1
                if dropped > 1:
                    raise

    host.add_task("deaf", deaf)
    life = asyncio.create_task(host.run())
    await eventually(lambda: server.port)
    host.stopping.set()
    await asyncio.wait_for(life, timeout=60)
    assert dropped == 2
