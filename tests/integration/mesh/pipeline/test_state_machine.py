"""Whatever happens in whatever order, the rules of a job's life hold: workers, people, time and a bus that forgets."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from deploy.local.mariadb import MariaDb, execute
from mesh.db.database import Database, Transaction
from mesh.db.tables import metadata, outbox
from mesh.errors import FailureClass
from mesh.pipeline.admin import RETRYABLE, JobAdmin
from mesh.pipeline.backlog import Backlog
from mesh.pipeline.jobs import Claim, JobStore
from mesh.pipeline.lanes import QUEUES
from mesh.pipeline.states import ALLOWED, ENDED, JobState
from mesh.pipeline.tables import job_transitions, jobs
from tests.support.clock import FakeClock

STAGE = "transcribe"
LEASE = 20.0
MAX_ATTEMPTS = 3
JOBS = st.integers(0, 1)
WORKERS = st.integers(0, 2)
Result = TypeVar("Result")


class JobLife(RuleBasedStateMachine):
    """Three workers, two jobs, one person and a bus, on a real database; the test is the bus."""

    runner: asyncio.Runner
    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.workers = [JobStore(clock=self.clock, worker=f"w{number}", lease_seconds=LEASE) for number in range(3)]
        self.admin = JobAdmin(jobs=self.workers[0], clock=self.clock)
        self.backlog = Backlog(stage=STAGE, clock=self.clock, worker="sweeper")
        self.ids: list[str] = []
        self.claims: list[list[tuple[JobStore, Claim]]] = [[], []]
        self.stored: list[int] = [0, 0]
        """Results by job since it was last queued by a person."""

    def run(self, work: Callable[[Transaction], Awaitable[Result]]) -> Result:
        return self.runner.run(self.database.run(work))

    @initialize()
    def queue(self) -> None:
        for table in (outbox, jobs, job_transitions):
            self.run(lambda work: work.execute(delete(table)))  # noqa: B023
        for number in range(2):
            job_id = self.run(
                lambda work: self.workers[0].enqueue(
                    work,
                    stage=STAGE,
                    subject=f"recordings/{number}",  # noqa: B023
                    lane="live",
                    payload=b"",
                    max_attempts=MAX_ATTEMPTS,
                )
            )
            assert job_id is not None
            self.ids.append(job_id)

    @rule(job=JOBS, worker=WORKERS)
    def claim(self, job: int, worker: int) -> None:
        """A message comes: the first, a doubled one, or one that is late by any time."""
        before = self.row(job)
        found = self.run(lambda work: self.workers[worker].claim(work, self.ids[job]))
        if isinstance(found, Claim):
            assert JobState(before.state) not in ENDED, "work after the end, or after a cancel"
            if before.state == JobState.RUNNING:
                assert before.lease_until <= self.clock.now(), "two at once"
            self.claims[job].append((self.workers[worker], found))

    @precondition(lambda self: any(self.claims))
    @rule(data=st.data(), step=st.sampled_from(["renew", "finish", "wait", "defer", "bury"]))
    def act(self, data: st.DataObject, step: str) -> None:
        """Any worker that ever had a claim acts on it, however late."""
        job = data.draw(st.sampled_from([number for number in range(2) if self.claims[number]]))
        holder, held = data.draw(st.sampled_from(self.claims[job][-3:]))
        before = self.row(job)
        took = self.run(lambda work: _act(work, holder, held, step))
        assert took == (before.state == JobState.RUNNING and before.fence == held.fence)
        if took and step == "finish":
            self.stored[job] += 1

    @rule(seconds=st.sampled_from([1.0, 10.0, LEASE + 1, 400.0]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule(job=JOBS)
    def cancel(self, job: int) -> None:
        if JobState.CANCELLED in ALLOWED[JobState(self.row(job).state)]:
            self.run(lambda work: self.admin.cancel(work, self.ids[job]))

    @rule(job=JOBS)
    def retry(self, job: int) -> None:
        if JobState(self.row(job).state) in RETRYABLE:
            self.run(lambda work: self.admin.retry(work, self.ids[job]))
            self.stored[job] = 0

    @rule()
    def lose_messages(self) -> None:
        self.run(lambda work: work.execute(delete(outbox)))

    @rule()
    def sweep(self) -> None:
        self.run(self.backlog.queue_due)
        for queue in QUEUES:
            self.run(
                lambda work: self.backlog.announce_stranded(
                    work,
                    queue,  # noqa: B023
                    older_than=timedelta(seconds=2 * LEASE),
                    undelivered_since=None,
                    limit=10,
                )
            )

    @invariant()
    def the_rules_hold(self) -> None:
        if not self.ids:
            return
        claims = [held for each in self.claims for _, held in each]

        async def read(work: Transaction) -> tuple[set[str], list[Any]]:
            rows = (await work.execute(select(jobs).order_by(jobs.c.id))).all()
            return await self.workers[0].still_held(work, claims), list(rows)

        held_now, rows = self.run(read)
        for job, row in enumerate(rows):
            fences = [held.fence for _, held in self.claims[job]]
            assert fences == sorted(set(fences))
            assert 0 <= row.attempts <= MAX_ATTEMPTS
            assert all(1 <= held.attempt <= MAX_ATTEMPTS for _, held in self.claims[job])
            assert self.stored[job] <= 1
            running = row.state == JobState.RUNNING
            assert (row.id in held_now) == running
            assert not running or fences[-1] == row.fence
            assert (row.lease_until is not None) == running
            assert (row.retry_at is not None) == (row.state == JobState.WAITING)

    def teardown(self) -> None:
        """From wherever it came to, with workers that do their work, every job ends; and history tells how."""
        if not self.ids:
            return
        for _ in range(12):
            if all(JobState(self.row(job).state) in ENDED for job in range(2)):
                break
            self.clock.advance(1000)
            self.sweep()
            for job_id in self.run(_take_messages):
                self._do_work(job_id)
        for job in range(2):
            assert JobState(self.row(job).state) in ENDED
            self._check_history(job)

    def _do_work(self, job_id: str) -> None:
        found = self.run(lambda work: self.workers[0].claim(work, job_id))
        if isinstance(found, Claim):
            assert self.run(lambda work: self.workers[0].finish(work, found, JobState.SUCCEEDED))

    def _check_history(self, job: int) -> None:
        statement = select(job_transitions).where(job_transitions.c.job_id == self.ids[job])
        steps = self.run(lambda work: work.execute(statement.order_by(job_transitions.c.id))).all()
        assert steps[-1].to_state == self.row(job).state
        for before, after in pairwise(steps):
            assert after.from_state == before.to_state
            assert JobState(after.to_state) in ALLOWED[JobState(after.from_state)]

    def row(self, job: int) -> Any:
        """A job's row."""
        return self.run(lambda work: work.execute(select(jobs).where(jobs.c.id == self.ids[job]))).one()


