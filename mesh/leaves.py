"""What every process with a stage stands on, built from the settings of the mesh; and its host."""

from dataclasses import dataclass
from functools import partial

from prometheus_client import CollectorRegistry

from mesh.bus.bus import Bus
from mesh.clock import Clock, SystemClock
from mesh.db.database import Database
from mesh.db.outbox import OutboxRelay
from mesh.db.schema import wait_for_schema
from mesh.db.sent import SentKeeper
from mesh.host import ServiceHost, process_name
from mesh.pipeline.jobs import JobStore
from mesh.pipeline.stage import Stage
from mesh.pipeline.worker import StageWorker
from mesh.rpc.server import RpcServer
from mesh.settings import MeshSettings, ServiceSettings
from mesh.telemetry.metrics import JobMetrics, OutboxMetrics, new_registry


@dataclass(frozen=True)
class Leaves:
    """Clock, metrics, database, bus and jobs of one process."""

    name: str
    clock: Clock
    registry: CollectorRegistry
    database: Database
    bus: Bus
    jobs: JobStore
    attempt_seconds: float
    """Longest attempt at a job."""

    @classmethod
    def of(cls, name: str, mesh: MeshSettings) -> "Leaves":
        """The leaves of service `name`; nothing is connected yet."""
        clock = SystemClock()
        return cls(
            name=name,
            clock=clock,
            registry=new_registry(),
            database=Database(
                mesh.database_url.get_secret_value(),
                pool_size=mesh.database_pool_size,
                answer_seconds=mesh.database_answer_seconds,
                clock=clock,
            ),
            bus=Bus(mesh.nats_url, name=name, replicas=mesh.stream_replicas),
            jobs=JobStore(
                clock=clock,
                worker=process_name(name),
                lease_seconds=mesh.job_lease_seconds,
                crowd_at=mesh.crowd_jobs,
            ),
            attempt_seconds=mesh.attempt_seconds,
        )

    def host(self, server: RpcServer, settings: ServiceSettings, *, stage: Stage, slots: int) -> ServiceHost:
        """Serves `server`, relays the outbox and works on `stage`, `slots` jobs at a time."""
        outbox = OutboxMetrics(self.registry)
        relay = OutboxRelay(database=self.database, publish=self.bus.publish, clock=self.clock, metrics=outbox)
        sent = SentKeeper(database=self.database, standing=self.bus.events_standing, metrics=outbox)
        worker = StageWorker(
            stage=stage,
            jobs=self.jobs,
            database=self.database,
            bus=self.bus,
            metrics=JobMetrics(self.registry),
            slots=slots,
            attempt_seconds=self.attempt_seconds,
        )
        host = ServiceHost(
            name=self.name,
            server=server,
            drain_seconds=settings.drain_seconds,
            notice_seconds=settings.notice_seconds,
        )
        host.serve_metrics(self.registry, settings.metrics_listen)
        host.on_connect(partial(wait_for_schema, self.database))
        host.on_connect(self.bus.connect)
        host.add_task("outbox", relay.run)
        host.add_task("sent events", sent.run)
        host.add_worker(self.name, worker.run, worker.drain)
        host.on_close(self.database.close)
        host.on_close(self.bus.close)
        return host
