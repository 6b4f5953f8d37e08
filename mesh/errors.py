"""Expected failures. Domains subclass these; the gRPC interceptor turns them into a status, once.

Each class says how a caller should take it (`kind`) and carries its facts; `reason` is stable and machine-readable.
"""

from collections.abc import Mapping
from enum import Enum, StrEnum


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
    FORBIDDEN = "forbidden"
    """What was asked for is not allowed here, whoever asks."""
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


class FailureClass(StrEnum):
    """What a failure means for the work that met it."""

    TRANSIENT = "transient"
    """Another attempt may succeed; attempts are limited."""
    BAD_INPUT = "bad_input"
    """The input itself is at fault: no attempt can succeed."""
    PERMANENT = "permanent"
    """Something else than the input forbids it: trying again changes nothing."""
    CRASH = "crash"
    """The process that worked on it died; counts as an attempt, since the work may have killed it."""
    DEPENDENCY = "dependency"
    """A part that is needed does not answer: not the work's fault, so it is put off and no attempt is used up."""


TRANSIENT_KINDS = frozenset({Kind.EXHAUSTED, Kind.UNAVAILABLE, Kind.INTERNAL})


class TsnError(Exception):
    """Base of every expected failure."""

    kind: Kind = Kind.INTERNAL
    reason: str = "INTERNAL"
    failure: FailureClass | None = None
    """What it means for work, where that does not follow from `kind`."""

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


_CLASSES = {
    Kind.INVALID: FailureClass.BAD_INPUT,
    Kind.DATA_LOSS: FailureClass.BAD_INPUT,
    Kind.UNAVAILABLE: FailureClass.DEPENDENCY,
}


def failure_class(error: BaseException) -> FailureClass:
    """What `error` means for the work that raised it. What nobody expected counts as transient."""
    if not isinstance(error, TsnError):
        return FailureClass.TRANSIENT
    if error.failure is not None:
        return error.failure
    return _CLASSES.get(error.kind, FailureClass.TRANSIENT if error.transient else FailureClass.PERMANENT)
