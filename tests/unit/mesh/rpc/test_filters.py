"""mesh.rpc.filters"""

import contextlib
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.rpc.filters import FILTER_LIMIT, BadFilter, Condition, parse_filter, parse_moment

FIELDS = ("state", "stage", "captured_at")


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ("", []),
        ("  \n\t ", []),
        ('state = "dead"', [("state", "=", "dead")]),
        ("state=dead", [("state", "=", "dead")]),
        ("  state  !=  dead  ", [("state", "!=", "dead")]),
        ('state = ""', [("state", "=", "")]),
        (r'state = "say \"hi\" \\ now"', [("state", "=", r'say "hi" \ now')]),
        ('state = "a AND stage = b"', [("state", "=", "a AND stage = b")]),
        ('state = "dead" AND stage = transcribe', [("state", "=", "dead"), ("stage", "=", "transcribe")]),
        ('state="dead"\nAND\tstage=x', [("state", "=", "dead"), ("stage", "=", "x")]),
        ("captured_at >= 2026-11-20T23:30:00Z AND captured_at<2026-11-21T00:00:00Z",
         [("captured_at", ">=", "2026-11-20T23:30:00Z"), ("captured_at", "<", "2026-11-21T00:00:00Z")]),
        ("state = nodes/hill-1/recordings/x", [("state", "=", "nodes/hill-1/recordings/x")]),
        ("state = 雪🙂", [("state", "=", "雪🙂")]),
        ("state <= a AND state > b", [("state", "<=", "a"), ("state", ">", "b")]),
    ],
)  # fmt: skip
def test_conditions_are_read(text: str, conditions: list[tuple[str, str, str]]) -> None:
    assert parse_filter(text, fields=FIELDS) == [Condition(*each) for each in conditions]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("state", "at character 1"),
        ("state =", "at character 1"),
        ("= dead", "at character 1"),
        ("state == dead", "at character 1"),
        ("state = = dead", "at character 1"),
        ('state = "dead', "at character 1"),
        ('state = dead"', "expected AND at character 13"),
        ("state = dead stage = x", "expected AND at character 13"),
        ("state = dead OR stage = x", "expected AND"),
        ("state = dead and stage = x", "expected AND"),
        ("state = dead AND", "expected AND"),
        ("AND state = dead", "at character 1"),
        ("(state = dead)", "at character 1"),
        ("NOT state = dead", "at character 1"),
        ("STATE = dead", "at character 1"),
        ("owner = me", "unknown field 'owner'; known are captured_at, stage, state"),
        ("state = dead AND owner = me", "unknown field 'owner'"),
        ("state : dead", "at character 1"),
        ("x" * (FILTER_LIMIT + 1), "longer than 1000 characters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_place(text: str, says: str) -> None:
    with pytest.raises(BadFilter, match=re.escape(says)) as refused:
        parse_filter(text, fields=FIELDS)
    assert (refused.value.reason, refused.value.field) == ("FILTER_INVALID", "filter")


PIECES = st.lists(
    st.sampled_from(["state", "stage", "owner", "=", "!=", "<=", "AND", " ", '"', "\\", "dead", "(", ")", "\n"])
).map("".join)


@given(st.text() | PIECES)
def test_any_text_is_read_or_refused_as_a_bad_filter(text: str) -> None:
    with contextlib.suppress(BadFilter):
        for condition in parse_filter(text, fields=FIELDS):
            assert condition.field in FIELDS


@given(
    st.lists(
        st.tuples(st.sampled_from(FIELDS), st.sampled_from(["=", "!=", "<", ">="]), st.text(max_size=20)), max_size=5
    )
)
def test_a_quoted_value_comes_back_as_it_was(conditions: list[tuple[str, str, str]]) -> None:
    def quoted(value: str) -> str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    text = " AND ".join(f"{field} {op} {quoted(value)}" for field, op, value in conditions)
    assert parse_filter(text, fields=FIELDS) == [Condition(*each) for each in conditions]


def test_a_moment_is_turned_to_utc() -> None:
    moment = parse_moment(Condition("captured_at", ">", "2026-11-20T15:30:00.250-08:00"))
    assert moment == datetime(2026, 11, 20, 23, 30, 0, 250_000, UTC)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    ["", "yesterday", "2026-11-20", "2026-11-20T15:30:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-01:00"],
)
def test_a_moment_without_zone_or_outside_the_calendar_is_refused(value: str) -> None:
    with pytest.raises(BadFilter, match="captured_at"):
        parse_moment(Condition("captured_at", ">", value))


@given(st.text() | st.datetimes().map(str) | st.datetimes(timezones=st.timezones()).map(datetime.isoformat))
def test_any_value_is_a_moment_or_a_bad_filter(value: str) -> None:
    with contextlib.suppress(BadFilter):
        assert parse_moment(Condition("captured_at", "=", value)).tzinfo is UTC
