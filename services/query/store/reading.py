"""What readers ask of the read tables. Every statement is bounded in rows and in time."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Select, and_, cast, distinct, func, or_, select, true
from sqlalchemy.dialects.mysql import match

from mesh.db.database import Database, Transaction
from services.query.store.filters import Filter, Position, after, newest_first
from services.query.store.opt_outs import left_out, left_out_of
from services.query.store.tables import mentions, recordings
from services.query.store.windows import Window, list_windows, window_table

LIMIT_SECONDS = 10.0
"""Longest a reader waits for the database; then the call ends in DEADLINE_EXCEEDED."""

_OUTLINE = (
    recordings.c.name,
    recordings.c.captured_at,
    recordings.c.recording,
    recordings.c.outline,
    recordings.c.mentions,
    recordings.c.alerts,
    recordings.c.conversation,
    recordings.c.trace_id,
    recordings.c.searchable,
    recordings.c.transcript_name,
    recordings.c.mentions_of,
    recordings.c.audio_key,
)


@dataclass(frozen=True)
class StoredRecording:
    """A row of `query_recordings`; the bytes are serialized messages."""

    name: str
    captured_at: datetime
    recording: bytes
    transcript: bytes | None
    mentions: bytes | None
    """None also while they belong to an older transcript."""
    alerts: bytes | None
    conversation: str
    trace_id: str
    searchable: bool
    audio_key: str

    @property
    def position(self) -> Position:
        """Where the next page begins when this is the last of a page."""
        return Position(self.captured_at, self.name)

    @property
    def size_bytes(self) -> int:
        """About what it takes in an answer."""
        return sum(len(part or b"") for part in (self.recording, self.transcript, self.mentions, self.alerts))


@dataclass(frozen=True)
class Callsign:
    """A callsign over all recordings."""

    base_call: str
    mention_count: int
    recording_count: int
    first_heard_at: datetime
    last_heard_at: datetime


@dataclass(frozen=True)
class Statistics:
    """Counts over all that is stored."""

    recordings: int
    searchable_recordings: int
    airtime_ms: int
    segments: int
    mentions: int
    callsigns: int
    alerts: int


class ReadStore:
    """Reads. Raises DatabaseUnavailable where the server does not answer, TimeoutError where it takes too long."""

    def __init__(self, *, database: Database, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._database = database
        self._limit = limit_seconds

    async def search(self, matching: str, wanted: Filter, position: Position | None, limit: int) -> list[str]:
        """Names of recordings whose text matches, newest first. `matching`: for MATCH in boolean mode."""
        async with self._reading() as work:
            while True:
                all_windows = await list_windows(work)
                names = await _search(work, all_windows, matching, wanted, position, limit)
                # A window that was parted meanwhile has moved rows to where this search had been, or had yet to come.
                if await list_windows(work) == all_windows:
                    return names

    async def page(self, wanted: Filter, position: Position | None, limit: int) -> list[StoredRecording]:
        """Recordings that pass, newest first, with their transcripts' outlines."""
        async with self._reading() as work:
            # Names first: sorting rows with blobs in them would be slow.
            names = list((await work.execute(_page(recordings.c.name, wanted, position, limit))).scalars())
            return await _outlines(work, names)

    async def named(self, names: Sequence[str]) -> list[StoredRecording]:
        """These recordings in this order, with their transcripts' outlines; unknown ones are left out."""
        async with self._reading() as work:
            return await _outlines(work, names)

    async def get(self, name: str) -> StoredRecording | None:
        """One recording with its whole transcript."""
        statement = select(*_OUTLINE, recordings.c.transcript).where(recordings.c.name == name)
        async with self._reading() as work:
            row = (await work.execute(statement)).one_or_none()
        return None if row is None else _stored(row, row.transcript)

    async def callsigns(self, position: tuple[datetime, str] | None, limit: int) -> list[Callsign]:
        """Callsigns, the most recently heard first; `position`: last_heard_at and base_call of the one before."""
        last, call = func.max(mentions.c.captured_at), mentions.c.base_call
        statement = (
            select(
                call,
                func.count().label("mention_count"),
                func.count(distinct(mentions.c.recording)).label("recording_count"),
                func.min(mentions.c.captured_at).label("first_heard_at"),
                last.label("last_heard_at"),
            )
            .where(call.not_in(left_out()))
            .group_by(call)
            .order_by(last.desc(), call)
            .limit(limit)
        )
        if position is not None:
            statement = statement.having(or_(last < position[0], and_(last == position[0], call > position[1])))
        async with self._reading() as work:
            return [Callsign(**row) for row in (await work.execute(statement)).mappings()]

    async def left_out_of(self, calls: Collection[str]) -> frozenset[str]:
        """Those of `calls` that asked not to be profiled."""
        async with self._reading() as work:
            return await left_out_of(work, calls)

    async def statistics(self) -> Statistics:
        """Counts over all that is stored."""
        totals = select(
            func.count(),
            *(
                # The sum of a Boolean column would come back as a Boolean.
                func.coalesce(func.sum(cast(recordings.c[name], BigInteger)), 0)
                for name in ("searchable", "duration_ms", "segment_count", "mention_count", "alert_count")
            ),
        ).select_from(recordings)
        async with self._reading() as work:
            count, searchable, airtime, segments, found, alerts = map(int, (await work.execute(totals)).one())
            shown = mentions.c.base_call.not_in(left_out())
            calls = (await work.execute(select(func.count(distinct(mentions.c.base_call))).where(shown))).scalar_one()
        return Statistics(count, searchable, airtime, segments, found, int(calls), alerts)

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Transaction]:
        async with asyncio.timeout(self._limit), self._database.transaction() as work:
            yield work


def _page(name: Column[str], wanted: Filter, position: Position | None, limit: int) -> Select[str]:
    table: Any = name.table
    clauses: list[ColumnElement[bool]] = [*wanted.clauses(table, name), *after(position, table, name)]
    return select(name).where(true(), *clauses).order_by(*newest_first(table, name)).limit(limit)


async def _search(
    work: Transaction,
    all_windows: Sequence[Window],
    matching: str,
    wanted: Filter,
    position: Position | None,
    limit: int,
) -> list[str]:
    names: list[str] = []
    for window in all_windows:
        if position is not None and window.starts_at > position.captured_at:
            continue
        if wanted.touches(window):
            table = window_table(window.id)
            found = match(table.c.body, table.c.callsigns, against=matching).in_boolean_mode()
            statement = _page(table.c.recording, wanted, position, limit - len(names)).where(found)
            names.extend((await work.execute(statement)).scalars())
        if len(names) >= limit:
            break
    return names


async def _outlines(work: Transaction, names: Sequence[str]) -> list[StoredRecording]:
    if not names:
        return []
    rows = await work.execute(select(*_OUTLINE).where(recordings.c.name.in_(names)))
    found = {row.name: _stored(row, row.outline) for row in rows}
    return [found[name] for name in names if name in found]


def _stored(row: Any, transcript: bytes | None) -> StoredRecording:
    return StoredRecording(
        name=row.name,
        captured_at=row.captured_at,
        recording=row.recording,
        transcript=transcript,
        mentions=row.mentions if row.mentions_of == row.transcript_name else None,
        alerts=row.alerts,
        conversation=row.conversation,
        trace_id=row.trace_id,
        searchable=bool(row.searchable),
        audio_key=row.audio_key,
    )
