"""Takes URLs in: checks what can be checked now, and queues the rest."""

import hashlib

from sqlalchemy import select

from mesh.clock import Clock
from mesh.db.database import Transaction
from mesh.ids import new_id
from mesh.pipeline.jobs import JobStore
from mesh.pipeline.tables import jobs as job_table
from services.ingest.convert import LANES_FROM_WIRE, moment_from_wire
from services.ingest.domain import validation
from services.ingest.domain.errors import NodeUnknown
from services.ingest.domain.fetch_errors import SubmissionReused
from services.ingest.domain.model import Lane
from services.ingest.fetch.stage import STAGE
from services.ingest.fetch.targets import UrlPolicy
from services.ingest.limits import Admission
from services.ingest.store.batches import admit
from services.ingest.store.bounded import BoundedDatabase
from services.ingest.store.nodes import NodeRepository
from tsn.ingest.v1.ingest_pb2 import SubmitUrlRequest


class UrlSubmissions:
    """Queues the fetching of URLs."""

    def __init__(
        self,
        *,
        policy: UrlPolicy,
        admission: Admission,
        database: BoundedDatabase,
        nodes: NodeRepository,
        jobs: JobStore,
        clock: Clock,
        auto_register: bool,
    ) -> None:
        self._policy = policy
        self._admission = admission
        self._database = database
        self._nodes = nodes
        self._jobs = jobs
        self._clock = clock
        self._auto_register = auto_register

    async def submit(self, request: SubmitUrlRequest) -> str:
        """The id of the job that fetches it; of the same job for the same request_id.

        Raises the failures of domain.validation and of UrlPolicy, NodeUnknown, SubmissionReused, BatchClosed and those
        of Admission.
        """
        request = self._checked(request)
        node = validation.node_id(request.node)
        lane = LANES_FROM_WIRE.get(request.lane, Lane.BATCH)
        batch = validation.batch_id(request.batch, field="batch") if request.batch else ""
        await self._check_node(node)
        await self._admission.admit_work(lane)

        async def queue(work: Transaction) -> str:
            if batch:
                await admit(work, batch)
            key = f"{STAGE}/{node}/{request.request_id}"
            job_id = await self._jobs.enqueue(
                work,
                stage=STAGE,
                subject=f"nodes/{node}/recordings/{new_id()}",
                lane=lane.value,
                payload=request.SerializeToString(deterministic=True),
                dedupe_key=key,
                owner=node,
                batch=batch,
            )
            return job_id or await _queued_before(work, key, request)

        return await self._database.run(queue)

    def _checked(self, request: SubmitUrlRequest) -> SubmitUrlRequest:
        """The request as it is kept, complete. Raises the failures of domain.validation and of UrlPolicy."""
        moment = moment_from_wire(request.captured_at) if request.HasField("captured_at") else None
        validation.captured_at(moment, now=self._clock.now())
        validation.node_id(request.node)
        kept = SubmitUrlRequest()
        kept.CopyFrom(request)
        kept.channel = validation.channel(request.channel)
        kept.url = str(self._policy.check(request.url))
        kept.request_id = validation.request_id(request.request_id) if request.request_id else made_id(kept)
        return kept

    async def _check_node(self, node: str) -> None:
        try:
            await self._nodes.get(node)
        except NodeUnknown:
            if not self._auto_register:
                raise


def made_id(request: SubmitUrlRequest) -> str:
    """A request_id for a caller who gave none: the same for the same recording."""
    moment = request.captured_at.ToMilliseconds()
    facts = "\n".join((request.node, request.channel, request.url, str(moment)))
    return f"url-{hashlib.sha256(facts.encode()).hexdigest()[:40]}"


async def _queued_before(work: Transaction, key: str, request: SubmitUrlRequest) -> str:
    """The job that was queued under this key. Raises SubmissionReused where it fetches something else."""
    row = (await work.execute(select(job_table.c.id, job_table.c.input).where(job_table.c.dedupe_key == key))).one()
    before = SubmitUrlRequest.FromString(row.input)
    if (before.url, before.channel, before.captured_at) != (request.url, request.channel, request.captured_at):
        raise SubmissionReused(request.request_id)
    return str(row.id)
