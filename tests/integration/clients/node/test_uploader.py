"""From a finished file to the archive, over a real connection."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import grpc
import pytest
from opentelemetry.trace import StatusCode

from clients.node.disk import DiskUsage
from clients.node.uploader import FAULT_ATTEMPTS
from tests.integration.clients.node.bench import NodeBench, files_below, node_bench
from tests.integration.clients.node.ingest_server import MemoryIngest, Refusal
from tsn.ingest.v1.recording_pb2 import Lane

NAME = "2560_20250301143005.wav"


@pytest.fixture
async def bench(tmp_path: Path, address: str) -> AsyncIterator[NodeBench]:
    async with node_bench(tmp_path, address) as made:
        yield made


async def test_a_finished_file_is_sent_and_archived_by_its_airtime(bench: NodeBench, ingest: MemoryIngest) -> None:
    bench.drop(NAME)
    await bench.take_all()
    await bench.send_all()

    assert list(ingest.stored.values()) == [b"RIFF over"]
    assert ingest.uploads[0].captured_at.ToDatetime(UTC) == datetime(2025, 3, 1, 14, 30, 5, tzinfo=UTC)
    assert files_below(bench.home / "archive") == {f"2025/03/01/{NAME}": b"RIFF over"}
    assert files_below(bench.watch) == {}


async def test_a_half_written_file_is_not_taken_before_it_stands_still(bench: NodeBench, ingest: MemoryIngest) -> None:
    path = bench.drop(NAME, b"RIFF ov")
    await bench.agent.sweep(asyncio.Event())
    path.write_bytes(b"RIFF over")
    await bench.take_all()
    bench.now -= 0.1
    path.write_bytes(b"RIFF over and out")
    await bench.agent.sweep(asyncio.Event())
    await bench.send_all()
    so_far = list(ingest.stored.values())

    await bench.take_all()
    await bench.send_all()

    assert b"RIFF ov" not in so_far
    assert list(ingest.stored.values()) == [b"RIFF over and out"]


async def test_the_oldest_airtime_is_sent_first_whatever_came_first(bench: NodeBench, ingest: MemoryIngest) -> None:
    for hour in (14, 9, 23, 11):
        bench.drop(f"2560_20250301{hour:02d}0000.wav", bytes([hour]))
    await bench.take_all()
    await bench.send_all()

    assert [name[13:15] for name in ingest.names] == ["09", "11", "14", "23"]


async def test_a_refused_file_is_set_aside_with_its_reason_and_not_tried_again(
    bench: NodeBench, ingest: MemoryIngest
) -> None:
    ingest.refusals[NAME] = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "AUDIO_UNDECODABLE", {"codec": "?"})
    bench.drop(NAME, b"text named .wav")
    bench.drop("2560_20250301143006.wav")
    await bench.take_all()
    await bench.send_all()
    await bench.take_all()
    await bench.send_all()

    refused = files_below(bench.home / "refused")
    assert refused[NAME] == b"text named .wav"
    assert b"AUDIO_UNDECODABLE: because\ncodec: ?" in refused[f"{NAME}.reason.txt"]
    assert ingest.names == [NAME, "2560_20250301143006.wav"]
    assert files_below(bench.watch) == {}
    assert (bench.uploader.tally.refused, bench.uploader.tally.sent) == (1, 1)


async def test_a_refused_file_put_back_is_tried_again(bench: NodeBench, ingest: MemoryIngest) -> None:
    ingest.refusals[NAME] = Refusal(grpc.StatusCode.FAILED_PRECONDITION, "CHANNEL_CLOSED")
    bench.drop(NAME)
    await bench.take_all()
    await bench.send_all()
    ingest.refusals.clear()
    await bench.agent.sweep(asyncio.Event())

    (bench.home / "refused" / NAME).rename(bench.watch / NAME)
    await bench.take_all()
    await bench.send_all()

    assert list(ingest.stored.values()) == [b"RIFF over"]
    assert len({upload.request_id for upload in ingest.uploads}) == 1


async def test_an_outage_holds_up_all_files_together_and_ends_with_it(bench: NodeBench, ingest: MemoryIngest) -> None:
    ingest.answers = [Refusal(grpc.StatusCode.UNAVAILABLE)] * 2
    bench.drop(NAME)
    bench.drop("2560_20250301143006.wav", b"second")
    await bench.take_all()
    await bench.send_all()
    assert len(ingest.uploads) == 1
    bench.now += 1
    await bench.send_all()
    assert len(ingest.uploads) == 2
    bench.now += 4
    await bench.send_all()

    assert len(ingest.stored) == 2
    assert bench.spool.counts().waiting_recordings == 0


async def test_a_file_that_only_provokes_faults_lets_others_pass_and_is_set_aside_in_the_end(
    bench: NodeBench, ingest: MemoryIngest
) -> None:
    ingest.refusals[NAME] = Refusal(grpc.StatusCode.INTERNAL)
    bench.drop(NAME)
    bench.drop("2560_20250301143006.wav", b"healthy")
    await bench.take_all()
    await bench.send_all()
    passed = list(ingest.stored.values())
    for _ in range(FAULT_ATTEMPTS + 5):
        bench.now += 300
        await bench.send_all()

    assert passed == [b"healthy"]
    assert ingest.names.count(NAME) == FAULT_ATTEMPTS
    assert b"GAVE_UP" in files_below(bench.home / "refused")[f"{NAME}.reason.txt"]


async def test_an_unknown_node_keeps_its_files_until_it_is_registered(bench: NodeBench, ingest: MemoryIngest) -> None:
    ingest.answers = [Refusal(grpc.StatusCode.NOT_FOUND, "NODE_UNKNOWN")]
    bench.drop(NAME)
    await bench.take_all()
    await bench.send_all()
    assert "NODE_UNKNOWN" in bench.uploader.tally.unwelcome
    assert bench.spool.counts().waiting_recordings == 1

    bench.now += 1
    await bench.send_all()

    assert len(ingest.stored) == 1
    assert bench.uploader.tally.unwelcome == ""


async def test_a_name_used_again_before_the_first_was_sent_gives_the_new_file_its_own_recording(
    bench: NodeBench, ingest: MemoryIngest
) -> None:
    bench.drop(NAME, b"first")
    await bench.take_all()
    bench.drop(NAME, b"second recording")
    await bench.take_all()
    await bench.send_all()

    assert list(ingest.stored.values()) == [b"second recording"]
    assert bench.uploader.tally.gone == 1


async def test_a_name_used_again_later_overwrites_nothing(bench: NodeBench, ingest: MemoryIngest) -> None:
    for content in (b"first", b"second recording"):
        bench.drop(NAME, content)
        await bench.take_all()
        await bench.send_all()

    assert sorted(ingest.stored.values()) == [b"first", b"second recording"]
    assert sorted(files_below(bench.home / "archive").values()) == [b"first", b"second recording"]


async def test_with_keep_files_stay_and_are_sent_once(tmp_path: Path, address: str, ingest: MemoryIngest) -> None:
    ingest.refusals["2560_20250301143006.wav"] = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "AUDIO_EMPTY")
    async with node_bench(tmp_path, address, keep=True) as bench:
        bench.drop(NAME)
        bench.drop("2560_20250301143006.wav", b"refused")
        for _ in range(2):
            await bench.take_all()
            await bench.send_all()
    async with node_bench(tmp_path, address, keep=True) as restarted:
        await restarted.take_all()
        await restarted.send_all()

    assert len(ingest.uploads) == 2
    assert sorted(files_below(tmp_path / "watch")) == [NAME, "2560_20250301143006.wav"]
    assert list(files_below(tmp_path / "refused")) == ["2560_20250301143006.wav.reason.txt"]


async def test_a_spool_that_cannot_be_written_for_a_while_costs_neither_a_file_nor_the_order(
    bench: NodeBench, ingest: MemoryIngest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    bench.drop(NAME)
    await bench.take_all()
    with monkeypatch.context() as while_full:
        while_full.setattr(bench.spool, "mark_sent", full)
        while_full.setattr(bench.spool, "add", full)
        bench.drop("2560_20250301143006.wav", b"later")
        with pytest.raises(sqlite3.OperationalError):
            await bench.take_all()
        with pytest.raises(sqlite3.OperationalError):
            await bench.send_all()
    await bench.take_all()
    await bench.send_all()

    assert sorted(ingest.stored.values()) == [b"RIFF over", b"later"]
    assert [upload.sequence for upload in ingest.uploads] == [1, 2]
    assert len(files_below(bench.home / "archive")) == 2


async def test_trunk_recorders_json_goes_with_its_recording(bench: NodeBench) -> None:
    bench.drop("5200-1740839405_146960000-call_1.wav")
    bench.drop("5200-1740839405_146960000-call_1.json", b"{}")
    await bench.take_all()
    await bench.send_all()

    assert sorted(files_below(bench.home / "archive")) == [
        "2025/03/01/5200-1740839405_146960000-call_1.json",
        "2025/03/01/5200-1740839405_146960000-call_1.wav",
    ]
    assert files_below(bench.watch) == {}


async def test_each_upload_is_a_trace_of_its_own_that_the_server_sees(bench: NodeBench, ingest: MemoryIngest) -> None:
    ingest.answers = [Refusal(grpc.StatusCode.UNAVAILABLE)]
    bench.drop(NAME)
    await bench.take_all()
    await bench.send_all()
    bench.now += 1
    await bench.send_all()

    failed, sent = bench.spans.get_finished_spans()
    assert (failed.name, sent.name) == ("node.upload", "node.upload")
    assert failed.parent is sent.parent is None
    assert failed.status.status_code is StatusCode.ERROR
    assert f"{sent.context.trace_id:032x}" in ingest.traceparents[1]
    assert sent.attributes
    assert sent.attributes["tsn.attempt"] == 2


async def test_uploads_go_on_while_intake_is_paused_and_make_room(bench: NodeBench, ingest: MemoryIngest) -> None:
    bench.drop(NAME)
    await bench.take_all()
    bench.usage = DiskUsage(total_bytes=1000, free_bytes=40)
    bench.drop("2560_20250301143006.wav", b"12345")
    await bench.take_all()
    await bench.send_all()
    assert len(ingest.stored) == 1
    assert files_below(bench.watch) == {"2560_20250301143006.wav": b"12345"}

    await bench.take_all()
    assert files_below(bench.home / "archive") == {}
    bench.usage = DiskUsage(total_bytes=1000, free_bytes=400)
    await bench.take_all()
    await bench.send_all()
    assert len(ingest.stored) == 2


async def test_each_recording_is_sent_with_its_number_whatever_the_order(
    bench: NodeBench, ingest: MemoryIngest
) -> None:
    bench.drop("2560_20250301150000.wav", b"later")
    await bench.take_all()
    bench.drop("2560_20250301140000.wav", b"earlier")
    await bench.take_all()
    await bench.send_all()

    assert [(upload.source_file_name[13:15], upload.sequence) for upload in ingest.uploads] == [("14", 2), ("15", 1)]
    assert {upload.spool_id for upload in ingest.uploads} == {bench.spool.spool_id}


async def test_backlog_goes_in_the_batch_lane_and_live_in_none(bench: NodeBench, ingest: MemoryIngest) -> None:
    old, live = bench.drop("2560_20250301150000.wav", b"old"), bench.drop("2560_20250301160000.wav", b"live")
    os.utime(old, (bench.now - 601, bench.now - 601))
    os.utime(live, (bench.now - 300, bench.now - 300))
    await bench.take_all()
    await bench.send_all()

    assert [upload.lane for upload in ingest.uploads] == [Lane.LANE_BATCH, Lane.LANE_UNSPECIFIED]


async def test_a_stopped_agent_leaves_a_hanging_upload_to_the_next_start(
    bench: NodeBench, ingest: MemoryIngest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.node.agent.GRACE_SECONDS", 0.0)
    ingest.hang = True
    bench.drop(NAME)
    await bench.take_all()
    stop = asyncio.Event()
    running = asyncio.create_task(bench.agent.run(stop))
    await ingest.waiting.wait()

    stop.set()
    await running

    row = bench.spool.claim(bench.now)
    assert row is not None
    assert row.identity.path.name == NAME


async def test_a_single_run_ends_at_once_when_the_server_does_not_know_the_node(
    bench: NodeBench, ingest: MemoryIngest
) -> None:
    ingest.refusals[NAME] = Refusal(grpc.StatusCode.NOT_FOUND, "NODE_UNKNOWN")
    bench.drop(NAME)
    await bench.take_all()

    assert not await bench.agent.run_once(asyncio.Event())

    assert files_below(bench.watch) == {NAME: b"RIFF over"}


async def test_a_single_run_reports_an_empty_file_as_left(bench: NodeBench, ingest: MemoryIngest) -> None:
    bench.drop(NAME, b"")
    bench.drop("2560_20250301143006.wav")
    await bench.take_all()

    assert not await bench.agent.run_once(asyncio.Event())

    assert len(ingest.stored) == 1
    assert files_below(bench.watch) == {NAME: b""}


async def test_an_archive_that_cannot_be_written_is_tried_again_later_without_sending_again(
    bench: NodeBench, ingest: MemoryIngest
) -> None:
    (bench.home / "archive").write_bytes(b"a file where the folder should be")
    bench.drop(NAME)
    await bench.take_all()
    assert not await bench.agent.run_once(asyncio.Event())
    (bench.home / "archive").unlink()

    assert await bench.agent.run_once(asyncio.Event())

    assert len(ingest.uploads) == 1
    assert files_below(bench.home / "archive") == {f"2025/03/01/{NAME}": b"RIFF over"}
