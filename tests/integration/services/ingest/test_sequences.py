"""What a node numbered and the server does not have."""

from datetime import timedelta
from typing import Any

import grpc
import pytest

from mesh.rpc.times import to_timestamp
from tests.integration.services.ingest.running import NODE, NOTHING, NOW, RunningIngest, refused
from tests.support.audio_files import wav_file
from tsn.ingest.v1 import ingest_pb2 as pb
from tsn.ingest.v1 import recording_pb2

SPOOL, LATER_SPOOL = "01890a5d-0000", "01990a5d-0000"
NAME = f"nodes/{NODE}"
INVALID = grpc.StatusCode.INVALID_ARGUMENT


async def send(service: RunningIngest, *sequences: int, spool_id: str = SPOOL) -> None:
    """Recordings with these numbers, each other audio, a minute apart."""
    for sequence in sequences:
        service.clock.moment += timedelta(minutes=1)
        await service.send(wav_file(1 + sequence / 100), sequence=sequence, spool_id=spool_id)


async def beat(service: RunningIngest, last_sequence: int, spool_id: str = SPOOL) -> None:
    health = recording_pb2.NodeHealth(spool_id=spool_id, last_sequence=last_sequence)
    await service.ingest.Heartbeat(pb.HeartbeatRequest(name=NAME, health=health), timeout=30)


async def gaps(service: RunningIngest, page_size: int = 0, page_token: str = "") -> pb.ListNodeGapsResponse:
    request = pb.ListNodeGapsRequest(name=NAME, page_size=page_size, page_token=page_token)
    return await service.ingest.ListNodeGaps(request, timeout=30)


async def ranges(service: RunningIngest) -> list[tuple[int, int]]:
    return [(gap.first_sequence, gap.last_sequence) for gap in (await gaps(service)).gaps]


async def missing(service: RunningIngest) -> int:
    return (await service.ingest.GetNode(pb.GetNodeRequest(name=NAME), timeout=30)).node.missing_recordings


async def test_the_gaps_of_a_node_are_named_with_the_arrivals_around_them(service: RunningIngest) -> None:
    await send(service, 2, 3, 7)
    await beat(service, 9)

    first, middle, tail = (await gaps(service)).gaps

    at = [to_timestamp(NOW + timedelta(minutes=minutes)) for minutes in (1, 2, 3)]
    assert first == pb.NodeGap(spool_id=SPOOL, first_sequence=1, last_sequence=1, received_after_at=at[0])
    assert middle == pb.NodeGap(
        spool_id=SPOOL, first_sequence=4, last_sequence=6, received_before_at=at[1], received_after_at=at[2]
    )
    assert tail == pb.NodeGap(spool_id=SPOOL, first_sequence=8, last_sequence=9, received_before_at=at[2])
    assert await missing(service) == 6


async def test_a_node_without_gaps_misses_nothing(service: RunningIngest) -> None:
    assert await ranges(service) == []
    await send(service, 1, 2)
    await beat(service, 2)
    assert (await ranges(service), await missing(service)) == ([], 0)


async def test_a_node_that_was_only_heard_of_misses_all_it_counted(service: RunningIngest) -> None:
    await beat(service, 3)
    assert (await ranges(service), await missing(service)) == ([(1, 3)], 3)


async def test_a_late_upload_closes_its_gap(service: RunningIngest) -> None:
    await send(service, 1, 4)
    assert await ranges(service) == [(2, 3)]
    await send(service, 3)
    assert await ranges(service) == [(2, 2)]
    await send(service, 2)
    assert (await ranges(service), await missing(service)) == ([], 0)


async def test_an_older_heartbeat_takes_nothing_back(service: RunningIngest) -> None:
    await beat(service, 5)
    await beat(service, 2)
    await send(service, 1)
    assert (await ranges(service), await missing(service)) == ([(2, 5)], 4)


async def test_numbers_that_were_refused_or_stored_before_are_no_gaps(service: RunningIngest) -> None:
    await send(service, 1)
    again = await service.send(wav_file(1.01), sequence=2, spool_id=SPOOL, request_id="another")
    noise = await service.refusal(b"not audio" * 50, sequence=3, spool_id=SPOOL)
    early = await service.refusal(wav_file(3.0), sequence=4, spool_id=SPOOL, captured_at=None)
    await send(service, 5)

    assert again.deduplicated
    assert (noise.reason, early.reason) == ("AUDIO_UNREADABLE", "CAPTURED_AT_MISSING")
    assert (await ranges(service), await missing(service)) == ([], 0)
    outcomes = {row["sequence"]: row["outcome"] for row in await service.rows("sequences")}
    assert outcomes == {1: "stored", 2: "duplicate", 3: "refused", 4: "refused", 5: "stored"}


