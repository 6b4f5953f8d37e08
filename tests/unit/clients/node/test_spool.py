"""The spool: what it takes, hands out and remembers."""

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clients.node.spool import Spool
from clients.node.spool_rows import FileIdentity, NewRecording, State

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
NOW = 1_000_000.0


def a_recording(name: str = "a.wav", *, minutes: int = 0, size_bytes: int = 10) -> NewRecording:
    identity = FileIdentity(Path("/watch") / name, size_bytes, 5)
    return NewRecording(identity, "ab" * 32, "2560", "main", NOON + timedelta(minutes=minutes))


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    opened = Spool(tmp_path / "spool.db")
    yield opened
    opened.close()


def test_a_file_is_taken_once_however_often_it_is_added(spool: Spool) -> None:
    first = spool.add(a_recording(), NOW)

    assert first is not None
    assert first.state is State.PENDING
    assert spool.add(a_recording(), NOW) is None
    assert spool.counts().waiting_recordings == 1


def test_another_recording_under_the_same_name_is_another_row(spool: Spool) -> None:
    old = spool.add(a_recording(size_bytes=10), NOW)
    new = spool.add(a_recording(size_bytes=11), NOW)

    assert old is not None
    assert new is not None
    assert new.request_id != old.request_id
    assert spool.counts().waiting_bytes == 21


def test_rows_and_request_ids_survive_reopening(spool: Spool, tmp_path: Path) -> None:
    added = spool.add(a_recording(), NOW)
    spool.close()

    reopened = Spool(tmp_path / "spool.db")

    assert reopened.claim(NOW) == replace(added, state=State.SENDING, attempts=1) if added else False
    reopened.close()


def test_the_database_survives_power_loss_by_its_settings(spool: Spool) -> None:
    connection = spool._connection

    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_the_oldest_airtime_goes_first(spool: Spool) -> None:
    for name, minutes in (("b.wav", 2), ("c.wav", 1), ("a.wav", 3)):
        spool.add(a_recording(name, minutes=minutes), NOW)

    claimed = [spool.claim(NOW) for _ in range(4)]

    assert [row.identity.path.name if row else None for row in claimed] == ["c.wav", "b.wav", "a.wav", None]


def test_a_postponed_recording_waits_for_its_time_and_lets_others_pass(spool: Spool) -> None:
    spool.add(a_recording("a.wav", minutes=0), NOW)
    spool.add(a_recording("b.wav", minutes=1), NOW)
    row = spool.claim(NOW)
    assert row is not None
    spool.postpone(row, error="away", next_try_at=NOW + 5, now=NOW)

    passed, nothing = spool.claim(NOW), spool.claim(NOW + 4)

    assert passed is not None
    assert passed.identity.path.name == "b.wav"
    assert nothing is None
    assert spool.next_due() == NOW + 5
    again = spool.claim(NOW + 5)
    assert again is not None
    assert (again.attempts, again.faults, again.error) == (2, 0, "away")


def test_only_faults_of_the_server_count_as_faults(spool: Spool) -> None:
    spool.add(a_recording(), NOW)
    for fault in (True, False, True):
        row = spool.claim(NOW)
        assert row is not None
        spool.postpone(row, error="", next_try_at=NOW, now=NOW, fault=fault)

    row = spool.claim(NOW)

    assert row is not None
    assert (row.attempts, row.faults) == (4, 2)


def test_what_was_being_sent_at_a_crash_waits_again_at_once(spool: Spool) -> None:
    spool.add(a_recording(), NOW)
    spool.claim(NOW)

    assert spool.claim(NOW) is None
    assert spool.recover(NOW) == 1
    row = spool.claim(NOW)
    assert row is not None
    assert row.attempts == 2


def test_a_sent_file_is_in_hand_until_it_is_moved(spool: Spool) -> None:
    spool.add(a_recording(), NOW)
    row = spool.claim(NOW)
    assert row is not None

    spool.mark_sent(row, recording_name="r", target=Path("/archive/a.wav"), now=NOW)
    assert spool.knows(row.identity)
    assert [unsettled.id for unsettled in spool.unsettled()] == [row.id]

    spool.mark_settled(row, target=Path("/archive/a.wav"), now=NOW)
    assert not spool.knows(row.identity)
    assert spool.unsettled() == []


def test_a_file_kept_in_place_after_sending_is_not_sent_again(spool: Spool) -> None:
    spool.add(a_recording(), NOW)
    row = spool.claim(NOW)
    assert row is not None

    spool.mark_sent(row, recording_name="r", target=None, now=NOW)

    assert spool.knows(row.identity)
    assert spool.add(a_recording(), NOW) is None


def test_a_refused_file_put_back_is_tried_again_under_its_request_id(spool: Spool) -> None:
    first = spool.add(a_recording(), NOW)
    row = spool.claim(NOW)
    assert first is not None
    assert row is not None
    spool.mark_refused(row, error="EMPTY", target=Path("/refused/a.wav"), now=NOW)
    spool.mark_settled(row, target=Path("/refused/a.wav"), now=NOW)

    again = spool.add(a_recording(), NOW)

    assert again == first


def test_other_bytes_with_the_same_size_and_time_get_a_request_of_their_own(spool: Spool) -> None:
    first = spool.add(a_recording(), NOW)
    row = spool.claim(NOW)
    assert first is not None
    assert row is not None
    spool.mark_gone(row, error="overwritten", now=NOW)

    again = spool.add(replace(a_recording(), sha256="cd" * 32), NOW)

    assert again is not None
    assert again.request_id != first.request_id


