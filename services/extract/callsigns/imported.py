"""The register that was imported."""

from collections.abc import Collection, Mapping

from mesh.db.database import Database, Transaction
from services.extract.domain.licences import RegisterAnswer, current
from services.extract.store.callsigns import CallsignRepository, ImportRepository

WHOLE_FROM: Mapping[str, int] = {"fcc": 300_000, "ised": 30_000}
"""Licences in force from which on a register counts as imported whole, not as a day's changes: somewhat less than half
of what each has (2026: 740,000 and 92,000)."""


class ImportedRegister:
    """Implements `CallsignRegister` from imported files."""

    def __init__(
        self,
        *,
        database: Database,
        callsigns: CallsignRepository,
        imports: ImportRepository,
        whole_from: Mapping[str, int] = WHOLE_FROM,
    ) -> None:
        self._database = database
        self._callsigns = callsigns
        self._imports = imports
        self._whole_from = whole_from

    async def look_up(self, calls: Collection[str]) -> RegisterAnswer:
        """See `CallsignRegister.look_up`."""
        if not calls:
            return RegisterAnswer()

        async def read(work: Transaction) -> RegisterAnswer:
            found = current(await self._callsigns.licences(work, calls))
            active = await self._imports.active_by_source(work)
            whole = frozenset(source for source, count in active.items() if count >= self._whole_from[source])
            return RegisterAnswer(found, whole)

        return await self._database.run(read)
