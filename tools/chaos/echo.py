"""Hears what is published to the streams and publishes it again, as a fault."""

import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from mesh.bus.bus import MESSAGE_ID
from mesh.bus.streams import EVENT_SUBJECTS

_REMEMBERED = 400
_PUBLISH_SECONDS = 5.0


@dataclass(frozen=True)
class _Heard:
    subject: str
    data: bytes
    headers: Mapping[str, str]


class Echo:
    """Keeps the last messages of all streams. `connect` it, `close` it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = Client()
        self._heard: deque[_Heard] = deque(maxlen=_REMEMBERED)

    async def connect(self) -> None:
        """Begin to listen; goes on by itself after NATS was away."""
        self._client = await nats.connect(
            self._url, name="chaos", max_reconnect_attempts=-1, reconnect_time_wait=0.2, error_cb=_ignore
        )
        for subject in ("tsn.work.>", *EVENT_SUBJECTS):
            await self._client.subscribe(subject, cb=self._keep)

    async def repeat(self, count: int) -> int:
        """Publish up to `count` of them again, in any order, as messages that were never seen; how many it were."""
        picked = secrets.SystemRandom().sample(list(self._heard), min(count, len(self._heard)))
        stream = self._client.jetstream(timeout=_PUBLISH_SECONDS)
        for message in picked:
            headers = {**message.headers, MESSAGE_ID: f"again-{secrets.token_hex(8)}"}
            await stream.publish(message.subject, message.data, headers=headers)
        return len(picked)

    async def close(self) -> None:
        """Hang up."""
        await self._client.close()

    async def _keep(self, message: Msg) -> None:
        self._heard.append(_Heard(message.subject, message.data, dict(message.headers or {})))


async def _ignore(error: Exception) -> None:
    """NATS is away now and then: that is what the run is for."""
