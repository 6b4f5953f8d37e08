"""The parts that deal with corrections, put together."""

from dataclasses import dataclass

from mesh.leaves import Leaves
from mesh.rpc.paging import PageTokens
from services.extract.corrections.handler import CorrectionHandler
from services.extract.corrections.in_force import CorrectionsInForce
from services.extract.metrics import ExtractMetrics
from services.extract.steps.corrections import CorrectionsStep
from services.extract.store.corrections import CorrectionRepository


@dataclass(frozen=True)
class CorrectionParts:
    """What is in force, the step that takes it, and what people change it by."""

    in_force: CorrectionsInForce
    step: CorrectionsStep
    handler: CorrectionHandler

    @classmethod
    def of(cls, leaves: Leaves, *, metrics: ExtractMetrics, pages: PageTokens) -> "CorrectionParts":
        """The parts on the leaves of a process."""
        repository = CorrectionRepository(database=leaves.database, clock=leaves.clock)
        in_force = CorrectionsInForce(repository=repository, bus=leaves.bus, metrics=metrics)
        return cls(
            in_force=in_force,
            step=CorrectionsStep(in_force.spelling),
            handler=CorrectionHandler(repository=repository, in_force=in_force, pages=pages),
        )
