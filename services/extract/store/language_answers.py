"""The cache of what language engines answered."""

import asyncio
import random
from collections.abc import Collection, Mapping
from datetime import timedelta

import structlog
from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.mysql import insert

from mesh.clock import Clock
from mesh.db.database import Database, Transaction
from mesh.errors import TsnError
from services.extract.domain.language import Answer, Verdict
from services.extract.store.language_tables import answers

SWEEP_SECONDS = 3600.0
LIMIT = 500
"""Rows forgotten in one transaction."""

log = structlog.get_logger(__name__)


class LanguageAnswers:
    """Answers by the key of their question, until they are too old. All methods raise DatabaseUnavailable."""

    def __init__(self, *, database: Database, clock: Clock, keep_for: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._keep_for = keep_for

    async def find(self, keys: Collection[str]) -> dict[str, Answer]:
        """The answers that are known; at most a few hundred keys."""
        if not keys:
            return {}
        wanted = select(answers).where(
            answers.c.question.in_(list(keys)), answers.c.created_at > self._clock.now() - self._keep_for
        )
        async with self._database.transaction() as work:
            rows = (await work.execute(wanted)).all()
        return {row.question: Answer(Verdict(row.verdict), row.base_call, row.quote, row.why) for row in rows}

    async def keep(self, engine: str, found: Mapping[str, Answer]) -> None:
        """Store the answers of `engine`, over older ones."""
        if not found:
            return
        now = self._clock.now()
        rows = [
            {
                "question": key,
                "engine": engine,
                "verdict": answer.verdict.value,
                "base_call": answer.base_call,
                "quote": answer.quote,
                "why": answer.why,
                "created_at": now,
            }
            # In one order everywhere: two processes with the same questions do not lock each other out.
            for key, answer in sorted(found.items())
        ]

        async def store(work: Transaction) -> None:
            statement = insert(answers)
            new = {name: statement.inserted[name] for name in rows[0] if name != "question"}
            await work.execute(statement.on_duplicate_key_update(new), rows)

        await self._database.run(store)

    async def forget_some(self) -> int:
        """Forget up to LIMIT answers that are too old; how many."""
        old = select(answers.c.question).where(answers.c.created_at <= self._clock.now() - self._keep_for)

        async def forget(work: Transaction) -> int:
            found = await work.execute(old.limit(LIMIT).with_for_update(skip_locked=True))
            keys = [{"known": key} for key in found.scalars()]
            if keys:
                await work.execute(delete(answers).where(answers.c.question == bindparam("known")), keys)
            return len(keys)

        return await self._database.run(forget)

    async def run(self) -> None:
        """Forget what is too old, every hour, until cancelled."""
        while True:
            # Not all processes at the same time.
            await asyncio.sleep(SWEEP_SECONDS * random.uniform(0.75, 1.25))
            try:
                while await self.forget_some() == LIMIT:
                    pass
            except TsnError as error:
                log.info("old answers not forgotten", reason=error.reason)
