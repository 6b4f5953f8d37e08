"""Who makes a change."""

import pytest
import typer

from clients.cli.author import author_of


def test_the_option_counts_before_the_environment_and_that_before_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ann")
    monkeypatch.delenv("TSN_AUTHOR", raising=False)
    assert author_of() == "ann"
    monkeypatch.setenv("TSN_AUTHOR", " K7ABC ")
    assert author_of() == "K7ABC"
    assert author_of("W1AW") == "W1AW"


def test_a_name_longer_than_the_mesh_takes_is_refused() -> None:
    with pytest.raises(typer.BadParameter, match="64"):
        author_of("x" * 65)


def test_a_machine_without_users_asks_for_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise OSError("no such user")

    monkeypatch.delenv("TSN_AUTHOR", raising=False)
    monkeypatch.setattr("getpass.getuser", nobody)
    with pytest.raises(typer.BadParameter, match="TSN_AUTHOR"):
        author_of()
