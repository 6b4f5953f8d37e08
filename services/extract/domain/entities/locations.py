"""Places that somebody is, lives or comes from: "QTH is Yelm", "located in Tacoma", "from Boise, Idaho"."""

from __future__ import annotations

from typing import NamedTuple

from services.extract.domain.entities.first_names import FIRST_NAMES
from services.extract.domain.entities.gazetteer import Gazetteer
from services.extract.domain.entities.line import CALL, EntityLine, Found
from services.extract.domain.entities.numbers import STARTS
from services.extract.domain.lookalikes import MAKERS
from services.extract.domain.model import EntityKind
from services.extract.domain.phonetics import SPOKEN_WORDS, Kind
from services.extract.domain.tokens import Gap
from services.extract.domain.words import words

_PREPOSITIONS = frozenset({"in", "from", "near", "into", "outside"})
_QTH = frozenset({"qth", "location"})
_BEFORE_OF = frozenset({"out", "outside", "north", "south", "east", "west", "city", "town"})
_STRONG_BEFORE_IN = words("""
    located live lives living lived moved based mobile portable here down up over out back home am parked stationed
    visiting camping working stayed i'm he's she's we're born currently right
""")
_STRONG_BEFORE_FROM = words("""
    checking coming calling visiting transmitting hello greetings everyone everybody evening morning afternoon visitor
    station stations gentleman operating working portable mobile one
""")
# Capitalised behind "in" or "from", and no place.
_NO_PLACES = words("""
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday english spanish french german morse cw ssb fm am usb lsb dmr ft8 ares races skywarn
    icom yaesu kenwood motorola baofeng elecraft amazon ebay radio god heaven christmas easter thanksgiving net zoom
    i i'm i'll i've it he she we they you my your our his her this that the a an what where here there hf vhf uhf qrp
    gmt utc pacific eastern central mountain zulu rotary facebook youtube google echolink allstar irlp d-star fusion
    arrl fcc noaa fema club repeater station control qst qrz hell bed morse python linux windows aprs winlink
    field fact order congress scouts boy girl army navy mars civil coast guard
""")
_BOUGHT = frozenset({"bought", "ordered", "buy", "order", "purchased", "shipped"})
_REACH = 8
_LANDSCAPES = words("""
    island islands valley county hills mountains mountain peninsula bay city desert area basin gorge forest park coast
    canyon lakes plains midwest northwest northeast southwest southeast south north east west bronx hague
""")
_INSIDE = frozenset({"of", "the", "on", "de", "la", "du"})
_BEGINNINGS = frozenset({"the", "downtown", "beautiful", "sunny", "north", "south", "east", "west", "rainy"})
_AFTER_QTH = frozenset({"is", "here", "in", "near", "of", "this", "evening", "tonight", "at", "the", "today"})
_TRIGGERS = _PREPOSITIONS | _QTH | {"of", CALL}
_SPELLED = frozenset({Kind.NATO, Kind.NATO_PROSE, Kind.LETTER, Kind.DIGIT, Kind.DIGIT_WORD})
_MOST_WORDS = 4
_CONFIDENT = 0.9


class _Cue(NamedTuple):
    first: int  # the word where the place begins
    name: str
    strong: bool


def locations(line: EntityLine, gazetteer: Gazetteer) -> list[Found]:
    """All places behind a cue; in text without capitals only those the gazetteer knows."""
    if line.vocabulary.isdisjoint(_TRIGGERS):
        return []
    found = []
    until = 0
    for i, word in enumerate(line.words):
        cue = _cue(line, i) if word in _TRIGGERS and i >= until else None
        place = _place(line, cue, gazetteer) if cue else None
        if place:
            found.append(place)
            until = place.last
    return found


def _cue(line: EntityLine, i: int) -> _Cue | None:
    word = line.words[i]
    if word == CALL:
        told = line.word(i + 1) != CALL and line.gap(i + 1) is Gap.COMMA
        return _Cue(i + 1, "call", False) if told else None
    if word in _QTH:
        j = i + 1
        while line.word(j) in _AFTER_QTH and line.gap(j) < Gap.SENTENCE:
            j += 1
        return _Cue(j, "QTH" if word == "qth" else word, word == "qth" or j > i + 1)
    before = line.word(i - 1) if i and line.gap(i) < Gap.SENTENCE else ""
    if word == "of":
        return _Cue(i + 1, f"{before} of", True) if before in _BEFORE_OF else None
    if word not in _PREPOSITIONS:
        return None
    strong = {"in": _STRONG_BEFORE_IN, "from": _STRONG_BEFORE_FROM}.get(word, frozenset())
    return _Cue(i + 1, word, before in strong or before == CALL or before in FIRST_NAMES)


