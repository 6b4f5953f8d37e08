"""`tsn status`: does every service answer, and how much is there."""

import asyncio
from dataclasses import dataclass
from typing import Any

import typer
from rich.text import Text

from clients.cli.choices import StateName
from clients.cli.command import Call, command
from clients.cli.conditions import conditions
from clients.cli.failures import FAILURE
from clients.cli.jobs import PAGE_LIMIT
from clients.cli.nodes import all_nodes
from clients.cli.output import clean, message_dict
from clients.cli.probes import SERVICES, Survey, analyze_answers, extract_answers
from clients.cli.render import length
from tsn.ingest.v1.job_pb2 import ListJobsRequest
from tsn.ingest.v1.recording_pb2 import Node
from tsn.query.v1.query_pb2 import GetStatisticsRequest, GetStatisticsResponse
from tsn.transcribe.v1.transcribe_pb2 import (
    GetPoolStatisticsRequest,
    GetPoolStatisticsResponse,
    ListEnginesRequest,
    ListEnginesResponse,
)

COUNTED_STATES = (StateName.QUEUED, StateName.RUNNING, StateName.WAITING, StateName.DEGRADED, StateName.DEAD)


@dataclass(frozen=True)
class Status:
    """What the services said. `problems`: service to why it does not answer."""

    nodes: list[Node]
    jobs: dict[str, int]
    statistics: GetStatisticsResponse
    engines: ListEnginesResponse
    pool: GetPoolStatisticsResponse
    problems: dict[str, str]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "status")(status)


async def status(call: Call) -> None:
    """Ask every service how it does; exit 1 when one does not answer."""
    seen = await _look(call)
    if call.output.as_json:
        call.output.document(_document(call.gateway.address, seen))
    else:
        _print(call, seen)
    if seen.problems:
        raise typer.Exit(FAILURE)


async def _look(call: Call) -> Status:
    gateway, survey = call.gateway, Survey(call)
    # One first: an address where nobody listens is told once, not six times.
    statistics = await survey.heard(
        "query", gateway.ask(gateway.query.GetStatistics, GetStatisticsRequest()), GetStatisticsResponse()
    )
    (nodes, _), jobs, engines, pool, _, _ = await asyncio.gather(
        survey.heard("ingest", all_nodes(call), ([], "")),
        survey.heard("ingest", _count_jobs(call), {}),
        survey.heard(
            "transcribe", gateway.ask(gateway.transcribe.ListEngines, ListEnginesRequest()), ListEnginesResponse()
        ),
        survey.heard(
            "transcribe",
            gateway.ask(gateway.transcribe.GetPoolStatistics, GetPoolStatisticsRequest()),
            GetPoolStatisticsResponse(),
        ),
        survey.heard("extract", extract_answers(call), None),
        survey.heard("analyze", analyze_answers(call), None),
    )
    return Status(nodes, jobs, statistics, engines, pool, survey.problems)


async def _count_jobs(call: Call) -> dict[str, int]:
    """Jobs in each state that is worth a look, at most PAGE_LIMIT each."""
    counts = {}
    for state in COUNTED_STATES:
        request = ListJobsRequest(filter=conditions(("state", "=", state)), page_size=PAGE_LIMIT)
        counts[state.value] = len((await call.gateway.ask(call.gateway.jobs.ListJobs, request)).jobs)
    return counts


def _document(address: str, seen: Status) -> dict[str, Any]:
    return {
        "gateway": address,
        "problems": seen.problems,
        "statistics": message_dict(seen.statistics),
        "nodes": [message_dict(node) for node in seen.nodes],
        "jobs": seen.jobs,
        "engines": message_dict(seen.engines),
        "pool": message_dict(seen.pool),
    }


def _print(call: Call, seen: Status) -> None:
    say = call.output.say
    say(f"gateway     {call.gateway.address}")
    for service in SERVICES:
        problem = seen.problems.get(service)
        answer = (
            Text(f"does not answer: {clean(problem)}", style="bold red") if problem else Text("answers", style="green")
        )
        say(Text(f"{service:<12}").append_text(answer))
    numbers, airtime = seen.statistics, length(seen.statistics.airtime)
    say(f"recordings  {numbers.recordings}, {numbers.searchable_recordings} searchable, {airtime} on the air")
    say(f"            {numbers.segments} segments, {numbers.mentions} mentions of {numbers.callsigns} callsigns")
    say(f"alerts      {numbers.alerts}")
    say(f"nodes       {', '.join(node.name.removeprefix('nodes/') for node in seen.nodes) or 'none'}")
    counts = [f"{_count(number)} {state}" for state, number in seen.jobs.items() if number]
    say(f"jobs        {', '.join(counts) or 'none open'}")
    if seen.engines.engines:
        engine = seen.engines.engines[0]
        busy = f"{seen.pool.busy_slots} of {seen.pool.slots} workers busy"
        say(f"engine      {clean(f'{engine.engine} {engine.model} on {engine.device}')}, {busy}")
    if seen.engines.notice:
        say(f"            {clean(seen.engines.notice)}")


def _count(number: int) -> str:
    return f"{number}+" if number >= PAGE_LIMIT else str(number)
