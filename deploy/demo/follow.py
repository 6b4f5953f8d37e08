"""Follows the recordings through the mesh until each is searchable or has failed."""

import asyncio
from contextlib import suppress

from clients.cli.conditions import conditions
from clients.cli.feed import follow
from clients.cli.gateway import Gateway
from clients.cli.job_text import error_text
from clients.common.errors import ClientError
from deploy.demo.board import Board
from tsn.ingest.v1.job_pb2 import ListJobsRequest
from tsn.query.v1.query_pb2 import GetRecordingRequest, ListRecordingsRequest, RecordingView, WatchFeedRequest

POLL_SECONDS = 1.0
PAGE_SIZE = 1000


async def show_feed(gateway: Gateway, board: Board) -> None:
    """Show the feed for ever; only for the eyes, so that its failure is not the demonstration's."""
    with suppress(ClientError):
        async for item in follow(gateway, WatchFeedRequest(cursor="begin"), on_gap=lambda _: None):
            board.show(item)


async def wait_until_settled(gateway: Gateway, board: Board, expected: int) -> None:
    """Return once `expected` recordings are searchable or dead; for ever if they never are. A service may be away."""
    while True:
        with suppress(ClientError):
            views = await recordings(gateway)
            board.correct(views)
            dead = await dead_recordings(gateway)
            settled = {view.recording.name for view in views if view.searchable} | dead.keys()
            if len(settled) >= expected:
                return
        await asyncio.sleep(POLL_SECONDS)


async def recordings(gateway: Gateway) -> list[RecordingView]:
    """All recordings, without words. Raises ClientError."""
    request = ListRecordingsRequest(page_size=PAGE_SIZE)
    return list((await gateway.ask(gateway.query.ListRecordings, request)).recordings)


async def whole_recordings(gateway: Gateway) -> list[RecordingView]:
    """All recordings with everything about them. Raises ClientError."""
    requests = [GetRecordingRequest(name=view.recording.name) for view in await recordings(gateway)]
    return [(await gateway.ask(gateway.query.GetRecording, request)).recording for request in requests]


async def dead_recordings(gateway: Gateway) -> dict[str, str]:
    """Recordings with a job that gave up, and why. Raises ClientError."""
    request = ListJobsRequest(filter=conditions(("state", "=", "dead")), page_size=PAGE_SIZE)
    answer = await gateway.ask(gateway.jobs.ListJobs, request)
    return {job.recording: f"{job.stage}: {error_text(job)}" for job in answer.jobs}
