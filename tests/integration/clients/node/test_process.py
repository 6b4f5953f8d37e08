"""The node as a real process: what it leaves behind when it ends, is stopped, or is killed."""

import asyncio
import json
import signal
import sys
from pathlib import Path
from random import Random

import grpc
import pytest

from tests.integration.clients.node.bench import PATIENCE_SECONDS, ROOT, files_below, start_node
from tests.integration.clients.node.ingest_server import MemoryIngest, Refusal
from tests.support.eventually import eventually

NAME = "2560_20250301143005.wav"
AUDIO = Random(11).randbytes(300_000)
PATIENT = ("tests.integration.clients.node.patient",)


async def test_a_single_run_sends_all_and_exits_with_success(
    tmp_path: Path, watch: Path, address: str, ingest: MemoryIngest
) -> None:
    (watch / NAME).write_bytes(AUDIO)
    (watch / "hub").mkdir()
    (watch / "hub" / "20250301143006.WAV").write_bytes(b"RIFF")

    options = ("--once", "--channel-from", "folder", "--channel", "main")
    node = await start_node(tmp_path, address, *options, module=PATIENT)
    status, log = await node.ends()

    assert status == 0, log
    assert sorted(ingest.stored.values()) == sorted([AUDIO, b"RIFF"])
    assert {upload.channel for upload in ingest.uploads} == {"main", "hub"}
    assert files_below(watch) == {}
    assert ingest.heartbeats[-1].health.spooled_recordings == 0


async def test_a_single_run_with_a_refused_file_exits_with_failure_and_status_shows_why(
    tmp_path: Path, watch: Path, address: str, ingest: MemoryIngest
) -> None:
    ingest.refusals[NAME] = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "AUDIO_UNDECODABLE")
    (watch / NAME).write_bytes(b"text")

    node = await start_node(tmp_path, address, "--once")
    status, log = await node.ends()
    asked = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "clients.node", "status", "--spool", str(tmp_path / "spool"), "--json"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    shown = json.loads((await asked.communicate())[0])

    assert status == 1, log
    assert shown["refused"] == 1
    assert "AUDIO_UNDECODABLE" in shown["problems"][0]["error"]
    assert set(files_below(tmp_path / "spool" / "refused")) == {NAME, f"{NAME}.reason.txt"}


async def test_a_single_run_gives_up_on_a_server_that_stays_away(tmp_path: Path, watch: Path) -> None:
    (watch / NAME).write_bytes(AUDIO)

    node = await start_node(tmp_path, "127.0.0.1:1", "--once", "--give-up-seconds", "0.5")
    status, log = await node.ends()

    assert status == 1, log
    assert files_below(watch) == {NAME: AUDIO}


async def test_a_term_signal_ends_the_node_in_order(
    tmp_path: Path, watch: Path, address: str, ingest: MemoryIngest
) -> None:
    answered = asyncio.Event()
    ingest.before_answer = lambda _: answered.set()
    (watch / NAME).write_bytes(AUDIO)
    node = await start_node(tmp_path, address, module=PATIENT)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await answered.wait()

    node.process.send_signal(signal.SIGTERM)
    status, log = await node.ends()

    assert status == 0, log
    assert json.loads(log.strip().splitlines()[-1])["event"] == "stopped"
    assert files_below(tmp_path / "archive") == {f"2025/03/01/{NAME}": AUDIO}


async def test_a_spool_serves_one_process_at_a_time(
    tmp_path: Path, watch: Path, address: str, ingest: MemoryIngest
) -> None:
    ingest.hang = True
    (watch / NAME).write_bytes(AUDIO)
    first = await start_node(tmp_path, address)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await ingest.waiting.wait()

    second = await start_node(tmp_path, address, "--once")
    status, log = await second.ends()
    first.kill()
    await first.ends()

    assert status == 2
    assert "another tsn-node" in log


async def test_a_node_killed_in_mid_upload_resumes_where_the_server_stands(
    tmp_path: Path, watch: Path, address: str, ingest: MemoryIngest
) -> None:
    (watch / NAME).write_bytes(AUDIO)
    ingest.breaks = [100_000]
    node = await start_node(tmp_path, address)
    ingest.before_store = lambda _: node.kill()
    killed, _ = await node.ends()

    again = await start_node(tmp_path, address, "--once")
    status, log = await again.ends()

    assert (killed, status) == (-signal.SIGKILL, 0), log
    assert ingest.offsets == [0, 100_000]
    assert list(ingest.stored.values()) == [AUDIO]
    assert files_below(tmp_path / "archive") == {f"2025/03/01/{NAME}": AUDIO}
    assert files_below(watch) == {}


async def test_a_node_killed_before_it_heard_the_acknowledgement_sends_nothing_twice(
    tmp_path: Path, watch: Path, address: str, ingest: MemoryIngest
) -> None:
    (watch / NAME).write_bytes(AUDIO)
    node = await start_node(tmp_path, address)
    ingest.before_answer = lambda _: node.kill()
    killed, _ = await node.ends()

    again = await start_node(tmp_path, address, "--once")
    status, log = await again.ends()

    assert (killed, status) == (-signal.SIGKILL, 0), log
    assert len(ingest.uploads) == 1
    assert list(ingest.stored.values()) == [AUDIO]
    assert files_below(tmp_path / "archive") == {f"2025/03/01/{NAME}": AUDIO}


@pytest.mark.parametrize("step", ["mark_sent", "rename", "link", "unlink", "mark_settled"])
async def test_a_node_killed_between_acknowledgement_and_archive_finishes_after_restart(
    tmp_path: Path, watch: Path, address: str, ingest: MemoryIngest, step: str
) -> None:
    (watch / NAME).write_bytes(AUDIO)
    node = await start_node(tmp_path, address, module=("tests.integration.clients.node.dying", step))
    killed, _ = await node.ends()

    again = await start_node(tmp_path, address, "--once")
    status, log = await again.ends()

    assert (killed, status) == (-signal.SIGKILL, 0), log
    assert len(ingest.uploads) == 1
    assert list(ingest.stored.values()) == [AUDIO]
    assert files_below(tmp_path / "archive") == {f"2025/03/01/{NAME}": AUDIO}
    assert files_below(watch) == {}


async def test_a_node_killed_at_any_moment_sends_every_file_once_under_its_own_number(
    tmp_path: Path, watch: Path, address: str, ingest: MemoryIngest
) -> None:
    moments = Random(5)
    names = [f"2560_202503011430{second:02d}.wav" for second in range(24)]
    for start in range(0, len(names), 6):
        for name in names[start : start + 6]:
            (watch / name).write_bytes(name.encode() * 9000)
        node = await start_node(tmp_path, address)
        stored, more = len(ingest.stored), moments.randrange(5)
        await eventually(lambda enough=stored + more: len(ingest.stored) >= enough, timeout=PATIENCE_SECONDS)
        # Somewhere in the next upload or move, wherever the machine happens to be.
        await asyncio.sleep(moments.uniform(0.0, 0.05))
        node.kill()
        await node.ends()

    last = await start_node(tmp_path, address, "--once", module=PATIENT)
    status, log = await last.ends()

    assert status == 0, log
    assert sorted(ingest.stored.values()) == sorted(name.encode() * 9000 for name in names)
    assert sorted(files_below(tmp_path / "archive")) == [f"2025/03/01/{name}" for name in names]
    assert files_below(watch) == {}
    numbers = {upload.request_id: upload.sequence for upload in ingest.uploads}
    assert sorted(numbers.values()) == list(range(1, len(names) + 1))
    assert ingest.heartbeats[-1].health.last_sequence == len(names)
