"""The gRPC server that every service runs: interceptors, health, reflection, limits, drain."""

from collections.abc import Callable, Mapping

import grpc
from grpc_health.v1 import health, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from opentelemetry.instrumentation.grpc import aio_server_interceptor, filters

from mesh.rpc.health import Check, HealthMonitor
from mesh.rpc.interceptors import UNARY_LIMIT_SECONDS, EdgeInterceptor
from mesh.telemetry.metrics import RpcMetrics

MAX_REQUEST_BYTES = 4 * 1024 * 1024
"""Largest message a caller may send; bigger ones end in RESOURCE_EXHAUSTED."""

SERVER_OPTIONS: list[tuple[str, int]] = [
    ("grpc.max_receive_message_length", MAX_REQUEST_BYTES),
    ("grpc.max_send_message_length", 16 * 1024 * 1024),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
    ("grpc.so_reuseport", 0),
]


class RpcServer:
    """Servicers behind one port."""

    def __init__(
        self,
        *,
        listen: str,
        metrics: RpcMetrics,
        register: Callable[[grpc.aio.Server], None],
        service_names: tuple[str, ...],
        reflected_names: tuple[str, ...] = (),
        checks: Mapping[str, Check],
        details: Mapping[str, Check] | None = None,
        unary_limit_seconds: float = UNARY_LIMIT_SECONDS,
    ) -> None:
        """`register` adds the servicers; `reflected_names` adds services that reflection describes beside our own;
        `details` adds health names that say how one part of the service does.
        """
        untraced = filters.any_of(filters.health_check(), filters.full_method_name(_REFLECTION_METHOD))
        self._server = grpc.aio.server(
            interceptors=[
                aio_server_interceptor(filter_=filters.negate(untraced)),
                EdgeInterceptor(metrics=metrics, unary_limit_seconds=unary_limit_seconds),
            ],
            options=SERVER_OPTIONS,
        )
        register(self._server)
        servicer = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(servicer, self._server)
        self.health = HealthMonitor(
            servicer=servicer, service_names=service_names, checks=checks, details=details, away=metrics.dependency_away
        )
        names = dict.fromkeys((*service_names, *reflected_names))
        reflection.enable_server_reflection((*names, health.SERVICE_NAME, reflection.SERVICE_NAME), self._server)
        self._listen = listen
        self.port = 0

    async def start(self) -> None:
        """Bind and accept calls. `port` holds the port in use. Raises RuntimeError when the port is taken."""
        await self.health.begin()
        self.port = self._server.add_insecure_port(self._listen)
        await self._server.start()

    async def stop(self, drain_seconds: float) -> None:
        """Say NOT_SERVING, let running calls finish for `drain_seconds`, end the rest."""
        await self.health.drain()
        await self._server.stop(drain_seconds)


_REFLECTION_METHOD = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
