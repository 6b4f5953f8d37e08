import pytest

from clients.cli.findings_text import entities_in_brief, entity_lines, entity_value, mention_lines, sureness
from tsn.extract.v1.entity_pb2 import Entity, EntityKind
from tsn.extract.v1.extract_pb2 import Holder, Mention, MentionForm, MentionReview, MentionRole

WIDTH = 80


def lines(mention: Mention) -> list[str]:
    return [line.plain for line in mention_lines(mention, WIDTH)]


def test_a_mention_tells_how_sure_it_is_who_looked_at_it_and_whose_it_is() -> None:
    mention = Mention(
        base_call="K7ABC",
        modifiers=["P"],
        heard="kilo seven alpha bravo charlie portable",
        form=MentionForm.MENTION_FORM_PHONETIC,
        role=MentionRole.MENTION_ROLE_SPEAKING,
        confidence=0.84,
        alternatives=["K7ABD", "K7ABT"],
        holder=Holder(name="Bob Smith", location="Seattle, WA, US", source="fcc"),
        review=MentionReview.MENTION_REVIEW_CONFIRMED,
    )
    assert lines(mention) == [
        "callsign     K7ABC/P  speaking, likely (84 %), confirmed by a person",
        "             segment 0, phonetic: “kilo seven alpha bravo charlie portable”",
        "             or K7ABD, K7ABT",
        "             issued to Bob Smith, Seattle, WA, US (fcc)",
    ]


def test_a_mention_without_role_or_confidence_claims_neither() -> None:
    assert lines(Mention(base_call="K7ABC"))[0] == "callsign     K7ABC"


@pytest.mark.parametrize(
    ("confidence", "word"), [(1.0, "certain"), (0.9, "certain"), (0.89, "likely"), (0.7, "likely"), (0.69, "doubtful")]
)
def test_confidence_has_a_word(confidence: float, word: str) -> None:
    assert sureness(confidence) == word


@pytest.mark.parametrize(
    ("kind", "value", "evidence", "shown"),
    [
        ("FREQUENCY", "146960000", ["offset:-600000"], "146.960 MHz (offset -600 kHz)"),
        ("FREQUENCY", "443650000", ["offset:+"], "443.650 MHz (offset plus)"),
        ("FREQUENCY", "14230000", [], "14.230 MHz"),
        ("FREQUENCY", "462562500", [], "462.5625 MHz"),
        ("FREQUENCY", "strange", [], "strange"),
        ("TONE", "103.5", [], "103.5 Hz"),
        ("TONE", "D023", [], "DCS 023"),
        ("NODE_NUMBER", "52782", ["system:allstar"], "52782 (allstar)"),
        ("SIGNAL_REPORT", "59", ["cue:you're", "plus:20"], "59 plus 20"),
        ("NAME", "B\x1bb", [], "B\N{REPLACEMENT CHARACTER}b"),
    ],
)
def test_a_value_is_told_with_its_unit_and_what_qualifies_it(
    kind: str, value: str, evidence: list[str], shown: str
) -> None:
    entity = Entity(kind=EntityKind.Value(f"ENTITY_KIND_{kind}"), value=value, evidence=evidence)
    assert entity_value(entity) == shown


def test_each_kind_has_a_line_and_each_value_stands_once() -> None:
    found = [
        Entity(kind=EntityKind.ENTITY_KIND_LOCATION, value="Boise, Idaho", confidence=0.95),
        Entity(kind=EntityKind.ENTITY_KIND_NAME, value="Bob", confidence=0.95),
        Entity(kind=EntityKind.ENTITY_KIND_LOCATION, value="Yelm", confidence=0.6),
        Entity(kind=EntityKind.ENTITY_KIND_NAME, value="Bob", confidence=0.95),
    ]
    assert [line.plain for line in entity_lines(found)] == [
        "place        Boise, Idaho; Yelm (doubtful)",
        "name         Bob",
    ]
    assert entities_in_brief(found) == "place Boise, Idaho, name Bob, place Yelm (doubtful)"


def test_no_line_is_wider_than_a_terminal() -> None:
    many = [Entity(kind=EntityKind.ENTITY_KIND_LOCATION, value=f"Town {number}") for number in range(40)]
    long = Mention(base_call="K7ABC", heard="kilo " * 100, alternatives=[f"K7AB{letter}" for letter in "DEFGHIJKLMNO"])
    assert all(len(line) <= WIDTH for line in (*lines(long), *(line.plain for line in entity_lines(many, WIDTH))))


def test_where_nobody_looks_a_kind_is_one_line() -> None:
    many = [Entity(kind=EntityKind.ENTITY_KIND_LOCATION, value=f"Town {number}") for number in range(40)]
    assert len(list(entity_lines(many))) == 1