def test_counts_tell_waiting_bytes_and_every_end(spool: Spool) -> None:
    for name in ("a.wav", "b.wav", "c.wav", "d.wav", "e.wav"):
        spool.add(a_recording(name), NOW)
    sent, refused, gone = spool.claim(NOW), spool.claim(NOW), spool.claim(NOW)
    assert sent is not None
    assert refused is not None
    assert gone is not None
    spool.mark_sent(sent, recording_name="r", target=Path("/x"), now=NOW)
    spool.mark_refused(refused, error="EMPTY", target=None, now=NOW)
    spool.mark_gone(gone, error="vanished", now=NOW)
    spool.claim(NOW)

    counts = spool.counts()

    assert (counts.waiting_recordings, counts.waiting_bytes) == (2, 20)
    assert (counts.sent, counts.refused, counts.gone, counts.unsettled) == (1, 1, 1, 1)
    assert {row.error for row in spool.latest_problems(10)} == {"EMPTY", "vanished"}


def test_only_what_is_gone_is_forgotten_by_itself(spool: Spool) -> None:
    for name in ("archived.wav", "gone.wav", "refused.wav", "waiting.wav"):
        spool.add(a_recording(name), NOW)
    archived, gone, refused = spool.claim(NOW), spool.claim(NOW), spool.claim(NOW)
    assert archived is not None
    assert gone is not None
    assert refused is not None
    spool.mark_sent(archived, recording_name="r", target=Path("/x"), now=NOW)
    spool.mark_settled(archived, target=Path("/x"), now=NOW)
    spool.mark_gone(gone, error="vanished", now=NOW)
    spool.mark_refused(refused, error="EMPTY", target=None, now=NOW)

    assert spool.prune(NOW) == 0
    assert spool.prune(NOW + 1) == 1
    counts = spool.counts()
    assert (counts.sent, counts.gone, counts.refused, counts.waiting_recordings) == (1, 0, 1, 1)


def test_only_what_is_sent_and_settled_below_the_folder_counts_as_archived(spool: Spool) -> None:
    names = ("b.wav", "a.wav", "kept.wav", "elsewhere.wav", "moving.wav", "refused.wav", "waiting.wav")
    for minutes, name in enumerate(names):
        spool.add(a_recording(name, minutes=minutes), NOW)
    targets = ("/archive/b.wav", "/archive/a.wav", None, "/archive2/elsewhere.wav", "/archive/moving.wav")
    for target in targets:
        row = spool.claim(NOW)
        assert row is not None
        where = Path(target) if target else None
        spool.mark_sent(row, recording_name="r", target=where, now=NOW)
        if target != "/archive/moving.wav":
            spool.mark_settled(row, target=where, now=NOW)
    refused = spool.claim(NOW)
    assert refused is not None
    spool.mark_refused(refused, error="EMPTY", target=Path("/archive/refused.wav"), now=NOW)
    spool.mark_settled(refused, target=Path("/archive/refused.wav"), now=NOW)

    purged = []
    while row := spool.oldest_archived(Path("/archive")):
        purged.append(row.identity.path.name)
        spool.forget(row)

    assert purged == ["b.wav", "a.wav"]
    assert spool.counts().sent == 3


def test_recordings_are_numbered_for_each_node_in_the_order_they_come(spool: Spool, tmp_path: Path) -> None:
    taken = [
        spool.add(replace(a_recording(name), node=node), NOW)
        for name, node in (("a.wav", "hill"), ("b.wav", "town"), ("c.wav", "hill"))
    ]
    spool.close()
    reopened = Spool(tmp_path / "spool.db")
    later = reopened.add(replace(a_recording("d.wav"), node="hill"), NOW)

    assert [(row.node, row.sequence) if row else None for row in (*taken, later)] == [
        ("hill", 1),
        ("town", 1),
        ("hill", 2),
        ("hill", 3),
    ]
    assert reopened.sequences() == {"hill": 3, "town": 1}
    assert reopened.last_sequence("nobody") == 0
    assert reopened.spool_id == spool.spool_id
    reopened.close()


def test_a_file_that_is_not_taken_uses_up_no_number(spool: Spool) -> None:
    spool.add(a_recording(), NOW)
    spool.add(a_recording(), NOW)
    broken = replace(a_recording("b.wav"), channel=None)
    with pytest.raises(sqlite3.IntegrityError):
        spool.add(broken, NOW)
    taken = spool.add(a_recording("c.wav"), NOW)

    assert taken is not None
    assert taken.sequence == 2


def test_a_try_planned_by_a_clock_that_was_far_ahead_is_not_waited_for(spool: Spool) -> None:
    spool.add(a_recording(), NOW)
    row = spool.claim(NOW)
    assert row is not None
    spool.postpone(row, error="away", next_try_at=NOW + 10 * 365 * 86_400, now=NOW)

    assert spool.claim(NOW) is not None


def test_names_that_are_not_utf8_come_back_as_they_were(spool: Spool) -> None:
    name = os.fsdecode(b"n\xf6rd.wav")
    spool.add(a_recording(name), NOW)

    row = spool.claim(NOW)

    assert row is not None
    assert row.identity.path.name == name
