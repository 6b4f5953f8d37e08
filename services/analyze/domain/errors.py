"""What can be wrong with input to the analyze domain."""

from __future__ import annotations


class InvalidAirtime(ValueError):
    """A recording's time cannot be placed: a naive timestamp, or a negative duration or gap."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
