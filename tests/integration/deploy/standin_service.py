"""A service that only says that it is healthy: `python -m tests.integration.deploy.standin_service`."""

import asyncio
import os
import signal

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc


async def main() -> None:
    """Serve where the one TSN_*_GRPC_LISTEN says, until SIGTERM."""
    (listen,) = (value for name, value in os.environ.items() if name.endswith("_GRPC_LISTEN"))
    server = grpc.aio.server()
    servicer = health.aio.HealthServicer()
    await servicer.set("", health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    server.add_insecure_port(listen)
    await server.start()
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await told.wait()
    await server.stop(grace=1)


if __name__ == "__main__":
    asyncio.run(main())
