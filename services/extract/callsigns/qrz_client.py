"""Asks QRZ's XML service: one login for many questions, a new one when the session has ended."""

import asyncio
from typing import Self

import aiohttp
from pydantic import SecretStr

from mesh.clock import Clock
from services.extract.callsigns.qrz_xml import QrzAnswer, QrzUnreadable, read_answer
from services.extract.domain.licences import Licence

ANSWER_BYTES_LIMIT = 256 * 1024
_CHUNK_BYTES = 16 * 1024


class QrzAway(Exception):
    """QRZ does not answer, does not want to, or answers nonsense. The text never holds what was sent."""


class QrzClient:
    """For one event loop; connects when first asked."""

    def __init__(
        self, *, url: str, user: str, password: SecretStr, agent: str, timeout_seconds: float, clock: Clock
    ) -> None:
        self._url = url
        self._user = user
        self._password = password
        self._agent = agent
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._clock = clock
        self._key = ""
        self._login = asyncio.Lock()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def look_up(self, call: str) -> Licence | None:
        """What QRZ knows of `call`; None where it knows none. Raises QrzAway."""
        key = self._key or await self._logged_in("")
        answer = await self._ask({"s": key, "callsign": call})
        if answer.session_over:
            answer = await self._ask({"s": await self._logged_in(key), "callsign": call})
        if answer.not_found:
            return None
        if answer.error or answer.licence is None:
            raise QrzAway(f"qrz refuses: {answer.error[:100] or 'no callsign in its answer'}")
        # An alias or a former call is answered by the holder's present one.
        return answer.licence if answer.licence.call == call else None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _logged_in(self, stale_key: str) -> str:
        """A session's key, made anew unless another caller did so since `stale_key`. Raises QrzAway."""
        async with self._login:
            if self._key == stale_key:
                self._key = ""
                secret = self._password.get_secret_value()
                answer = await self._ask({"username": self._user, "password": secret, "agent": self._agent})
                if not answer.key:
                    raise QrzAway(f"qrz does not let us in: {answer.error[:100] or 'no session key'}")
                self._key = answer.key
            return self._key

    async def _ask(self, form: dict[str, str]) -> QrzAnswer:
        """One question, as a form: in an address, passwords and keys would end in the logs of proxies."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, headers={"User-Agent": self._agent})
        try:
            async with self._session.post(self._url, data=form, allow_redirects=False) as response:
                if response.status != 200:
                    raise QrzAway(f"qrz answers with status {response.status}")
                content = await _bounded(response)
            return read_answer(content, now=self._clock.now())
        except (aiohttp.ClientError, TimeoutError, QrzUnreadable) as error:
            raise QrzAway(f"qrz does not answer: {type(error).__name__}") from None


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        content += chunk
        if len(content) > ANSWER_BYTES_LIMIT:
            raise QrzAway("qrz answers too much")
    return bytes(content)
