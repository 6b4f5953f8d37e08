import json
import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from clients.cli.labels import Given, Unlabelled, label
from clients.cli.sending import request_id

NOTHING = Given(node=None, channel=None, captured_at=None, zone=ZoneInfo("UTC"))


def made(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(b"audio")
    return path


def test_the_name_tells_node_and_time(tmp_path: Path) -> None:
    file = label(made(tmp_path, "demo-node_2026112023300241.wav"), NOTHING)
    assert (file.node, file.channel) == ("demo-node", "main")
    assert file.captured_at == datetime(2026, 11, 20, 23, 30, 2, 410_000, UTC)


def test_what_is_given_goes_before_the_name(tmp_path: Path) -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    given = Given(node="mine", channel="simplex", captured_at=moment, zone=ZoneInfo("UTC"))
    file = label(made(tmp_path, "demo-node_20261120233002.wav"), given)
    assert (file.node, file.channel, file.captured_at) == ("mine", "simplex", moment)


def test_local_names_are_read_in_their_zone(tmp_path: Path) -> None:
    given = Given(node="2345", channel=None, captured_at=None, zone=ZoneInfo("America/New_York"))
    file = label(made(tmp_path, "20261120183211.wav"), given)
    assert file.captured_at == datetime(2026, 11, 20, 23, 32, 11, tzinfo=UTC)


def test_the_scanner_s_json_tells_the_channel(tmp_path: Path) -> None:
    path = made(tmp_path, "5200-1795217802_146520000-call_24.wav")
    path.with_suffix(".json").write_text(json.dumps({"talkgroup": 5300, "start_time": 1795217802}))
    file = label(path, Given(node="scanner", channel=None, captured_at=None, zone=ZoneInfo("UTC")))
    assert file.channel == "5300"


def test_an_hour_that_came_twice_is_told(tmp_path: Path) -> None:
    path = made(tmp_path, "2345_20261101013000.wav")
    os.utime(path, (0, 0))
    given = Given(node=None, channel=None, captured_at=None, zone=ZoneInfo("America/New_York"))
    assert label(path, given).ambiguous


def test_a_name_without_time_asks_for_it(tmp_path: Path) -> None:
    given = Given(node="n", channel=None, captured_at=None, zone=ZoneInfo("UTC"))
    with pytest.raises(Unlabelled, match="--captured-at"):
        label(made(tmp_path, "noise.wav"), given)


def test_a_name_without_node_asks_for_it(tmp_path: Path) -> None:
    with pytest.raises(Unlabelled, match="--node"):
        label(made(tmp_path, "20261120_233002.wav"), NOTHING)


def test_the_same_file_under_the_same_labels_has_the_same_request_id(tmp_path: Path) -> None:
    path = made(tmp_path, "demo-node_20261120233002.wav")
    other = label(path, Given(node="other", channel=None, captured_at=None, zone=ZoneInfo("UTC")))
    first, again = label(path, NOTHING), label(path, NOTHING)
    assert request_id(first, "ab") == request_id(again, "ab")
    assert len({request_id(first, "ab"), request_id(first, "cd"), request_id(other, "ab")}) == 3
    assert len(request_id(first, "ab")) <= 64
