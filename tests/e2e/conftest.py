"""One whole stack for all e2e tests: every process real, the engine scripted with the sample net's true words."""

from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest
import pytest_asyncio

from clients.common.channel import open_channel
from deploy.local.stack import Stack, StackSettings
from tests.support.otlp import OtlpReceiver
from tests.support.sample_net import write_script


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def otlp() -> AsyncIterator[OtlpReceiver]:
    """Receives every span of the stack."""
    async with OtlpReceiver() as receiver:
        yield receiver


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory, otlp: OtlpReceiver) -> AsyncIterator[Stack]:
    """The running stack."""
    folder: Path = tmp_path_factory.mktemp("stack")
    settings = StackSettings(
        folder=folder,
        gateway_port=None,
        env={"TSN_OTLP_ENDPOINT": otlp.endpoint, "TSN_LOG_FORMAT": "json", "TSN_LOG_LEVEL": "info"},
        service_env={
            "transcribe": {
                "TSN_TRANSCRIBE_ENGINE": "scripted",
                "TSN_TRANSCRIBE_SCRIPT": str(write_script(folder / "script.json")),
            }
        },
    )
    async with Stack(settings) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def gateway(stack: Stack) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to the gateway."""
    async with open_channel(stack.gateway_address) as channel:
        yield channel
