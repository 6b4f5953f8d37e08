"""Batches: a stage again over what is stored, and imports."""

import asyncio
from datetime import timedelta
from typing import Any

import grpc
from sqlalchemy import insert, select, update

from mesh.db.database import Transaction
from mesh.pipeline.admin import CHUNK
from mesh.pipeline.states import JobState
from mesh.pipeline.tables import jobs
from tests.integration.services.ingest.running import NOW, RunningIngest, refused
from tests.integration.services.ingest.steering import STORE
from tests.integration.services.ingest.stored import done_job, store_recordings
from tests.support.audio_files import wav_file
from tests.support.eventually import eventually
from tsn.ingest.v1 import batch_pb2 as pb
from tsn.ingest.v1 import job_pb2
from tsn.ingest.v1.recording_pb2 import LANE_BATCH

INVALID, PRECONDITION = grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION
ABSENT = "batches/01890a5d-ac96-774b-bcce-b302099a8057"
RERUN, IMPORT = pb.BATCH_KIND_RERUN, pb.BATCH_KIND_IMPORT
PATIENCE = 180.0


async def create(service: RunningIngest, *, dry_run: bool = False, request_id: str = "", **fields: Any) -> pb.Batch:
    asked = pb.Batch(**{"kind": RERUN, "stage": "transcribe"} | fields)
    request = pb.CreateBatchRequest(batch=asked, dry_run=dry_run, request_id=request_id)
    return (await service.batches.CreateBatch(request, timeout=60)).batch


async def get(service: RunningIngest, batch: pb.Batch) -> pb.Batch:
    return (await service.batches.GetBatch(pb.GetBatchRequest(name=batch.name), timeout=60)).batch


async def cancel(service: RunningIngest, batch: pb.Batch) -> pb.Batch:
    return (await service.batches.CancelBatch(pb.CancelBatchRequest(name=batch.name), timeout=30)).batch


async def retry(service: RunningIngest, batch: pb.Batch) -> pb.RetryBatchResponse:
    return await service.batches.RetryBatch(pb.RetryBatchRequest(name=batch.name), timeout=30)


async def until_state(service: RunningIngest, batch: pb.Batch, state: int) -> pb.Batch:
    async def reached() -> bool:
        return (await get(service, batch)).state == state

    await eventually(reached, timeout=PATIENCE)
    return await get(service, batch)


async def jobs_of(service: RunningIngest, batch: pb.Batch) -> list[dict[str, Any]]:
    async with service.database.transaction() as work:
        here = jobs.c.batch == batch.name.removeprefix("batches/")
        return [dict(row) for row in (await work.execute(select(jobs).where(here).order_by(jobs.c.id))).mappings()]


async def end_jobs(service: RunningIngest, batch: pb.Batch, state: JobState) -> None:
    """Let all jobs of a batch that have not ended end so."""
    async with service.database.transaction() as work:
        here = (jobs.c.batch == batch.name.removeprefix("batches/"), jobs.c.state == JobState.QUEUED)
        await work.execute(update(jobs).where(*here).values(state=state))


async def test_a_rerun_queues_the_stage_again_for_the_recordings_that_its_filter_names(service: RunningIngest) -> None:
    meant = await store_recordings(service.database, 3, node="north")
    await store_recordings(service.database, 2, node="south")
    await store_recordings(service.database, 2, node="north", captured_at=NOW - timedelta(days=9))
    batch = await create(
        service,
        filter=f'node = "north" AND captured_at >= "{(NOW - timedelta(days=1)).isoformat()}"',
        engine="scripted",
        model="large",
        note=" better engine ",
    )
    assert (batch.kind, batch.state, batch.note) == (RERUN, pb.BATCH_STATE_EXPANDING, "better engine")
    running = await until_state(service, batch, pb.BATCH_STATE_RUNNING)
    assert (running.total_recordings, running.counts.queued, running.ended_recordings) == (3, 3, 0)
    made = await jobs_of(service, batch)
    assert sorted(row["subject"] for row in made) == sorted(meant)
    for row in made:
        assert (row["stage"], row["lane"], row["owner"], row["state"]) == ("transcribe", "batch", "north", "queued")
        assert row["options"] == {"engine": "scripted", "model": "large"}
        assert row["input"] == f"transcribe {row['subject']}".encode()


