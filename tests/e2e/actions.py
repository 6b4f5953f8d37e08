"""What e2e tests do again and again."""

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import Any

import grpc

from deploy.local.services import ROOT, python_env
from deploy.local.stack import Stack
from tests.integration.gateway.http import ask
from tests.support.eventually import eventually
from tsn.query.v1 import query_pb2 as pb
from tsn.query.v1.query_pb2_grpc import QueryServiceStub


@dataclass(frozen=True)
class Ended:
    """A command that ended."""

    code: int
    output: str
    errors: str


async def run_module(module: str, *arguments: str, env: dict[str, str] | None = None, seconds: float = 300) -> Ended:
    """Run `python -m module` to its end. Raises TimeoutError, after which it is killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": "/tmp", **python_env(), **(env or {})},
        cwd=ROOT,
    )
    try:
        async with asyncio.timeout(seconds):
            output, errors = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    return Ended(process.returncode or 0, output.decode(), errors.decode())


async def found(
    channel: grpc.aio.Channel, query: str, filter_text: str = "", page_size: int = 50
) -> list[pb.SearchHit]:
    """First page of a search."""
    request = pb.SearchTranscriptsRequest(query=query, filter=filter_text, page_size=page_size)
    answer = await QueryServiceStub(channel).SearchTranscripts(request, timeout=60)
    return list(answer.hits)


async def wait_for_hits(channel: grpc.aio.Channel, query: str, filter_text: str, count: int) -> list[pb.SearchHit]:
    """Wait until a search gives at least `count` hits. Raises TimeoutError or AssertionError."""

    async def enough() -> bool:
        return len(await found(channel, query, filter_text, page_size=200)) >= count

    await eventually(enough, timeout=180)
    return await found(channel, query, filter_text, page_size=200)


async def get_json(stack: Stack, path: str) -> Any:
    """The JSON answer to a GET at the gateway, which must be 200."""
    answer = await ask(stack.gateway.settings.listen_port, "GET", path)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


__all__ = ["Ended", "ask", "found", "get_json", "run_module", "wait_for_hits"]
