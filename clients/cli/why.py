"""`tsn why`: what a recording waits for."""

import asyncio
import re
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from clients.cli.command import Call, command
from clients.cli.conditions import conditions
from clients.cli.jobs import find_jobs
from clients.cli.names import node_name
from clients.cli.node_reasons import explain_node
from clients.cli.output import clean
from clients.cli.probes import Survey, ask_all
from clients.cli.reasons import Facts, Finding, explain_recording, is_finished
from clients.common.errors import Refused
from tsn.ingest.v1.ingest_pb2 import GetNodeRequest, ListNodeGapsRequest, ListNodeGapsResponse, NodeGap
from tsn.ingest.v1.job_pb2 import GetJobRequest, GetQueuesRequest, GetQueuesResponse
from tsn.ingest.v1.recording_pb2 import Node
from tsn.query.v1.query_pb2 import GetRecordingRequest

JOBS_LOOKED_AT = 200
"""Of one recording: far more than a few re-runs of three stages make."""
GAPS_LOOKED_AT = 1000
_RECORDING = re.compile(r"nodes/[^/]+/recordings/[^/]+")
_NODE = re.compile(r"nodes/[^/]+")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "why")(why)


async def why(
    call: Call,
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="nodes/NODE/recordings/RECORDING, jobs/JOB, or nodes/NODE"),
    ],
) -> None:
    """Tell why a recording is not finished, and which command helps.

    For one that never arrived, ask for its node: tsn why nodes/w7abc
    """
    if name.startswith("jobs/"):
        name = (await call.gateway.ask(call.gateway.jobs.GetJob, GetJobRequest(name=name))).job.recording
    survey, now = Survey(call), datetime.now(UTC)
    findings: list[Finding] = []
    if _RECORDING.fullmatch(name):
        findings = explain_recording(await _facts(call, survey, name, now))
    elif not _NODE.fullmatch(name):
        raise typer.BadParameter(f"{name!r} is not nodes/NODE/recordings/RECORDING, jobs/JOB or nodes/NODE")
    arrived = bool(findings)
    if not arrived:
        node, gaps = await _node(call, survey, "/".join(name.split("/")[:2]))
        findings = explain_node(node, gaps, now)
    if call.output.as_json:
        call.output.document(_document(name, findings, arrived=arrived, away=survey.problems))
    else:
        _print(call, name, findings, arrived=arrived)


async def _facts(call: Call, survey: Survey, recording: str, now: datetime) -> Facts:
    gateway = call.gateway
    # One first: an address where nobody listens is told once.
    found = await survey.heard(
        "ingest", find_jobs(call, conditions(("recording", "=", recording)), limit=JOBS_LOOKED_AT), ([], "")
    )
    queues, (known, searchable), _ = await asyncio.gather(
        survey.heard("ingest", gateway.ask(gateway.jobs.GetQueues, GetQueuesRequest()), GetQueuesResponse()),
        survey.heard("query", _view(call, recording), (None, None)),
        ask_all(call, survey),
    )
    return Facts(
        recording=recording,
        now=now,
        jobs=found[0],
        queues=queues,
        away=survey.problems,
        known=known,
        searchable=searchable,
    )


async def _view(call: Call, recording: str) -> tuple[bool | None, bool | None]:
    """Whether the reading side has it, and whether it can be searched."""
    try:
        answer = await call.gateway.ask(call.gateway.query.GetRecording, GetRecordingRequest(name=recording))
    except Refused as error:
        if error.code.name == "NOT_FOUND":
            return False, False
        raise
    return True, answer.recording.searchable


async def _node(call: Call, survey: Survey, name: str) -> tuple[Node | None, list[NodeGap]]:
    """The node, None where it is unknown, and what it numbered that is missing."""
    try:
        node = (await call.gateway.ask(call.gateway.ingest.GetNode, GetNodeRequest(name=node_name(name)))).node
    except Refused as error:
        if error.code.name == "NOT_FOUND":
            return None, []
        raise
    request = ListNodeGapsRequest(name=node.name, page_size=GAPS_LOOKED_AT)
    asked = call.gateway.ask(call.gateway.ingest.ListNodeGaps, request)
    answer = await survey.heard("ingest", asked, ListNodeGapsResponse())
    return node, list(answer.gaps)


def _document(name: str, findings: list[Finding], *, arrived: bool, away: dict[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "arrived": arrived,
        "finished": arrived and is_finished(findings),
        "findings": [
            {
                "stage": one.stage,
                "state": one.state,
                "sentence": one.sentence,
                "command": one.command,
                "holdsUp": one.holds_up,
            }
            for one in findings
        ],
        "away": away,
    }


def _print(call: Call, name: str, findings: list[Finding], *, arrived: bool) -> None:
    say = call.output.say
    if not _RECORDING.fullmatch(name):
        say(Text(clean(name), style="bold"))
    elif not arrived:
        say(Text(f"{clean(name)} is not in the mesh; its node:", style="bold"))
    else:
        verdict = ("is finished", "green") if is_finished(findings) else ("is not finished", "yellow")
        say(Text(f"{clean(name)} ").append(verdict[0], style=f"bold {verdict[1]}"))
    table = Table.grid(padding=(0, 2))
    for one in findings:
        style = "yellow" if one.holds_up else "green" if one.state in ("succeeded", "done") else ""
        table.add_row(one.stage, Text(one.state, style=style), clean(one.sentence))
        if one.command and one.holds_up:
            table.add_row("", "", Text(f"`{clean(one.command)}`", style="bold"))
    call.output.answers.print(table)
