"""The parts that deal with callsign data, put together."""

from collections.abc import Collection
from dataclasses import dataclass

from mesh.breaker import Breaker
from mesh.db.database import Database
from mesh.leaves import Leaves
from mesh.rpc.paging import PageTokens
from services.extract.callsigns.handler import CallsignDataHandler
from services.extract.callsigns.imported import ImportedRegister
from services.extract.callsigns.imports import CallsignImporter
from services.extract.callsigns.qrz import QrzPolicy, QrzRegister
from services.extract.callsigns.qrz_client import QrzClient
from services.extract.callsigns.qrz_xml import SOURCE
from services.extract.callsigns.records import CallsignRecords
from services.extract.config import ExtractSettings
from services.extract.domain.budget import MinuteBudget
from services.extract.domain.licences import OptOuts
from services.extract.metrics import ExtractMetrics
from services.extract.steps.holders import HoldersStep
from services.extract.steps.licences import LicencesStep
from services.extract.store.callsigns import CallsignRepository, ImportRepository
from services.extract.store.opt_outs import OptOutRepository
from services.extract.store.register_answers import AnswerRepository

QRZ_FAILURES_LIMIT, QRZ_REST_SECONDS = 3, 300.0
QRZ_PER_READING = 5


@dataclass(frozen=True)
class CallsignParts:
    """What main makes use of."""

    handler: CallsignDataHandler
    licences: LicencesStep
    holders: HoldersStep
    qrz: QrzClient | None
    """To be closed; None where it is not configured."""

    @classmethod
    def of(
        cls,
        leaves: Leaves,
        settings: ExtractSettings,
        *,
        pages: PageTokens,
        metrics: ExtractMetrics,
    ) -> "CallsignParts":
        """The parts on the leaves of a process."""
        database, clock = leaves.database, leaves.clock
        opt_outs = _opt_outs(database)
        callsigns, answers, imports = CallsignRepository(), AnswerRepository(), ImportRepository(clock=clock)
        imported = ImportedRegister(database=database, callsigns=callsigns, imports=imports)
        client = _qrz_client(leaves, settings) if settings.qrz_user else None
        qrz = _qrz_register(leaves, settings, client, answers, metrics) if client else None
        return cls(
            handler=CallsignDataHandler(
                importer=CallsignImporter(database=database, callsigns=callsigns, imports=imports, clock=clock),
                records=CallsignRecords(
                    database=database, callsigns=callsigns, answers=answers, imports=imports, opt_outs=opt_outs
                ),
                pages=pages,
                idle_seconds=settings.import_idle_seconds,
            ),
            licences=LicencesStep(imported),
            holders=HoldersStep(registers=(imported, qrz) if qrz else (imported,), opt_outs=opt_outs),
            qrz=client,
        )

    async def close(self) -> None:
        """Close connections to others."""
        if self.qrz:
            await self.qrz.close()


def _opt_outs(database: Database) -> OptOuts:
    repository = OptOutRepository()

    async def of(calls: Collection[str]) -> frozenset[str]:
        return await database.run(lambda work: repository.of(work, calls))

    return of


def _qrz_client(leaves: Leaves, settings: ExtractSettings) -> QrzClient:
    return QrzClient(
        url=settings.qrz_url,
        user=settings.qrz_user,
        password=settings.qrz_password,
        agent=settings.qrz_agent,
        timeout_seconds=settings.qrz_timeout_seconds,
        clock=leaves.clock,
    )


def _qrz_register(
    leaves: Leaves, settings: ExtractSettings, client: QrzClient, answers: AnswerRepository, metrics: ExtractMetrics
) -> QrzRegister:
    breaker = Breaker(failures_limit=QRZ_FAILURES_LIMIT, open_seconds=QRZ_REST_SECONDS)
    metrics.helper_breaker.labels(helper=SOURCE).set_function(lambda: breaker.state)
    return QrzRegister(
        client=client,
        breaker=breaker,
        database=leaves.database,
        answers=answers,
        policy=QrzPolicy(
            known_days=settings.qrz_known_days,
            unknown_days=settings.qrz_unknown_days,
            per_reading=QRZ_PER_READING,
        ),
        budget=MinuteBudget(settings.qrz_per_minute),
        clock=leaves.clock,
        questions=metrics.qrz_questions,
    )
