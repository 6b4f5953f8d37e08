"""Fetching from servers that are slow, big, wrong or malicious: real ones, on loopback."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from mesh.errors import FailureClass, TsnError, failure_class
from services.ingest.domain.errors import AudioTooLarge
from services.ingest.domain.fetch_errors import AddressNotAllowed, UrlInvalid, UrlNotAllowed, UrlRefused, UrlUnreachable
from services.ingest.fetch.addresses import AddressPolicy, parse_networks
from services.ingest.fetch.fetcher import FetchLimits, UrlFetcher
from services.ingest.fetch.targets import UrlPolicy, parse_rules

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
LIMIT_BYTES = 200_000
BODY = b"spoken words" * 5_000


class Names(AbstractResolver):
    """A name server that says what the test wants, each answer once; the last one for ever."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The next answer."""
        self.asked.append(host)
        address = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if not address:
            raise OSError("no such name")
        return [
            ResolveResult(
                hostname=host, host=one, port=port, family=socket.AF_INET, proto=0, flags=socket.AI_NUMERICHOST
            )
            for one in address.split()
        ]

    async def close(self) -> None:
        """Nothing to close."""


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[int]:
    """A web server on 127.0.0.1; its port."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_serving(answer: bytes, *, hang: bool = False) -> AsyncIterator[int]:
    """A server that says `answer` to whoever connects, and may keep the line then; its port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        if hang:
            await reader.read()
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


def fetcher(port: int, names: Names | None = None, *, private: str = "127.0.0.1/32", **limits: float) -> UrlFetcher:
    """May ask archive.test and below, at `port` and at 80."""
    rules = parse_rules(f"archive.test:{port}, *.archive.test:{port}, archive.test, 127.0.0.1:{port}")
    names = names or Names("127.0.0.1")
    return UrlFetcher(
        policy=UrlPolicy(rules, AddressPolicy(parse_networks(private))),
        limits=FetchLimits(**{"size_bytes": LIMIT_BYTES, "total_seconds": 60.0, "silence_seconds": 60.0} | limits),
        resolver=lambda: names,
    )


async def fetched(fetching: UrlFetcher, url: str) -> bytes:
    received = bytearray()

    async def take(chunk: bytes) -> None:
        received.extend(chunk)

    await fetching.fetch(url, take)
    return bytes(received)


def always(**answer: object) -> Answer:
    async def respond(request: web.Request) -> web.StreamResponse:
        return web.Response(**answer)

    return respond


def redirecting(*locations: str, status: int = 302) -> Answer:
    """Leads from one place to the next, and to BODY at the end."""
    waiting = list(locations)

    async def respond(request: web.Request) -> web.StreamResponse:
        if not waiting:
            return web.Response(body=BODY)
        return web.Response(status=status, headers={"Location": waiting.pop(0)})

    return respond


async def test_what_is_there_is_fetched_whatever_its_type_is_said_to_be() -> None:
    async with serving(always(body=BODY, content_type="text/html")) as port:
        assert await fetched(fetcher(port), f"http://archive.test:{port}/a.wav") == BODY
        assert await fetched(fetcher(port), f"http://127.0.0.1:{port}/a.wav") == BODY


async def test_neither_cookies_nor_names_of_ours_are_sent() -> None:
    heard: list[dict[str, str]] = []

    async def respond(request: web.Request) -> web.StreamResponse:
        heard.append({name.lower(): value for name, value in request.headers.items()})
        answer = web.Response(status=302, headers={"Location": "/next"}) if len(heard) == 1 else web.Response()
        answer.set_cookie("who", "me")
        return answer

    async with serving(respond) as port:
        await fetched(fetcher(port), f"http://archive.test:{port}/a.wav")
    assert set(heard[1]) - {"connection"} == {"host", "user-agent", "accept", "accept-encoding"}
    assert heard[1]["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "addresses", ["127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "127.0.0.1 10.0.0.1", "::ffff:127.0.0.1"]
)
async def test_a_name_that_leads_into_a_private_network_is_not_connected_to(addresses: str) -> None:
    async with serving(always(body=BODY)) as port:
        with pytest.raises(AddressNotAllowed) as refused:
            await fetched(fetcher(port, Names(addresses)), f"http://archive.test:{port}/a.wav")
    assert failure_class(refused.value) is FailureClass.PERMANENT


