"""What a node tells of itself, over a real connection."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import grpc
import pytest

from clients.node.disk import DiskUsage
from tests.integration.clients.node.bench import PATIENCE_SECONDS, NodeBench, node_bench
from tests.integration.clients.node.ingest_server import MemoryIngest, Refusal

NAME = "2560_20250301143005.wav"


@pytest.fixture
async def bench(tmp_path: Path, address: str) -> AsyncIterator[NodeBench]:
    async with node_bench(tmp_path, address) as made:
        yield made


async def test_a_heartbeat_tells_how_deep_the_spool_is(bench: NodeBench, ingest: MemoryIngest) -> None:
    ingest.refusals[NAME] = Refusal(grpc.StatusCode.INVALID_ARGUMENT, "AUDIO_EMPTY")
    bench.drop(NAME)
    await bench.take_all()
    await bench.send_all()
    bench.drop("2560_20250301143006.wav", b"12345")
    bench.drop("2560_20250301143007.wav", b"1234567")
    await bench.take_all()

    assert await bench.heart.beat(PATIENCE_SECONDS)

    (beat,) = ingest.heartbeats
    assert beat.name == "nodes/2560"
    assert beat.sent_at.seconds == int(bench.now)
    assert (beat.health.spooled_recordings, beat.health.spooled_bytes) == (2, 12)
    assert beat.health.refused_recordings == 1
    assert beat.health.disk_free_bytes == 500
    assert beat.health.version


async def test_a_heartbeat_tells_what_the_spool_counted_and_how_the_disk_is(
    bench: NodeBench, ingest: MemoryIngest
) -> None:
    bench.usage = DiskUsage(total_bytes=1000, free_bytes=40)
    bench.drop(NAME)
    await bench.take_all()
    bench.usage = DiskUsage(total_bytes=1000, free_bytes=100)
    bench.drop("2560_20250301143006.wav", b"12345")
    await bench.take_all()
    await bench.heart.beat(PATIENCE_SECONDS)
    bench.usage = DiskUsage(total_bytes=1000, free_bytes=40)
    await bench.take_all()
    await bench.heart.beat(PATIENCE_SECONDS)

    open_again, full = (beat.health for beat in ingest.heartbeats)
    assert (open_again.disk_total_bytes, open_again.disk_free_bytes, open_again.intake_paused) == (1000, 100, False)
    assert (open_again.spool_id, open_again.last_sequence) == (bench.spool.spool_id, 2)
    assert open_again.oldest_waiting_at.ToDatetime(UTC) == datetime(2025, 3, 1, 14, 30, 5, tzinfo=UTC)
    assert (full.disk_free_bytes, full.intake_paused, full.spooled_recordings) == (40, True, 2)


async def test_a_heartbeat_tells_how_long_the_one_before_took_by_a_clock_that_does_not_jump(
    bench: NodeBench, ingest: MemoryIngest
) -> None:
    timer = iter([100.0, 100.25, 200.0, 201.0, 300.0, 300.5])
    bench.heart._timer = lambda: next(timer)
    for _ in range(3):
        assert await bench.heart.beat(PATIENCE_SECONDS)

    first, second, third = ingest.heartbeats
    assert not first.HasField("round_trip")
    assert (second.round_trip.ToMilliseconds(), third.round_trip.ToMilliseconds()) == (250, 1000)


async def test_a_heartbeat_that_nobody_hears_is_no_failure(tmp_path: Path) -> None:
    async with node_bench(tmp_path, "127.0.0.1:1") as bench:
        assert not await bench.heart.beat(PATIENCE_SECONDS)
        assert not await bench.heart.beat(PATIENCE_SECONDS)
