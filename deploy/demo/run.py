"""The demonstration as a story: stack, agents, recorders, waiting, results, end."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from clients.cli.conditions import recording_filter
from clients.cli.gateway import Gateway
from clients.cli.output import plain_console
from clients.common.errors import ClientError
from deploy.demo import sample
from deploy.demo.agents import Agents
from deploy.demo.board import Board
from deploy.demo.follow import dead_recordings, show_feed, wait_until_settled, whole_recordings
from deploy.demo.home import alone, fresh_stack
from deploy.demo.recorder import record
from deploy.demo.results import Results, Row, Search, longest_word, pair
from deploy.demo.show import show_addresses, show_results
from deploy.local import state
from tsn.query.v1.query_pb2 import SearchTranscriptsRequest
from tsn.transcribe.v1.transcribe_pb2 import ListEnginesRequest

CALL_SECONDS = 20.0
QUERIES = ("ambulance", '"no traffic"')
"""Said in the sample net; whether they are found depends on the engine."""


@dataclass(frozen=True)
class DemoSettings:
    """What the command line says. `timeout_seconds` counts from the ready stack to the last recording."""

    folder: Path
    report: Path
    engine: str = "auto"
    keep: bool = False
    timeout_seconds: float = 300.0


class Demo:
    """One demonstration."""

    def __init__(self, settings: DemoSettings, console: Console | None = None) -> None:
        self._settings = settings
        self._console = console or plain_console(sys.stdout)
        self._net = sample.load()
        self._started: list[state.Process] = []

    async def run(self) -> int:
        """Show everything, leave nothing behind; returns the exit code."""
        self._settings.report.unlink(missing_ok=True)
        self._say("starting MariaDB, NATS, five services and the gateway ...")
        with alone(self._settings.folder):
            results = await self._on_stack()
        problems = [*results.problems, *self._left_behind()]
        results = Results(results.rows, results.seconds, results.engine, results.searches, problems)
        self._settings.report.parent.mkdir(parents=True, exist_ok=True)
        self._settings.report.write_text(json.dumps(results.document(), indent=2, ensure_ascii=False) + "\n")
        self._tell_end(results)
        return 0 if results.complete else 1

    async def _on_stack(self) -> Results:
        settings = self._settings
        async with fresh_stack(
            settings.folder, engine=settings.engine, keep=settings.keep, report=lambda line: self._say(f"  {line}")
        ) as stack:
            if not settings.keep:
                self._started += stack.processes.values()
            address = stack.addresses["gateway"]
            async with Gateway(address, CALL_SECONDS) as gateway:
                results = await self._feed_and_follow(gateway, address)
            show_results(self._console, results)
            show_addresses(self._console, address, settings.folder / "logs", results.trace_id)
            return results

    async def _feed_and_follow(self, gateway: Gateway, address: str) -> Results:
        engine = await self._engine(gateway)
        agents = Agents(self._settings.folder, address)
        board = Board(self._console, len(self._net.samples))
        began = time.monotonic()
        try:
            agents.start(self._net.sites)
            self._started += [state.process_of(child.pid) for child in agents.children]
            self._say(f"{len(agents.children)} agents watch {agents.watched}; recorders begin to write")
            with board.open():
                in_time = await self._until_settled(gateway, board, agents)
        finally:
            seconds = time.monotonic() - began
            ended = agents.ended()
            await agents.stop()
        problems = [f"an agent ended early: {agent}" for agent in ended]
        if not in_time:
            problems.append(f"not all arrived within {self._settings.timeout_seconds:.0f} s")
        rows = pair(self._net.samples, await whole_recordings(gateway), await dead_recordings(gateway))
        return Results(rows, seconds, engine, await self._search(gateway, rows), problems)

    async def _until_settled(self, gateway: Gateway, board: Board, agents: Agents) -> bool:
        feed = asyncio.create_task(show_feed(gateway, board))
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                await record(self._net.samples, agents.watched)
                await wait_until_settled(gateway, board, len(self._net.samples))
        except TimeoutError:
            return False
        finally:
            feed.cancel()
            with suppress(asyncio.CancelledError):
                await feed
        return True

    async def _engine(self, gateway: Gateway) -> str:
        with suppress(ClientError):
            answer = await gateway.ask(gateway.transcribe.ListEngines, ListEnginesRequest())
            if answer.notice:
                self._say(answer.notice)
            if answer.engines:
                chosen = answer.engines[0]
                self._say(f"engine: {chosen.engine} {chosen.model} on {chosen.device}")
                return chosen.engine
        return self._settings.engine

    async def _search(self, gateway: Gateway, rows: Sequence[Row]) -> list[Search]:
        heard = [call for row in rows for call in row.right] or [call for row in rows for call in row.found]
        asked = [(query, "") for query in QUERIES] + [("", call) for call in heard[-1:]]
        searches = [await self._ask(gateway, query, call) for query, call in asked]
        word = longest_word(rows)
        if word and not any(search.hits for search in searches):
            # The engine recognised none of it; what it did recognise must be found all the same.
            searches.append(await self._ask(gateway, word, ""))
        return searches

    async def _ask(self, gateway: Gateway, query: str, call: str) -> Search:
        chosen = recording_filter(None, None, call or None, None, None)
        request = SearchTranscriptsRequest(query=query, filter=chosen)
        answer = await gateway.ask(gateway.query.SearchTranscripts, request)
        return Search(query, call, list(answer.hits))

    def _left_behind(self) -> list[str]:
        return [f"process {process.pid} is still running" for process in self._started if process.alive]

    def _tell_end(self, results: Results) -> None:
        settings, arrived = self._settings, len(results.rows) - results.failed
        self._say("")
        for problem in results.problems:
            self._say(f"problem: {problem}")
        self._say(
            f"{arrived} of {len(results.rows)} recordings came from a recorder's folder to the index in "
            f"{results.seconds:.1f} s; report in {settings.report}"
        )
        if settings.keep:
            self._say("the stack goes on; stop it with")
            self._say(f"  .venv/bin/python -m deploy.local --folder {settings.folder} down")
        else:
            self._say("the stack is stopped; `make up` starts one for daily use, `--keep` leaves this one running")

    def _say(self, line: str) -> None:
        self._console.print(line, soft_wrap=True)
