"""The parts that deal with callsign data, put together."""

from dataclasses import dataclass

from mesh.leaves import Leaves
from mesh.rpc.paging import PageTokens
from services.extract.callsigns.handler import CallsignDataHandler
from services.extract.callsigns.imports import CallsignImporter
from services.extract.callsigns.records import CallsignRecords
from services.extract.config import ExtractSettings
from services.extract.store.callsigns import CallsignRepository, ImportRepository
from services.extract.store.register_answers import AnswerRepository


@dataclass(frozen=True)
class CallsignParts:
    """What main serves of them."""

    handler: CallsignDataHandler

    @classmethod
    def of(cls, leaves: Leaves, settings: ExtractSettings, *, pages: PageTokens) -> "CallsignParts":
        """The parts on the leaves of a process."""
        database, clock = leaves.database, leaves.clock
        callsigns, answers, imports = CallsignRepository(), AnswerRepository(), ImportRepository(clock=clock)
        return cls(
            handler=CallsignDataHandler(
                importer=CallsignImporter(database=database, callsigns=callsigns, imports=imports, clock=clock),
                records=CallsignRecords(database=database, callsigns=callsigns, answers=answers, imports=imports),
                pages=pages,
                idle_seconds=settings.import_idle_seconds,
            )
        )
