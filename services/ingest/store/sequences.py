"""Which numbers of a node the server has spoken on, and which are missing."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Over,
    RowMapping,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    insert,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.mysql import insert as mysql_insert

from mesh.clock import Clock
from mesh.db.database import Transaction
from services.ingest.domain.errors import NodeUnknown
from services.ingest.domain.sequences import Gap, Outcome, SpoolNumber
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.tables import nodes, sequences, spools

BEFORE_ALL = ("", 0)
"""Position before the first gap: spool and the last number that is dealt with."""


class SequenceRepository:
    """Numbers of nodes. Every method raises DatabaseUnavailable."""

    def __init__(self, *, database: BoundedDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def note(self, node: str, number: SpoolNumber, outcome: Outcome) -> None:
        """Remember that the server has spoken on `number`; nothing happens where the node is not registered."""

        async def write(work: Transaction) -> None:
            if (await work.execute(select(nodes.c.id).where(nodes.c.id == node))).first() is not None:
                await speak(work, node, number, outcome, at=self._clock.now())

        await self._database.run(write)

    async def gaps(self, node: str, *, after: tuple[str, int], limit: int) -> list[Gap]:
        """Gaps of a node, the older spool first, beginning after the number `after`. Raises NodeUnknown."""

        async def read(work: Transaction) -> list[Gap]:
            if (await work.execute(select(nodes.c.id).where(nodes.c.id == node))).first() is None:
                raise NodeUnknown(node)
            return [_gap(row) for row in (await work.execute(_gaps(node, after).limit(limit))).mappings()]

        return await self._database.run(read)


async def speak(work: Transaction, node: str, number: SpoolNumber, outcome: Outcome, *, at: datetime) -> None:
    """Remember the outcome of one number. What is stored stays stored, whatever a repeat brings.

    To be called late in a transaction: uploads of one spool wait for each other from here to the commit.
    """
    key = {"node": node, "spool_id": number.spool_id, "sequence": number.sequence}
    statement = insert(sequences).values(**key, outcome=outcome.value, received_at=at).prefix_with("IGNORE")
    if (await work.execute(statement)).rowcount:
        await _raise_to(work, node, number, spoken=1, at=at)
        return
    here = and_(*(sequences.c[name] == value for name, value in key.items()))
    open_to_change = sequences.c.outcome != Outcome.STORED.value
    await work.execute(update(sequences).where(here, open_to_change).values(outcome=outcome.value))


async def hear_of(work: Transaction, node: str, newest: SpoolNumber, *, at: datetime) -> None:
    """Remember how far a node has counted: what was not heard of up to there is missing."""
    await _raise_to(work, node, newest, spoken=0, at=at)


def missing_recordings() -> ScalarSelect[int]:
    """For a select of ingest_nodes: how many numbers of the node the server has not spoken on."""
    missing = func.coalesce(func.sum(spools.c.last_sequence - spools.c.received_count), 0)
    return select(missing).where(spools.c.node == nodes.c.id).scalar_subquery()


async def _raise_to(work: Transaction, node: str, number: SpoolNumber, *, spoken: int, at: datetime) -> None:
    statement = mysql_insert(spools).values(
        node=node,
        spool_id=number.spool_id,
        last_sequence=number.sequence,
        received_count=spoken,
        updated_at=at,
    )
    changes = {
        "last_sequence": func.greatest(spools.c.last_sequence, number.sequence),
        "received_count": spools.c.received_count + spoken,
        "updated_at": at,
    }
    await work.execute(statement.on_duplicate_key_update(changes))


def _gaps(node: str, after: tuple[str, int]) -> Select[tuple[str, int, int, datetime | None, datetime | None]]:
    found = union_all(_closed_gaps(node, after), _open_gaps(node, after)).subquery("gaps")
    return select(found).order_by(found.c.spool_id, found.c.first_missing)


def _closed_gaps(node: str, after: tuple[str, int]) -> Select[tuple[str, int, int, datetime | None, datetime | None]]:
    """Gaps between numbers that came, by window functions as both MySQL 8 and MariaDB 10.6 have them.

    MariaDB's LAG takes no third argument, hence COALESCE for what comes before the first row.
    """
    spool_id, last = after

    def lag(column: Column[Any]) -> Over[Any]:
        of_spool = func.lag(column, type_=column.type)
        return of_spool.over(partition_by=sequences.c.spool_id, order_by=sequences.c.sequence)

    floor = case((sequences.c.spool_id == spool_id, last), else_=0)
    came = (
        select(
            sequences.c.spool_id,
            sequences.c.sequence,
            sequences.c.received_at,
            func.coalesce(lag(sequences.c.sequence), floor).label("before"),
            lag(sequences.c.received_at).label("before_at"),
        )
        .where(sequences.c.node == node, _behind(sequences.c.spool_id, sequences.c.sequence, after))
        .subquery("came")
    )
    return select(
        came.c.spool_id,
        (came.c.before + 1).label("first_missing"),
        (came.c.sequence - 1).label("last_missing"),
        came.c.before_at,
        came.c.received_at.label("after_at"),
    ).where(came.c.sequence > came.c.before + 1)


def _open_gaps(node: str, after: tuple[str, int]) -> Select[tuple[str, int, int, datetime | None, datetime | None]]:
    """What a node has counted beyond the newest number that came."""
    numbers = sequences.alias("numbers")
    newest = (
        select(func.max(numbers.c.sequence))
        .where(numbers.c.node == spools.c.node, numbers.c.spool_id == spools.c.spool_id)
        .correlate(spools)
        .scalar_subquery()
    )
    at_newest = and_(
        sequences.c.node == spools.c.node,
        sequences.c.spool_id == spools.c.spool_id,
        sequences.c.sequence == newest,
    )
    came = func.coalesce(sequences.c.sequence, 0)
    return (
        select(
            spools.c.spool_id,
            (came + 1).label("first_missing"),
            spools.c.last_sequence.label("last_missing"),
            sequences.c.received_at.label("before_at"),
            null().label("after_at"),
        )
        .select_from(spools.outerjoin(sequences, at_newest))
        .where(spools.c.node == node, spools.c.last_sequence > came, _behind(spools.c.spool_id, came + 1, after))
    )


def _behind(spool_id: ColumnElement[str], sequence: ColumnElement[int], after: tuple[str, int]) -> ColumnElement[bool]:
    return or_(spool_id > after[0], and_(spool_id == after[0], sequence > after[1]))


def _gap(row: RowMapping) -> Gap:
    return Gap(row["spool_id"], row["first_missing"], row["last_missing"], row["before_at"], row["after_at"])
