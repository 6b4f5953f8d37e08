"""A server that speaks chat completions as vLLM does, and says what the test wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from deploy.local.ports import free_port

Reply = Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]
ShownText = dict[str, Any]
"""The user's message: before, text, after, candidate."""


def said(content: str | None, *, finish: str = "stop", refusal: str | None = None) -> web.Response:
    """A completion with this content."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
    usage = {"prompt_tokens": 300, "completion_tokens": 30, "total_tokens": 330}
    return web.json_response(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": "tiny",
            "choices": [choice],
            "usage": usage,
        }
    )


def verdict(verdict: str, base_call: str, quote: str, why: str = "heard so") -> web.Response:
    """A completion as the schema wants it."""
    return said(json.dumps({"verdict": verdict, "base_call": base_call, "quote": quote, "why": why}))


class LanguageServer:
    """Answers with `reply`; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.let_go = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = free_port()
        self.agree()

    @property
    def url(self) -> str:
        """The base URL for clients."""
        return f"http://127.0.0.1:{self._port}/v1"

    def shown(self, place: int = -1) -> ShownText:
        """The user's message of a request."""
        shown: ShownText = json.loads(self.asked[place]["messages"][-1]["content"])
        return shown

    def agree(self) -> None:
        """Confirm every candidate."""

        async def reply(_: web.Request, body: dict[str, Any]) -> web.Response:
            candidate = json.loads(body["messages"][-1]["content"])["candidate"]
            return verdict("callsign", candidate["base_call"], candidate["heard"])

        self.reply: Reply = reply

    def say(self, *answers: Callable[[], web.Response]) -> None:
        """Give these answers in turn, the last one for ever."""
        waiting = list(answers)

        async def reply(_: web.Request, __: dict[str, Any]) -> web.Response:
            return (waiting.pop(0) if len(waiting) > 1 else waiting[0])()

        self.reply = reply

    def hang(self) -> None:
        """Take requests and answer none before `let_go`."""

        async def reply(_: web.Request, __: dict[str, Any]) -> web.Response:
            await self.let_go.wait()
            return web.Response(status=503)

        self.reply = reply

    def break_off(self) -> None:
        """Close the connection in the middle of an answer."""

        async def reply(request: web.Request, _: dict[str, Any]) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
            await response.prepare(request)
            await response.write(b'{"id": "chatcmpl-1", "choi')
            assert request.transport
            request.transport.close()
            return response

        self.reply = reply

    async def start(self) -> None:
        """Listen; on the same port each time."""
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()

    async def stop(self) -> None:
        """Be gone."""
        self.let_go.set()
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        self.headers.append(dict(request.headers))
        return await self.reply(request, body)


@asynccontextmanager
async def language_server() -> AsyncIterator[LanguageServer]:
    """A running server."""
    server = LanguageServer()
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
