from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from clients.cli import render
from tsn.analyze.v1.analyze_pb2 import Alert, AlertKind
from tsn.extract.v1.extract_pb2 import Mention
from tsn.query.v1.query_pb2 import Highlight, Snippet


def stamp(text: str) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(datetime.fromisoformat(text))
    return made


def snippet(text: str, *spans: tuple[int, int]) -> Snippet:
    return Snippet(text=text, highlights=[Highlight(start=start, end=end) for start, end in spans])


def test_a_moment_is_shown_in_utc_to_the_second() -> None:
    assert render.moment(stamp("2026-11-20T18:30:02.410-05:00")) == "2026-11-20 23:30:02Z"


def test_no_moment_is_a_dash() -> None:
    assert render.moment(Timestamp()) == "-"


def test_an_exact_moment_has_milliseconds_and_a_z() -> None:
    assert render.exact_moment(datetime(2026, 11, 20, 23, 30, tzinfo=UTC)) == "2026-11-20T23:30:00.000Z"


def test_an_offset_is_minutes_and_tenths() -> None:
    made = Duration()
    made.FromTimedelta(timedelta(seconds=65.24))
    assert render.offset(made) == "1:05.2"


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_000_000_000_000, "2000.0 GB")]
)
def test_sizes_have_the_unit_that_fits(count: int, shown: str) -> None:
    assert render.size(count) == shown


def test_highlights_are_bold_where_the_spans_say() -> None:
    text = render.highlighted([snippet("we need an ambulance now", (11, 20))], marks=False)
    assert text.plain == "we need an ambulance now"
    assert [(span.start, span.end, span.style) for span in text.spans] == [(11, 20, render.HIGHLIGHT)]


def test_without_bold_highlights_stand_between_asterisks() -> None:
    assert render.highlighted([snippet("an ambulance now", (3, 12))], marks=True).plain == "an *ambulance* now"


def test_words_of_a_phrase_are_one_highlight() -> None:
    assert render.highlighted([snippet("no traffic here", (0, 2), (3, 10))], marks=True).plain == "*no traffic* here"


def test_highlights_outside_of_the_text_are_left_out() -> None:
    assert render.highlighted([snippet("short", (3, 99), (50, 60), (4, 2))], marks=True).plain == "sho*rt*"


def test_offsets_count_code_points_not_bytes() -> None:
    assert render.highlighted([snippet("grüße 📻 ambulance", (8, 17))], marks=True).plain == "grüße 📻 *ambulance*"


def test_snippets_are_separated() -> None:
    assert render.highlighted([snippet("one"), snippet("two")], marks=True).plain == "one … two"


def test_a_callsign_carries_host_prefix_and_modifiers() -> None:
    assert render.callsign(Mention(base_call="K7ABC", host_prefix="VE7", modifiers=["P"])) == "VE7/K7ABC/P"


def test_a_drill_is_named_as_one() -> None:
    alert = Alert(kind=AlertKind.ALERT_KIND_EMERGENCY, phrase="emergency", drill=True)
    assert render.alert_text(alert).plain == "EMERGENCY (drill): emergency"


def test_distinct_calls_keep_their_order() -> None:
    mentions = [Mention(base_call=call) for call in ("K7ABC", "W1AW", "K7ABC")]
    assert render.distinct_calls(mentions) == ["K7ABC", "W1AW"]
