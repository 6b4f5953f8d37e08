import pytest

from services.extract.domain.model import EntityKind
from tests.unit.services.extract.domain.entities.finding import find, values


class Towns:
    """A gazetteer of two towns."""

    longest = 2

    def name_of(self, phrase: str) -> str | None:
        return {"yelm": "Yelm", "port townsend": "Port Townsend"}.get(phrase.lower())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("My name is Bob", "Bob"),
        ("my name is bob", "Bob"),
        ("MY NAME IS BOB", "Bob"),
        ("name here is Xavi", "Xavi"),
        ("The handle is Stu", "Stu"),
        ("my handle's Walter", "Walter"),
        ("K7ABC, Bob here", "Bob"),
        ("This is Nancy, K7ABC", "Nancy"),
        ("K7ABC, Bob in Tacoma", "Bob"),
        ("My name is, uh, Bob", "Bob"),
    ],
)
def test_names_that_people_give_are_found(text: str, name: str) -> None:
    assert values(EntityKind.NAME, text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "My name is net control", "the name of the net is Morning Brew", "what's your name, Bob", "Thanks, Bob",
        "K7ABC, Bob, are you there?", "my name is on the list", "His name is mud", "Over here", "This is Sunday, K7ABC",
        "The name is Puget Sound Repeater Group",
    ],
)  # fmt: skip
def test_what_follows_a_cue_and_is_no_name_is_none(text: str) -> None:
    assert values(EntityKind.NAME, text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("QTH is Yelm", "Yelm"),
        ("My QTH is Coeur d'Alene, Idaho.", "Coeur d'Alene, Idaho"),
        ("I'm located in Mount Vernon", "Mount Vernon"),
        ("K7ABC from Boise", "Boise"),
        ("out of Moses Lake, Washington, tonight", "Moses Lake, Washington"),
        ("living in washington", "Washington"),
        ("coming to you from the city of Yelm", "Yelm"),
    ],
)
def test_places_are_found_behind_their_cue(text: str, place: str) -> None:
    assert values(EntityKind.LOCATION, text) == [place]


@pytest.mark.parametrize(
    "text", ["in December", "from Bob", "in a minute", "from ICOM", "In English", "QTH again please", "from yelm"]
)
def test_months_people_and_makers_are_no_places(text: str) -> None:
    assert values(EntityKind.LOCATION, text) == []


def test_a_gazetteer_knows_places_that_nothing_else_shows_and_writes_them_its_way() -> None:
    assert values(EntityKind.LOCATION, "coming to you from port townsend", gazetteer=Towns()) == ["Port Townsend"]
    (entity,) = find("I am in yelm", gazetteer=Towns())
    assert (entity.heard, entity.value, entity.evidence) == ("yelm", "Yelm", ("cue:in", "gazetteer"))
