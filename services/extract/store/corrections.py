"""The corrections in the database: read for people and for workers, changed with a history."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, func, insert, select, update

from mesh.clock import Clock
from mesh.db.database import Database, Transaction
from services.extract.domain.correction_errors import (
    CorrectionExists,
    CorrectionsUnseeded,
    CorrectionUnknown,
    TooManyCorrections,
)
from services.extract.domain.corrections import (
    Correction,
    CorrectionAction,
    CorrectionCategory,
    CorrectionChange,
    StoredCorrection,
)
from services.extract.store.corrections_tables import STATE_ID, correction_changes, corrections, corrections_state

CORRECTIONS_LIMIT = 5000
"""All of them are kept in the memory of every worker."""
_VERSION = select(corrections_state.c.version).where(corrections_state.c.id == STATE_ID)


class CorrectionRepository:
    """Every method raises DatabaseUnavailable; those that change something raise CorrectionsUnseeded."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def version(self) -> int:
        """Version of the table; 0 where it was never seeded."""
        return await self._database.run(_version)

    async def in_force(self) -> tuple[int, list[Correction]]:
        """Version of the table and those that are enabled, of one moment; 0 and none where it was never seeded."""
        # One statement: a change that commits between two would show in the rows and not in the version.
        joined = corrections_state.outerjoin(corrections, corrections.c.enabled)
        statement = (
            select(corrections_state.c.version, *corrections.c)
            .select_from(joined)
            .where(corrections_state.c.id == STATE_ID)
            .order_by(corrections.c.heard)
        )

        async def read(work: Transaction) -> tuple[int, list[Correction]]:
            rows = (await work.execute(statement)).mappings().all()
            version = rows[0]["version"] if rows else 0
            return version, [_correction(row) for row in rows if row["heard"] is not None]

        return await self._database.run(read)

    async def get(self, heard: str) -> StoredCorrection:
        """One correction. Raises CorrectionUnknown."""
        return await self._database.run(lambda work: _get(work, heard))

    async def page(
        self, conditions: Sequence[ColumnElement[bool]], *, after: str, limit: int
    ) -> tuple[int, list[StoredCorrection]]:
        """Version of the table, and corrections in order of what is heard, beginning behind `after`."""
        statement = select(corrections).where(corrections.c.heard > after, *conditions)

        async def read(work: Transaction) -> tuple[int, list[StoredCorrection]]:
            version = await _version(work)
            rows = await work.execute(statement.order_by(corrections.c.heard).limit(limit))
            return version, [_stored(row) for row in rows.mappings()]

        return await self._database.run(read)

    async def changes(
        self, conditions: Sequence[ColumnElement[bool]], *, before: int | None, limit: int
    ) -> list[CorrectionChange]:
        """Changes, the latest first, beginning with the one before version `before`."""
        statement = select(correction_changes).where(*conditions)
        if before is not None:
            statement = statement.where(correction_changes.c.version < before)

        async def read(work: Transaction) -> list[CorrectionChange]:
            rows = await work.execute(statement.order_by(correction_changes.c.version.desc()).limit(limit))
            return [_change(row) for row in rows.mappings()]

        return await self._database.run(read)

    async def create(self, correction: Correction, *, author: str) -> tuple[int, StoredCorrection]:
        """Add one; the new version of the table. Raises CorrectionExists, TooManyCorrections."""

        async def write(work: Transaction) -> tuple[int, StoredCorrection]:
            version = await _next_version(work)
            known = (await work.execute(_row(correction.heard))).mappings().first()
            if known is not None:
                raise CorrectionExists(correction.heard, known["meant"], enabled=bool(known["enabled"]))
            count = (await work.execute(select(func.count()).select_from(corrections))).scalar_one()
            if count >= CORRECTIONS_LIMIT:
                raise TooManyCorrections(CORRECTIONS_LIMIT)
            now = self._clock.now()
            made = {"created_at": now, "created_by": author, "updated_at": now, "updated_by": author}
            await work.execute(insert(corrections).values(heard=correction.heard, **_columns(correction), **made))
            await self._note(work, version, CorrectionAction.CREATED, None, correction, author)
            return version, await _get(work, correction.heard)

        return await self._database.run(write)

    async def update(
        self, heard: str, change: Callable[[Correction], Correction], *, author: str
    ) -> tuple[int, StoredCorrection]:
        """Make of one what `change` says; the version of the table, unchanged where that is what it was.

        Raises CorrectionUnknown, and what `change` raises.
        """

        async def write(work: Transaction) -> tuple[int, StoredCorrection]:
            version = await _next_version(work)
            before = await _get(work, heard)
            after = change(before.correction)
            if after == before.correction:
                return version - 1, before
            made = {"updated_at": self._clock.now(), "updated_by": author}
            changed = update(corrections).where(corrections.c.heard == heard)
            await work.execute(changed.values(**_columns(after), **made))
            await self._note(work, version, CorrectionAction.UPDATED, before.correction, after, author)
            return version, await _get(work, heard)

        return await self._database.run(write)

    async def delete(self, heard: str, *, author: str) -> int:
        """Remove one; the new version of the table. Raises CorrectionUnknown."""

        async def write(work: Transaction) -> int:
            version = await _next_version(work)
            before = await _get(work, heard)
            await work.execute(delete(corrections).where(corrections.c.heard == heard))
            await self._note(work, version, CorrectionAction.DELETED, before.correction, None, author)
            return version

        return await self._database.run(write)

    async def _note(
        self,
        work: Transaction,
        version: int,
        action: CorrectionAction,
        before: Correction | None,
        after: Correction | None,
        author: str,
    ) -> None:
        """The new version, and what it changed, in the transaction that changes it."""
        one = before or after
        assert one is not None
        await work.execute(
            insert(correction_changes).values(
                version=version,
                heard=one.heard,
                action=action,
                state_before=_document(before),
                state_after=_document(after),
                author=author,
                changed_at=self._clock.now(),
            )
        )
        await work.execute(update(corrections_state).where(corrections_state.c.id == STATE_ID).values(version=version))


