"""Nodes in the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.dialects.mysql import insert as mysql_insert
from sqlalchemy.exc import IntegrityError

from mesh.clock import Clock
from mesh.db.database import Transaction
from services.ingest.domain.clock import measured
from services.ingest.domain.errors import NodeExists, NodeUnknown
from services.ingest.domain.nodes import NewNode, Node, NodeHealth, health_from_facts, health_to_facts
from services.ingest.domain.sequences import SpoolNumber
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.rows import clock_from_row, clock_to_row, node_from_row
from services.ingest.store.sequences import hear_of, missing_recordings
from services.ingest.store.tables import nodes


@dataclass(frozen=True)
class HeardNode:
    """What metrics tell of a node."""

    id: str
    last_heartbeat_at: datetime
    last_received_at: datetime | None
    spooled_recordings: int


class NodeRepository:
    """Registered nodes. Every method raises DatabaseUnavailable."""

    def __init__(self, *, database: BoundedDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, node: NewNode) -> Node:
        """Register a node. Raises NodeExists."""
        values = _node_values(node, self._clock.now(), self_registered=False)
        try:
            await self._database.run(lambda work: work.execute(insert(nodes).values(values)))
        except IntegrityError as error:
            raise NodeExists(node.id) from error
        return await self.get(node.id)

    async def get(self, identity: str) -> Node:
        """One node. Raises NodeUnknown."""

        async def read(work: Transaction) -> Node:
            row = (await work.execute(_described().where(nodes.c.id == identity))).mappings().first()
            if row is None:
                raise NodeUnknown(identity)
            return node_from_row(row)

        return await self._database.run(read)

    async def page(self, *, after: str, limit: int) -> list[Node]:
        """Nodes by id, beginning after the id `after`."""
        statement = _described().where(nodes.c.id > after).order_by(nodes.c.id).limit(limit)

        async def read(work: Transaction) -> list[Node]:
            return [node_from_row(row) for row in (await work.execute(statement)).mappings()]

        return await self._database.run(read)

    async def heard_since(self, moment: datetime, *, limit: int) -> list[HeardNode]:
        """Nodes that sent a heartbeat at `moment` or later, those heard last first."""
        columns = nodes.c.id, nodes.c.last_heartbeat_at, nodes.c.last_received_at, nodes.c.health
        wanted = select(*columns).where(nodes.c.last_heartbeat_at >= moment)
        statement = wanted.order_by(nodes.c.last_heartbeat_at.desc(), nodes.c.id).limit(limit)

        async def read(work: Transaction) -> list[HeardNode]:
            return [
                HeardNode(
                    row.id,
                    row.last_heartbeat_at,
                    row.last_received_at,
                    health_from_facts(row.health or {}).spooled_recordings,
                )
                for row in await work.execute(statement)
            ]

        return await self._database.run(read)

    async def heartbeat(
        self,
        node: str,
        health: NodeHealth | None,
        *,
        clock_offset_seconds: float | None,
        at: datetime,
        register_node: bool,
    ) -> None:
        """Store a heartbeat. Raises NodeUnknown where the node is not registered and `register_node` is False."""

        async def write(work: Transaction) -> None:
            if register_node:
                await register(work, NewNode(node), at=at)
            row = (await work.execute(select(nodes).where(nodes.c.id == node))).mappings().first()
            if row is None:
                raise NodeUnknown(node)
            values: dict[str, object] = {"last_heartbeat_at": at}
            if clock_offset_seconds is not None:
                values |= clock_to_row(measured(clock_from_row(row), clock_offset_seconds, at=at))
            if health is not None:
                values["health"] = health_to_facts(health)
            if health is not None and health.last_sequence:
                await hear_of(work, node, SpoolNumber(health.spool_id, health.last_sequence), at=at)
            await work.execute(update(nodes).where(nodes.c.id == node).values(values))

        await self._database.run(write)


async def register(work: Transaction, node: NewNode, *, at: datetime) -> None:
    """Register a node that sent something, unless it is registered already."""
    values = _node_values(node, at, self_registered=True)
    # Takes the row's exclusive lock at once. IGNORE takes a shared one, and two uploads that hold it both want more.
    await work.execute(mysql_insert(nodes).values(values).on_duplicate_key_update(id=nodes.c.id))


def _described() -> Select[Any]:
    return select(nodes, missing_recordings().label("missing_recordings"))


def _node_values(node: NewNode, at: datetime, *, self_registered: bool) -> dict[str, object]:
    return {
        "id": node.id,
        "display_name": node.display_name,
        "time_zone": node.time_zone,
        "created_at": at,
        "self_registered": self_registered,
    }
