"""What is known of nodes and channels, put together."""

from dataclasses import dataclass

from mesh.leaves import Leaves
from mesh.rpc.paging import PageTokens
from services.extract.expecting import LivePriors
from services.extract.glossary.handler import GlossaryHandler
from services.extract.priors import Priors
from services.extract.store.glossary import GlossaryRepository
from services.extract.store.opt_outs import OptOutRepository
from services.extract.store.priors import PriorsRepository
from services.extract.store.reviews import ReviewRepository


@dataclass(frozen=True)
class GlossaryParts:
    """Who is expected where, and what recognisers and people ask of it."""

    priors: Priors
    live: LivePriors
    handler: GlossaryHandler

    @classmethod
    def of(cls, leaves: Leaves, heard: PriorsRepository, *, pages: PageTokens) -> "GlossaryParts":
        """The parts on the leaves of a process."""
        priors = Priors(
            database=leaves.database, repository=heard, reviews=ReviewRepository(), opt_outs=OptOutRepository()
        )
        handler = GlossaryHandler(
            database=leaves.database,
            repository=GlossaryRepository(),
            priors=priors,
            pages=pages,
            clock=leaves.clock,
        )
        return cls(priors, LivePriors(priors=priors, clock=leaves.clock), handler)
