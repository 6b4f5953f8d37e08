"""Licences and imports in the database."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.mysql import insert

from mesh.clock import Clock
from mesh.db.database import Transaction
from mesh.ids import new_id
from services.extract.domain.callsign_import import (
    CALL,
    LISTS_ALL,
    CallsignImport,
    ImportMoved,
    ImportState,
    RegisterFile,
    RegisterRow,
)
from services.extract.domain.licences import Licence, LicenceStatus
from services.extract.store.callsign_tables import callsign_imports, callsigns

GONE_AT_MOST = 0.25
"""A list that lacks more than this share of what it names now is no full list: nothing is said to be gone then."""

log = structlog.get_logger(__name__)


class CallsignRepository:
    """Licences by call. Methods raise DatabaseUnavailable."""

    async def licences(self, work: Transaction, calls: Collection[str]) -> list[Licence]:
        """All licences of `calls`, in one query; what can be no call has none."""
        asked = sorted(call for call in calls if CALL.fullmatch(call))
        if not asked:
            return []
        found = await work.execute(select(callsigns).where(callsigns.c.base_call.in_(asked)))
        return [licence_from_row(row) for row in found.mappings()]

    async def write(
        self, work: Transaction, source: str, rows: Sequence[RegisterRow], *, import_id: str, clock: Clock
    ) -> None:
        """Store rows; a part that a row lacks stays as it was. Rows with the same parts go in one statement."""
        now = clock.now()
        by_parts: dict[frozenset[str], list[dict[str, Any]]] = {}
        for row in rows:
            parts = _parts(row)
            whole = {"source": source, "unique_id": row.unique_id, "base_call": row.call, **parts}
            whole |= {"import_id": import_id, "updated_at": now}
            by_parts.setdefault(frozenset(parts), []).append(whole)
        for values in by_parts.values():
            statement = insert(callsigns)
            changed = {name: statement.inserted[name] for name in values[0] if name not in ("source", "unique_id")}
            await work.execute(statement.on_duplicate_key_update(changed), values)


class ImportRepository:
    """Imports: where each file stands."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    async def begin(self, work: Transaction, file: RegisterFile, *, again: bool) -> CallsignImport:
        """The import of this file as it stands, made where there is none; `again` takes a finished one from row 0."""
        now = self._clock.now()
        values = {
            "source": file.source,
            "sha256": file.sha256,
            "file_name": file.file_name[:255],
            "author": file.author,
            "state": ImportState.RUNNING,
            "started_at": now,
            "updated_at": now,
        }
        await work.execute(insert(callsign_imports).values(id=new_id(), **values).prefix_with("IGNORE"))
        here = (callsign_imports.c.source == file.source) & (callsign_imports.c.sha256 == file.sha256)
        found = (await work.execute(select(callsign_imports).where(here).with_for_update())).mappings().one()
        if again and found["state"] == ImportState.DONE:
            # A new id: what this run does not write is then told from what it does.
            fresh = {"id": new_id(), "rows_taken": 0, "broken_lines": 0, "active_licences": None, "ended_at": None}
            await work.execute(update(callsign_imports).where(here).values(**values, **fresh))
            found = (await work.execute(select(callsign_imports).where(here))).mappings().one()
        return import_from_row(found)

    async def lock(self, work: Transaction, import_id: str, *, first_row: int) -> CallsignImport:
        """The import, held until the transaction ends. Raises ImportMoved unless it stands at `first_row`."""
        statement = select(callsign_imports).where(callsign_imports.c.id == import_id).with_for_update()
        row = (await work.execute(statement)).mappings().one_or_none()
        if row is None or row["rows_taken"] != first_row or row["state"] != ImportState.RUNNING:
            raise ImportMoved(first_row, row["rows_taken"] if row else 0)
        return import_from_row(row)

    async def advance(self, work: Transaction, found: CallsignImport, *, rows: int, broken_lines: int) -> None:
        """Note that these were stored too."""
        changed = {
            "rows_taken": found.rows_taken + rows,
            "broken_lines": found.broken_lines + broken_lines,
            "updated_at": self._clock.now(),
        }
        await work.execute(update(callsign_imports).where(callsign_imports.c.id == found.id).values(changed))

    async def finish(self, work: Transaction, found: CallsignImport) -> None:
        """End the import; what a full list no longer names is gone."""
        if found.file.source in LISTS_ALL:
            await self._forget_what_is_gone(work, found)
        now = self._clock.now()
        ended = {
            "state": ImportState.DONE,
            "active_licences": await _active(work, found.file.source),
            "updated_at": now,
            "ended_at": now,
        }
        await work.execute(update(callsign_imports).where(callsign_imports.c.id == found.id).values(ended))

    async def _forget_what_is_gone(self, work: Transaction, found: CallsignImport) -> None:
        gone = (
            (callsigns.c.source == found.file.source)
            & (callsigns.c.import_id != found.id)
            & (callsigns.c.status == LicenceStatus.ACTIVE)
        )
        count = (await work.execute(select(func.count()).select_from(callsigns).where(gone))).scalar_one()
        if count > GONE_AT_MOST * found.rows_taken:
            log.warning("too many callsigns gone to be true; they stay", source=found.file.source, count=count)
            return
        await work.execute(update(callsigns).where(gone).values(status=LicenceStatus.GONE))

    async def get(self, work: Transaction, import_id: str) -> CallsignImport:
        """One import that is there."""
        statement = select(callsign_imports).where(callsign_imports.c.id == import_id)
        return import_from_row((await work.execute(statement)).mappings().one())

    async def page(self, work: Transaction, *, before: str | None, limit: int) -> list[CallsignImport]:
        """Imports, newest first, beginning with the one made before `before`."""
        statement = select(callsign_imports).order_by(callsign_imports.c.id.desc()).limit(limit)
        if before is not None:
            statement = statement.where(callsign_imports.c.id < before)
        return [import_from_row(row) for row in (await work.execute(statement)).mappings()]

    async def active_by_source(self, work: Transaction) -> dict[str, int]:
        """Licences in force after the last import that ended, by source."""
        statement = (
            select(callsign_imports.c.source, callsign_imports.c.active_licences)
            .where(callsign_imports.c.state == ImportState.DONE)
            .order_by(callsign_imports.c.ended_at)
        )
        return {row.source: row.active_licences or 0 for row in await work.execute(statement)}


