import asyncio
import json
import signal
from typing import Any

from deploy.local.ports import free_port
from tests.integration.clients.cli.conftest import Run
from tests.integration.clients.cli.mesh_server import Mesh, serving
from tests.integration.clients.cli.test_process import start
from tsn.ingest.v1.job_pb2 import GetQueuesResponse, Queue
from tsn.ingest.v1.recording_pb2 import Lane, Node

QUEUES = GetQueuesResponse(queues=[Queue(stage="transcribe", lane=Lane.LANE_LIVE, queued=7)])


async def test_once_shows_queues_nodes_and_services(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.queues = [QUEUES]
    mesh.ingest.nodes.append(Node(name="nodes/far", silent=True))
    result = await tsn("top", "--once")
    assert result.exit_code == 0, result.output
    assert "ingest up   transcribe up   extract up   analyze up   query up" in result.stdout
    assert "nodes   1, 1 in trouble" in result.stdout


async def test_once_as_json_is_one_document(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.queues = [QUEUES]
    seen = json.loads((await tsn("top", "--once", "--json")).stdout)
    assert seen["queues"]["queues"][0]["queued"] == "7"
    assert seen["rates"] == {"stored": None, "searchable": None, "transcribed": None}
    assert (seen["problems"], seen["away"]) == ({}, "")


async def test_once_fails_when_a_service_is_down_and_still_shows_the_rest(mesh: Mesh, tsn: Run) -> None:
    mesh.jobs.queues_away = True
    result = await tsn("top", "--once")
    assert result.exit_code == 1
    assert "ingest down   transcribe up" in result.stdout


async def test_nobody_at_the_address_is_a_failure_at_once(tsn: Run) -> None:
    result = await tsn("top", "--gateway", "127.0.0.1:1")
    assert result.exit_code == 1
    assert "cannot reach 127.0.0.1:1" in result.stderr


async def test_rates_come_from_one_look_after_another(mesh: Mesh, tsn: Run) -> None:
    lines = (await tsn("top", "--json", "--count", "2", "--interval", "0.1")).stdout.splitlines()
    assert [json.loads(line)["rates"]["stored"] for line in lines] == [None, 0.0]


async def test_a_gateway_that_goes_away_and_comes_back_is_survived() -> None:
    mesh = Mesh()
    # Not one that outgoing connections are given: it has to be free when the gateway comes back.
    port = free_port()
    async with asyncio.timeout(180):
        async with serving(mesh, port):
            process = await start(mesh, "top", "--json", "--interval", "0.1")
            assert process.stdout is not None
            assert json.loads(await process.stdout.readline())["away"] == ""
        assert "cannot reach" in (await until(process.stdout, away=True))["away"]
        async with serving(mesh, port):
            await until(process.stdout, away=False)
            process.send_signal(signal.SIGINT)
            _, err = await process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in err


async def until(lines: asyncio.StreamReader, *, away: bool) -> dict[str, Any]:
    """The first line with the gateway away, or back."""
    while True:
        seen: dict[str, Any] = json.loads(await lines.readline())
        if bool(seen["away"]) is away:
            return seen
