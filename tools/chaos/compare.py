"""What was sent against what is there. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC

from tools.chaos.found import Found, Stored
from tools.chaos.recordings import CALLSIGN, Expected

STAGES = ("transcribe", "extract", "analyze")
DONE = ("succeeded", "degraded")


@dataclass(frozen=True)
class Findings:
    """Sentences, each about one recording or one count; empty where all is well."""

    lost: Sequence[str]
    """Sent and not there, or there with other bytes or words."""
    doubled: Sequence[str]
    """There more often than it was sent."""
    stuck: Sequence[str]
    """Not ended."""
    dead: Sequence[str]
    """Jobs that gave up."""

    @property
    def good(self) -> bool:
        """True when there is nothing to tell."""
        return not (self.lost or self.doubled or self.stuck or self.dead)


def compare(manifest: Sequence[Expected], found: Found) -> Findings:
    """Everything that is wrong."""
    return Findings(
        lost=list(_lost(manifest, found)),
        doubled=list(_doubled(manifest, found)),
        stuck=list(_stuck(found)),
        dead=[f"{subject}: {stage} is dead" for subject, stage, state in found.jobs if state == "dead"],
    )


def _lost(manifest: Sequence[Expected], found: Found) -> Iterator[str]:
    stored = {each.sha256: each for each in found.stored}
    archived = set(found.archived)
    texts, mentions = dict(found.texts), dict(found.mentions)
    searched, indexed = set(found.hits), set(found.indexed)
    viewed = {name: (conversation, count) for name, conversation, count in found.viewed}
    members = dict(found.members)
    done = {(subject, stage) for subject, stage, state in found.jobs if state in DONE}
    for expected in manifest:
        mine = stored.get(expected.sha256)
        label = expected.file_name
        if mine is None:
            yield f"{label}: no recording"
            continue
        checks = {
            "other airtime or size": _same(expected, mine),
            "the blob's bytes": mine.blob_sha256 == expected.sha256,
            "a transcript with its words": expected.word in texts.get(mine.name, "").split(),
            "its call sign": mentions.get(mine.name) == CALLSIGN,
            "a conversation": mine.name in members,
            "its view": mine.name in viewed and viewed[mine.name][1] == 1,
            "the same conversation in its view": viewed.get(mine.name, ("",))[0] == members.get(mine.name),
            "a row of the index": mine.name in indexed,
            "a hit of the search": mine.name in searched,
            "a file in the archive": expected.sha256 in archived,
            **{f"a finished {stage} job": (mine.name, stage) in done for stage in STAGES},
        }
        for what, there in checks.items():
            if not there:
                yield f"{label} ({mine.name}): {what} is missing"
    yield from _torn(manifest, stored, members)


def _same(expected: Expected, mine: Stored) -> bool:
    captured_at = mine.captured_at.replace(tzinfo=UTC)
    return captured_at == expected.captured_at and mine.size_bytes == expected.size_bytes


def _torn(manifest: Sequence[Expected], stored: dict[str, Stored], members: dict[str, str]) -> Iterator[str]:
    """Recordings of one cycle in several conversations, or of several cycles in one."""
    conversations: dict[int, set[str]] = defaultdict(set)
    cycles: dict[str, set[int]] = defaultdict(set)
    for expected in manifest:
        if (mine := stored.get(expected.sha256)) and (conversation := members.get(mine.name)):
            conversations[expected.cycle].add(conversation)
            cycles[conversation].add(expected.cycle)
    for cycle, names in conversations.items():
        if len(names) > 1:
            yield f"cycle {cycle}: one conversation became {len(names)}"
    for conversation, numbers in cycles.items():
        if len(numbers) > 1:
            yield f"conversation {conversation}: holds cycles {sorted(numbers)}"


def _doubled(manifest: Sequence[Expected], found: Found) -> Iterator[str]:
    counted = {
        "recordings": [each.sha256 for each in found.stored],
        "transcripts": [recording for recording, _ in found.texts],
        "jobs": [f"{subject} {stage}" for subject, stage, _ in found.jobs],
        "mentions": [recording for recording, _ in found.mentions],
        "members of conversations": [recording for recording, _ in found.members],
        "views": [name for name, _, _ in found.viewed],
        "rows of the index": found.indexed,
        "hits of the search": found.hits,
        "files in the archive": found.archived,
    }
    for what, values in counted.items():
        for value, count in Counter(values).items():
            if count > 1:
                yield f"{what}: {value} is there {count} times"
    known = {expected.sha256 for expected in manifest}
    for each in found.stored:
        if each.sha256 not in known:
            yield f"recordings: {each.name} was never sent"
    if found.node_count != len(manifest):
        yield f"the node's count: {found.node_count} for {len(manifest)} recordings"
    really = Counter(conversation for _, conversation in found.members)
    for conversation, count in found.conversations.items():
        if really[conversation] != count:
            yield f"conversation {conversation}: counts {count} and holds {really[conversation]}"


def _stuck(found: Found) -> Iterator[str]:
    for subject, stage, state in found.jobs:
        if state not in (*DONE, "dead"):
            yield f"{subject}: {stage} is {state}"
    for left in found.left_at_node:
        yield f"at the node: {left}"
    if found.outbox:
        yield f"{found.outbox} messages in the outbox"
