"""A run's verdict: each way in which something can be lost or doubled is seen."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tools.chaos.compare import STAGES, Findings, compare
from tools.chaos.found import Found, Stored
from tools.chaos.recordings import CALLSIGN, Expected

MOMENT = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
SENT = [
    Expected(number, f"{number}.wav", MOMENT, f"sha{number}", 100, f"word{number}", cycle=number // 2)
    for number in range(4)
]
NAMES = [f"nodes/chaos/recordings/{number}" for number in range(4)]


def all_well() -> Found:
    """Four recordings of two cycles, everything as it should be."""
    return Found(
        stored=[
            Stored(name, sent.sha256, MOMENT.replace(tzinfo=None), 100, sent.sha256)
            for name, sent in zip(NAMES, SENT, strict=True)
        ],
        texts=[(name, f"drill {sent.word} kilo") for name, sent in zip(NAMES, SENT, strict=True)],
        jobs=[(name, stage, "succeeded") for name in NAMES for stage in STAGES],
        mentions=[(name, CALLSIGN) for name in NAMES],
        members=[(name, f"talk{index // 2}") for index, name in enumerate(NAMES)],
        conversations={"talk0": 2, "talk1": 2},
        viewed=[(name, f"talk{index // 2}", 1) for index, name in enumerate(NAMES)],
        indexed=NAMES,
        hits=NAMES,
        node_count=4,
        archived=[sent.sha256 for sent in SENT],
        left_at_node=[],
        outbox=0,
    )


def verdict(**changes: object) -> Findings:
    """What is said of a mesh that is well but for `changes`."""
    return compare(SENT, replace(all_well(), **changes))


def test_a_mesh_that_holds_all_once_is_good() -> None:
    assert verdict() == Findings([], [], [], [])
    assert verdict().good


@pytest.mark.parametrize("field", ["stored", "texts", "jobs", "mentions", "members", "viewed", "indexed", "hits"])
def test_what_is_missing_anywhere_is_lost(field: str) -> None:
    assert verdict(**{field: list(getattr(all_well(), field))[1:]}).lost


@pytest.mark.parametrize(
    "field", ["stored", "texts", "jobs", "mentions", "members", "viewed", "indexed", "hits", "archived"]
)
def test_what_is_there_twice_anywhere_is_doubled(field: str) -> None:
    rows = list(getattr(all_well(), field))
    assert verdict(**{field: [*rows, rows[0]]}).doubled


def test_a_blob_with_other_bytes_is_lost() -> None:
    first, *others = all_well().stored
    assert verdict(stored=[replace(first, blob_sha256="other"), *others]).lost


def test_words_of_another_recording_are_lost_words() -> None:
    texts = all_well().texts
    assert verdict(texts=[(texts[0][0], texts[1][1]), *texts[1:]]).lost


def test_a_torn_conversation_is_seen() -> None:
    members = [*list(all_well().members)[:3], (NAMES[3], "talk2")]
    viewed = [*list(all_well().viewed)[:3], (NAMES[3], "talk2", 1)]
    findings = verdict(members=members, viewed=viewed, conversations={"talk0": 2, "talk1": 1, "talk2": 1})
    assert findings.lost == ["cycle 1: one conversation became 2"]


def test_counts_that_are_inflated_are_doubled() -> None:
    assert verdict(node_count=5).doubled
    assert verdict(conversations={"talk0": 3, "talk1": 2}).doubled


def test_a_recording_that_nobody_sent_is_doubled() -> None:
    stranger = Stored("nodes/chaos/recordings/9", "sha9", MOMENT, 100, "sha9")
    assert any("never sent" in line for line in verdict(stored=[*all_well().stored, stranger]).doubled)


def test_what_has_not_ended_is_stuck_and_what_gave_up_is_dead() -> None:
    jobs = list(all_well().jobs)
    assert verdict(jobs=[(NAMES[0], "transcribe", "waiting"), *jobs[1:]]).stuck
    assert verdict(jobs=[(NAMES[0], "transcribe", "dead"), *jobs[1:]]).dead
    assert verdict(outbox=1).stuck
    assert verdict(left_at_node=["3.wav: pending"]).stuck