async def test_a_name_that_changes_its_mind_is_asked_once_for_each_connection_and_checked_each_time() -> None:
    names = Names("127.0.0.1", "127.0.0.2")
    async with serving(redirecting("/again")) as port:
        with pytest.raises(AddressNotAllowed):
            await fetched(fetcher(port, names), f"http://archive.test:{port}/a.wav")
    assert names.asked == ["archive.test", "archive.test"]
    names = Names("127.0.0.1", "127.0.0.2")
    async with serving(always(body=BODY)) as port:
        assert await fetched(fetcher(port, names), f"http://archive.test:{port}/a.wav") == BODY
    assert names.asked == ["archive.test"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(status: int) -> None:
    async with serving(redirecting("/b.wav", "c.wav", status=status)) as port:
        assert await fetched(fetcher(port), f"http://archive.test:{port}/a.wav") == BODY


@pytest.mark.parametrize(
    ("location", "failure"),
    [
        ("http://169.254.169.254/latest/meta-data", UrlNotAllowed),
        ("http://evil.test/", UrlNotAllowed),
        ("http://archive.test:22/", UrlNotAllowed),
        ("http://[::1]/", UrlNotAllowed),
        ("file:///etc/passwd", UrlInvalid),
        ("gopher://archive.test/", UrlInvalid),
        ("http://user@archive.test/", UrlInvalid),
        ("", UrlInvalid),
    ],
)
async def test_redirects_elsewhere_are_not(location: str, failure: type[TsnError]) -> None:
    async with serving(redirecting(location)) as port:
        with pytest.raises(failure):
            await fetched(fetcher(port), f"http://archive.test:{port}/a.wav")


async def test_five_redirects_are_enough() -> None:
    async with serving(redirecting(*"abcde")) as port:
        assert await fetched(fetcher(port), f"http://archive.test:{port}/") == BODY
    async with serving(redirecting(*"abcdef")) as port:
        with pytest.raises(UrlRefused, match="more than 5 redirects"):
            await fetched(fetcher(port), f"http://archive.test:{port}/")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 204, 206, 304])
async def test_a_refusal_is_final(status: int) -> None:
    async with serving(always(status=status)) as port:
        with pytest.raises(UrlRefused, match=str(status)) as refused:
            await fetched(fetcher(port), f"http://archive.test:{port}/a.wav")
    assert failure_class(refused.value) is FailureClass.PERMANENT


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_trouble_of_the_moment_is_worth_another_try_and_uses_it_up(status: int) -> None:
    async with serving(always(status=status)) as port:
        with pytest.raises(UrlUnreachable, match=str(status)) as failed:
            await fetched(fetcher(port), f"http://archive.test:{port}/a.wav")
    assert failure_class(failed.value) is FailureClass.TRANSIENT


async def test_a_body_without_end_ends_at_the_limit() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(bytes(10_000))

    async with serving(endless) as port:
        with pytest.raises(AudioTooLarge):
            await fetched(fetcher(port), f"http://archive.test:{port}/a.wav")


async def test_a_body_that_is_said_to_be_too_long_is_not_read() -> None:
    async with raw_serving(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", hang=True) as port:
        with pytest.raises(AudioTooLarge):
            await fetched(fetcher(port), f"http://archive.test:{port}/a.wav")


async def test_a_compressed_answer_is_refused_unopened() -> None:
    bomb = gzip.compress(bytes(10_000_000))
    async with serving(always(body=bomb, headers={"Content-Encoding": "gzip"})) as port:
        with pytest.raises(UrlRefused, match="gzip"):
            await fetched(fetcher(port), f"http://archive.test:{port}/a.wav")


@pytest.mark.parametrize("limits", [{"silence_seconds": 0.2}, {"total_seconds": 0.2}], ids=str)
@pytest.mark.parametrize(
    "beginning", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc"]
)
async def test_a_server_that_falls_silent_is_left(beginning: bytes, limits: dict[str, float]) -> None:
    async with raw_serving(beginning, hang=True) as port:
        with pytest.raises(UrlUnreachable, match="too long"):
            await fetched(fetcher(port, **limits), f"http://archive.test:{port}/a.wav")


async def test_a_server_that_drips_is_left_when_the_time_is_up() -> None:
    async def dripping(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x")
            await asyncio.sleep(0.02)

    async with serving(dripping) as port:
        with pytest.raises(UrlUnreachable, match="too long"):
            await fetched(fetcher(port, total_seconds=0.5), f"http://archive.test:{port}/a.wav")


async def test_a_body_that_is_cut_is_not_taken_for_whole() -> None:
    async with raw_serving(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc") as port:
        with pytest.raises(UrlUnreachable):
            await fetched(fetcher(port), f"http://archive.test:{port}/a.wav")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nX-Big: " + b"a" * 100_000 + b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
    ],
    ids=["header without end", "another protocol", "negative length"],
)
async def test_what_is_not_http_is_refused(answer: bytes) -> None:
    async with raw_serving(answer, hang=True) as port:
        with pytest.raises(UrlRefused):
            await fetched(fetcher(port), f"http://archive.test:{port}/a.wav")


async def test_a_name_that_nobody_knows_and_a_port_that_nobody_serves_are_unreachable() -> None:
    async with serving(always(body=BODY)) as port:
        with pytest.raises(UrlUnreachable):
            await fetched(fetcher(port, Names("")), f"http://archive.test:{port}/a.wav")
    with pytest.raises(UrlUnreachable):
        await fetched(fetcher(port), f"http://archive.test:{port}/a.wav")


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with serving(always(body=BODY)) as port:
        assert await fetched(fetcher(port), f"http://archive.test:{port}/a.wav") == BODY
