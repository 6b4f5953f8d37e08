"""The private MariaDB and NATS start, answer, stop and leave nothing behind."""

import os
import signal
from pathlib import Path

import asyncmy
import nats
import pytest

from deploy.local.mariadb import MariaDb
from deploy.local.nats import Nats
from deploy.local.processes import StartFailed
from deploy.local.running import running, start
from tests.support.servers import mariadb_server, nats_server


async def run(server: MariaDb, *statements: str) -> tuple[object, ...] | None:
    """Run statements in the database `tsn` and return the first row of the last one."""
    connection = await asyncmy.connect(
        host="127.0.0.1",
        port=server.port,
        user="tsn",
        password=server.password,
        db="tsn",
        autocommit=True,
    )
    try:
        async with connection.cursor() as cursor:
            for statement in statements:
                await cursor.execute(statement)
            row: tuple[object, ...] | None = await cursor.fetchone()
            return row
    finally:
        await connection.ensure_closed()


def group_is_gone(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


async def test_mariadb_has_the_settings_that_search_and_durability_rest_on() -> None:
    async with mariadb_server() as server:
        assert await run(server, "SELECT @@innodb_ft_min_token_size") == (1,)
        assert await run(server, "SELECT @@innodb_ft_enable_stopword") == (0,)
        assert await run(server, "SELECT @@character_set_server") == ("utf8mb4",)
        assert await run(server, "SELECT @@tx_isolation") == ("READ-COMMITTED",)
        assert await run(server, "SELECT @@max_connections") == (300,)


async def test_a_commit_is_on_the_disk_unless_a_test_asks_otherwise(tmp_path: Path) -> None:
    server = MariaDb.new(tmp_path / "db")
    async with running(server, tmp_path):
        assert await run(server, "SELECT @@innodb_flush_log_at_trx_commit") == (1,)


async def test_mariadb_keeps_its_data_and_leaves_no_process(tmp_path: Path) -> None:
    server = MariaDb.new(tmp_path / "db", "--innodb-log-file-size=16M")
    async with running(server, tmp_path) as child:
        await run(server, "CREATE TABLE kept (id INT PRIMARY KEY)", "INSERT INTO kept VALUES (7)")
        first = child.pid
    assert group_is_gone(first)
    async with running(server, tmp_path):
        assert await run(server, "SELECT id FROM kept") == (7,)


async def test_mariadb_refuses_a_wrong_password() -> None:
    async with mariadb_server() as server:
        with pytest.raises(asyncmy.errors.OperationalError):
            await asyncmy.connect(host="127.0.0.1", port=server.port, user="tsn", password="guess")


async def test_mariadb_comes_back_with_its_data_after_kill_9(tmp_path: Path) -> None:
    server = MariaDb.new(tmp_path / "db", "--innodb-log-file-size=16M")
    child = await start(server, tmp_path)
    child.send(signal.SIGKILL)
    assert await child.wait() == -signal.SIGKILL
    async with running(server, tmp_path):
        assert await run(server, "SELECT 1") == (1,)


async def test_nats_stores_a_message_and_has_it_after_a_restart(tmp_path: Path) -> None:
    server = Nats.new(tmp_path / "folder with space")
    async with running(server, tmp_path) as child:
        client = await nats.connect(server.url)
        await client.jetstream().add_stream(name="KEPT", subjects=["kept.>"])
        await client.jetstream(timeout=60).publish("kept.one", b"x" * 2_000_000)
        await client.close()
        first = child.pid
    assert group_is_gone(first)
    async with running(server, tmp_path):
        client = await nats.connect(server.url)
        assert (await client.jetstream().stream_info("KEPT")).state.messages == 1
        await client.close()


async def test_two_nats_servers_live_side_by_side() -> None:
    async with nats_server() as one, nats_server() as other:
        assert one.url != other.url


async def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    async with nats_server() as taken:
        with pytest.raises(StartFailed, match="address already in use"):
            await start(Nats(folder=tmp_path, port=taken.port), tmp_path)


@pytest.mark.parametrize("turn", [1, 2])
async def test_each_test_gets_an_empty_database(mariadb: MariaDb, database_url: str, turn: int) -> None:
    name = database_url.rpartition("/")[2]
    count = f"SELECT count(*) FROM information_schema.tables WHERE table_schema = '{name}'"
    assert await run(mariadb, count) == (0,)
    await run(mariadb, f"CREATE TABLE {name}.leftover (id INT)")


async def test_each_test_gets_an_empty_nats(nats_url: str) -> None:
    client = await nats.connect(nats_url)
    assert await client.jetstream().streams_info() == []
    await client.close()