async def test_a_rerun_works_on_what_the_newest_job_of_the_stage_worked_on(service: RunningIngest) -> None:
    (name,) = await store_recordings(service.database, 1, stages=("transcribe", "extract"))
    async with service.database.transaction() as work:
        newer = done_job(name, "extract") | {"dedupe_key": "another engine", "input": b"newer transcript"}
        await work.execute(insert(jobs).values(newer))
    batch = await create(service, stage="extract")
    await until_state(service, batch, pb.BATCH_STATE_RUNNING)
    (job,) = await jobs_of(service, batch)
    assert (job["stage"], job["input"], job["options"]) == ("extract", b"newer transcript", None)


async def test_recordings_that_never_came_to_the_stage_are_passed_over(service: RunningIngest) -> None:
    await store_recordings(service.database, 2, stages=("transcribe", "extract"))
    await store_recordings(service.database, 3)
    assert (await create(service, stage="extract", dry_run=True)).total_recordings == 2
    batch = await create(service, stage="extract")
    running = await until_state(service, batch, pb.BATCH_STATE_RUNNING)
    assert running.total_recordings == 2


async def test_a_dry_run_counts_and_makes_nothing(service: RunningIngest) -> None:
    await store_recordings(service.database, 4, channel="main")
    await store_recordings(service.database, 1)
    dry = await create(service, filter='channel = "main"', dry_run=True)
    assert (dry.total_recordings, dry.name, dry.filter) == (4, "", 'channel = "main"')
    listed = await service.batches.ListBatches(pb.ListBatchesRequest(), timeout=30)
    assert list(listed.batches) == []


async def test_one_recording_can_be_named(service: RunningIngest) -> None:
    name, *_ = await store_recordings(service.database, 3)
    assert (await create(service, filter=f'recording = "{name}"', dry_run=True)).total_recordings == 1


async def test_what_is_stored_after_a_rerun_was_made_is_not_part_of_it(service: RunningIngest) -> None:
    await store_recordings(service.database, 1)
    batch = await create(service)
    await until_state(service, batch, pb.BATCH_STATE_RUNNING)
    await store_recordings(service.database, 1)
    await cancel(service, batch)
    assert (await retry(service, batch)).retried == 1
    assert (await until_state(service, batch, pb.BATCH_STATE_RUNNING)).total_recordings == 1


async def test_the_same_request_makes_one_batch(service: RunningIngest) -> None:
    made = await asyncio.gather(*(create(service, request_id="monday") for _ in range(5)))
    assert len({batch.name for batch in made}) == 1
    refusal = await refused(create(service, request_id="monday", stage="extract"))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")


async def test_many_recordings_are_queued_chunk_by_chunk_and_each_once(service: RunningIngest) -> None:
    names = await store_recordings(service.database, 2 * CHUNK + 100)
    batch = await create(service)
    running = await until_state(service, batch, pb.BATCH_STATE_RUNNING)
    assert (running.total_recordings, running.counts.queued) == (len(names), len(names))
    assert sorted(row["subject"] for row in await jobs_of(service, batch)) == sorted(names)


async def test_a_batch_ends_when_every_job_of_every_stage_has_ended(service: RunningIngest) -> None:
    await store_recordings(service.database, 2)
    batch = await create(service)
    await until_state(service, batch, pb.BATCH_STATE_RUNNING)
    batch_id = batch.name.removeprefix("batches/")

    async def next_stage(work: Transaction) -> None:
        """One recording goes on to the next stage, in the transaction that ends the one before."""
        first, second = (await work.execute(select(jobs).where(jobs.c.batch == batch_id))).mappings().all()
        await work.execute(update(jobs).where(jobs.c.id == second["id"]).values(state=JobState.DEAD))
        await work.execute(update(jobs).where(jobs.c.id == first["id"]).values(state=JobState.SUCCEEDED))
        await STORE.enqueue(
            work, stage="extract", subject=first["subject"], lane="batch", payload=b"", batch=batch_id, dedupe_key="x"
        )

    await service.database.run(next_stage)
    between = await get(service, batch)
    assert (between.state, between.ended_recordings) == (pb.BATCH_STATE_RUNNING, 1)
    await end_jobs(service, batch, JobState.SUCCEEDED)
    ended = await until_state(service, batch, pb.BATCH_STATE_ENDED)
    assert (ended.ended_recordings, ended.counts.succeeded, ended.counts.dead) == (2, 2, 1)