async def _act(work: Transaction, holder: JobStore, held: Claim, step: str) -> bool:
    match step:
        case "renew":
            return await holder.renew(work, held)
        case "finish":
            return await holder.finish(work, held, JobState.DEGRADED)
        case "wait" if held.attempt < held.max_attempts:
            return await holder.wait(work, held, seconds=30, reason="R", message="m", failure=FailureClass.TRANSIENT)
        case "defer":
            return await holder.defer(work, held, seconds=5, reason="R", message="m")
        case _:
            return await holder.bury(work, held, reason="R", message="m")


async def _take_messages(work: Transaction) -> list[str]:
    statement = select(outbox.c.payload).where(outbox.c.subject.like("tsn.work.%")).order_by(outbox.c.id)
    found = [row.payload.decode() for row in await work.execute(statement)]
    await work.execute(delete(outbox))
    return found


def test_the_rules_of_a_job_s_life_hold_in_any_order_of_events(mariadb: MariaDb) -> None:
    name = f"tsn_{secrets.token_hex(6)}"
    with asyncio.Runner() as runner:
        runner.run(execute(mariadb, f"CREATE DATABASE {name}"))
        database = Database(mariadb.url_of(name))

        async def make_tables() -> None:
            async with database.engine.begin() as connection:
                tables = [outbox, jobs, job_transitions]
                await connection.run_sync(lambda each: metadata.create_all(each, tables=tables))

        runner.run(make_tables())
        machine = type("Machine", (JobLife,), {"runner": runner, "database": database})
        chosen = settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            # Each step is a round trip: to shrink a failure would take minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        try:
            run_state_machine_as_test(machine, settings=chosen)
        finally:
            runner.run(database.close())
            runner.run(execute(mariadb, f"DROP DATABASE {name}"))
