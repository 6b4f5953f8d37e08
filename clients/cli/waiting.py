"""From stored to searchable."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from clients.cli.failures import NotFinished, Unreachable
from clients.cli.gateway import Gateway
from clients.cli.job_text import state_word
from clients.common.backoff import Backoff
from clients.common.errors import ClientError, Refused, Transient
from tsn.ingest.v1.job_pb2 import Job, JobState, WatchJobsRequest
from tsn.query.v1.query_pb2 import GetRecordingRequest

# Between the end of the last job and the index lies one event, so the first look again comes soon.
LOOK_AGAIN = Backoff(base_seconds=0.2, cap_seconds=2.0, draw=lambda: 1.0)
_GAVE_UP = (JobState.JOB_STATE_DEAD, JobState.JOB_STATE_CANCELLED)


class Died(ClientError):
    """A job of the recording gave up or was cancelled."""

    def __init__(self, job: Job) -> None:
        state = state_word(job.state)
        self.reason = job.error.reason or state.upper()
        self.message = f"{job.stage} {state}: {job.error.message or self.reason}"
        super().__init__(self.message)


@dataclass(frozen=True)
class StageSeen:
    """A stage and how it stands; `tries` counts begun attempts."""

    stage: str
    state: str
    tries: int


async def wait_until_searchable(
    gateway: Gateway,
    recording: str,
    *,
    seconds: float,
    on_stage: Callable[[StageSeen], None],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Return once `recording` can be searched and its jobs have ended.

    Raises Died; NotFinished after `seconds`; Refused and Unreachable as they come. What may pass is tried again.
    """
    last = "nothing was seen of it"

    def note(seen: StageSeen) -> None:
        nonlocal last
        last = f"{seen.stage} is {seen.state}"
        on_stage(seen)

    rounds = 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                try:
                    await _watch_jobs(gateway, recording, note)
                    if await _searchable(gateway, recording):
                        return
                except Transient as error:
                    last = str(error)
                rounds += 1
                await sleep(LOOK_AGAIN.delay_seconds(rounds))
    except TimeoutError:
        raise NotFinished(f"{recording} is not searchable after {seconds:.0f} s: {last}") from None


async def _watch_jobs(gateway: Gateway, recording: str, note: Callable[[StageSeen], None]) -> None:
    """Follow the jobs until they have ended."""
    async for answer in gateway.stream(gateway.jobs.WatchJobs, WatchJobsRequest(recording=recording)):
        job = answer.job
        note(StageSeen(job.stage, state_word(job.state), job.attempts))
        if job.state in _GAVE_UP:
            raise Died(job)


async def _searchable(gateway: Gateway, recording: str) -> bool:
    try:
        answer = await gateway.ask(gateway.query.GetRecording, GetRecordingRequest(name=recording))
    except Unreachable:
        raise
    except Refused as error:
        # The recording's first event may still be on its way to the read side.
        if error.code.name == "NOT_FOUND":
            return False
        raise
    return answer.recording.searchable
