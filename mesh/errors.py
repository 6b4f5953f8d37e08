"""Expected failures. Domains subclass these; the gRPC interceptor turns them into a status, once.

Each class says how a caller should take it (`kind`) and carries its facts; `reason` is stable and machine-readable.
"""

from collections.abc import Mapping
from enum import Enum


class Kind(Enum):
    """How a failure is to be taken, independent of any transport."""

    INVALID = "invalid"
    """The request can never succeed as it is."""
    NOT_FOUND = "not_found"
    """What was asked for does not exist."""
    EXISTS = "exists"
    """What was to be made exists already."""
    PRECONDITION = "precondition"
    """The state of things forbids it; changing the state first would help."""
    OUT_OF_RANGE = "out_of_range"
    """Past what is kept."""
    EXHAUSTED = "exhausted"
    """A limit is reached; later may work."""
    UNAVAILABLE = "unavailable"
    """A part that is needed does not answer; later may work."""
    DATA_LOSS = "data_loss"
    """What should be there is gone."""
    UNIMPLEMENTED = "unimplemented"
    """This version does not do it."""
    INTERNAL = "internal"
    """A fault of ours."""


TRANSIENT_KINDS = frozenset({Kind.EXHAUSTED, Kind.UNAVAILABLE, Kind.INTERNAL})


class TsnError(Exception):
    """Base of every expected failure."""

    kind: Kind = Kind.INTERNAL
    reason: str = "INTERNAL"

    def __init__(
        self,
        message: str,
        *,
        facts: Mapping[str, object] | None = None,
        field: str | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.facts = {key: str(value) for key, value in (facts or {}).items()}
        self.field = field
        self.retry_after_seconds = retry_after_seconds

    @property
    def transient(self) -> bool:
        """True when the same thing may succeed later."""
        return self.kind in TRANSIENT_KINDS


class InvalidInput(TsnError):
    """The request can never succeed as it is."""

    kind = Kind.INVALID
    reason = "INVALID_INPUT"


class NotFound(TsnError):
    """What was asked for does not exist."""

    kind = Kind.NOT_FOUND
    reason = "NOT_FOUND"


class Unavailable(TsnError):
    """A part that is needed does not answer."""

    kind = Kind.UNAVAILABLE
    reason = "DEPENDENCY_UNAVAILABLE"


class NotServed(TsnError):
    """Part of the contract that this version does not serve yet."""

    kind = Kind.UNIMPLEMENTED
    reason = "NOT_SERVED"

    def __init__(self, method: str) -> None:
        super().__init__(f"this version does not serve {method}", facts={"method": method})
