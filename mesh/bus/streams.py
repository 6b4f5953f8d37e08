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
"""What a server with `max_payload: 8MB` takes, headers included."""
MAX_PAYLOAD_BYTES = MAX_MESSAGE_BYTES - 4096
"""What a message may carry: the rest is for its headers."""


def work_subject(stage: str, lane: str, *, crowd: bool = False) -> str:
    """Subject of a work message; `crowd`: of one queued behind many of its owner."""
    return f"tsn.work.{stage}.{lane}.crowd" if crowd else f"tsn.work.{stage}.{lane}"


def all_work(stage: str) -> str:
    """Subjects of all work messages of a stage."""
    return f"tsn.work.{stage}.>"


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


def work_consumer_name(stage: str, lane: str, *, crowd: bool = False) -> str:
    """Name of the durable consumer that all workers of a stage share for one lane."""
    return f"{stage}-{lane}-crowd" if crowd else f"{stage}-{lane}"


def work_consumer(stage: str, lane: str, *, crowd: bool = False, ack_wait_seconds: float) -> ConsumerConfig:
    """The durable consumer of one lane. Filters of a work-queue stream's consumers may not overlap."""
    return ConsumerConfig(
        durable_name=work_consumer_name(stage, lane, crowd=crowd),
        filter_subject=work_subject(stage, lane, crowd=crowd),
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