async def _active(work: Transaction, source: str) -> int:
    active = (callsigns.c.source == source) & (callsigns.c.status == LicenceStatus.ACTIVE)
    return int((await work.execute(select(func.count()).select_from(callsigns).where(active))).scalar_one())


def _parts(row: RegisterRow) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    if row.holder is not None:
        holder = row.holder
        parts |= {"name": holder.name[:200], "city": holder.city[:64]}
        parts |= {"region": holder.region[:32], "country": holder.country[:64]}
    if row.licence is not None:
        licence = row.licence
        parts |= {"status": licence.status, "granted": licence.granted, "expires": licence.expires}
    if row.licence_class is not None:
        parts["licence_class"] = row.licence_class[:64]
    return parts


def licence_from_row(row: Mapping[Any, Any]) -> Licence:
    """A row of extract_callsigns."""
    return Licence(
        call=row["base_call"],
        source=row["source"],
        unique_id=row["unique_id"],
        status=LicenceStatus(row["status"]),
        updated_at=row["updated_at"],
        name=row["name"],
        city=row["city"],
        region=row["region"],
        country=row["country"],
        grid=row["grid"],
        licence_class=row["licence_class"],
        granted=row["granted"],
        expires=row["expires"],
    )


def import_from_row(row: Mapping[Any, Any]) -> CallsignImport:
    """A row of extract_callsign_imports."""
    return CallsignImport(
        id=row["id"],
        file=RegisterFile(row["source"], row["sha256"], row["file_name"], row["author"]),
        state=ImportState(row["state"]),
        rows_taken=row["rows_taken"],
        broken_lines=row["broken_lines"],
        active_licences=row["active_licences"],
        started_at=row["started_at"],
        updated_at=row["updated_at"],
        ended_at=row["ended_at"],
    )
