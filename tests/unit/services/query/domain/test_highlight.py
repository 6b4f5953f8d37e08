"""Which stretches of a transcript answer a query."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.query.domain.highlight import Span, SpokenCall, highlight
from services.query.domain.language import parse


def marked(query: str, *texts: str, calls: tuple[SpokenCall, ...] = ()) -> list[str]:
    """The highlighted stretches of `texts`."""
    parsed = parse(query)
    assert parsed is not None
    return [texts[span.segment][span.start : span.end] for span in highlight(parsed, texts, calls)]


@pytest.mark.parametrize(
    ("query", "text", "stretches"),
    [
        ("net", "The NET is open, net control here", ["NET", "net"]),
        ("net", "network", []),
        ('"net control"', "net and net, control", ["net, control"]),
        ("open OR closed", "closed", ["closed"]),
        ("net -closed", "closed net", ["net"]),
        ("cafe", "the Café", ["Café"]),
        ("café", "cafe\u0301 here", ["cafe\u0301"]),
        ("strasse", "Straße", ["Straße"]),
        ("net", "📻📻 net 📻", ["net"]),
        ('"a b" "b c"', "a b c", ["a b c"]),
        ("146.960", "on 146.960 now", ["146.960"]),
        ("don't", "I don't know", ["don't"]),
    ],
)
def test_words_and_phrases_are_marked(query: str, text: str, stretches: list[str]) -> None:
    assert marked(query, text) == stretches


def test_offsets_count_code_points() -> None:
    parsed = parse("net")
    assert parsed is not None
    assert highlight(parsed, ["📻 net"]) == [Span(0, 2, 5)]


def test_a_phrase_that_goes_on_in_the_next_segment_is_marked_in_both() -> None:
    assert marked('"seven three good night"', "then seven three.", "Good night all") == ["seven three", "Good night"]


def test_a_callsign_is_marked_where_it_was_spoken() -> None:
    call = SpokenCall("K7ABC", Span(0, 8, 36))
    text = "this is kilo seven alfa bravo charlie"
    assert marked("k7abc", text, calls=(call,)) == ["kilo seven alfa bravo charli"]


@given(
    st.lists(st.text(alphabet="ab é\u0301ß-📻", max_size=20), max_size=4),
    st.sampled_from(["a", "b a", '"a b"', "é OR ß"]),
)
def test_spans_lie_inside_their_segments_in_order_without_overlap(texts: list[str], query: str) -> None:
    parsed = parse(query)
    assert parsed is not None
    spans = highlight(parsed, texts)
    assert all(0 <= span.start < span.end <= len(texts[span.segment]) for span in spans)
    assert all(one.segment < other.segment or one.end <= other.start for one, other in pairwise(spans))
