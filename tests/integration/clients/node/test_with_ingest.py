"""The node and the real ingest: numbers, gaps, clock."""

from pathlib import Path

from mesh.rpc.times import to_timestamp
from tests.integration.clients.node.bench import PATIENCE_SECONDS, node_bench
from tests.integration.services.ingest.running import NOW, running_ingest
from tests.support.audio_files import wav_file
from tsn.ingest.v1 import ingest_pb2 as pb

NODE = "nodes/2560"


async def test_the_server_names_exactly_what_a_node_lost(database_url: str, nats_url: str, tmp_path: Path) -> None:
    async with running_ingest(
        database_url=database_url, nats_url=nats_url, folder=tmp_path / "server", registered=("2560",)
    ) as service:
        async with node_bench(tmp_path / "node", service.address) as bench:
            # The node's clock is 40 s behind, and stands there.
            bench.now = NOW.timestamp() - 40
            bench.drop("2560_20260301110001.wav", wav_file(1.0))
            lost = bench.drop("2560_20260301110002.wav", wav_file(1.1))
            bench.drop("2560_20260301110003.wav", b"no audio at all" * 99)
            await bench.take_all()
            assert await bench.heart.beat(PATIENCE_SECONDS)
            lost.unlink()
            await bench.send_all()
            bench.drop("2560_20260301110004.wav", wav_file(1.0))
            bench.drop("2560_20260301110005.wav", wav_file(1.3))
            await bench.take_all()
            await bench.send_all()
            assert await bench.heart.beat(PATIENCE_SECONDS)
            tally = bench.uploader.tally

        gaps = (await service.ingest.ListNodeGaps(pb.ListNodeGapsRequest(name=NODE), timeout=30)).gaps
        node = (await service.ingest.GetNode(pb.GetNodeRequest(name=NODE), timeout=30)).node
        outcomes = {row["sequence"]: row["outcome"] for row in await service.rows("sequences")}
        stored = await service.rows("recordings")

    assert (tally.sent, tally.deduplicated, tally.refused, tally.gone) == (3, 1, 1, 1)
    assert outcomes == {1: "stored", 3: "refused", 4: "duplicate", 5: "stored"}
    assert [(gap.first_sequence, gap.last_sequence) for gap in gaps] == [(2, 2)]
    assert gaps[0].spool_id == node.health.spool_id
    assert (node.missing_recordings, node.health.last_sequence, node.recording_count) == (1, 5, 2)
    assert node.clock_wrong
    assert 30 < node.clock_offset.ToSeconds() < 45
    assert [row["warnings"] for row in stored] == [["clock_wrong"], ["clock_wrong"]]
    assert node.last_received_at == to_timestamp(NOW)
