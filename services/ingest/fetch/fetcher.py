"""Fetches bytes from a URL that somebody else chose, without being led anywhere else."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from mesh.errors import TsnError
from services.ingest.domain.errors import AudioTooLarge
from services.ingest.domain.fetch_errors import AddressNotAllowed, UrlInvalid, UrlRefused, UrlUnreachable
from services.ingest.fetch.addresses import AddressPolicy
from services.ingest.fetch.targets import UrlPolicy

CHUNK_BYTES = 64 * 1024
REDIRECTS_MOST = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
COME_AGAIN = frozenset({408, 425, 429})
"""Refusals that are about the moment, not about the request."""
HEADERS = {"User-Agent": "tsn-ingest", "Accept": "audio/*, */*", "Accept-Encoding": "identity"}

Take = Callable[[bytes], Awaitable[None]]
"""Is given the bytes of the answer in order, at most CHUNK_BYTES at a time."""


@dataclass(frozen=True)
class FetchLimits:
    """How much, and for how long."""

    size_bytes: int
    total_seconds: float
    connect_seconds: float = 10.0
    silence_seconds: float = 30.0
    """Longest wait for the next bytes."""


class CheckedResolver(AbstractResolver):
    """Resolves names, and refuses those that lead into private networks.

    The connection is made to the addresses that this gives, so that a second answer of the name server, which might
    say something else, is never asked for.
    """

    def __init__(self, inner: AbstractResolver, policy: AddressPolicy) -> None:
        self._inner = inner
        self._policy = policy

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of `host`. Raises AddressNotAllowed where any is private, OSError where there is none."""
        found = await self._inner.resolve(host, port, family)
        for result in found:
            if not self._policy.allows(result["host"]):
                raise AddressNotAllowed(host, result["host"])
        return found

    async def close(self) -> None:
        """Close the resolver inside."""
        await self._inner.close()


class UrlFetcher:
    """Fetches. Every redirect is checked like the URL itself; cookies, proxies and encodings are not for it."""

    def __init__(
        self,
        *,
        policy: UrlPolicy,
        limits: FetchLimits,
        resolver: Callable[[], AbstractResolver] = aiohttp.ThreadedResolver,
    ) -> None:
        self._policy = policy
        self._limits = limits
        self._resolver = resolver

    async def fetch(self, url: str, take: Take) -> str:
        """Hand the bytes at `url` to `take`; the URL that gave them.

        Raises UrlInvalid, UrlNotAllowed, AddressNotAllowed, UrlRefused, UrlUnreachable, AudioTooLarge.
        """
        target = self._policy.check(url)
        try:
            async with asyncio.timeout(self._limits.total_seconds), self._session() as session:
                return str(await self._follow(session, target, take))
        except TsnError:
            raise
        except aiohttp.InvalidURL as error:
            raise UrlInvalid("cannot be read") from error
        except aiohttp.ClientResponseError as error:
            raise UrlRefused("what is not HTTP, or headers without end") from error
        except TimeoutError as error:
            raise UrlUnreachable("it took too long") from error
        except (aiohttp.ClientError, OSError) as error:
            raise UrlUnreachable(f"{type(error).__name__}: {error}") from error

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[aiohttp.ClientSession]:
        connector = aiohttp.TCPConnector(
            resolver=CheckedResolver(self._resolver(), self._policy.addresses), use_dns_cache=False, force_close=True
        )
        limits = self._limits
        timeout = aiohttp.ClientTimeout(
            total=None,
            connect=limits.connect_seconds,
            sock_connect=limits.connect_seconds,
            sock_read=limits.silence_seconds,
        )
        async with aiohttp.ClientSession(
            connector=connector,
            timeout=timeout,
            headers=HEADERS,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        ) as session:
            yield session

    async def _follow(self, session: aiohttp.ClientSession, target: URL, take: Take) -> URL:
        for _ in range(REDIRECTS_MOST + 1):
            async with session.get(target, allow_redirects=False) as response:
                if response.status not in REDIRECTS:
                    _check(response, self._limits.size_bytes)
                    await self._read(response, take)
                    return target
                target = self._policy.follow(target, response.headers.get("Location", ""))
        raise UrlRefused(f"more than {REDIRECTS_MOST} redirects")

    async def _read(self, response: aiohttp.ClientResponse, take: Take) -> None:
        received = 0
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            received += len(chunk)
            if received > self._limits.size_bytes:
                raise AudioTooLarge(received, self._limits.size_bytes)
            await take(chunk)


def _check(response: aiohttp.ClientResponse, limit_bytes: int) -> None:
    """Raise where the answer is no file of bearable size."""
    status = response.status
    if status >= 500 or status in COME_AGAIN:
        raise UrlUnreachable(f"it answered {status}")
    if status != 200:
        raise UrlRefused(str(status))
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        raise UrlRefused(f"in encoding {encoding[:40]}, although plain bytes were asked for")
    if (response.content_length or 0) > limit_bytes:
        raise AudioTooLarge(response.content_length or 0, limit_bytes)