async def _version(work: Transaction) -> int:
    return (await work.execute(_VERSION)).scalar_one_or_none() or 0


async def _next_version(work: Transaction) -> int:
    """The version that this transaction makes; others that change the table wait for it. Raises CorrectionsUnseeded."""
    version = (await work.execute(_VERSION.with_for_update())).scalar_one_or_none()
    if version is None:
        raise CorrectionsUnseeded
    return int(version) + 1


def _row(heard: str) -> Any:
    return select(corrections).where(corrections.c.heard == heard)


async def _get(work: Transaction, heard: str) -> StoredCorrection:
    row = (await work.execute(_row(heard))).mappings().first()
    if row is None:
        raise CorrectionUnknown(f"corrections/{heard.replace(' ', '-')}")
    return _stored(row)


def _columns(correction: Correction) -> dict[str, Any]:
    return {
        "meant": " ".join(correction.meant),
        "category": correction.category,
        "enabled": correction.enabled,
        "note": correction.note,
    }


def _correction(row: RowMapping) -> Correction:
    return Correction(
        heard=row["heard"],
        meant=tuple(row["meant"].split(" ")),
        category=CorrectionCategory(row["category"]),
        enabled=bool(row["enabled"]),
        note=row["note"],
    )


def _stored(row: RowMapping) -> StoredCorrection:
    return StoredCorrection(
        _correction(row), row["created_at"], row["created_by"], row["updated_at"], row["updated_by"]
    )


def _document(correction: Correction | None) -> dict[str, Any] | None:
    return None if correction is None else {"heard": correction.heard, **_columns(correction)}


def _change(row: RowMapping) -> CorrectionChange:
    before, after = (_from_document(row[state]) for state in ("state_before", "state_after"))
    return CorrectionChange(
        version=row["version"],
        action=CorrectionAction(row["action"]),
        heard=row["heard"],
        before=before,
        after=after,
        author=row["author"],
        changed_at=row["changed_at"],
    )


def _from_document(document: dict[str, Any] | None) -> Correction | None:
    if document is None:
        return None
    meant = tuple(document["meant"].split(" "))
    category = CorrectionCategory(document["category"])
    return Correction(document["heard"], meant, category, document["enabled"], document["note"])
