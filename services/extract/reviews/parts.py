"""Builds what people speak to when they review."""

from dataclasses import dataclass
from datetime import timedelta

from mesh.leaves import Leaves
from mesh.rpc.paging import PageTokens
from services.extract.config import ExtractSettings
from services.extract.rereading import Rereading
from services.extract.reviews.finding import ReviewFinding
from services.extract.reviews.handler import ReviewHandler
from services.extract.reviews.labels import Labels
from services.extract.reviews.opting_out import OptingOut
from services.extract.reviews.reading import ReviewReader
from services.extract.reviews.reviewing import Reviewing
from services.extract.steps.reviews import ReviewsStep
from services.extract.store.opt_outs import OptOutRepository
from services.extract.store.repository import MentionRepository
from services.extract.store.reviews import ReviewRepository


@dataclass(frozen=True)
class ReviewParts:
    """The step, the handler, and what follows reviews of callsigns."""

    step: ReviewsStep
    repository: ReviewRepository
    handler: ReviewHandler
    finding: ReviewFinding

    @classmethod
    def of(
        cls, leaves: Leaves, settings: ExtractSettings, *, mentions: MentionRepository, pages: PageTokens
    ) -> "ReviewParts":
        """All of them, ready to run."""
        database, clock = leaves.database, leaves.clock
        repository, rereading = ReviewRepository(), Rereading(leaves.jobs)
        finding = ReviewFinding(
            database=database,
            rereading=rereading,
            clock=clock,
            settle=timedelta(seconds=settings.review_settle_seconds),
        )
        handler = ReviewHandler(
            reviewing=Reviewing(
                database=database, repository=repository, mentions=mentions, rereading=rereading, clock=clock
            ),
            finding=finding,
            reader=ReviewReader(database=database, mentions=mentions),
            labels=Labels(database=database, mentions=mentions, rereading=rereading),
            opting_out=OptingOut(database=database, repository=OptOutRepository(), clock=clock),
            pages=pages,
        )
        return cls(ReviewsStep(database=database, repository=repository), repository, handler, finding)
