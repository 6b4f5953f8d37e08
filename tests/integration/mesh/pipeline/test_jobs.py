"""mesh.pipeline.jobs on a real database, with a clock that the test moves."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from mesh.db.database import Database
from mesh.db.tables import metadata, outbox
from mesh.pipeline.backlog import Backlog
from mesh.pipeline.jobs import Claim, JobStore, NotClaimable
from mesh.pipeline.lanes import QUEUES, Lane, Queue
from mesh.pipeline.states import ALLOWED, ENDED, JobState, TransitionRefused
from mesh.pipeline.tables import job_transitions, jobs
from tests.support.clock import FakeClock

LEASE = 20.0


@pytest.fixture(name="database")
async def _database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda each: metadata.create_all(each, tables=[outbox, jobs, job_transitions]))
    yield database
    await database.close()


@pytest.fixture(name="clock")
def _clock() -> FakeClock:
    return FakeClock()


def store(clock: FakeClock, worker: str = "w1") -> JobStore:
    return JobStore(clock=clock, worker=worker, lease_seconds=LEASE)


async def enqueue(database: Database, jobs_: JobStore, subject: str = "r/1", max_attempts: int = 5) -> str | None:
    return await database.run(
        lambda work: jobs_.enqueue(
            work, stage="transcribe", subject=subject, lane="live", payload=b"\x00\xff", max_attempts=max_attempts
        )
    )


async def claim(database: Database, jobs_: JobStore, job_id: str) -> Claim | NotClaimable:
    return await database.run(lambda work: jobs_.claim(work, job_id))


async def claimed(database: Database, jobs_: JobStore, job_id: str) -> Claim:
    found = await claim(database, jobs_, job_id)
    assert isinstance(found, Claim)
    return found


async def queued(database: Database, clock: FakeClock) -> str:
    job_id = await enqueue(database, store(clock))
    assert job_id is not None
    return job_id


async def test_the_same_stage_of_the_same_subject_is_queued_once(database: Database, clock: FakeClock) -> None:
    made = await asyncio.gather(*(enqueue(database, store(clock)) for _ in range(6)))
    assert len([each for each in made if each is not None]) == 1
    async with database.transaction() as work:
        for table in (jobs, job_transitions, outbox):
            assert (await work.execute(select(func.count()).select_from(table))).scalar_one() == 1


async def test_a_job_is_claimed_by_one_of_many(database: Database, clock: FakeClock) -> None:
    job_id = await queued(database, clock)
    found = await asyncio.gather(*(claim(database, store(clock, f"w{n}"), job_id) for n in range(8)))
    winners = [each for each in found if isinstance(each, Claim)]
    assert len(winners) == 1
    assert (winners[0].attempt, winners[0].fence, winners[0].input) == (1, 1, b"\x00\xff")
    assert all(each == NotClaimable(held=True, retry_after_seconds=LEASE) for each in found if each not in winners)


async def test_a_lease_is_renewed_by_its_holder_even_when_nothing_changes(database: Database, clock: FakeClock) -> None:
    holder = store(clock)
    held = await claimed(database, holder, await queued(database, clock))
    for _ in range(2):
        assert await database.run(lambda work: holder.renew(work, held))
    clock.advance(LEASE - 1)
    assert await database.run(lambda work: holder.renew(work, held))
    clock.advance(LEASE - 1)
    assert isinstance(await claim(database, store(clock, "w2"), held.job_id), NotClaimable)


async def test_an_old_fence_can_do_nothing_any_more(database: Database, clock: FakeClock) -> None:
    one, other = store(clock), store(clock, "w2")
    old = await claimed(database, one, await queued(database, clock))
    clock.advance(LEASE)
    new = await claimed(database, other, old.job_id)
    assert (new.attempt, new.fence) == (2, 2)
    assert not await database.run(lambda work: one.renew(work, old))
    assert not await database.run(lambda work: one.finish(work, old, JobState.SUCCEEDED))
    assert not await database.run(lambda work: one.wait(work, old, seconds=1, reason="R", message="m"))
    assert not await database.run(lambda work: one.bury(work, old, reason="R", message="m"))
    assert await database.run(lambda work: other.finish(work, new, JobState.SUCCEEDED))


async def test_a_holder_whose_lease_ran_out_unnoticed_may_still_finish(database: Database, clock: FakeClock) -> None:
    holder = store(clock)
    held = await claimed(database, holder, await queued(database, clock))
    clock.advance(10 * LEASE)
    assert await database.run(lambda work: holder.finish(work, held, JobState.SUCCEEDED))


async def test_a_waiting_job_is_claimed_when_its_time_has_come(database: Database, clock: FakeClock) -> None:
    holder = store(clock)
    held = await claimed(database, holder, await queued(database, clock))
    assert await database.run(lambda work: holder.wait(work, held, seconds=8, reason="R", message="m"))
    clock.advance(3)
    assert await claim(database, holder, held.job_id) == NotClaimable(held=False, retry_after_seconds=5)
    clock.advance(5)
    assert (await claimed(database, holder, held.job_id)).attempt == 2


async def test_finishing_is_no_way_back_to_the_queue(database: Database, clock: FakeClock) -> None:
    holder = store(clock)
    held = await claimed(database, holder, await queued(database, clock))
    with pytest.raises(TransitionRefused):
        await database.run(lambda work: holder.finish(work, held, JobState.QUEUED))


async def test_a_buried_job_is_never_claimed(database: Database, clock: FakeClock) -> None:
    holder = store(clock)
    held = await claimed(database, holder, await queued(database, clock))
    assert await database.run(lambda work: holder.bury(work, held, reason="R", message="m"))
    clock.advance(1_000_000)
    assert await claim(database, holder, held.job_id) == NotClaimable()


async def test_only_jobs_that_should_have_run_are_announced_anew_and_once(database: Database, clock: FakeClock) -> None:
    holder = store(clock)
    ids = [await enqueue(database, holder, f"r/{number}") for number in range(4)]
    assert all(ids)
    lost, running, waiting, done = [each or "" for each in ids]
    held = {each: await claimed(database, holder, each) for each in (running, waiting, done)}
    await database.run(lambda work: holder.wait(work, held[waiting], seconds=300, reason="R", message="m"))
    await database.run(lambda work: holder.finish(work, held[done], JobState.SUCCEEDED))
    await drain_outbox(database)
    assert await stranded(database, clock) == []
    clock.advance(41)
    assert await stranded(database, clock) == [lost]
    assert await stranded(database, clock) == []
    clock.advance(20)
    assert await stranded(database, clock) == [running]
    clock.advance(22)
    assert await stranded(database, clock) == [lost]


async def test_a_job_behind_a_backlog_is_late_and_not_lost(database: Database, clock: FakeClock) -> None:
    job_id = await queued(database, clock)
    stored_at = clock.now()
    await drain_outbox(database)
    clock.advance(3600)
    assert await stranded(database, clock, undelivered_since=stored_at) == []
    assert await stranded(database, clock, undelivered_since=stored_at + timedelta(seconds=41)) == [job_id]


async def test_a_job_whose_wait_is_over_is_queued_once_however_many_look(database: Database, clock: FakeClock) -> None:
    holder = store(clock)
    held = await claimed(database, holder, await queued(database, clock))
    await database.run(lambda work: holder.wait(work, held, seconds=8, reason="R", message="m"))
    await drain_outbox(database)
    clock.advance(7)
    assert await due(database, clock) == 0
    clock.advance(1)
    assert sum(await asyncio.gather(*(due(database, clock) for _ in range(4)))) == 1
    assert await drain_outbox(database) == [held.job_id]
    assert (await claimed(database, holder, held.job_id)).attempt == 2


async def test_a_deferral_gives_the_attempt_back(database: Database, clock: FakeClock) -> None:
    holder = store(clock)
    job_id = await queued(database, clock)
    for number in range(7):
        held = await claimed(database, holder, job_id)
        assert (held.attempt, held.fence, held.deferrals) == (1, number + 1, number)
        assert await database.run(lambda work: holder.defer(work, held, seconds=1, reason="R", message="m"))  # noqa: B023
        clock.advance(1)


async def test_an_owner_with_many_queued_jobs_is_a_crowd_in_that_lane_only(
    database: Database, clock: FakeClock
) -> None:
    jobs_ = JobStore(clock=clock, worker="w1", crowd_at=3)

    async def crowded(owner: str, lane: str, number: int) -> bool:
        job_id = await database.run(
            lambda work: jobs_.enqueue(
                work, stage="transcribe", subject=f"{owner}/{lane}/{number}", lane=lane, payload=b"", owner=owner
            )
        )
        async with database.transaction() as work:
            return bool((await work.execute(select(jobs.c.crowded).where(jobs.c.id == job_id))).scalar_one())

    assert [await crowded("flood", "live", number) for number in range(5)] == [False, False, False, True, True]
    assert not await crowded("flood", "batch", 1)
    assert not await crowded("other", "live", 1)
    assert not any([await crowded("", "live", number) for number in range(5)])
    async with database.transaction() as work:
        subjects = {str(row.subject) for row in await work.execute(select(outbox.c.subject))}
    assert subjects == {"tsn.work.transcribe.live", "tsn.work.transcribe.live.crowd", "tsn.work.transcribe.batch"}


async def test_a_lane_that_nobody_serves_is_refused(database: Database, clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="express"):
        await database.run(
            lambda work: store(clock).enqueue(work, stage="transcribe", subject="r/1", lane="express", payload=b"")
        )


async def test_what_waits_is_counted_by_lane_crowd_and_state(database: Database, clock: FakeClock) -> None:
    holder = store(clock)
    for number in range(3):
        await enqueue(database, holder, f"queued/{number}")
    held = await claimed(database, holder, await queued(database, clock))
    await database.run(lambda work: holder.wait(work, held, seconds=300, reason="R", message="m"))
    clock.advance(5)
    depths = await database.run(backlog(clock).depths)
    assert {(each.queue, each.state, each.count, each.oldest_seconds) for each in depths} == {
        (Queue(Lane.LIVE), JobState.QUEUED, 3, 5.0),
        (Queue(Lane.LIVE), JobState.WAITING, 1, 5.0),
    }


async def test_a_claim_that_was_cancelled_or_taken_is_held_no_more(database: Database, clock: FakeClock) -> None:
    holder = store(clock)
    ids = [await enqueue(database, holder, f"r/{number}") for number in range(3)]
    kept, cancelled, taken = [await claimed(database, holder, each or "") for each in ids]
    clock.advance(LEASE)
    await database.run(lambda work: holder.renew(work, kept))
    await claimed(database, store(clock, "w2"), taken.job_id)
    async with database.transaction() as work:
        await work.execute(update(jobs).where(jobs.c.id == cancelled.job_id).values(state=JobState.CANCELLED))
    held = await database.run(lambda work: holder.still_held(work, [kept, cancelled, taken]))
    assert held == {kept.job_id}


def backlog(clock: FakeClock) -> Backlog:
    return Backlog(stage="transcribe", clock=clock, worker="w1")


async def due(database: Database, clock: FakeClock) -> int:
    return await database.run(lambda work: backlog(clock).queue_due(work))


async def stranded(database: Database, clock: FakeClock, *, undelivered_since: datetime | None = None) -> list[str]:
    """Ids that a sweep publishes anew."""
    for queue in QUEUES:
        await database.run(
            lambda work: backlog(clock).announce_stranded(
                work,
                queue,  # noqa: B023
                older_than=timedelta(seconds=40),
                undelivered_since=undelivered_since,
                limit=500,
            )
        )
    return await drain_outbox(database)


async def drain_outbox(database: Database) -> list[str]:
    """Payloads in the outbox, which is empty afterwards."""
    async with database.transaction() as work:
        found = [row.payload.decode() for row in await work.execute(select(outbox.c.payload).order_by(outbox.c.id))]
        await work.execute(delete(outbox))
    return found


@pytest.mark.parametrize("seed", range(12))
async def test_any_order_of_steps_keeps_to_the_rules(database: Database, clock: FakeClock, seed: int) -> None:
    """Two workers act at random: history keeps to ALLOWED, fences only grow, attempts stay within the limit."""
    chance = random.Random(seed)
    stores = [store(clock), store(clock, "w2")]
    job_id = await enqueue(database, stores[0], max_attempts=3)
    assert job_id is not None
    claims: list[tuple[JobStore, Claim]] = []
    for _ in range(25):
        who = chance.choice(stores)
        step = chance.choice(["claim", "claim", "advance", "renew", "finish", "wait", "bury"])
        if step == "advance":
            clock.advance(chance.choice([1, 10, 25]))
        elif step == "claim":
            found = await claim(database, who, job_id)
            if isinstance(found, Claim):
                claims.append((who, found))
        elif claims:
            holder, held = chance.choice(claims)
            took = await _act(database, holder, held, step)
            assert not took or held is claims[-1][1], "only the newest claim may change a job"
    async with database.transaction() as work:
        row = (await work.execute(select(jobs).where(jobs.c.id == job_id))).one()
        steps = (await work.execute(select(job_transitions).order_by(job_transitions.c.id))).all()
    assert [held.fence for _, held in claims] == list(range(1, len(claims) + 1))
    assert row.attempts == len(claims) <= 3
    assert [step.from_state for step in steps[1:]] == [step.to_state for step in steps[:-1]]
    for step in steps[1:]:
        assert JobState(step.to_state) in ALLOWED[JobState(step.from_state)]
        assert JobState(step.from_state) not in ENDED
    assert steps[-1].to_state == row.state


async def _act(database: Database, holder: JobStore, held: Claim, step: str) -> bool:
    if step == "renew":
        return await database.run(lambda work: holder.renew(work, held))
    if step == "finish":
        return await database.run(lambda work: holder.finish(work, held, JobState.DEGRADED))
    if step == "wait":
        return await database.run(lambda work: holder.wait(work, held, seconds=5, reason="R", message="m"))
    return await database.run(lambda work: holder.bury(work, held, reason="R", message="m"))
