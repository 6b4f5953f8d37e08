from datetime import UTC, datetime, timedelta

import pytest
import typer

from clients.cli.conditions import conditions, parse_moment, quoted, recording_filter
from mesh.rpc.filters import parse_filter


def test_conditions_without_a_value_are_left_out() -> None:
    assert conditions(("a", "=", "1"), ("b", "=", None), ("c", ">=", "2")) == 'a = "1" AND c >= "2"'


@pytest.mark.parametrize("value", ['say "no"', "back\\slash", "(x AND y)", "naïve 📻", '\\"'])
def test_the_server_reads_back_whatever_was_quoted(value: str) -> None:
    read = parse_filter(f"channel = {quoted(value)} AND node = {quoted('n')}", fields={"channel", "node"})
    assert [condition.value for condition in read] == [value, "n"]


def test_a_recording_filter_names_ids_upper_case_calls_and_utc() -> None:
    text = recording_filter("nodes/demo", "main", "k7abc", "2026-11-20T18:00:00-05:00", None)
    assert (
        text
        == 'node = "demo" AND channel = "main" AND callsign = "K7ABC" AND captured_at >= "2026-11-20T23:00:00.000Z"'
    )


def test_no_options_make_no_filter() -> None:
    assert recording_filter(None, None, None, None, None) == ""


def test_since_may_be_so_long_ago() -> None:
    read = parse_filter(recording_filter(None, None, None, "2h", None), fields={"captured_at"})
    ago = datetime.now(UTC) - datetime.fromisoformat(read[0].value)
    assert timedelta(hours=2) <= ago < timedelta(hours=2, minutes=1)


def test_a_time_without_a_zone_is_refused_with_what_to_add() -> None:
    with pytest.raises(typer.BadParameter, match="add Z for UTC or an offset such as -05:00"):
        parse_moment("2026-11-20T23:30:00", "--captured-at")


@pytest.mark.parametrize("text", ["", "yesterday", "23:30", "2026-13-01T00:00:00Z"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="RFC 3339"):
        parse_moment(text, "--since")
