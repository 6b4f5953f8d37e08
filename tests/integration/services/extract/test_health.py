"""Extract's health tells the truth of what it stands on."""

import signal
from pathlib import Path

from grpc_health.v1.health_pb2 import HealthCheckResponse
from pydantic import SecretStr

from deploy.local.mariadb import MariaDb
from deploy.local.running import start
from mesh.db.database import Database
from mesh.db.tables import metadata
from mesh.settings import MeshSettings
from services.extract.config import ExtractSettings
from services.extract.main import build
from tests.support.bench import health_is, serving


async def test_without_its_database_it_is_not_serving_and_with_it_again_it_is(
    nats_url: str, short_folder: Path
) -> None:
    server = MariaDb.new(short_folder)
    child = await start(server, short_folder)
    try:
        database = Database(server.url)
        async with database.engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await database.close()
        mesh = MeshSettings(database_url=SecretStr(server.url), nats_url=nats_url)
        async with serving(build(ExtractSettings(), mesh)) as address:
            child.send(signal.SIGKILL)
            await child.wait()
            await health_is(address, HealthCheckResponse.NOT_SERVING)
            child = await start(server, short_folder)
            await health_is(address, HealthCheckResponse.SERVING)
    finally:
        await child.stop()
