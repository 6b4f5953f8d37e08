"""What people's word touched, as labelled lines: each correction can become a regression test."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, tuple_

from mesh.db.database import Database, Transaction
from services.extract.convert import segments_from_wire
from services.extract.domain.model import Mention, MentionReview, SegmentText
from services.extract.rereading import NeverRead, Rereading
from services.extract.store.repository import MentionRepository
from services.extract.store.reviews_tables import review_effects, reviews

LINES_MOST = 20_000
OF_ONE_REVIEW_MOST = 20
"""Recordings of one review: that of a callsign may concern thousands of recordings, which teach the same."""
_PAGE_ROWS = 200
_EXPECTED = frozenset({"roster", "regular", "conversation", "net"})
"""Facts that say that a call was expected."""
_CONTINUED = "continues:next segment"


@dataclass(frozen=True)
class Label:
    """A text with the callsigns in it. `note`: who said so, and what nobody looked at."""

    id: str
    text: str
    callsigns: tuple[str, ...]
    roster: tuple[str, ...]
    form: str
    note: str


class Labels:
    """Reads them page by page. Raises DatabaseUnavailable."""

    def __init__(self, *, database: Database, mentions: MentionRepository, rereading: Rereading) -> None:
        self._database = database
        self._mentions = mentions
        self._rereading = rereading

    async def export(self, since: datetime | None) -> AsyncIterator[Label]:
        """Every segment touched by a review that holds, the last touched first, each text once."""
        told: set[bytes] = set()
        touched: dict[tuple[str, int], None] = {}
        of_review: dict[str, set[str]] = {}
        after: tuple[str, str, int] | None = None
        while len(told) < LINES_MOST:
            rows = await self._page(since, after)
            for row in rows:
                recordings = of_review.setdefault(row.review, set())
                place = (row.recording, row.segment_index)
                if place in touched or (len(recordings) >= OF_ONE_REVIEW_MOST and row.recording not in recordings):
                    continue
                recordings.add(row.recording)
                touched[place] = None
                label = await self._label(*place, row.author)
                if label is not None and (digest := _digest(label.text)) not in told:
                    told.add(digest)
                    yield label
            if len(rows) < _PAGE_ROWS:
                return
            after = (rows[-1].review, rows[-1].recording, rows[-1].ordinal)
            of_review = {after[0]: of_review[after[0]]}

    async def _page(self, since: datetime | None, after: tuple[str, str, int] | None) -> Sequence[Any]:
        row = review_effects.c
        statement = (
            select(row.review, row.recording, row.ordinal, row.segment_index, reviews.c.author)
            .join(reviews, reviews.c.id == row.review)
            .where(reviews.c.undone_at.is_(None))
            .order_by(row.review.desc(), row.recording, row.ordinal)
            .limit(_PAGE_ROWS)
        )
        if since is not None:
            statement = statement.where(reviews.c.created_at >= since)
        if after is not None:
            further = and_(row.review == after[0], tuple_(row.recording, row.ordinal) > after[1:])
            statement = statement.where(or_(row.review < after[0], further))

        async def read(work: Transaction) -> Sequence[Any]:
            return (await work.execute(statement)).all()

        return await self._database.run(read)

    async def _label(self, recording: str, segment_index: int, author: str) -> Label | None:
        async def read(work: Transaction) -> tuple[Sequence[SegmentText], list[Mention]]:
            completed = await self._rereading.current(work, recording)
            segments = segments_from_wire(completed.transcript.segments)
            return segments, await self._mentions.of_recording(work, recording)

        try:
            segments, mentions = await self._database.run(read)
        except NeverRead:
            return None
        return label_of(recording, segment_index, segments, mentions, author)


def label_of(
    recording: str, segment_index: int, segments: Sequence[SegmentText], mentions: Sequence[Mention], author: str
) -> Label | None:
    """The segment as a labelled line, with the next where a call goes on there; None where it has no text."""
    texts = {segment.index: segment.text for segment in segments}
    here = [mention for mention in mentions if mention.segment_index == segment_index]
    parts = [texts.get(segment_index, "").strip()]
    if any(_CONTINUED in mention.evidence for mention in here):
        parts.append(texts.get(segment_index + 1, "").strip())
        here += [mention for mention in mentions if mention.segment_index == segment_index + 1]
    text = " ".join(filter(None, parts))
    if not text:
        return None
    unseen = dict.fromkeys(mention.base_call for mention in here if mention.review is MentionReview.NONE)
    return Label(
        id=f"review-{recording.rpartition('/')[2]}-{segment_index}",
        text=text,
        callsigns=tuple(dict.fromkeys(mention.base_call for mention in here)),
        roster=tuple(dict.fromkeys(mention.base_call for mention in here if _expected(mention))),
        form=here[0].form if here else "negative_review",
        note=f"by {author}" + (f"; nobody looked at {', '.join(unseen)}" if unseen else ""),
    )


def _expected(mention: Mention) -> bool:
    return any(fact.partition(":")[0] in _EXPECTED for fact in mention.evidence)


def _digest(text: str) -> bytes:
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).digest()
