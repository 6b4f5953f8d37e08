"""How people's word is given in tests, and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from sqlalchemy import select

from mesh.pipeline.states import ENDED
from mesh.pipeline.tables import jobs
from mesh.rpc.errors import error_reason
from services.extract.store.tables import mentions
from tests.support.bench import Bench
from tests.support.eventually import eventually
from tests.support.wire import a_recording, completed
from tsn.extract.v1 import review_pb2 as pb
from tsn.extract.v1.review_pb2_grpc import ReviewServiceStub
from tsn.ingest.v1.recording_pb2 import Recording

CONFIRM, REJECT, REPLACE, ADD, MERGE = (
    pb.REVIEW_ACTION_CONFIRM,
    pb.REVIEW_ACTION_REJECT,
    pb.REVIEW_ACTION_REPLACE,
    pb.REVIEW_ACTION_ADD,
    pb.REVIEW_ACTION_MERGE,
)


@dataclass(frozen=True)
class People:
    """A running extract, as people speak to it."""

    base: Bench
    stub: ReviewServiceStub

    async def heard(self, *texts: str, **where: Any) -> Recording:
        """A recording that was read."""
        recording = a_recording(**where)
        event = completed(recording, *texts)
        await self.base.ended(await self.base.enqueue("extract", recording.name, event.SerializeToString()))
        return recording

    async def say(self, recording: Recording, action: "pb.ReviewAction", **fields: Any) -> pb.Review:
        """A word on a mention, and all that follows from it."""
        request = pb.ReviewMentionRequest(recording=recording.name, action=action, **{"author": "ann"} | fields)
        review = (await self.stub.ReviewMention(request, timeout=30)).review
        await self.all_read()
        return review

    async def say_everywhere(self, action: "pb.ReviewAction", **fields: Any) -> pb.Review:
        """A word on a callsign, and all that follows from it."""
        request = pb.ReviewCallsignRequest(action=action, **{"author": "ann"} | fields)
        review = (await self.stub.ReviewCallsign(request, timeout=30)).review
        return await self.followed(review.name)

    async def undo(self, review: pb.Review) -> pb.Review:
        """Take a word back, and all that follows from it."""
        answer = await self.stub.UndoReview(pb.UndoReviewRequest(name=review.name, author="bob"), timeout=30)
        return await self.followed(answer.review.name)

    async def followed(self, name: str) -> pb.Review:
        """The review once all recordings that it concerns were found and read again."""
        found: list[pb.Review] = []

        async def done() -> bool:
            found[:] = [(await self.stub.GetReview(pb.GetReviewRequest(name=name), timeout=30)).review]
            return not found[0].finding

        await eventually(done)
        await self.all_read()
        return found[0]

    async def all_read(self) -> None:
        """Return when every job of extract has ended."""

        async def ended() -> bool:
            rows = await self.base.rows(select(jobs.c.state).where(jobs.c.stage == "extract"))
            return all(row["state"] in ENDED for row in rows)

        await eventually(ended)

    async def calls(self, recording: Recording) -> list[str]:
        """Base calls of a recording, in order."""
        return [row["base_call"] for row in await self.rows(recording)]

    async def rows(self, recording: Recording) -> Sequence[dict[str, Any]]:
        """The mentions of a recording as they are stored."""
        here = select(mentions).where(mentions.c.recording == recording.name).order_by(mentions.c.ordinal)
        return await self.base.rows(here)


async def refused(call: Any) -> tuple[str, str, str]:
    """Status code, reason and message with which a call fails."""
    with pytest.raises(grpc.aio.AioRpcError) as failure:
        await call
    return failure.value.code().name, error_reason(failure.value), failure.value.details() or ""
