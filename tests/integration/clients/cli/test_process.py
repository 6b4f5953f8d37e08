"""`python -m clients.cli` as a process of its own."""

import asyncio
import os
import signal
import sys

from tests.integration.clients.cli.conftest import PATIENTLY
from tests.integration.clients.cli.mesh_server import Mesh
from tests.integration.clients.cli.test_watch import stored


async def start(mesh: Mesh, *arguments: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    env = {**os.environ, "TSN_GATEWAY": mesh.address, "PYTHONPATH": ".:gen"}
    command = (sys.executable, "-m", "clients.cli", *PATIENTLY, *arguments)
    # A shell's background job ignores SIGINT, and its children inherit that.
    return await asyncio.create_subprocess_exec(
        *command, stdout=pipe, stderr=pipe, env=env, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    )


async def test_the_module_is_the_command(mesh: Mesh) -> None:
    process = await start(mesh, "search", "nothing")
    out, err = await process.communicate()
    assert (process.returncode, out, err) == (0, b"nothing found for 'nothing'\n", b"")


async def test_ctrl_c_ends_a_watch_without_a_traceback(mesh: Mesh) -> None:
    mesh.query.feeds = [[stored("1")]]
    process = await start(mesh, "watch", "--json")
    assert process.stdout is not None
    assert b'"cursor":"1"' in await process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in err


async def test_a_reader_that_goes_away_ends_a_stream(mesh: Mesh) -> None:
    mesh.query.feeds = [[stored(str(number)) for number in range(5000)]]
    process = await start(mesh, "watch", "--json")
    assert process.stdout is not None
    await process.stdout.readline()
    process.stdout._transport.close()
    assert process.stderr is not None
    assert b"Traceback" not in await process.stderr.read()
    assert await process.wait() == 1


async def test_ctrl_c_leaves_a_batch_running_and_says_how_to_go_on(mesh: Mesh) -> None:
    process = await start(mesh, "rerun", "transcribe", "--node", "demo", "--wait")
    await mesh.batches.watching.wait()
    assert process.stdout is not None
    assert b"0 of 0 recordings" in await process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()
    assert process.returncode == 130
    assert b"`tsn batches watch 1` follows it, `tsn batches cancel 1` stops it" in err
    assert b"Traceback" not in err
