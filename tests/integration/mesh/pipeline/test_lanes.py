"""Lanes on a real bus: who gets the next free slot."""

import asyncio
from collections import Counter

from nats.js.api import AckPolicy, ConsumerConfig

from mesh.bus.streams import WORK
from mesh.pipeline.claims import Claim
from mesh.pipeline.states import JobState
from tests.integration.mesh.pipeline.stage import STAGE, FakeStage, Mesh
from tests.support.eventually import eventually


class Turnstile:
    """Work that ends when the test lets one through."""

    def __init__(self) -> None:
        self._through = asyncio.Semaphore(0)
        self.begun = asyncio.Semaphore(0)

    async def __call__(self, _: Claim) -> None:
        self.begun.release()
        await self._through.acquire()

    async def next(self) -> None:
        """End what is at work, and wait until the next is."""
        self._through.release()
        await self.begun.acquire()


async def fill(mesh: Mesh, **numbers: int) -> None:
    """Jobs by lane, their messages in the stream."""
    before = await mesh.messages(WORK)
    for lane, number in numbers.items():
        for each in range(number):
            await mesh.enqueue(subject=f"{lane}/{each}", lane=lane)

    async def there() -> bool:
        return await mesh.messages(WORK) == before + sum(numbers.values())

    await eventually(there)


async def test_priority_is_not_inverted_a_live_recording_gets_the_next_slot_before_a_batch_backlog(mesh: Mesh) -> None:
    gate = Turnstile()
    stage = FakeStage(gate)
    await fill(mesh, batch=60)
    mesh.start(mesh.worker(stage))
    await gate.begun.acquire()
    await gate.next()
    await fill(mesh, live=1)
    await gate.next()
    await fill(mesh, urgent=1)
    await gate.next()
    assert [claim.lane for claim in stage.claims] == ["batch", "batch", "live", "urgent"]


async def test_newest_first_does_not_starve_the_backlog_batch_gets_its_part_of_the_slots(mesh: Mesh) -> None:
    stage = FakeStage()
    await fill(mesh, batch=10, live=40, urgent=60)
    mesh.start(mesh.worker(stage))
    await eventually(lambda: len(stage.claims) >= 60, timeout=120)
    lanes = Counter(claim.lane for claim in stage.claims[:60])
    assert lanes["batch"] >= 6
    assert lanes["live"] >= 17
    assert lanes["urgent"] >= 34
    oldest_first = [claim.subject for claim in stage.claims if claim.lane == "live"]
    assert oldest_first == [f"live/{number}" for number in range(len(oldest_first))]


async def test_one_flooding_node_does_not_starve_the_others(mesh: Mesh) -> None:
    stage = FakeStage()
    for number in range(80):
        await mesh.enqueue(subject=f"flood/{number}", owner="flood")
    for number in range(5):
        await mesh.enqueue(subject=f"quiet/{number}", owner="quiet")
    await eventually(lambda: _messages(mesh, 85))
    mesh.start(mesh.worker(stage))
    await eventually(lambda: len(stage.claims) == 85, timeout=120)
    last_of_quiet = max(n for n, claim in enumerate(stage.claims) if claim.owner == "quiet")
    assert last_of_quiet < 35


async def _messages(mesh: Mesh, number: int) -> bool:
    return await mesh.messages(WORK) == number


async def test_several_free_slots_are_filled_at_once_and_by_weight(mesh: Mesh) -> None:
    gate = Turnstile()
    stage = FakeStage(gate)
    await fill(mesh, batch=10, urgent=20)
    mesh.start(mesh.worker(stage, slots=14))
    for _ in range(14):
        await gate.begun.acquire()
    assert Counter(claim.lane for claim in stage.claims) == {"urgent": 12, "batch": 2}


async def test_an_idle_worker_hears_of_work_without_asking_for_it(mesh: Mesh) -> None:
    stage = FakeStage()
    worker = mesh.worker(stage)
    worker._source._polled = float("inf")  # It never polls.
    mesh.start(worker)
    await eventually(lambda: worker._source._bell is not None)
    for number in range(3):
        job_id = await mesh.enqueue(subject=f"recordings/{number}")
        await mesh.reaches(job_id, JobState.SUCCEEDED)


async def test_thousands_of_waiting_jobs_hold_no_message(mesh: Mesh) -> None:
    async def stumble(_: Claim) -> None:
        raise RuntimeError("not today")

    mesh.start(mesh.worker(FakeStage(stumble), slots=4, backoff_base_seconds=3600, backoff_cap_seconds=3600))
    ids = [await mesh.enqueue(subject=f"recordings/{number}") for number in range(8)]
    for job_id in ids:
        await mesh.reaches(job_id, JobState.WAITING)
    await eventually(lambda: _messages(mesh, 0))


async def test_the_consumer_of_the_version_before_makes_way(mesh: Mesh) -> None:
    await mesh.bus.jetstream.add_consumer(
        WORK,
        ConsumerConfig(durable_name=STAGE, filter_subject=f"tsn.work.{STAGE}.*", ack_policy=AckPolicy.EXPLICIT),
    )
    job_id = await mesh.enqueue()
    mesh.start(mesh.worker(FakeStage()))
    await mesh.reaches(job_id, JobState.SUCCEEDED)
