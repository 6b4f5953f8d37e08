"""A real Envoy in front of a stand-in query service and a trace collector."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest

from deploy.local.envoy import Envoy
from deploy.local.ports import free_port
from deploy.local.running import running
from gateway.envoy.settings import GatewaySettings
from tests.integration.gateway.standin import StandIn
from tests.support.otlp import OtlpReceiver


@dataclass(frozen=True)
class Edge:
    """What a test needs of the gateway."""

    envoy: Envoy
    service: StandIn
    traces: OtlpReceiver
    access_log: Path

    @property
    def port(self) -> int:
        return self.envoy.settings.listen_port

    def channel(self) -> grpc.aio.Channel:
        return grpc.aio.insecure_channel(
            self.envoy.address, options=[("grpc.max_receive_message_length", 8 * 1024 * 1024)]
        )


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    """Gateway, stand-in and collector, all ready."""
    access_log = tmp_path / "access.json"
    async with OtlpReceiver() as traces, StandIn(free_port()) as service:
        settings = GatewaySettings(
            upstreams={"tsn.query.v1": ("127.0.0.1", service.port)},
            listen_port=free_port(),
            admin_port=free_port(),
            otlp=traces.address,
            access_log=str(access_log),
        )
        envoy = Envoy(tmp_path, settings)
        async with running(envoy, tmp_path):
            yield Edge(envoy, service, traces, access_log)
