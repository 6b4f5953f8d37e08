from collections.abc import Sequence
from typing import Annotated

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from clients.cli.command import Call, GatewayOption, JsonOption, Settings, TimeoutOption, command, without_verb
from clients.cli.main import app as tsn

seen: list[Call] = []


def tool() -> typer.Typer:
    app = typer.Typer()

    @app.callback()
    def root(
        context: typer.Context,
        gateway: GatewayOption = None,
        as_json: JsonOption = False,
        timeout: TimeoutOption = None,
    ) -> None:
        context.obj = Settings().merged(gateway, as_json, timeout)

    @command(app, "look")
    async def look(call: Call, how: Annotated[str, typer.Option()] = "up") -> None:
        """Look."""
        seen.append(call)
        if how == "crash":
            raise ZeroDivisionError("oh")
        if how == "wrong":
            raise typer.BadParameter("no such way")
        call.output.say(how)

    return app


def run(app: typer.Typer, arguments: Sequence[str], **env: str) -> Result:
    seen.clear()
    result: Result = CliRunner(env={"TSN_GATEWAY": "", **env}).invoke(app, arguments)
    return result


def test_options_stand_before_and_after_the_command() -> None:
    assert (
        run(tool(), ["--gateway", "a:1", "--timeout", "5", "look", "--gateway", "b:2", "--how", "down"]).exit_code == 0
    )
    assert (seen[0].gateway.address, seen[0].gateway.timeout_seconds) == ("b:2", 5.0)


def test_json_before_the_command_counts() -> None:
    run(tool(), ["--json", "look"])
    assert seen[0].output.as_json


def test_the_environment_names_the_gateway() -> None:
    run(tool(), ["look"], TSN_GATEWAY="far:9")
    assert seen[0].gateway.address == "far:9"


def test_an_option_goes_before_the_environment_even_when_it_is_the_default() -> None:
    run(tool(), ["look", "--gateway", "127.0.0.1:8080"], TSN_GATEWAY="far:9")
    assert seen[0].gateway.address == "127.0.0.1:8080"


@pytest.mark.parametrize("address", ["nonsense", "ftp://x:1", "a:b:c", "host:99999"])
def test_an_address_that_is_none_is_a_usage_error(address: str) -> None:
    result = run(tool(), ["look", "--gateway", address])
    assert result.exit_code == 2
    assert "--gateway" in result.stderr
    assert not seen


def test_a_wrong_value_is_a_usage_error() -> None:
    result = run(tool(), ["look", "--how", "wrong"])
    assert result.exit_code == 2
    assert "no such way" in result.stderr


def test_a_bug_ends_in_one_line_and_no_traceback() -> None:
    result = run(tool(), ["look", "--how", "crash"], TSN_LOG_LEVEL="INFO")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ZeroDivisionError: oh\n")
    assert "Traceback" not in result.output


def test_the_version_is_printed() -> None:
    result = run(tsn, ["--version"])
    assert result.exit_code == 0
    assert result.stdout.startswith("tsn ")


def test_every_command_tells_what_it_does_and_takes_json() -> None:
    paths = [
        ["upload"],
        ["search"],
        ["watch"],
        ["status"],
        ["rerun"],
        ["import"],
        ["submit-url"],
        ["top"],
        ["why"],
        ["nodes"],
    ]
    paths += [["recordings", verb] for verb in ("list", "show", "audio")]
    paths += [["jobs", verb] for verb in ("list", "show", "cancel", "retry")]
    paths += [["nodes", verb] for verb in ("add", "list", "gaps")]
    paths += [["dead", verb] for verb in ("list", "show", "retry", "retry-all", "resolve")]
    paths += [["batches", verb] for verb in ("list", "show", "watch", "cancel", "retry")]
    for path in paths:
        result = run(tsn, [*path, "--help"], COLUMNS="200", TERM="dumb", NO_COLOR="1")
        assert result.exit_code == 0
        assert "--json" in result.stdout, path
        assert "--gateway" in result.stdout, path


def test_an_unknown_command_is_a_usage_error() -> None:
    assert run(tsn, ["dance"]).exit_code == 2


def test_help_names_the_exit_codes() -> None:
    assert (
        "Exit codes: 0 done, 1 something failed, 2 the command line is wrong"
        in run(tsn, ["--help"], COLUMNS="200", TERM="dumb", NO_COLOR="1").stdout
    )


@pytest.mark.parametrize("arguments", [["group", "--gateway", "b:2"], ["group", "--gateway", "b:2", "look"]])
def test_a_group_without_a_verb_does_what_it_says_and_passes_its_options_on(arguments: list[str]) -> None:
    app, group = typer.Typer(), typer.Typer()

    @app.callback()
    def root(context: typer.Context) -> None:
        context.obj = Settings()

    @without_verb(group, "group")
    async def alone(call: Call) -> None:
        """Alone."""
        seen.append(call)

    @command(group, "look")
    async def look(call: Call) -> None:
        """Look."""
        seen.append(call)

    app.add_typer(group, name="group")
    assert run(app, arguments).exit_code == 0
    assert [call.gateway.address for call in seen] == ["b:2"]