async def test_a_number_counts_once_and_stays_stored_however_often_it_comes(service: RunningIngest) -> None:
    for _ in range(3):
        await send(service, 1)
    await service.refusal(b"not audio" * 50, sequence=1, spool_id=SPOOL)
    refused_first = await service.refusal(b"not audio" * 50, sequence=2, spool_id=SPOOL)
    await send(service, 2)

    assert refused_first.reason == "AUDIO_UNREADABLE"
    outcomes = {row["sequence"]: row["outcome"] for row in await service.rows("sequences")}
    assert outcomes == {1: "stored", 2: "stored"}
    ((spool),) = await service.rows("spools")
    assert (spool["last_sequence"], spool["received_count"]) == (2, 2)


async def test_an_upload_that_may_pass_later_leaves_its_number_open(service: RunningIngest) -> None:
    refusal = await service.refusal(wav_file(1.0), sequence=1, spool_id=SPOOL, node="nodes/stranger")
    assert refusal.reason == "NODE_UNKNOWN"
    broken = await service.refusal(wav_file(1.0), sequence=2, spool_id=SPOOL, offset=100)
    assert broken.reason == "OFFSET_MISMATCH"
    assert await service.rows("sequences") == []


async def test_a_spool_made_anew_begins_at_1_and_comes_after_the_old_one(service: RunningIngest) -> None:
    await send(service, 1, 3)
    await send(service, 12, spool_id=LATER_SPOOL)

    listed = [(gap.spool_id, gap.first_sequence, gap.last_sequence) for gap in (await gaps(service)).gaps]

    assert listed == [(SPOOL, 2, 2), (LATER_SPOOL, 1, 11)]
    assert await missing(service) == 12


@pytest.mark.parametrize("page_size", [1, 2, 3, 5])
async def test_pages_together_give_every_gap_once(service: RunningIngest, page_size: int) -> None:
    await send(service, 2, 4, 5, 9)
    await beat(service, 11)
    await send(service, 3, spool_id=LATER_SPOOL)
    found, token = [], ""
    while True:
        page = await gaps(service, page_size, token)
        assert len(page.gaps) <= page_size
        found += [(gap.spool_id, gap.first_sequence, gap.last_sequence) for gap in page.gaps]
        token = page.next_page_token
        if not token:
            break
    assert found == [(SPOOL, 1, 1), (SPOOL, 3, 3), (SPOOL, 6, 8), (SPOOL, 10, 11), (LATER_SPOOL, 1, 2)]


async def test_gaps_of_an_unknown_node_are_not_found_and_tokens_are_bound_to_their_node(service: RunningIngest) -> None:
    unknown = await refused(service.ingest.ListNodeGaps(pb.ListNodeGapsRequest(name="nodes/nobody"), timeout=30))
    assert (unknown.code, unknown.reason) == (grpc.StatusCode.NOT_FOUND, "NODE_UNKNOWN")
    await service.ingest.CreateNode(pb.CreateNodeRequest(node={"name": "nodes/other"}), timeout=30)
    await send(service, 2, 4)
    token = (await gaps(service, page_size=1)).next_page_token
    request = pb.ListNodeGapsRequest(name="nodes/other", page_token=token)
    foreign = await refused(service.ingest.ListNodeGaps(request, timeout=30))
    assert (foreign.code, foreign.reason) == (INVALID, "PAGE_TOKEN_INVALID")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sequence": 1}, "SPOOL_ID_INVALID"),
        ({"sequence": 1, "spool_id": "a b"}, "SPOOL_ID_INVALID"),
        ({"sequence": 1, "spool_id": "s" * 65}, "SPOOL_ID_INVALID"),
        ({"sequence": -1, "spool_id": SPOOL}, "SEQUENCE_INVALID"),
        ({"sequence": 10**12 + 1, "spool_id": SPOOL}, "SEQUENCE_INVALID"),
        ({"sequence": 2**63 - 1, "spool_id": SPOOL}, "SEQUENCE_INVALID"),
    ],
    ids=str,
)
async def test_numbers_that_cannot_be_are_refused(service: RunningIngest, changes: dict[str, Any], reason: str) -> None:
    refusal = await service.refusal(wav_file(1.0), **changes)
    assert (refusal.code, refusal.reason) == (INVALID, reason)
    facts = {"last_sequence": changes["sequence"], "spool_id": changes.get("spool_id", "")}
    request = pb.HeartbeatRequest(name=NAME, health=recording_pb2.NodeHealth(**facts))
    heard = await refused(service.ingest.Heartbeat(request, timeout=30))
    assert (heard.code, heard.reason) == (INVALID, reason)
    assert await service.stored() == NOTHING
    assert (await service.rows("sequences"), await service.rows("spools")) == ([], [])


async def test_a_sender_that_does_not_count_leaves_no_numbers(service: RunningIngest) -> None:
    await service.send(wav_file(1.0))
    await service.send(wav_file(2.0), spool_id=SPOOL)
    assert (await service.rows("sequences"), await missing(service)) == ([], 0)
