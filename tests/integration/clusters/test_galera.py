"""A node of the database is killed, or two of them disagree: every job is done once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Column, Integer, MetaData, Table, insert, select, update

from deploy.local.ports import free_port
from mesh.bus.streams import EVENTS
from mesh.db.database import Database, DatabaseUnavailable
from mesh.pipeline.claims import Claim
from mesh.pipeline.tables import jobs
from tests.integration.mesh.pipeline.stage import FakeStage, Mesh, mesh_on, results
from tests.support.eventually import eventually
from tests.support.galera import GaleraCluster, status
from tools.chaos.proxy import FaultProxy

JOBS = 40
ADDED = 25
counted = Table("counted", MetaData(), Column("id", Integer, primary_key=True), Column("n", Integer))


def url_at(database_url: str, galera: GaleraCluster, port: int) -> str:
    """The same database at another port: another node, or a proxy."""
    return database_url.replace(f":{galera.servers[0].port}/", f":{port}/")


@asynccontextmanager
async def balanced(galera: GaleraCluster) -> AsyncIterator[FaultProxy]:
    """What stands before the cluster in production: leads to the first node until it is told of another."""
    async with FaultProxy(free_port(), galera.servers[0].port) as proxy:
        yield proxy


async def all_done(mesh: Mesh) -> bool:
    """True when every job has ended well; a node that is just gone says nothing."""
    try:
        async with mesh.database.transaction() as work:
            states = [row.state for row in await work.execute(select(jobs.c.state))]
    except DatabaseUnavailable:
        return False
    return len(states) == JOBS and set(states) == {"succeeded"}


async def test_every_job_is_done_once_though_the_node_in_use_is_killed(
    galera: GaleraCluster, database_url: str, nats_url: str
) -> None:
    async def short(_: Claim) -> None:
        await asyncio.sleep(0.05)

    async with balanced(galera) as proxy, mesh_on(url_at(database_url, galera, proxy.listen_port), nats_url) as mesh:
        for number in range(JOBS):
            await mesh.enqueue(b"x", subject=f"recordings/{number}")
        stages = [FakeStage(short), FakeStage(short)]
        for index, stage in enumerate(stages):
            mesh.start(mesh.worker(stage, mesh.store(worker=f"worker-{index}", lease_seconds=2), slots=2))
        await eventually(lambda: sum(len(stage.claims) for stage in stages) >= JOBS // 4, timeout=180)
        await galera.kill(0)
        try:
            proxy.target_port = galera.servers[1].port
            proxy.cut()
            await eventually(lambda: all_done(mesh), timeout=180)
            async with mesh.database.transaction() as work:
                done = [row.job_id for row in await work.execute(select(results.c.job_id))]
            assert len(done) == len(set(done)) == JOBS
            await eventually(lambda: has_events(mesh, JOBS), timeout=120)
        finally:
            await galera.rejoin(0)
    back = Database(database_url)
    async with back.transaction() as work:
        assert len(list(await work.execute(select(results.c.job_id)))) == JOBS
    await back.close()


async def has_events(mesh: Mesh, events: int) -> bool:
    """Whether so many lie in the stream."""
    return await mesh.messages(EVENTS) == events


async def test_writers_on_two_nodes_that_want_the_same_row_both_get_through(
    galera: GaleraCluster, database_url: str
) -> None:
    nodes = [Database(url_at(database_url, galera, server.port)) for server in galera.servers[:2]]
    async with nodes[0].engine.begin() as connection:
        await connection.run_sync(counted.metadata.create_all)
        await connection.execute(insert(counted).values(id=1, n=0))
    before = await conflicts(galera)

    async def add(database: Database) -> None:
        for _ in range(ADDED):
            await database.run(lambda work: work.execute(update(counted).values(n=counted.c.n + 1)), attempts=50)

    await asyncio.gather(*(add(database) for database in nodes for _ in range(2)))
    async with nodes[1].transaction() as work:
        assert (await work.execute(select(counted.c.n))).scalar_one() == 4 * ADDED
    assert await conflicts(galera) > before
    for database in nodes:
        await database.close()


async def conflicts(galera: GaleraCluster) -> int:
    """Transactions that lost against one of another node, on all nodes."""
    names = ("wsrep_local_cert_failures", "wsrep_local_bf_aborts")
    return sum([int(await status(server, name) or 0) for server in galera.servers for name in names])


async def test_workers_on_two_nodes_do_each_job_once(galera: GaleraCluster, database_url: str, nats_url: str) -> None:
    other_url = url_at(database_url, galera, galera.servers[1].port)
    async with mesh_on(database_url, nats_url) as one, mesh_on(other_url, nats_url) as other:
        stages = [FakeStage(), FakeStage()]
        for each, stage in zip((one, other), stages, strict=True):
            each.start(each.worker(stage, each.store(worker=f"worker-{id(each)}", lease_seconds=5), slots=3))
        for number in range(JOBS):
            await (one, other)[number % 2].enqueue(b"x", subject=f"recordings/{number}")
        await eventually(lambda: all_done(one), timeout=180)
        async with one.database.transaction() as work:
            done = [row.job_id for row in await work.execute(select(results.c.job_id))]
        assert len(done) == len(set(done)) == JOBS
        await eventually(lambda: has_events(one, JOBS), timeout=120)