def _place(line: EntityLine, cue: _Cue, gazetteer: Gazetteer) -> Found | None:
    first = cue.first
    while line.word(first) in _BEGINNINGS and line.close(first) and not line.is_capitalised(first):
        first += 1
    if first >= len(line.words) or line.gap(first) > Gap.COMMA or line.words[first] == CALL:
        return None
    known, last = _known(line, first, gazetteer)
    if not known or (line.close(last) and line.is_capitalised_word(last)):
        known, last = "", _before_region(line, first, _capitals(line, first), gazetteer)  # "Virginia Beach"
        if last == first:
            return None
    region, end = _region(line, last, gazetteer)
    if cue.name == "call" and not region:
        return None  # "K7ABC, Salem, Oregon", but "K7ABC, Good evening"
    if not known and _no_place(line, first, last, in_region=bool(region)):
        return None
    value = known or _as_written(line, first, last)
    confidence = 0.95 if known or region else _CONFIDENT if cue.strong else 0.8
    evidence = (f"cue:{cue.name}", *(("gazetteer",) if known or region else ()))
    return Found(EntityKind.LOCATION, first, end, f"{value}, {region}" if region else value, evidence, confidence)


def _known(line: EntityLine, first: int, gazetteer: Gazetteer) -> tuple[str, int]:
    """The longest name from word `first` on that the gazetteer knows, and the word after it."""
    for size in range(min(gazetteer.longest, len(line.words) - first), 0, -1):
        name = gazetteer.name_of(" ".join(line.words[first : first + size]))
        if not name or not all(line.close(j) for j in range(first + 1, first + size)):
            continue
        if not (size == 1 and (line.words[first] in _NO_PLACES or _spells(line, first))):
            return name, first + size
    return "", first


def _before_region(line: EntityLine, first: int, last: int, gazetteer: Gazetteer) -> int:
    """The end of a place without the region that was said in one breath with it: "Mount Vernon Washington"."""
    for i in range(first + 1, last):
        if _known(line, i, gazetteer)[1] == last:
            return i
    return last


def _spells(line: EntityLine, i: int) -> bool:
    """ "from Yelm, India Kilo 3 ...": a country's name that begins a spelled call."""
    symbol, following = SPOKEN_WORDS.get(line.words[i]), SPOKEN_WORDS.get(line.word(i + 1))
    return symbol is not None and following is not None and following.kind in _SPELLED and line.close(i + 1)


def _capitals(line: EntityLine, first: int) -> int:
    """The word after the capitalised ones from `first` on."""
    j = first
    while j < len(line.words) and j - first < _MOST_WORDS and (j == first or line.close(j)):
        if j > first and line.words[j].startswith("d'"):
            j += 1
            continue
        if line.words[j] in _INSIDE and j > first and line.close(j + 1) and line.is_capitalised(j + 1):
            j += 1
            continue
        if not line.is_capitalised(j) or not line.words[j].replace("'", "").isalpha():
            break
        j += 1
    return j


def _no_place(line: EntityLine, first: int, last: int, *, in_region: bool) -> bool:
    word = line.words[first]
    if word in _NO_PLACES or word in MAKERS or word in STARTS or len(word) == 1:
        return True
    # "in the Morning Brew" is a net, "In Fact or Fiction ..." a sentence that begins with a title.
    if line.word(first - 1) == "the" and line.words[last - 1] not in _LANDSCAPES:
        return True
    if line.word(first - 1) == "in" and line.begins_sentence(first - 1) and not in_region:
        return line.gap(last) is not Gap.COMMA and line.words[last - 1] not in _LANDSCAPES
    if not in_region and _BOUGHT.intersection(line.before(first, _REACH)):
        return True
    # "in Charlie November eight six" is a locator, "ending in Romeo Lima" a suffix, "in Room 5" a room.
    if _number_follows(line, last) and not in_region:
        return True
    if last - first > 1:
        return all(part in SPOKEN_WORDS for part in line.words[first:last])
    if in_region:
        return False
    # "from Bob" is a person.
    symbol = SPOKEN_WORDS.get(word)
    return word in FIRST_NAMES or (symbol is not None and symbol.kind in (Kind.NATO, Kind.LETTER))


def _number_follows(line: EntityLine, i: int) -> bool:
    return line.close(i) and (line.word(i) in STARTS or line.word(i).isdecimal())


def _region(line: EntityLine, i: int, gazetteer: Gazetteer) -> tuple[str, int]:
    """The state or country named right behind a place ("Boise, Idaho"), and the word after it; "" where none is."""
    if line.gap(i) > Gap.COMMA:
        return "", i
    name, last = _known(line, i, gazetteer)
    return (name, last) if name else ("", i)


def _as_written(line: EntityLine, first: int, last: int) -> str:
    return line.text[line.tokens[first].start : line.end(last - 1)]
