"""How much is taken in at once."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from mesh.errors import Kind, TsnError
from services.ingest.domain.admission_errors import (
    BatchUploadsLimited,
    NodeUploadsLimited,
    QueueFull,
    UploadsLimited,
)
from services.ingest.domain.model import Lane
from services.ingest.limits import QueueLimits, UploadLimits
from services.ingest.metrics import IngestMetrics
from tests.unit.services.ingest.domain.test_upload import METADATA
from tests.unit.services.ingest.fakes import new_metrics


def test_more_uploads_than_there_is_room_for_are_told_when_to_come_again() -> None:
    registry = CollectorRegistry()
    limits = UploadLimits(total=3, per_node=3, metrics=IngestMetrics(registry))
    with ExitStack() as under_way:
        for number in range(3):
            under_way.enter_context(limits.slot(replace(METADATA, node=f"node-{number}")))
        assert limits.bytes_under_way == 3 * METADATA.size_bytes
        assert registry.get_sample_value("tsn_ingest_uploads_under_way") == 3
        with pytest.raises(UploadsLimited) as refused, limits.slot(METADATA):
            pass
        assert refused.value.kind is Kind.EXHAUSTED
        assert 2.0 <= (refused.value.retry_after_seconds or 0) <= 4.0
    assert limits.bytes_under_way == 0
    with limits.slot(METADATA):
        pass


def test_one_node_does_not_take_the_room_of_the_others() -> None:
    limits = UploadLimits(total=10, per_node=2, metrics=new_metrics())
    with limits.slot(METADATA), limits.slot(METADATA):
        with pytest.raises(NodeUploadsLimited), limits.slot(METADATA):
            pass
        with limits.slot(replace(METADATA, node="another")):
            pass


def test_backlogs_leave_room_for_what_is_said_now() -> None:
    limits = UploadLimits(total=3, per_node=3, batch=1, metrics=new_metrics())
    backlog = replace(METADATA, lane=Lane.BATCH)
    with limits.slot(backlog):
        with pytest.raises(BatchUploadsLimited) as refused, limits.slot(replace(backlog, node="another")):
            pass
        assert refused.value.kind is Kind.EXHAUSTED
        with limits.slot(METADATA), limits.slot(METADATA):
            pass
    with limits.slot(backlog):
        pass


def test_an_upload_that_fails_leaves_its_place() -> None:
    limits = UploadLimits(total=1, per_node=1, metrics=new_metrics())
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), limits.slot(METADATA):
            raise ZeroDivisionError
    with limits.slot(METADATA):
        pass


def test_those_who_are_sent_away_together_do_not_come_back_together() -> None:
    limits = UploadLimits(total=1, per_node=1, metrics=new_metrics())
    wishes = set()
    with limits.slot(METADATA):
        for _ in range(100):
            with pytest.raises(TsnError) as refused, limits.slot(METADATA):
                pass
            wishes.add(refused.value.retry_after_seconds)
    assert len(wishes) > 50


async def test_a_lane_is_closed_while_its_queue_is_full_and_no_other(tmp_path: Path) -> None:
    waiting = {Lane.BATCH: 10, Lane.LIVE: 9}

    async def count(lane: Lane, limit: int) -> int:
        return min(waiting[lane], limit)

    queues = QueueLimits(limits={Lane.BATCH: 10, Lane.LIVE: 10}, count=count, metrics=new_metrics())
    queues.admit(Lane.BATCH)
    await queues.count_once()
    with pytest.raises(QueueFull) as refused:
        queues.admit(Lane.BATCH)
    assert refused.value.facts == {"lane": "batch", "limit": "10"}
    queues.admit(Lane.LIVE)
    queues.admit(Lane.URGENT)
    waiting[Lane.BATCH] = 9
    await queues.count_once()
    queues.admit(Lane.BATCH)


async def test_between_two_counts_no_more_is_let_in_than_there_is_room_for() -> None:
    waiting = {Lane.LIVE: 7}

    async def count(lane: Lane, limit: int) -> int:
        return min(waiting[lane], limit)

    queues = QueueLimits(limits={Lane.LIVE: 10}, count=count, metrics=new_metrics())
    await queues.count_once()
    for _ in range(3):
        queues.admit(Lane.LIVE)
    with pytest.raises(QueueFull):
        queues.admit(Lane.LIVE)
    # Two of the three were committed, and four were worked on meanwhile.
    waiting[Lane.LIVE] = 5
    await queues.count_once()
    for _ in range(5):
        queues.admit(Lane.LIVE)
    with pytest.raises(QueueFull):
        queues.admit(Lane.LIVE)


async def test_what_is_let_in_during_a_count_is_not_forgotten() -> None:
    async def count(lane: Lane, limit: int) -> int:
        queues.admit(lane)
        return 8

    queues = QueueLimits(limits={Lane.LIVE: 10}, count=count, metrics=new_metrics())
    await queues.count_once()
    queues.admit(Lane.LIVE)
    with pytest.raises(QueueFull):
        queues.admit(Lane.LIVE)
