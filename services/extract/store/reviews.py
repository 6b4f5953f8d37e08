"""Reviews in the database."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, insert, or_, select

from mesh.db.database import Transaction
from mesh.errors import Unavailable
from services.extract.domain.airtime import Airtime
from services.extract.domain.reading import Reading
from services.extract.domain.reviews import Place, Review, ReviewAction, ReviewEffect
from services.extract.store.reviews_tables import review_effects, reviews

OF_A_MENTION, OF_A_CALLSIGN = "mention", "callsign"
MOST_OF_A_RECORDING = 1000
_CHAIN_LIMIT = 20
_HEARD_CHARACTERS = 255


class ReviewedMeanwhile(Unavailable):
    """People said something while the transcript was being read; the next attempt heeds it."""

    reason = "REVIEWED_MEANWHILE"


class ReviewRepository:
    """What people said, and what it did. Every method runs inside the caller's transaction."""

    async def add(self, work: Transaction, review: Review) -> None:
        """Store a new review. One of a callsign still has to find the recordings that it concerns."""
        found_at = None if review.place is None else review.created_at
        queued = 0 if review.place is None else 1
        values = _row(review) | {"found_at": found_at, "recordings_queued": queued}
        await work.execute(insert(reviews).values(values))

    async def of_recording(self, work: Transaction, recording: str) -> list[Review]:
        """What holds of this recording's mentions, in the order it was said."""
        return await _read(work, reviews.c.recording == recording, reviews.c.undone_at.is_(None))

    async def of_callsigns(self, work: Transaction, calls: Collection[str], node: str | None) -> list[Review]:
        """What holds of these callsigns wherever they are read, and of those that they became.

        `node`: only what holds there; None: on any node.
        """
        found: dict[str, Review] = {}
        known: set[str] = set()
        asked = frozenset(calls)
        for _ in range(_CHAIN_LIMIT):
            if not asked:
                break
            places = [reviews.c.node.in_(("", node))] if node is not None else []
            holding = reviews.c.scope == OF_A_CALLSIGN, reviews.c.undone_at.is_(None)
            some = await _read(work, reviews.c.base_call.in_(sorted(asked)), *holding, *places)
            found |= {review.id: review for review in some}
            known |= asked
            asked = frozenset(review.new_call for review in some if review.new_call) - known
        return [found[each] for each in sorted(found)]

    async def holding(self, work: Transaction, reading: Reading, calls: Collection[str]) -> list[Review]:
        """All that is to be heeded in this reading, where these calls were read."""
        of_recording = await self.of_recording(work, reading.recording)
        everywhere = await self.of_callsigns(work, calls, reading.node)
        return sorted((*of_recording, *everywhere), key=lambda review: review.id)

    async def keep(self, work: Transaction, reading: Reading) -> None:
        """Store what reviews did in this reading. Raises ReviewedMeanwhile where others hold now than were heeded.

        Without that, a reading that began before a review could overwrite the one that the review asked for.
        """
        heeded = reading.heeded
        if heeded is None:
            return
        now = await self.holding(work, reading, heeded.calls)
        if tuple(review.id for review in now) != heeded.reviews:
            raise ReviewedMeanwhile("people reviewed the recording while it was read", retry_after_seconds=0.1)
        await work.execute(delete(review_effects).where(review_effects.c.recording == reading.recording))
        rows = [_effect_row(reading.recording, ordinal, effect) for ordinal, effect in enumerate(heeded.effects)]
        if rows:
            await work.execute(insert(review_effects), rows)


async def _read(work: Transaction, *conditions: ColumnElement[bool]) -> list[Review]:
    statement = select(reviews).where(*conditions).order_by(reviews.c.id.desc()).limit(MOST_OF_A_RECORDING)
    return [review_of(row) for row in reversed((await work.execute(statement)).mappings().all())]


def about(calls: Iterable[str]) -> ColumnElement[bool]:
    """Reviews of these calls, as they were read or as they are right."""
    wanted = sorted(set(calls))
    return or_(reviews.c.base_call.in_(wanted), reviews.c.new_call.in_(wanted))


def review_of(row: RowMapping) -> Review:
    """A row as a review."""
    return Review(
        id=row["id"],
        action=ReviewAction(row["action"]),
        base_call=row["base_call"],
        new_call=row["new_call"],
        place=_place_of(row) if row["scope"] == OF_A_MENTION else None,
        node=row["node"],
        author=row["author"],
        reason=row["reason"],
        created_at=row["created_at"],
        undone_at=row["undone_at"],
        undone_by=row["undone_by"],
    )


def _place_of(row: RowMapping) -> Place:
    begins, ends = row["begins_ms"], row["ends_ms"]
    return Place(
        recording=row["recording"],
        transcript=row["transcript"],
        segment_index=row["segment_index"],
        start=row["span_start"],
        end=row["span_end"],
        heard=row["heard"],
        airtime=None if begins is None or ends is None else Airtime(begins / 1000, ends / 1000),
    )


def _row(review: Review) -> dict[str, Any]:
    place = review.place
    airtime = place.airtime if place else None
    return {
        "id": review.id,
        "scope": OF_A_MENTION if place else OF_A_CALLSIGN,
        "action": review.action,
        "base_call": review.base_call,
        "new_call": review.new_call,
        "recording": place.recording if place else "",
        "transcript": place.transcript if place else "",
        "segment_index": place.segment_index if place else 0,
        "span_start": place.start if place else 0,
        "span_end": place.end if place else 0,
        "heard": place.heard[:_HEARD_CHARACTERS] if place else "",
        "begins_ms": round(airtime.begins_seconds * 1000) if airtime else None,
        "ends_ms": round(airtime.ends_seconds * 1000) if airtime else None,
        "node": review.node,
        "author": review.author,
        "reason": review.reason,
        "created_at": review.created_at,
        "changed_at": review.created_at,
    }


def _effect_row(recording: str, ordinal: int, effect: ReviewEffect) -> dict[str, Any]:
    return {
        "recording": recording,
        "ordinal": ordinal,
        "review": effect.review,
        "segment_index": effect.segment_index,
        "span_start": effect.start,
        "span_end": effect.end,
        "heard": effect.heard[:_HEARD_CHARACTERS],
        "base_call": effect.base_call,
    }
