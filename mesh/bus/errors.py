"""Failures of the bus."""

from mesh.errors import InvalidInput, Unavailable


class BusUnavailable(Unavailable):
    """NATS does not answer."""

    reason = "BUS_UNAVAILABLE"


class MessageTooLarge(InvalidInput):
    """A message that no stream takes, today or later."""

    reason = "MESSAGE_TOO_LARGE"

    def __init__(self, *, subject: str, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"a message of {size_bytes} bytes on {subject} is over the limit of {limit_bytes}",
            facts={"subject": subject, "size_bytes": size_bytes, "limit_bytes": limit_bytes},
        )
