"""Settings of the field agent."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from clients.common.zones import zone_named
from clients.node.config import NodeSettings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TSN_GATEWAY", "TSN_NODE_GATEWAY", "TSN_OTLP_ENDPOINT", "TSN_LOG_FORMAT", "TZ"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def test_defaults_are_usable_as_they_are(tmp_path: Path) -> None:
    settings = NodeSettings()

    assert settings.gateway == "127.0.0.1:8080"
    assert settings.spool == tmp_path / "tsn-node"
    assert settings.archive_folder == tmp_path / "tsn-node" / "archive"
    assert settings.refused_folder == tmp_path / "tsn-node" / "refused"


def test_the_environment_is_read_with_the_shared_names_as_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSN_GATEWAY", "shared:1")
    monkeypatch.setenv("TSN_NODE_WATCH", "/a:/b")
    monkeypatch.setenv("TSN_NODE_ID", "site-1")
    monkeypatch.setenv("TSN_NODE_CHANNEL_MAP", '{"hub": "146.960"}')
    monkeypatch.setenv("TSN_LOG_LEVEL", "debug")

    settings = NodeSettings()

    assert settings.gateway == "shared:1"
    assert settings.watch == (Path("/a"), Path("/b"))
    assert settings.node == "site-1"
    assert settings.channel_map == {"hub": "146.960"}
    assert settings.log_level == "DEBUG"
    monkeypatch.setenv("TSN_NODE_GATEWAY", "own:1")
    assert NodeSettings().gateway == "own:1"
    assert NodeSettings(gateway="option:1").gateway == "option:1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"node": "a b"},
        {"node": "nodes/a"},
        {"node": ""},
        {"gateway": "nowhere"},
        {"gateway": "ftp://host:1"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"stability_seconds": 0},
        {"channel": "x" * 65},
        {"concurrency": 0},
    ],
)
def test_a_wrong_value_is_refused_at_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        NodeSettings(**wrong)


def test_a_watched_folder_inside_the_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="where sent files go"):
        NodeSettings(watch=(tmp_path / "archive" / "in",), archive=tmp_path / "archive")


def test_the_local_zone_is_the_one_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ":America/New_York")

    assert zone_named("local") == ZoneInfo("America/New_York")
    assert NodeSettings().zone == ZoneInfo("America/New_York")


def test_the_local_zone_is_the_one_that_etc_localtime_links_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.path.realpath", lambda _: "/usr/share/zoneinfo/Europe/Vienna")

    assert zone_named("local") == ZoneInfo("Europe/Vienna")


def test_a_machine_without_a_zone_is_on_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.path.realpath", lambda _: "/nonexistent/localtime")

    assert zone_named("local") == ZoneInfo("UTC")


def test_a_zone_without_a_name_must_be_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "localtime").touch()
    monkeypatch.setattr("os.path.realpath", lambda _: str(tmp_path / "localtime"))

    with pytest.raises(ValueError, match="--time-zone"):
        zone_named("local")


def test_a_file_is_seen_twice_within_its_window() -> None:
    assert NodeSettings(stability_seconds=3).poll_seconds == 1.0
    assert NodeSettings(stability_seconds=0.4).poll_seconds == 0.2
