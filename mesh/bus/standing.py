"""Which stream it is, and how far its readers are: what tells whether a message was lost with its stream."""

from dataclasses import dataclass

from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo, StreamInfo

_PAGE = 256
"""Consumers that the server lists at once."""


@dataclass(frozen=True)
class Stored:
    """Where a message lies."""

    stream: str
    life: str
    """As in Standing; empty or an earlier one where the bus could not know better."""
    sequence: int


@dataclass(frozen=True)
class Standing:
    """A stream and its readers."""

    life: str
    """Names this stream: one that is made anew after a loss has another."""
    done_to: int
    """Up to here no reader needs a message: every durable consumer has acknowledged it, or it was deleted."""


def life_of(info: StreamInfo) -> str:
    """When the stream was made, which stays through restarts, restores and changes of leader."""
    return info.created.isoformat() if info.created else ""


async def standing_of(stream: JetStreamContext, name: str) -> Standing:
    """Ask the server. Raises nats.errors.Error, TimeoutError."""
    info = await stream.stream_info(name)
    durable = [each for each in await _consumers(stream, name) if each.config.durable_name]
    # A consumer's count of what is pending may lag behind the stream; what it acknowledged does not.
    done = min((each.ack_floor.stream_seq if each.ack_floor else 0 for each in durable), default=0)
    return Standing(life=life_of(info), done_to=max(done, info.state.first_seq - 1))


async def _consumers(stream: JetStreamContext, name: str) -> list[ConsumerInfo]:
    found: list[ConsumerInfo] = []
    while True:
        page = await stream.consumers_info(name, offset=len(found))
        found += page
        if len(page) < _PAGE:
            return found
