"""Builds what operators speak to: jobs and batches."""

from dataclasses import dataclass
from datetime import timedelta

from mesh.clock import Clock
from mesh.db.database import Database
from mesh.pipeline.admin import JobAdmin
from mesh.pipeline.jobs import JobStore
from mesh.rpc.paging import PageTokens
from services.ingest.batches.handler import BatchHandler
from services.ingest.batches.keeper import BatchKeeper
from services.ingest.config import IngestSettings
from services.ingest.jobs_handler import JobHandler
from services.ingest.store.batch_work import BatchWork
from services.ingest.store.batches import BatchRepository
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.jobs import JobReader
from services.ingest.store.operations import JobOperations

PATIENCE_SECONDS = 30.0
"""Longest wait for the database where hundreds of rows are written, or all recordings looked at."""


@dataclass(frozen=True)
class Operators:
    """Parts of ingest that operators speak to."""

    jobs: JobHandler
    batches: BatchHandler
    keeper: BatchKeeper


def build_operators(
    settings: IngestSettings, *, database: Database, jobs: JobStore, pages: PageTokens, clock: Clock
) -> Operators:
    """Handlers of jobs and batches, and what keeps batches going."""
    admin = JobAdmin(jobs=jobs, clock=clock)
    bounded = BoundedDatabase(database, timeout_seconds=settings.database_timeout_seconds)
    patient = BoundedDatabase(database, timeout_seconds=PATIENCE_SECONDS)
    work = BatchWork(
        database=patient,
        admin=admin,
        clock=clock,
        queue_limit=settings.rerun_queue_limit,
        import_idle=timedelta(minutes=settings.import_idle_minutes),
    )
    keeper = BatchKeeper(work=work)
    batches = BatchHandler(
        batches=BatchRepository(database=bounded, counting=patient, clock=clock),
        work=work,
        keeper=keeper,
        pages=pages,
        watch_limit_seconds=settings.watch_limit_seconds,
    )
    handler = JobHandler(
        jobs=JobReader(database=bounded),
        operations=JobOperations(database=patient, admin=admin, clock=clock),
        pages=pages,
        watch_limit_seconds=settings.watch_limit_seconds,
    )
    return Operators(jobs=handler, batches=batches, keeper=keeper)
