"""Calls expected where a text was spoken."""

from services.extract.domain.expected import NOBODY, Roster


def test_a_plain_collection_is_a_roster_that_was_given() -> None:
    assert Roster.of(["K7ABC"]) == Roster(given=frozenset({"K7ABC"}))
    assert Roster.of(()) == NOBODY


def test_a_set_is_used_as_it_is_and_a_roster_stays_itself() -> None:
    calls = frozenset({"K7ABC"})
    roster = Roster.of(calls)
    assert roster.present is calls
    assert Roster.of(roster) is roster


def test_present_are_those_given_and_those_of_the_conversation_not_the_regulars() -> None:
    roster = Roster(given={"K7ABC"}, conversation={"K7ABC", "W7XYZ"}, regulars={"N7QUS"})
    assert roster.present == {"K7ABC", "W7XYZ"}
    assert (roster.why("K7ABC"), roster.why("W7XYZ")) == ("roster", "conversation")


def test_an_empty_roster_expects_nobody() -> None:
    assert not NOBODY
    assert Roster(regulars={"K7ABC"})
