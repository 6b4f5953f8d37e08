"""Recordings and unfinished uploads in the database."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import Update, and_, delete, func, insert, literal, select, update
from sqlalchemy.dialects.mysql import insert as mysql_insert
from sqlalchemy.exc import IntegrityError

from mesh.clock import Clock
from mesh.db.database import Transaction
from mesh.pipeline.jobs import JobStore
from services.ingest.convert import stored_event
from services.ingest.domain.errors import AlreadyStored
from services.ingest.domain.model import (
    Known,
    Part,
    PartialUpload,
    Recording,
    UploadMetadata,
)
from services.ingest.domain.nodes import NewNode
from services.ingest.domain.sequences import Outcome, SpoolNumber
from services.ingest.store.batches import admit
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.nodes import register
from services.ingest.store.rows import (
    partial_from_row,
    parts_from_json,
    recording_from_row,
    recording_to_row,
)
from services.ingest.store.sequences import speak
from services.ingest.store.tables import nodes, recordings, uploads

STORED_SUBJECT = "tsn.ingest.v1.recording_stored"
FIRST_STAGE = "transcribe"


class UploadRepository:
    """What the upload flow reads and writes. Every method raises DatabaseUnavailable."""

    def __init__(self, *, database: BoundedDatabase, jobs: JobStore, clock: Clock) -> None:
        self._database = database
        self._jobs = jobs
        self._clock = clock

    async def look_up(self, metadata: UploadMetadata) -> Known:
        """All that matters to an upload that begins, in one round trip."""
        one = select(literal(1).label("one")).subquery("one")
        same_request, same_bytes = recordings.alias("same_request"), recordings.alias("same_bytes")
        node, request_id = metadata.node, metadata.request_id
        requested = and_(same_request.c.node == node, same_request.c.request_id == request_id)
        unfinished = and_(uploads.c.node == node, uploads.c.request_id == request_id)
        statement = select(nodes.c.id, nodes.c.clock_offset_ms, same_request, same_bytes, uploads).select_from(
            one.outerjoin(nodes, nodes.c.id == node)
            .outerjoin(same_request, requested)
            .outerjoin(same_bytes, same_bytes.c.sha256 == metadata.sha256)
            .outerjoin(uploads, unfinished)
        )

        async def read(work: Transaction) -> Known:
            row = (await work.execute(statement)).one()._mapping

            def part_of(table: object, key: str) -> dict[str, object] | None:
                columns = table.c  # type: ignore[attr-defined]
                return {column.name: row[column] for column in columns} if row[columns[key]] is not None else None

            request_row, bytes_row = part_of(same_request, "id"), part_of(same_bytes, "id")
            upload_row, offset_ms = part_of(uploads, "node"), row[nodes.c.clock_offset_ms]
            return Known(
                node_registered=row[nodes.c.id] is not None,
                same_request=recording_from_row(request_row) if request_row else None,
                same_bytes=recording_from_row(bytes_row) if bytes_row else None,
                partial=partial_from_row(upload_row) if upload_row else None,
                node_clock_offset_seconds=None if offset_ms is None else offset_ms / 1000,
            )

        return await self._database.run(read)

    async def check_batch(self, batch_id: str) -> None:
        """Raise BatchUnknown or BatchClosed unless recordings may be added to the batch."""
        await self._database.run(lambda work: admit(work, batch_id))

    async def store(
        self, recording: Recording, *, register_node: bool, number: SpoolNumber | None = None, batch: str = ""
    ) -> Sequence[Part]:
        """Commit recording, number, first job (in `batch`) and event together; the upload's parts, no longer needed.

        Raises AlreadyStored when somebody else stored the same bytes or request in the meantime, BatchClosed when the
        batch was cancelled in the meantime.
        """

        async def write(work: Transaction) -> Sequence[Part]:
            return await self._write(work, recording, register_node=register_node, number=number, batch=batch)

        try:
            return await self._database.run(write)
        except IntegrityError as error:
            raise AlreadyStored from error

    async def add(self, work: Transaction, recording: Recording, *, register_node: bool, batch: str) -> bool:
        """As `store`, in the caller's transaction, which goes on where the bytes were stored meanwhile: False then."""
        try:
            async with work.connection.begin_nested():
                await self._write(work, recording, register_node=register_node, number=None, batch=batch)
        except IntegrityError:
            return False
        return True

    async def _write(
        self, work: Transaction, recording: Recording, *, register_node: bool, number: SpoolNumber | None, batch: str
    ) -> Sequence[Part]:
        if batch:
            await admit(work, batch)
        await work.execute(insert(recordings).values(recording_to_row(recording)))
        event = stored_event(recording).SerializeToString()
        await self._jobs.enqueue(
            work,
            stage=FIRST_STAGE,
            subject=recording.name,
            lane=recording.lane.value,
            payload=event,
            owner=recording.node,
            batch=batch,
        )
        work.publish(STORED_SUBJECT, event)
        parts = await _take_parts(work, recording.node, recording.request_id)
        if register_node:
            await register(work, NewNode(recording.node), at=recording.received_at)
        if number is not None:
            await speak(work, recording.node, number, Outcome.STORED, at=recording.received_at)
        # Last, because uploads of one node wait for each other from here to the commit.
        await work.execute(_counted(recording))
        return parts

    async def keep(self, partial: PartialUpload) -> Sequence[Part]:
        """Remember what came of an upload; the parts that nobody needs any more (maybe those of `partial`)."""
        here = and_(uploads.c.node == partial.node, uploads.c.request_id == partial.request_id)

        async def write(work: Transaction) -> Sequence[Part]:
            stored = await work.execute(select(recordings.c.id).where(recordings.c.sha256 == partial.sha256))
            if stored.first() is not None:
                return partial.parts
            row = (await work.execute(select(uploads).where(here).with_for_update())).mappings().first()
            before = partial_from_row(row) if row else None
            if before and before.sha256 == partial.sha256 and before.received_bytes >= partial.received_bytes:
                return [part for part in partial.parts if part not in before.parts]
            values = {
                "sha256": partial.sha256,
                "size_bytes": partial.size_bytes,
                "received_bytes": partial.received_bytes,
                "parts": [asdict(part) for part in partial.parts],
                "updated_at": self._clock.now(),
            }
            statement = mysql_insert(uploads).values(node=partial.node, request_id=partial.request_id, **values)
            await work.execute(statement.on_duplicate_key_update(values))
            return [part for part in before.parts if part not in partial.parts] if before else []

        return await self._database.run(write)

    async def forget(self, node: str, request_id: str) -> Sequence[Part]:
        """Remove what is known of an unfinished upload; its parts."""
        return await self._database.run(lambda work: _take_parts(work, node, request_id))

    async def forget_stale(self, *, older_than: timedelta, limit: int = 100) -> Sequence[Part]:
        """Remove unfinished uploads that nobody resumed; their parts."""
        cutoff = self._clock.now() - older_than

        async def write(work: Transaction) -> Sequence[Part]:
            stale = select(uploads.c.node, uploads.c.request_id).where(uploads.c.updated_at < cutoff).limit(limit)
            found = (await work.execute(stale)).all()
            return [part for row in found for part in await _take_parts(work, row.node, row.request_id)]

        return await self._database.run(write)

    async def upload(self, node: str, request_id: str) -> tuple[Recording | None, PartialUpload | None]:
        """The recording or what is kept of the upload; both None where nothing is."""
        finished = select(recordings).where(recordings.c.node == node, recordings.c.request_id == request_id)
        unfinished = select(uploads).where(uploads.c.node == node, uploads.c.request_id == request_id)

        async def read(work: Transaction) -> tuple[Recording | None, PartialUpload | None]:
            row = (await work.execute(finished)).mappings().first()
            if row:
                return recording_from_row(row), None
            row = (await work.execute(unfinished)).mappings().first()
            return None, partial_from_row(row) if row else None

        return await self._database.run(read)


async def _take_parts(work: Transaction, node: str, request_id: str) -> Sequence[Part]:
    here = and_(uploads.c.node == node, uploads.c.request_id == request_id)
    row = (await work.execute(select(uploads.c.parts).where(here))).first()
    if row is None:
        return ()
    await work.execute(delete(uploads).where(here))
    return parts_from_json(row.parts)


def _counted(recording: Recording) -> Update:
    newest = func.greatest(func.coalesce(nodes.c.last_captured_at, recording.captured_at), recording.captured_at)
    latest = func.greatest(func.coalesce(nodes.c.last_received_at, recording.received_at), recording.received_at)
    return (
        update(nodes)
        .where(nodes.c.id == recording.node)
        .values(recording_count=nodes.c.recording_count + 1, last_captured_at=newest, last_received_at=latest)
    )
