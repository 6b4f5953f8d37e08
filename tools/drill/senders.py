"""Many nodes that send, are turned away, and come again when they are told to."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import grpc

from clients.common.errors import Transient, from_rpc_error
from clients.node.schedule import ROOM_SECONDS
from tools.bench.load import LoadClient, Sent
from tools.drill.ground import NODE, short_wav


@dataclass(frozen=True)
class Answer:
    """To one try."""

    sent: Sent | None = None
    """Where it was acknowledged."""
    wait_seconds: float | None = None
    """Where it was refused as it should be: when to come again."""
    said: str = ""
    """Code, and reason where there is one; empty where it was acknowledged."""


@dataclass
class Answers:
    """To all tries."""

    offered: int = 0
    """Recordings, however often each was tried."""
    seconds: float = 0.0
    """In which they were offered."""
    acknowledged: list[str] = field(default_factory=list)
    ack_milliseconds: list[float] = field(default_factory=list)
    refused: int = 0
    """Tries that were told when to come again."""
    reasons: Counter[str] = field(default_factory=Counter)
    kept: int = 0
    """Recordings that their nodes hold still."""
    bad: list[str] = field(default_factory=list)
    """Every other answer."""

    def told(self) -> str:
        """In a line."""
        return (
            f"{self.offered} offered, {len(self.acknowledged)} acknowledged, {self.refused} times refused,"
            f" {len(self.bad)} other answers, {self.kept} still with their nodes"
        )


class Senders:
    """Recordings come to their nodes at a steady rate, whatever becomes of those before."""

    def __init__(self, client: LoadClient, *, nodes: int, per_second: float, first: int) -> None:
        """Recordings are numbered from `first`, so that no two are the same."""
        self._client = client
        self._nodes = nodes
        self._per_second = per_second
        self._first = first

    async def run(self, seconds: float) -> Answers:
        """Send for so long; returns when every answer is there."""
        answers, began = Answers(), time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(int(seconds * self._per_second)):
                await asyncio.sleep(max(0.0, began + number / self._per_second - time.perf_counter()))
                answers.offered += 1
                group.create_task(self._deliver(number, answers, until=began + seconds))
            answers.seconds = time.perf_counter() - began
        return answers

    async def _deliver(self, number: int, answers: Answers, *, until: float) -> None:
        audio = short_wav(self._first + number)
        while True:
            answer = await send_once(self._client, audio, node=f"{NODE}-{number % self._nodes}")
            if answer.sent is not None:
                answers.acknowledged.append(answer.sent.recording)
                answers.ack_milliseconds.append(answer.sent.ack_milliseconds)
                return
            if answer.wait_seconds is None:
                answers.bad.append(answer.said)
                answers.kept += 1
                return
            answers.refused += 1
            answers.reasons[answer.said] += 1
            # As a node does it: not before it is told, spread, and within a minute.
            wait = min(ROOM_SECONDS, answer.wait_seconds * (1 + random.random()))
            if time.perf_counter() + wait > until:
                answers.kept += 1
                return
            await asyncio.sleep(wait)


async def send_once(client: LoadClient, audio: bytes, *, node: str) -> Answer:
    """One try."""
    try:
        return Answer(sent=await client.send(audio, node=node))
    except grpc.aio.AioRpcError as error:
        failure = from_rpc_error(error)
        said = f"{error.code().name} {failure.reason}".strip()
        told = isinstance(failure, Transient) and error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        return Answer(wait_seconds=failure.retry_after_seconds if told else None, said=said)  # type: ignore[union-attr]