async def test_a_watch_shows_progress_and_ends_with_the_batch(service: RunningIngest) -> None:
    await store_recordings(service.database, 3)
    batch = await create(service)
    seen: list[pb.Batch] = []
    async for answer in service.batches.WatchBatch(pb.WatchBatchRequest(name=batch.name), timeout=PATIENCE):
        seen.append(answer.batch)
        if answer.batch.counts.queued == 3:
            await end_jobs(service, batch, JobState.SUCCEEDED)
    assert seen[-1].state == pb.BATCH_STATE_ENDED
    assert [each.ended_recordings for each in seen] == sorted(each.ended_recordings for each in seen)
    assert seen[-1].ended_recordings == 3


async def test_a_cancelled_batch_keeps_what_is_done_and_stops_the_rest(service: RunningIngest) -> None:
    await store_recordings(service.database, 3)
    batch = await create(service)
    await until_state(service, batch, pb.BATCH_STATE_RUNNING)
    first = (await jobs_of(service, batch))[0]["id"]
    claimed = await service.database.run(lambda work: STORE.claim(work, first))
    await service.database.run(lambda work: STORE.finish(work, claimed, JobState.SUCCEEDED))
    stopped = await cancel(service, batch)
    assert (stopped.state, stopped.counts.succeeded, stopped.counts.cancelled) == (pb.BATCH_STATE_CANCELLED, 1, 2)
    assert (await cancel(service, batch)).state == pb.BATCH_STATE_CANCELLED


async def test_an_ended_batch_is_not_cancelled(service: RunningIngest) -> None:
    batch = await create(service)
    await until_state(service, batch, pb.BATCH_STATE_ENDED)
    refusal = await refused(cancel(service, batch))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "BATCH_ENDED")


async def test_counts_do_not_grow_when_a_batch_is_retried(service: RunningIngest) -> None:
    await store_recordings(service.database, 4)
    batch = await create(service)
    await until_state(service, batch, pb.BATCH_STATE_RUNNING)
    for _ in range(3):
        await end_jobs(service, batch, JobState.DEAD)
        assert (await until_state(service, batch, pb.BATCH_STATE_ENDED)).counts.dead == 4
        assert (await retry(service, batch)).retried == 4
        again = await until_state(service, batch, pb.BATCH_STATE_RUNNING)
        assert (again.total_recordings, again.ended_recordings) == (4, 0)
        assert again.counts == pb.BatchCounts(queued=4)
    assert (await retry(service, batch)).retried == 0


async def test_retrying_a_job_of_an_ended_batch_opens_the_batch_again(service: RunningIngest) -> None:
    await store_recordings(service.database, 1)
    batch = await create(service)
    await until_state(service, batch, pb.BATCH_STATE_RUNNING)
    await end_jobs(service, batch, JobState.DEAD)
    await until_state(service, batch, pb.BATCH_STATE_ENDED)
    request = job_pb2.RetryJobsRequest(filter=f'batch = "{batch.name}"')
    assert (await service.jobs.RetryJobs(request, timeout=30)).retried == 1
    assert (await get(service, batch)).state == pb.BATCH_STATE_RUNNING


async def test_an_import_gathers_the_jobs_of_its_uploads_and_ends_when_all_came(service: RunningIngest) -> None:
    batch = await create(service, kind=IMPORT, stage="", total_recordings=2)
    assert (batch.state, batch.total_recordings) == (pb.BATCH_STATE_RUNNING, 2)
    for seconds in (1.0, 2.0):
        await service.send(wav_file(seconds), batch=batch.name, lane=LANE_BATCH)
    gathered = await get(service, batch)
    assert (gathered.counts.queued, gathered.ended_recordings) == (2, 0)
    await end_jobs(service, batch, JobState.SUCCEEDED)
    assert (await until_state(service, batch, pb.BATCH_STATE_ENDED)).ended_recordings == 2


