"""gRPC of the corrections."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

import grpc

from mesh.rpc.paging import PageTokens, page_limit
from services.extract.convert import mention_to_wire
from services.extract.corrections.convert import (
    change_to_wire,
    changed,
    correction_from_wire,
    heard_in,
    paths_in,
    stored_to_wire,
    tried_from_wire,
    word_to_wire,
)
from services.extract.corrections.filters import conditions_on_changes, conditions_on_corrections
from services.extract.corrections.in_force import CorrectionsInForce
from services.extract.domain.authors import checked_author
from services.extract.domain.model import Mention, SegmentText
from services.extract.domain.spelling import SpelledWord, Spelling
from services.extract.limits import TEXTS_LIMIT, TooManyTexts, checked_text
from services.extract.store.corrections import CorrectionRepository
from tsn.extract.v1 import correction_pb2 as pb
from tsn.extract.v1 import correction_pb2_grpc

PAGE_DEFAULT, PAGE_MOST = 50, 1000
TRIED_LIMIT = 100
Context = grpc.aio.ServicerContext[Any, Any]


class CorrectionHandler(correction_pb2_grpc.CorrectionServiceServicer):
    """CorrectionService."""

    def __init__(self, *, repository: CorrectionRepository, in_force: CorrectionsInForce, pages: PageTokens) -> None:
        self._repository = repository
        self._in_force = in_force
        self._pages = pages

    async def ListCorrections(self, request: pb.ListCorrectionsRequest, context: Context) -> pb.ListCorrectionsResponse:
        """Return one page, in order of what is heard."""
        limit = page_limit(request.page_size, default=PAGE_DEFAULT, most=PAGE_MOST)
        same = f"ListCorrections {request.filter}"
        after = str(self._pages.read(request.page_token, request=same)[0]) if request.page_token else ""
        conditions = conditions_on_corrections(request.filter)
        version, found = await self._repository.page(conditions, after=after, limit=limit + 1)
        more = len(found) > limit
        return pb.ListCorrectionsResponse(
            corrections=[stored_to_wire(stored) for stored in found[:limit]],
            next_page_token=self._pages.issue([found[limit - 1].correction.heard], request=same) if more else "",
            version=version,
        )

    async def GetCorrection(self, request: pb.GetCorrectionRequest, context: Context) -> pb.GetCorrectionResponse:
        """Return one correction."""
        return pb.GetCorrectionResponse(correction=stored_to_wire(await self._repository.get(heard_in(request.name))))

    async def CreateCorrection(
        self, request: pb.CreateCorrectionRequest, context: Context
    ) -> pb.CreateCorrectionResponse:
        """Add one; it is in force here when the answer comes."""
        author = checked_author(request.author)
        version, stored = await self._repository.create(correction_from_wire(request.correction), author=author)
        await self._put_in_force()
        return pb.CreateCorrectionResponse(correction=stored_to_wire(stored), version=version)

    async def UpdateCorrection(
        self, request: pb.UpdateCorrectionRequest, context: Context
    ) -> pb.UpdateCorrectionResponse:
        """Change one; as it is now it is in force here when the answer comes."""
        author, message = checked_author(request.author), request.correction
        heard, paths = heard_in(message.name), paths_in(request.update_mask, message)
        version, stored = await self._repository.update(
            heard, lambda before: changed(before, message, paths), author=author
        )
        await self._put_in_force()
        return pb.UpdateCorrectionResponse(correction=stored_to_wire(stored), version=version)

    async def DeleteCorrection(
        self, request: pb.DeleteCorrectionRequest, context: Context
    ) -> pb.DeleteCorrectionResponse:
        """Remove one."""
        version = await self._repository.delete(heard_in(request.name), author=checked_author(request.author))
        await self._put_in_force()
        return pb.DeleteCorrectionResponse(version=version)

    async def ListCorrectionChanges(
        self, request: pb.ListCorrectionChangesRequest, context: Context
    ) -> pb.ListCorrectionChangesResponse:
        """Return one page of changes, the latest first."""
        limit = page_limit(request.page_size, default=PAGE_DEFAULT, most=PAGE_MOST)
        same = f"ListCorrectionChanges {request.filter}"
        before = int(self._pages.read(request.page_token, request=same)[0]) if request.page_token else None
        conditions = conditions_on_changes(request.filter)
        found = await self._repository.changes(conditions, before=before, limit=limit + 1)
        more = len(found) > limit
        return pb.ListCorrectionChangesResponse(
            changes=[change_to_wire(change) for change in found[:limit]],
            next_page_token=self._pages.issue([found[limit - 1].version], request=same) if more else "",
        )

    async def TestCorrections(self, request: pb.TestCorrectionsRequest, context: Context) -> pb.TestCorrectionsResponse:
        """Read a text with and without."""
        if len(request.corrections) > TRIED_LIMIT:
            raise TooManyTexts(f"at most {TRIED_LIMIT} corrections", field="corrections")
        if len(request.roster) > TEXTS_LIMIT:
            raise TooManyTexts(f"at most {TEXTS_LIMIT} roster entries", field="roster")
        segments = [SegmentText(0, checked_text(request.text, field="text"))]
        roster = frozenset(call.upper() for call in request.roster)
        tried = [tried_from_wire(message) for message in request.corrections]
        await self._in_force.look()
        now = self._in_force.spelling()
        before, after = await asyncio.gather(
            *(asyncio.to_thread(_read, spelling, segments, roster) for spelling in (now, now.trying(tried)))
        )
        return pb.TestCorrectionsResponse(
            before=[mention_to_wire(mention) for mention in before.mentions],
            after=[mention_to_wire(mention) for mention in after.mentions],
            version=now.version,
            words_before=[word_to_wire(word) for word in before.words],
            words_after=[word_to_wire(word) for word in after.words],
        )

    async def _put_in_force(self) -> None:
        await self._in_force.tell()
        await self._in_force.look()


class _Read(NamedTuple):
    """What one spelling makes of a text."""

    mentions: list[Mention]
    words: list[SpelledWord]


def _read(spelling: Spelling, segments: Sequence[SegmentText], roster: frozenset[str]) -> _Read:
    words = [word for segment in segments for word in spelling.words(segment.text)]
    return _Read(spelling.extractor.extract(segments, roster), words)
