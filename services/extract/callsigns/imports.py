"""The import of a register's file, a batch of rows and the place to go on from in one transaction each."""

from collections.abc import Sequence

import structlog

from mesh.clock import Clock
from mesh.db.database import Database, Transaction
from services.extract.domain.callsign_import import (
    CallsignImport,
    ImportState,
    RegisterFile,
    RegisterRow,
    check_file,
    check_rows,
)
from services.extract.store.callsigns import CallsignRepository, ImportRepository

log = structlog.get_logger(__name__)


class CallsignImporter:
    """Takes files in. Every method raises DatabaseUnavailable."""

    def __init__(
        self, *, database: Database, callsigns: CallsignRepository, imports: ImportRepository, clock: Clock
    ) -> None:
        self._database = database
        self._callsigns = callsigns
        self._imports = imports
        self._clock = clock

    async def begin(self, file: RegisterFile, *, again: bool) -> CallsignImport:
        """The import of `file` as it stands: new, cut off, or done. Raises ImportInvalid, AuthorInvalid."""
        checked = check_file(file)
        return await self._database.run(lambda work: self._imports.begin(work, checked, again=again))

    async def take(
        self, import_id: str, rows: Sequence[RegisterRow], *, first_row: int, broken_lines: int
    ) -> CallsignImport:
        """Store rows; the import as it then stands. Raises ImportInvalid, ImportMoved."""
        check_rows(rows)

        async def store(work: Transaction) -> CallsignImport:
            found = await self._imports.lock(work, import_id, first_row=first_row)
            await self._callsigns.write(work, found.file.source, rows, import_id=import_id, clock=self._clock)
            await self._imports.advance(work, found, rows=len(rows), broken_lines=broken_lines)
            return await self._imports.get(work, import_id)

        return await self._database.run(store)

    async def finish(self, import_id: str, *, rows_taken: int) -> CallsignImport:
        """End the import. Raises ImportMoved."""

        async def end(work: Transaction) -> CallsignImport:
            found = await self._imports.get(work, import_id)
            if found.state is not ImportState.DONE:
                await self._imports.finish(work, await self._imports.lock(work, import_id, first_row=rows_taken))
            return await self._imports.get(work, import_id)

        ended = await self._database.run(end)
        log.info("callsigns imported", source=ended.file.source, rows=ended.rows_taken, broken=ended.broken_lines)
        return ended