async def test_an_import_that_nobody_adds_to_has_ended_and_an_upload_opens_it_again(service: RunningIngest) -> None:
    batch = await create(service, kind=IMPORT, stage="")
    service.clock.moment += timedelta(minutes=11)
    await until_state(service, batch, pb.BATCH_STATE_ENDED)
    await service.send(wav_file(1.0), batch=batch.name)
    assert (await get(service, batch)).state == pb.BATCH_STATE_RUNNING


async def test_an_upload_for_a_batch_that_takes_none_leaves_nothing(service: RunningIngest) -> None:
    stopped = await create(service, kind=IMPORT, stage="")
    await cancel(service, stopped)
    rerun = await create(service)
    for name, code, reason in (
        (ABSENT, grpc.StatusCode.NOT_FOUND, "BATCH_UNKNOWN"),
        (stopped.name, PRECONDITION, "BATCH_CLOSED"),
        (rerun.name, PRECONDITION, "BATCH_CLOSED"),
        ("batches/1", INVALID, "NAME_INVALID"),
    ):
        refusal = await service.refusal(wav_file(1.0), batch=name)
        assert (refusal.code, refusal.reason) == (code, reason)
    stored = await service.stored()
    assert (stored.recordings, stored.audio, stored.parts) == (0, 0, 0)


async def test_batches_are_listed_newest_first_page_by_page(service: RunningIngest) -> None:
    made = [(await create(service, note=str(number))).name for number in range(5)]
    listed, token = [], ""
    while True:
        request = pb.ListBatchesRequest(page_size=2, page_token=token)
        page = await service.batches.ListBatches(request, timeout=30)
        listed += [batch.name for batch in page.batches]
        token = page.next_page_token
        if not token:
            break
    assert listed == made[::-1]


IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"kind": pb.BATCH_KIND_UNSPECIFIED}, "BATCH_INVALID"),
    ({"stage": ""}, "BATCH_INVALID"),
    ({"stage": "fetch"}, "BATCH_INVALID"),
    ({"stage": "extract", "engine": "scripted"}, "BATCH_INVALID"),
    ({"engine": "../engine"}, "BATCH_INVALID"),
    ({"model": "large"}, "BATCH_INVALID"),
    ({"engine": "scripted", "model": "m" * 256}, "BATCH_INVALID"),
    ({"note": "n" * 1001}, "NOTE_INVALID"),
    ({"filter": "callsign = W7ABC"}, "FILTER_INVALID"),
    ({"filter": "recording = 1"}, "FILTER_INVALID"),
    ({"filter": "captured_at > noon"}, "FILTER_INVALID"),
    ({"filter": "channel > main"}, "FILTER_INVALID"),
    ({"kind": IMPORT}, "BATCH_INVALID"),
    ({"kind": IMPORT, "stage": "", "total_recordings": -1}, "BATCH_INVALID"),
    ({"kind": IMPORT, "stage": "", "filter": "node = a"}, "BATCH_INVALID"),
]


async def test_a_batch_that_cannot_be_carried_out_is_refused(service: RunningIngest) -> None:
    for fields, reason in IMPOSSIBLE:
        refusal = await refused(create(service, **fields))
        assert (refusal.code, refusal.reason) == (INVALID, reason), fields


async def test_a_batch_that_is_not_there_is_not_found(service: RunningIngest) -> None:
    for call in (
        service.batches.GetBatch(pb.GetBatchRequest(name=ABSENT), timeout=30),
        service.batches.CancelBatch(pb.CancelBatchRequest(name=ABSENT), timeout=30),
        service.batches.RetryBatch(pb.RetryBatchRequest(name=ABSENT), timeout=30),
        service.batches.WatchBatch(pb.WatchBatchRequest(name=ABSENT), timeout=30).read(),
    ):
        refusal = await refused(call)
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "BATCH_UNKNOWN")
