"""People say that a reading is right or wrong: their word is kept, and what it concerns is read again."""

from dataclasses import dataclass

from sqlalchemy import select, update

from mesh.clock import Clock
from mesh.db.database import Database, Transaction
from mesh.ids import new_id
from services.extract.convert import reading_of
from services.extract.domain.airtime import airtime_of
from services.extract.domain.model import Mention
from services.extract.domain.reading import Reading
from services.extract.domain.review_checks import no_circle, same_word, span_to_add, the_one
from services.extract.domain.review_errors import MentionThere, MentionUnknown, ReviewUndone, ReviewUnknown
from services.extract.domain.reviews import Place, Review, ReviewAction
from services.extract.rereading import Rereading
from services.extract.store.repository import MentionRepository
from services.extract.store.reviews import ReviewRepository, review_of
from services.extract.store.reviews_tables import reviews


@dataclass(frozen=True)
class Word:
    """What a person says, with what belongs to it checked already."""

    action: ReviewAction
    base_call: str
    new_call: str
    author: str
    reason: str
    node: str = ""


@dataclass(frozen=True)
class Where:
    """Which mention is meant, or where one is to be added, as far as the person said it."""

    segment_index: int | None = None
    start: int | None = None
    end: int | None = None
    heard: str = ""


class Reviewing:
    """Takes people's word. Every method is one transaction and raises DatabaseUnavailable."""

    def __init__(
        self,
        *,
        database: Database,
        repository: ReviewRepository,
        mentions: MentionRepository,
        rereading: Rereading,
        clock: Clock,
    ) -> None:
        self._database = database
        self._repository = repository
        self._mentions = mentions
        self._rereading = rereading
        self._clock = clock

    async def of_mention(self, recording: str, word: Word, where: Where) -> Review:
        """Keep the word and have the recording read again; the same word again is the review that there is.

        Raises NeverRead, MentionUnknown, MentionAmbiguous, MentionThere, PlaceUnknown, ReviewIncomplete.
        """

        async def take(work: Transaction) -> Review:
            reading = reading_of(await self._rereading.current(work, recording))
            held = await self._repository.of_recording(work, recording)
            there = await self._mentions.of_recording(work, recording)
            adding = word.action is ReviewAction.ADD
            place = _place_to_add(reading, where) if adding else _place_of(reading, there, held, word.base_call, where)
            review = self._review(word, place, node=reading.node)
            last = next((each for each in reversed(held) if each.place and _same_place(each.place, place)), None)
            if last is not None and same_word(last, review):
                return last
            if adding:
                _check_free(there, place, word.new_call, where)
            await self._repository.add(work, review)
            await self._rereading.queue(work, recording, why=f"review/{review.id}")
            return review

        return await self._database.run(take)

    async def of_callsign(self, word: Word) -> Review:
        """Keep the word; the recordings concerned are found and read again later. Raises ReviewConflict."""

        async def take(work: Transaction) -> Review:
            review = self._review(word, None, node=word.node)
            node = word.node or None
            no_circle(review, await self._repository.of_callsigns(work, [word.new_call], node))
            held = await self._repository.of_callsigns(work, [word.base_call], node)
            last = next((each for each in reversed(held) if each.base_call == word.base_call), None)
            if last is not None and same_word(last, review):
                return last
            await self._repository.add(work, review)
            return review

        return await self._database.run(take)

    async def undo(self, review_id: str, author: str) -> Review:
        """Take a review back and have what it concerned read again. Raises ReviewUnknown, ReviewUndone."""

        async def take(work: Transaction) -> Review:
            statement = select(reviews).where(reviews.c.id == review_id).with_for_update()
            row = (await work.execute(statement)).mappings().one_or_none()
            if row is None:
                raise ReviewUnknown(f"reviews/{review_id}")
            if row["undone_at"] is not None:
                raise ReviewUndone(f"reviews/{review_id}", row["undone_by"])
            now = self._clock.now()
            of_a_mention = review_of(row).place is not None
            # For a callsign, what it did has to be found: from the beginning, also where finding was not done yet.
            finding = {} if of_a_mention else {"found_at": None, "position": "", "passes": 0, "recordings_queued": 0}
            undone = {"undone_at": now, "undone_by": author, "changed_at": now} | finding
            await work.execute(update(reviews).where(reviews.c.id == review_id).values(undone))
            if of_a_mention:
                await self._rereading.queue(work, row["recording"], why=f"undo/{review_id}")
            return review_of((await work.execute(select(reviews).where(reviews.c.id == review_id))).mappings().one())

        return await self._database.run(take)

    def _review(self, word: Word, place: Place | None, *, node: str) -> Review:
        return Review(
            id=new_id(),
            action=word.action,
            base_call=word.base_call,
            new_call=word.new_call,
            place=place,
            node=node,
            author=word.author,
            reason=word.reason,
            created_at=self._clock.now(),
        )


def _place_of(reading: Reading, there: list[Mention], held: list[Review], call: str, where: Where) -> Place:
    """Where the mention meant is: as it stands, else as somebody who spoke of it before saw it."""
    meant = [mention for mention in there if mention.base_call == call and _is_meant(mention, where)]
    mention = the_one(call, meant)
    if mention is not None:
        return _place(reading, mention.segment_index, mention.start, mention.end)
    for review in reversed(held):
        if review.place is not None and call in (review.base_call, review.new_call) and _is_meant(review.place, where):
            return review.place
    raise MentionUnknown(call, reading.recording, there)


def _is_meant(at: Mention | Place, where: Where) -> bool:
    return where.segment_index in (None, at.segment_index) and where.start in (None, at.start)


def _place_to_add(reading: Reading, where: Where) -> Place:
    return _place(reading, *span_to_add(reading.segments, where.segment_index, where.start, where.end, where.heard))


def _check_free(there: list[Mention], place: Place, call: str, where: Where) -> None:
    """Raises MentionThere where other words of the place are a mention, or the whole segment has the call already."""
    precise = where.start is not None or bool(where.heard)
    for mention in there:
        if mention.segment_index != place.segment_index or (not precise and mention.base_call != call):
            continue
        if mention.start < place.end and place.start < mention.end:
            raise MentionThere(mention)


def _place(reading: Reading, segment_index: int, start: int, end: int) -> Place:
    return Place(
        recording=reading.recording,
        transcript=reading.transcript,
        segment_index=segment_index,
        start=start,
        end=end,
        heard=reading.text_of(segment_index)[start:end],
        airtime=airtime_of(reading, segment_index, start, end),
    )


def _same_place(one: Place, other: Place) -> bool:
    same_segment = (one.transcript, one.segment_index) == (other.transcript, other.segment_index)
    return same_segment and one.start < other.end and other.start < one.end
