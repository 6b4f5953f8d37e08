"""Streams and consumers, declared here and created where they are missing."""

from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RetentionPolicy, StorageType, StreamConfig

EVENTS = "TSN_EVENTS"
WORK = "TSN_WORK"
DEAD = "TSN_DEAD"
EVENT_SUBJECTS = [f"tsn.{publisher}.v1.>" for publisher in ("ingest", "transcribe", "extract", "analyze", "query")]
"""Named one by one: `tsn.*.v1.>` would overlap with `tsn.work.>`, which NATS refuses."""
LIVE = "tsn.live"
"""Core subjects below this one are never stored."""

DAY_SECONDS = 86_400.0
DUPLICATE_WINDOW_SECONDS = 120.0
MAX_MESSAGE_BYTES = 8 * 1024 * 1024


def work_subject(stage: str, lane: str) -> str:
    """Subject of a work message."""
    return f"tsn.work.{stage}.{lane}"


def dead_subject(stage: str) -> str:
    """Subject that tells of a job that gave up."""
    return f"tsn.dead.{stage}"


def stream_configs(replicas: int) -> list[StreamConfig]:
    """All streams of the mesh."""
    common = {
        "storage": StorageType.FILE,
        "num_replicas": replicas,
        "duplicate_window": DUPLICATE_WINDOW_SECONDS,
        "max_msg_size": MAX_MESSAGE_BYTES,
    }
    return [
        StreamConfig(
            name=EVENTS,
            subjects=EVENT_SUBJECTS,
            retention=RetentionPolicy.LIMITS,
            max_age=30 * DAY_SECONDS,
            max_bytes=20 * 1024**3,
            **common,  # type: ignore[arg-type]
        ),
        StreamConfig(
            name=WORK,
            subjects=["tsn.work.>"],
            retention=RetentionPolicy.WORK_QUEUE,
            **common,  # type: ignore[arg-type]
        ),
        StreamConfig(
            name=DEAD,
            subjects=["tsn.dead.>"],
            retention=RetentionPolicy.LIMITS,
            max_age=90 * DAY_SECONDS,
            max_bytes=1024**3,
            **common,  # type: ignore[arg-type]
        ),
    ]


def work_consumer(stage: str, *, ack_wait_seconds: float) -> ConsumerConfig:
    """The one durable consumer that all workers of a stage share."""
    return ConsumerConfig(
        durable_name=stage,
        filter_subject=f"tsn.work.{stage}.*",
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ack_wait_seconds,
        max_ack_pending=1000,
        max_waiting=512,
    )


def event_consumer(name: str, *, ack_wait_seconds: float) -> ConsumerConfig:
    """A durable consumer of all events, shared by the replicas of one service."""
    return ConsumerConfig(
        durable_name=name,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ack_wait_seconds,
        max_ack_pending=2000,
        max_waiting=512,
    )
