"""No service migrates at its start: one that finds an older database says NOT_SERVING and waits."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest
from alembic import command
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pydantic import SecretStr
from sqlalchemy import inspect

from mesh.db.database import Database
from mesh.db.schema import SchemaOutdated, check_schema
from mesh.host import ServiceHost
from mesh.settings import MeshSettings
from migrations.__main__ import config
from migrations.metadata import metadata
from services.analyze.config import AnalyzeSettings
from services.analyze.main import build as build_analyze
from services.ingest.config import IngestSettings
from services.ingest.main import build as build_ingest
from services.query.config import QuerySettings
from services.query.main import build as build_query
from tests.support.bench import health_is
from tests.support.eventually import eventually

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING
BUILDS: dict[str, Callable[[MeshSettings], ServiceHost]] = {
    "ingest": lambda mesh: build_ingest(IngestSettings(drain_seconds=0.2), mesh).host,
    "analyze": lambda mesh: build_analyze(AnalyzeSettings(drain_seconds=0.2), mesh),
    "query": lambda mesh: build_query(QuerySettings(drain_seconds=0.2), mesh),
}


async def upgrade(url: str, revision: str) -> None:
    await asyncio.to_thread(command.upgrade, config(url), revision)


async def tables(database: Database) -> list[str]:
    async with database.engine.connect() as connection:
        return await connection.run_sync(lambda each: inspect(each).get_table_names())


async def health(address: str) -> int:
    async with grpc.aio.insecure_channel(address) as channel:
        answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=30)
        return int(answer.status)


@pytest.mark.parametrize("name", BUILDS)
@pytest.mark.parametrize("before", ["", "0001"])
async def test_a_service_waits_until_its_database_is_migrated(
    database_url: str,
    nats_url: str,
    tmp_path: Path,
    name: str,
    before: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mesh = MeshSettings(database_url=SecretStr(database_url), nats_url=nats_url, blob_url=f"file://{tmp_path}/blobs")
    if before:
        await upgrade(database_url, before)
    database = Database(database_url)
    found = await tables(database)
    host = BUILDS[name](mesh)
    life = asyncio.create_task(host.run())
    try:
        told = ""

        def says_why() -> bool:
            nonlocal told
            told += capsys.readouterr().out
            return "python -m migrations upgrade" in told or life.done()

        await eventually(says_why, timeout=120)
        assert await health(f"127.0.0.1:{host.port}") == NOT_SERVING
        assert await tables(database) == found
        await upgrade(database_url, "head")
        async with asyncio.timeout(120):
            await health_is(f"127.0.0.1:{host.port}", SERVING, life.done)
        assert not life.done()
    finally:
        host.stopping.set()
        await life
        await database.close()


async def test_what_an_older_database_lacks_is_named(database_url: str) -> None:
    await upgrade(database_url, "0001")
    database = Database(database_url)
    try:
        with pytest.raises(SchemaOutdated, match=r"lacks .*outbox_sent|lacks .*analyze_members\.degraded"):
            await check_schema(database, metadata)
        await upgrade(database_url, "head")
        await check_schema(database, metadata)
    finally:
        await database.close()
