"""What is known of callsigns, for those who ask: imported licences, else a service's cached answer."""

from collections.abc import Collection

from mesh.db.database import Database, Transaction
from services.extract.domain.callsign_import import CALL, CallsignImport
from services.extract.domain.licences import Licence, OptOuts, current
from services.extract.store.callsigns import CallsignRepository, ImportRepository
from services.extract.store.register_answers import AnswerRepository


class CallsignRecords:
    """Reads records and imports. Every method raises DatabaseUnavailable."""

    def __init__(
        self,
        *,
        database: Database,
        callsigns: CallsignRepository,
        answers: AnswerRepository,
        imports: ImportRepository,
        opt_outs: OptOuts,
    ) -> None:
        self._database = database
        self._callsigns = callsigns
        self._answers = answers
        self._imports = imports
        self._opt_outs = opt_outs

    async def of(self, calls: Collection[str]) -> tuple[dict[str, Licence], frozenset[str]]:
        """The licences that count, by call, and the calls whose holders asked not to be profiled."""
        asked = [call for call in calls if CALL.fullmatch(call)]

        async def read(work: Transaction) -> dict[str, Licence]:
            found = current(await self._callsigns.licences(work, asked))
            answers = await self._answers.read(work, [call for call in asked if call not in found])
            return found | {answer.call: answer.licence for answer in answers if answer.licence}

        return await self._database.run(read), await self._opt_outs(asked)

    async def imports(self, *, before: str | None, limit: int) -> list[CallsignImport]:
        """Imports, newest first."""
        return await self._database.run(lambda work: self._imports.page(work, before=before, limit=limit))
