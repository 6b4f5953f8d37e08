"""What recognisers are told to expect."""

from datetime import UTC, datetime

import pytest

from services.extract.domain.glossary import Glossary, NewTerm, Term, TermInvalid, TermKind, checked_term


def term(text: str, node: str = "") -> Term:
    return Term(text, node, text, TermKind.CLUB, "", "ann", datetime(2026, 11, 20, tzinfo=UTC))


def new(text: str, spoken: str = "") -> NewTerm:
    return NewTerm("", text, TermKind.CLUB, spoken)


def test_the_nodes_own_terms_come_before_the_others() -> None:
    glossary = Glossary.of(regulars=["K7ABC"], terms=[term("everywhere"), term("here", "hill")])
    assert [each.term for each in glossary.terms] == ["here", "everywhere"]
    assert glossary.callsigns == ("K7ABC",)


def test_there_are_two_hundred_entries_at_most_and_both_kinds_keep_a_place() -> None:
    glossary = Glossary.of(
        regulars=[f"K7{number}" for number in range(500)], terms=[term(str(number)) for number in range(300)]
    )
    assert (len(glossary.callsigns), len(glossary.terms)) == (100, 100)
    assert len(Glossary.of(regulars=[str(number) for number in range(500)], terms=[]).callsigns) == 200


def test_the_version_follows_the_words_not_their_order() -> None:
    one, other = (Glossary.of(regulars=calls, terms=[term("here")]) for calls in (["A", "B"], ["B", "A"]))
    assert one.version == other.version
    assert Glossary.of(regulars=["A"], terms=[term("here")]).version != one.version
    assert Glossary.of(regulars=["A", "B"], terms=[]).version != one.version


@pytest.mark.parametrize("bad", [new(""), new("  "), new("x" * 65), new("a\x00b"), new("fine", "y" * 129)])
def test_a_term_that_no_recogniser_could_be_told_is_refused(bad: NewTerm) -> None:
    with pytest.raises(TermInvalid):
        checked_term(bad)


def test_blanks_are_made_single() -> None:
    assert checked_term(new("  Puget \n Sound ", " P  S ")) == new("Puget Sound", "P S")
