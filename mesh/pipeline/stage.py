"""A stage of the pipeline, as its service writes it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from mesh.db.database import Transaction
from mesh.pipeline.claims import Claim
from mesh.pipeline.states import JobState


@dataclass(frozen=True)
class Outcome:
    """What came of the work: how it ended and how to store it."""

    store: Callable[[Transaction], Awaitable[None]]
    """Writes the result, events and the next stage's job; runs in the transaction that ends the job. May run twice."""
    state: JobState = JobState.SUCCEEDED
    note: str = ""


class Stage(Protocol):
    """The work of a service, as the worker sees it."""

    name: str

    async def work(self, claim: Claim) -> Outcome:
        """Do the long part, outside any transaction; the failure class of what it raises decides what follows.

        Cancelled when the job is: what it started then has to end with it.
        """
        ...
