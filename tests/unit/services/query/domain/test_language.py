"""The search language: what is read out of what people type, and what the database is told."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.errors import TsnError
from services.query.domain.boolean_mode import to_boolean_mode
from services.query.domain.errors import QueryEmptyTerms, QueryOnlyNegative, QueryTooComplex, QueryTooLong
from services.query.domain.language import And, Not, Or, Phrase, Query, Word, parse

A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b", Or((A, B))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("a NOT b", And((A, Not(B)))),
        ("a -b", And((A, Not(B)))),
        ("a AND NOT b", And((A, Not(B)))),
        ("NOT b a", And((Not(B), A))),
        ("a NOT NOT b", And((A, B))),
        ("a -(b OR c)", And((A, And((Not(B), Not(C)))))),
        ('"a b"', Phrase(("a", "b"))),
        ("“a b”", Phrase(("a", "b"))),
        ('"a"', A),
        ('a -"b c"', And((A, Not(Phrase(("b", "c")))))),
        ("and or not", And((Word("and"), Word("or"), Word("not")))),
        ("K7-ABC", Phrase(("K7", "ABC"))),
        ("146.960", Phrase(("146", "960"))),
        ("don't", Phrase(("don", "t"))),
        ("snake_case", Word("snake_case")),
        ("cafe\u0301", Word("café")),
        ("a 📻 b", And((A, B))),
    ],
)
def test_a_query_is_read_as_people_mean_it(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ('"a b', And((A, B))),
        ('a" b', And((A, B))),
        ("(a b", And((A, B))),
        ("a) b", And((A, B))),
        ("a ) OR b", And((A, B))),
        ("a OR", A),
        ("AND a", A),
        ("a AND OR b", Or((A, B))),
        ("a NOT", A),
        ("a - b", And((A, B))),
        ("() a", A),
        ("+a* ~b <c @3", And((A, B, C, Word("3")))),
        ("a '' \\ b", And((A, B))),
    ],
)
def test_what_makes_no_sense_is_overlooked(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize("text", ["", "  ", "\n\t"])
def test_an_empty_query_asks_for_nothing(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("text", ["📻", "!?", "(())", '""', "- - -", "AND", "𝐀"])
def test_a_query_without_any_word_is_refused(text: str) -> None:
    with pytest.raises(QueryEmptyTerms):
        parse(text)


@pytest.mark.parametrize("text", ["-a", "NOT a", "-a -b", "a OR -b", "NOT (a OR b)", "NOT (a AND b)", "(a OR -b) -c"])
def test_a_query_that_only_says_what_to_leave_out_is_refused(text: str) -> None:
    with pytest.raises(QueryOnlyNegative):
        parse(text)


def test_the_limits_are_500_characters_32_words_and_32_levels() -> None:
    parse("a" * 500)
    with pytest.raises(QueryTooLong) as long:
        parse("a" * 501)
    assert long.value.facts == {"length": "501", "limit": "500"}
    parse(" ".join("a" * 32))
    with pytest.raises(QueryTooComplex):
        parse(" ".join("a" * 33))
    with pytest.raises(QueryTooComplex):
        parse('"' + " ".join("a" * 33) + '"')
    parse("(" * 32 + "a" + ")" * 32)
    with pytest.raises(QueryTooComplex):
        parse("(" * 33 + "a")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a", "+a"),
        ("a b", "+a +b"),
        ("a OR b", "+(a b)"),
        ("a OR b c", "+(a (+b +c))"),
        ("(a OR b) -c", "+(a b) -c"),
        ("a -(b c)", "+a -(+b +c)"),
        ("a (b OR NOT c)", "+a -(+c -b)"),
        ('"a b" c', '+"a b" +c'),
        ("a' +b* <c> ~d @e", "+a +b +c +d +e"),
    ],
)
def test_the_database_is_told_the_same(text: str, written: str) -> None:
    query = parse(text)
    assert query is not None
    assert to_boolean_mode(query) == written


# Words come in mostly so that many texts are queries; the rest is any Unicode.
texts = st.one_of(
    st.text(max_size=600),
    st.lists(
        st.sampled_from(["a", "b-c", '"', "(", ")", "AND", "OR", "NOT", "-", "-d", "'", "📻", " "]), max_size=60
    ).map(" ".join),
)


@given(texts)
def test_any_text_is_read_or_refused_and_only_words_and_our_operators_are_written(text: str) -> None:
    try:
        query = parse(text)
    except TsnError as error:
        field, query = error.field, None
    else:
        field = "query"
    assert field == "query"
    if query is not None:
        assert re.fullmatch(r'[\w ()"+-]+', to_boolean_mode(query))
        assert not re.search(r"[+-] |[+-]$|[+-]{2}|\w[+-]", to_boolean_mode(query))


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "(" * 10_000, '"' * 10_000, "📻" * 10_000, "a OR " * 2_000, "-" * 10_000]
)
def test_ten_thousand_characters_are_refused_as_too_long(text: str) -> None:
    with pytest.raises(QueryTooLong):
        parse(text)
