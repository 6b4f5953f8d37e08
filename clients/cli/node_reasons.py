"""Why a recording of a node may not have arrived: from facts to sentences. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from clients.cli.names import node_id
from clients.cli.node_text import BEHIND_SECONDS, behind_seconds, clock_text
from clients.cli.reasons import Finding
from clients.cli.render import ago, counted, moment, size, span
from tsn.ingest.v1.ingest_pb2 import NodeGap
from tsn.ingest.v1.recording_pb2 import Node

STAGE = "node"


def explain_node(node: Node | None, gaps: Sequence[NodeGap], now: datetime) -> list[Finding]:
    """What keeps recordings at the node or lost them, the worst first; one finding that says so where nothing does."""
    if node is None:
        sentence = "the mesh does not know this node: nothing has ever come from it"
        return [Finding(STAGE, "unknown", sentence, "tsn nodes list", holds_up=True)]
    findings = [*_not_sending(node, now), *_not_here(node, gaps)]
    if findings:
        return findings
    sentence = (
        f"the node is well (heartbeat {ago(node.last_heartbeat_at, now)} ago), nothing waits at it and nothing that it "
        "numbered is missing: it has not taken the file, or the file was not there"
    )
    if not node.HasField("last_heartbeat_at"):
        sentence = "the node sends no heartbeats, so that only what has arrived is known"
    return [Finding(STAGE, "no trouble", sentence)]


def _not_sending(node: Node, now: datetime) -> Iterator[Finding]:
    health, name = node.health, node_id(node.name)
    if node.silent:
        sentence = f"the node is silent: its last heartbeat came {ago(node.last_heartbeat_at, now)} ago"
        waiting = (
            f", when {counted(health.spooled_recordings, 'recording')} waited at it"
            if health.spooled_recordings
            else ""
        )
        yield Finding(STAGE, "silent", sentence + waiting, "tsn nodes list", holds_up=True)
    if health.intake_paused:
        sentence = f"its disk is full ({size(health.disk_free_bytes)} free): the node takes no new files"
        yield Finding(STAGE, "disk full", sentence, holds_up=True)
    if not node.silent and health.spooled_recordings:
        waited = behind_seconds(node, now)
        state = "behind" if waited > BEHIND_SECONDS else "sending"
        oldest = f", the oldest since {moment(health.oldest_waiting_at)} ({span(waited)})" if waited else ""
        count = counted(health.spooled_recordings, "recording")
        sentence = f"{count} ({size(health.spooled_bytes)}) not sent yet at the node{oldest}"
        yield Finding(STAGE, state, sentence, "tsn top" if state == "behind" else "", holds_up=True)
    if health.refused_recordings:
        refused = counted(health.refused_recordings, "recording")
        sentence = f"the mesh refused {refused}; the node set them aside with the reasons"
        yield Finding(STAGE, "refused", sentence, holds_up=True)
    if node.clock_wrong:
        sentence = f"its clock is wrong ({clock_text(node)}): look for the recording at another time"
        yield Finding(STAGE, "clock wrong", sentence, f"tsn recordings list --node {name}", holds_up=True)


def _not_here(node: Node, gaps: Sequence[NodeGap]) -> Iterator[Finding]:
    on_the_way = _count(gap for gap in gaps if not gap.HasField("received_after_at"))
    lost = _count(gap for gap in gaps if gap.HasField("received_after_at"))
    more = node.missing_recordings - on_the_way - lost
    command = f"tsn nodes gaps {node_id(node.name)}"
    if lost:
        sentence = f"{counted(lost, 'recording')} that it numbered did not come though later ones did"
        yield Finding(STAGE, "missing", sentence, command, holds_up=True)
    if on_the_way:
        sentence = f"{on_the_way} of the newest that it numbered have not come yet, and may be on their way"
        yield Finding(STAGE, "on the way", sentence, command, holds_up=True)
    if more > 0:
        yield Finding(STAGE, "missing", f"{more} more that it numbered are missing", command, holds_up=True)


def _count(gaps: Iterator[NodeGap]) -> int:
    return sum(gap.last_sequence - gap.first_sequence + 1 for gap in gaps)
