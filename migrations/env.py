"""Alembic's entry: connects with TSN_DATABASE_URL and runs the history."""

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from mesh.settings import MeshSettings
from migrations.metadata import metadata


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


async def _run() -> None:
    url = context.config.attributes.get("url") or MeshSettings().database_url.get_secret_value()
    engine = create_async_engine(url, connect_args={"connect_timeout": 10})
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate)
            await connection.commit()
    finally:
        await engine.dispose()


asyncio.run(_run())
