"""The five services as processes of the private stack."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from deploy.local.processes import Command

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("ingest", "transcribe", "extract", "analyze", "query")
_PROBE_SECONDS = 5.0


@dataclass(frozen=True)
class Service:
    """One service, started with `python -m MODULE`; a second process of it is called `<service>-2`, and so on."""

    name: str
    module: str
    grpc_port: int
    metrics_port: int
    env: Mapping[str, str]

    @property
    def address(self) -> str:
        """host:port of its gRPC server."""
        return f"127.0.0.1:{self.grpc_port}"

    @property
    def metrics_url(self) -> str:
        """Where its metrics are."""
        return f"http://127.0.0.1:{self.metrics_port}/metrics"

    def prepare(self) -> None:
        """Nothing to prepare."""

    def command(self, log: Path) -> Command:
        """The service in the foreground, its messages in `log`."""
        prefix = f"TSN_{self.name.partition('-')[0].upper()}"
        env = {
            **python_env(),
            f"{prefix}_GRPC_LISTEN": self.address,
            f"{prefix}_METRICS_LISTEN": f"127.0.0.1:{self.metrics_port}",
            **self.env,
        }
        return Command(name=self.name, argv=(sys.executable, "-m", self.module), log=log, env=env, folder=ROOT)

    async def ready(self) -> bool:
        """True when the service says that it serves."""
        return await is_serving(self.address)


def python_env() -> dict[str, str]:
    """Environment in which our modules are found from anywhere and logs are written at once."""
    return {"PYTHONPATH": f"{ROOT}:{ROOT / 'gen'}", "PYTHONUNBUFFERED": "1"}


async def is_serving(address: str, part: str = "") -> bool:
    """True when the gRPC server at `address` reports SERVING for `part`, a health name; by default for the whole."""
    # Of its own: with the shared pool a new channel would wait out the back-off of the one before.
    options = [("grpc.use_local_subchannel_pool", 1)]
    async with grpc.aio.insecure_channel(address, options=options) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        try:
            answer = await stub.Check(health_pb2.HealthCheckRequest(service=part), timeout=_PROBE_SECONDS)
        except grpc.aio.AioRpcError:
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)
