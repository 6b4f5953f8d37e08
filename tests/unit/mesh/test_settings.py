"""mesh.settings"""

import pytest
from pydantic import ValidationError

from mesh.settings import MeshSettings, split_listen


@pytest.mark.parametrize(
    ("listen", "pair"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("0.0.0.0:0", ("0.0.0.0", 0)),
        ("[::1]:9", ("::1", 9)),
        ("localhost:65535", ("localhost", 65535)),
        (":80", ("", 80)),
    ],
)
def test_host_and_port_are_split(listen: str, pair: tuple[str, int]) -> None:
    assert split_listen(listen) == pair


@pytest.mark.parametrize("listen", ["", "8080", "host:", "host:http", "host:-1", "host:65536", "host:１２", "host:²"])
def test_what_is_no_host_and_port_is_refused_by_name(listen: str) -> None:
    with pytest.raises(ValueError, match="is not host:port") as refused:
        split_listen(listen)
    assert repr(listen) in str(refused.value)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSN_NATS_URL", "nats://bus:4222")
    monkeypatch.setenv("TSN_LOG_FORMAT", "console")
    settings = MeshSettings()
    assert (settings.nats_url, settings.log_format) == ("nats://bus:4222", "console")


def test_a_wrong_setting_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSN_LOG_FORMAT", "xml")
    with pytest.raises(ValidationError, match="log_format"):
        MeshSettings()


def test_secrets_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSN_DATABASE_URL", "mysql+asyncmy://tsn:hush@db/tsn")
    monkeypatch.setenv("TSN_PAGE_TOKEN_SECRET", "hush")
    assert "hush" not in repr(MeshSettings())
