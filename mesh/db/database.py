"""The database and its unit of work."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Executable, event, text
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import PoolResetState

from mesh.bus.errors import MessageTooLarge
from mesh.bus.streams import MAX_PAYLOAD_BYTES
from mesh.cancelling import cancels, heed_cancel, heeded
from mesh.clock import Clock, SystemClock
from mesh.db.tables import outbox
from mesh.errors import Unavailable
from mesh.ids import new_id
from mesh.telemetry.tracing import current_traceparent

RETRYABLE_CODES = frozenset({1205, 1213, 1047, 1020})
"""Lock wait timeout, deadlock, cluster node not ready, record changed: the same transaction may succeed later."""
CONNECTION_LOST_CODES = frozenset({2002, 2003, 2006, 2013, 2055, 1053, 1040, 1927})
_COMMITTED = "committed"
"""Marks a connection on its way back to the pool whose last statement was a commit."""

Result = TypeVar("Result")


class DatabaseUnavailable(Unavailable):
    """The database does not answer, or a transaction lost its locks too often."""

    reason = "DATABASE_UNAVAILABLE"


class Transaction:
    """One open transaction: statements, and messages that leave when it commits."""

    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self.connection = connection
        self._clock = clock
        self._messages: list[dict[str, object]] = []

    async def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one statement."""
        return await heeded(self.connection.execute(statement, parameters))

    def publish(self, subject: str, payload: bytes, *, traceparent: str | None = None) -> None:
        """Put a message into the outbox; it is sent after the commit, at least once, with a stable id.

        Raises MessageTooLarge: in the outbox it would wait for ever.
        """
        if len(payload) > MAX_PAYLOAD_BYTES:
            raise MessageTooLarge(subject=subject, size_bytes=len(payload), limit_bytes=MAX_PAYLOAD_BYTES)
        self._messages.append(
            {
                "id": new_id(),
                "subject": subject,
                "payload": payload,
                "traceparent": current_traceparent() if traceparent is None else traceparent,
                "created_at": self._clock.now(),
            }
        )

    async def flush(self) -> bool:
        """Write collected messages; True when there were any. The unit of work calls this."""
        if not self._messages:
            return False
        await self.execute(outbox.insert(), self._messages)
        return True


class Database:
    """A pool of connections. Safe to build before the server is there."""

    def __init__(
        self, url: str, *, pool_size: int = 10, answer_seconds: float = 60.0, clock: Clock | None = None
    ) -> None:
        """`answer_seconds`: a connection that says nothing for so long is given up by whichever side waits for it.

        So a statement fails in time, and the locks of a transaction whose process no network reaches are let go.
        """
        self.engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            # Before the server gives up a connection that lies idle in the pool.
            pool_recycle=answer_seconds / 2,
            pool_pre_ping=False,
            # By _roll_back_what_is_open, which knows what was committed and spares the server a question.
            pool_reset_on_return=None,
            # Errors go to logs and job rows, and parameters are what people said.
            hide_parameters=True,
            isolation_level="READ COMMITTED",
            connect_args={
                "connect_timeout": 5,
                "read_timeout": answer_seconds,
                "init_command": f"SET SESSION wait_timeout = {max(1, round(answer_seconds))}",
            },
            # On MySQL the lint sees a cartesian product in every chain of outer joins.
            enable_from_linting=False,
        )
        event.listen(self.engine.sync_engine.pool, "reset", _roll_back_what_is_open)
        self._clock = clock or SystemClock()
        self.outbox_filled = asyncio.Event()
        """Set after a commit that left messages; the relay waits for it."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A unit of work: commits at the end of the block, rolls back on any exception.

        Raises DatabaseUnavailable where the server does not answer.
        """
        of_the_block: OSError | None = None
        before = cancels()
        try:
            async with self.engine.connect() as connection, connection.begin() as unit:
                heed_cancel(before)
                work = Transaction(connection, self._clock)
                try:
                    yield work
                except OSError as error:
                    # A missing file or a timeout of the caller's own says nothing about the database.
                    of_the_block = error
                    raise
                sent = await work.flush()
                await heeded(unit.commit())
                (await connection.get_raw_connection()).info[_COMMITTED] = True
        except (OperationalError, InterfaceError, PoolTimeout, OSError) as error:
            if error is of_the_block:
                raise
            translated = _translated(error)
            if translated is error:
                raise
            raise translated from error
        if sent:
            self.outbox_filled.set()

    async def run(self, work: Callable[[Transaction], Awaitable[Result]], *, attempts: int = 5) -> Result:
        """Run `work` in a transaction, again where it lost a deadlock. `work` may only touch the database."""
        for attempt in range(1, attempts + 1):
            try:
                async with self.transaction() as transaction:
                    return await work(transaction)
            except DatabaseUnavailable as error:
                if not isinstance(error.__cause__, DBAPIError) or _code(error.__cause__) not in RETRYABLE_CODES:
                    raise
                if attempt == attempts:
                    raise
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise AssertionError("unreachable")

    async def ping(self) -> None:
        """Raise DatabaseUnavailable unless the server answers."""
        async with self.transaction() as work:
            await work.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def _roll_back_what_is_open(driver: Any, record: Any, state: PoolResetState) -> None:
    """Called for each connection that comes back to the pool."""
    if not record.info.pop(_COMMITTED, False) and not state.transaction_was_reset and state.asyncio_safe:
        driver.rollback()


def _code(error: DBAPIError) -> int:
    arguments = getattr(error.orig, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else 0


def _translated(error: Exception) -> Exception:
    """A typed failure where waiting may help; anything else (a fault in a statement, say) stays as it is."""
    known = RETRYABLE_CODES | CONNECTION_LOST_CODES
    if isinstance(error, DBAPIError) and _code(error) not in known and not error.connection_invalidated:
        return error
    return DatabaseUnavailable(f"the database does not answer: {type(error).__name__}", retry_after_seconds=1.0)
