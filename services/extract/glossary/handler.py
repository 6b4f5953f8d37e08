"""gRPC of the glossary."""

from typing import Any

import grpc

from mesh.clock import Clock
from mesh.db.database import Database
from mesh.ids import new_id
from mesh.rpc.paging import PageTokens, page_limit
from services.extract.domain.authors import checked_author
from services.extract.domain.glossary import Glossary, TermUnknown
from services.extract.glossary.convert import (
    glossary_to_wire,
    new_term_from_wire,
    node_in,
    term_id_in,
    term_to_wire,
)
from services.extract.priors import Priors
from services.extract.store.glossary import GlossaryRepository
from tsn.extract.v1 import glossary_pb2 as pb
from tsn.extract.v1 import glossary_pb2_grpc

PAGE_DEFAULT, PAGE_MOST = 50, 1000
Context = grpc.aio.ServicerContext[Any, Any]


class GlossaryHandler(glossary_pb2_grpc.GlossaryServiceServicer):
    """GlossaryService."""

    def __init__(
        self, *, database: Database, repository: GlossaryRepository, priors: Priors, pages: PageTokens, clock: Clock
    ) -> None:
        self._database = database
        self._repository = repository
        self._priors = priors
        self._pages = pages
        self._clock = clock

    async def GetGlossary(self, request: pb.GetGlossaryRequest, context: Context) -> pb.GetGlossaryResponse:
        """Return what is often said on a node."""
        node = node_in(request.node)
        regulars = await self._priors.regulars(node, self._clock.now())
        async with self._database.transaction() as work:
            terms = await self._repository.of_node(work, node)
        return pb.GetGlossaryResponse(
            glossary=glossary_to_wire(node, Glossary.of(regulars=regulars.to_profile, terms=terms))
        )

    async def ListGlossaryTerms(
        self, request: pb.ListGlossaryTermsRequest, context: Context
    ) -> pb.ListGlossaryTermsResponse:
        """Return one page of terms."""
        limit = page_limit(request.page_size, default=PAGE_DEFAULT, most=PAGE_MOST)
        same = f"ListGlossaryTerms {request.node}"
        after = str(self._pages.read(request.page_token, request=same)[0]) if request.page_token else ""
        node = node_in(request.node) if request.node else None
        async with self._database.transaction() as work:
            found = await self._repository.page(work, node=node, after=after, limit=limit + 1)
        more = len(found) > limit
        return pb.ListGlossaryTermsResponse(
            terms=[term_to_wire(term) for term in found[:limit]],
            next_page_token=self._pages.issue([found[limit - 1].id], request=same) if more else "",
        )

    async def CreateGlossaryTerm(
        self, request: pb.CreateGlossaryTermRequest, context: Context
    ) -> pb.CreateGlossaryTermResponse:
        """Add a term."""
        author, term = checked_author(request.author), new_term_from_wire(request.term)
        async with self._database.transaction() as work:
            added = await self._repository.add(work, term, term_id=new_id(), author=author, at=self._clock.now())
        return pb.CreateGlossaryTermResponse(term=term_to_wire(added))

    async def DeleteGlossaryTerm(
        self, request: pb.DeleteGlossaryTermRequest, context: Context
    ) -> pb.DeleteGlossaryTermResponse:
        """Remove a term."""
        author, term_id = checked_author(request.author), term_id_in(request.name)
        async with self._database.transaction() as work:
            if not await self._repository.remove(work, term_id, author=author, at=self._clock.now()):
                raise TermUnknown(request.name)
        return pb.DeleteGlossaryTermResponse()
