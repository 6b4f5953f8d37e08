import random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.extract.domain.entities.finder import EntityFinder
from services.extract.domain.model import EntityKind, SegmentText
from services.extract.domain.rules import RuleExtractor
from tests.unit.services.extract.domain.entities.finding import find

EXTRACTOR, FINDER = RuleExtractor(), EntityFinder()
_PIECES = (
    "one four six nine six", "146.96", "minus 600", "PL 103.5", "DCS 023", "you're five nine", "5 by 9 plus", "599",
    "Q S L", "queue ess ell", "QTH is Yelm,", "in Boise, Idaho", "my name is Bob", "K7ABC,", "this is", "node 52782",
    "charlie november eight seven", "CN87uo", "kilo seven alpha bravo charlie", "megahertz", "point", "hundred", "oh",
    "on", "in", "from", "d'Alene", "\n", ". ", ",", "talkgroup", "thousand", "and", "a", "QSO's", "14,230",
    "D023N", "-",
)  # fmt: skip
_LINES = st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=8)), max_size=14).map(" ".join)


@given(st.lists(_LINES, max_size=3))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_nothing_lies_over_anything_else(texts: list[str]) -> None:
    segments = [SegmentText(index, text) for index, text in enumerate(texts)]
    mentions = EXTRACTOR.extract(segments)
    taken = {(m.segment_index, place) for m in mentions for place in range(m.start, m.end)}
    for entity in FINDER.find(segments, mentions):
        text = texts[entity.segment_index]
        assert 0 <= entity.start < entity.end <= len(text)
        assert text[entity.start : entity.end] == entity.heard
        assert entity.value
        assert 0 < entity.confidence < 1
        places = {(entity.segment_index, place) for place in range(entity.start, entity.end)}
        assert not places & taken
        taken |= places


@given(_LINES)
@settings(max_examples=200, deadline=None)
def test_case_matters_to_names_and_places_only(text: str) -> None:
    def heard(cased: str) -> list[tuple[EntityKind, str]]:
        return [
            (entity.kind, entity.value)
            for entity in FINDER.find([SegmentText(0, cased)])
            if entity.kind not in (EntityKind.NAME, EntityKind.LOCATION)
        ]

    if text.isascii():
        assert heard(text.upper()) == heard(text.lower())


def test_random_unicode_never_raises() -> None:
    dice = random.Random(7)
    for _ in range(300):
        text = "".join(chr(dice.randrange(1, 0x2FFFF)) for _ in range(40) if True)
        FINDER.find([SegmentText(0, text.encode("utf-8", "ignore").decode())])


def test_long_repetitions_are_read() -> None:
    for part in ("one ", "146.96 ", "q ", "in ", "my name is ", "hundred ", "5 by "):
        FINDER.find([SegmentText(0, part * 3000)])


def test_a_cue_reaches_over_the_border_of_segments_only_as_a_sentence_does() -> None:
    assert [entity.segment_index for entity in find("My QTH is", "Yelm")] == [0]


def test_several_kinds_stand_in_one_sentence_in_order() -> None:
    found = find("This is K7ABC, Bob in Yelm, on 146.96 minus, PL 103.5, you're five nine, QSL?")
    assert [(entity.kind.value, entity.value) for entity in found] == [
        ("name", "Bob"),
        ("location", "Yelm"),
        ("frequency", "146960000"),
        ("tone", "103.5"),
        ("signal_report", "59"),
        ("q_code", "QSL"),
    ]


def test_no_segment_and_no_word_hold_nothing() -> None:
    assert find() == []
    assert find("", "...") == []
