"""What no amount of evidence makes a callsign, and what needs an introduction or the roster to be one."""

from __future__ import annotations

from itertools import pairwise

from services.extract.domain.candidates import Candidate, Line
from services.extract.domain.countries import LIKELY
from services.extract.domain.edges import edges_hold, weak_words_hold
from services.extract.domain.elements import LOWER_PREFIXES, Element
from services.extract.domain.grammar import WORD_PREFIXES
from services.extract.domain.lookalikes import (
    AIRCRAFT,
    ARTICLES,
    AVIATION,
    MAKERS,
    NUMBERED,
    OTHER_SERVICES,
    THINGS,
    is_grid_square,
    is_model,
)
from services.extract.domain.model import MentionForm, MentionRole
from services.extract.domain.phonetics import Kind
from services.extract.domain.tokens import Gap, Token, sentence_ends
from services.extract.domain.words import HESITATIONS, words

_CLOCK_SUFFIXES = ("AM", "PM")
_SPELLED_ABBREVIATIONS = (*_CLOCK_SUFFIXES, "US", "USA", "UK", "TV", "PC", "DC", "OK", "ID")
_ONE_LETTER_HOMES = frozenset({"US", "CA"})
_TWO = 2
_FAR = 8  # words of its sentence before a call that may name a part
_REACH = 3  # words before a call that tell of another service
_FILLERS = HESITATIONS | words("you know okay well so like")
_SHORT_WITH_O = frozenset({"ko", "no", "wo", "mo"})  # for K0, N0 ...
# "any W7 op", "a VE7 guy": an area and who is there.
_KINDS_OF_STATION = words("guy man men ham hams op ops boy gal lad kid dx cw net call land area club one fan")
_BEFORE_A_KIND = ARTICLES | {"any", "some", "those", "these", "few", "more", "one", "no", "all", "two"}
_CALL_LIKE = 4  # characters: 5JQQ
# "the W7PSR special event station": such calls have one letter behind the digit.
_EVENT_WORDS = frozenset({"event", "special"})
_DATE_BEFORE = words("""
    on since until till of by next last through before after this around about
""")


def acceptable(candidate: Candidate) -> bool:
    """Whether the reading may be believed at all, if its score carries it."""
    if _names_a_thing(candidate) or _clock(candidate):
        return False
    elements = candidate.elements
    if _homophone(elements[0], candidate) or _homophone(elements[-1], candidate):
        return False
    if candidate.in_roster:
        return candidate.whole or weak_words_hold(candidate)
    if _spells_a_word(candidate):
        return False
    if _another_service(candidate):
        return False
    known = _introduced(candidate) or candidate.vouched_for
    if not known and _needs_cue(candidate):
        return False
    if candidate.whole:
        return True
    if Kind.CHUNK in candidate.kinds[1:] and any(_lower_prefix(element) for element in elements[1:]):
        return False  # "from DN70 on six": it was taken for a prefix, which comes first
    if Kind.WORD in candidate.kinds and not _word_is_a_suffix(candidate):
        return False
    return edges_hold(candidate) and weak_words_hold(candidate)


def _lower_prefix(element: Element) -> bool:
    return element.kind is Kind.CHUNK and element.word in LOWER_PREFIXES


def _spells_a_word(candidate: Candidate) -> bool:
    """ "K O Z L O W S K I", "O.K., O.K., K.": letters of which an O would have to be the digit."""
    elements = candidate.elements
    if any(e.kind is not Kind.LETTER for e in elements):
        return False
    run, begin, end = candidate.run, candidate.begin, candidate.end
    before = begin > 0 and elements[0].gap < Gap.SENTENCE and run[begin - 1].kind is Kind.LETTER
    after = end < len(run) and run[end].gap < Gap.SENTENCE and run[end].kind is Kind.LETTER
    return before or after or candidate.shape.prefix in WORD_PREFIXES


def _word_is_a_suffix(candidate: Candidate) -> bool:
    """ "this is K0 USA", "VK2 CAB, welcome": all of the suffix, and announced or followed by a pause."""
    word = candidate.elements[-1]
    if word.options[0] != candidate.shape.suffix or candidate.shape.country not in LIKELY:
        return False
    if candidate.cue.phrase:
        return True
    line, first, last = candidate.line, candidate.first, candidate.last
    if len(candidate.shape.prefix) == 1 and candidate.elements[0].literal:
        return False  # "N 7 AVE"
    if word.word in _KINDS_OF_STATION or (first > 0 and line.tokens[first - 1].norm in _BEFORE_A_KIND):
        return False
    return last == len(line.tokens) or line.tokens[last].gap >= Gap.COMMA


def _introduced(candidate: Candidate) -> bool:
    """Whether the cue leaves no doubt; "kilo seven alpha, go ahead" may be half a call all the same."""
    shape, cue = candidate.shape, candidate.cue
    if len(shape.prefix) == len(shape.suffix) == 1:
        return cue.proves and cue.role is MentionRole.SPEAKING
    return cue.proves


def _homophone(element: Element, candidate: Candidate) -> bool:
    """Prose at the edge of a reading; "oh" is a letter among other letters' names."""
    if element.kind is not Kind.HOMOPHONE:
        return False
    return element.word != "oh" or Kind.NAME not in candidate.kinds


def begins_a_date(candidate: Candidate) -> bool:
    """ "on november 2 mike and I ...": a month with its day."""
    first = candidate.first
    if candidate.elements[0].word != "november" or first == 0:
        return False
    return candidate.line.tokens[first - 1].norm in _DATE_BEFORE and not candidate.cue.proves


def _names_a_thing(candidate: Candidate) -> bool:
    """Whether the words around name a radio, an antenna or a program."""
    line, last = candidate.line, candidate.last
    if is_grid_square(candidate.shape.base):
        return not candidate.in_roster
    model = is_model(candidate.shape.base)
    if not model and line.words.isdisjoint(THINGS) and line.words.isdisjoint(MAKERS):
        return False
    after = _same_sentence(line, last - 1, 2)
    thing = any(token.norm in THINGS for token in after)
    if model:
        return thing or not (candidate.in_roster or candidate.cue.proves)
    before = _same_sentence(line, candidate.first, -2)
    if any(token.norm in MAKERS for token in before):
        return not candidate.whole or len(candidate.shape.suffix) == 1
    article = any(token.norm in ARTICLES for token in before)
    return thing and article and after[0].norm in THINGS


def _same_sentence(line: Line, place: int, count: int) -> list[Token]:
    """Up to `count` tokens after the one at `place` (before it, where negative) with no full stop between."""
    found = []
    step = 1 if count > 0 else -1
    for i in range(place + step, place + count + step, step):
        left, right = min(i, i - step), max(i, i - step)
        if not 0 <= i < len(line.tokens) or sentence_ends(line.text, line.tokens[left], line.tokens[right]):
            break
        found.append(line.tokens[i])
    return found


def _clock(candidate: Candidate) -> bool:
    """ "at 9 a m": never India's AT9AM, even after "this is"."""
    shape = candidate.shape
    if candidate.in_roster or shape.suffix not in _CLOCK_SUFFIXES or candidate.form is MentionForm.PHONETIC:
        return False
    return shape.prefix in WORD_PREFIXES and not (candidate.whole and candidate.cue.proves)


def _another_service(candidate: Candidate) -> bool:
    """Tail numbers, and what is spelled right behind "highway" or "GMRS"."""
    shape = candidate.shape
    before = _said_before(candidate, _REACH)
    flying = not AIRCRAFT.isdisjoint(before) or not candidate.line.words.isdisjoint(AVIATION)
    if flying and ((shape.prefix == "N" and len(shape.suffix) <= _TWO) or len(shape.suffix) == 1):
        return True
    if _numbered(candidate):
        return True
    if candidate.whole and len(shape.suffix) > 1:
        return False
    return not OTHER_SERVICES.isdisjoint(before[-_TWO:]) and not _begins_anew(candidate)


def _begins_anew(candidate: Candidate) -> bool:
    """ "I'm at the gate, so W7OLM": what stands before the comma concerns the call no more."""
    tokens, first = candidate.line.tokens, candidate.first
    return first > 0 and tokens[first - 1].norm == "so" and tokens[first - 1].gap >= Gap.COMMA


def _numbered(candidate: Candidate) -> bool:
    """ "the part number on the relay is W9XD"."""
    line = candidate.line
    if "number" not in line.words or line.words.isdisjoint(NUMBERED):
        return False
    before = [token.norm for token in _same_sentence(line, candidate.first, -_FAR)]
    return any(word == "number" and left in NUMBERED for word, left in pairwise(before))


def _said_before(candidate: Candidate, count: int) -> list[str]:
    """Up to `count` words before it, fillers left out."""
    tokens, first = candidate.line.tokens, candidate.first
    said = [token.norm for token in tokens[max(0, first - 2 * count) : first] if token.norm not in _FILLERS]
    return said[-count:]


def _needs_cue(candidate: Candidate) -> bool:
    """Shapes too common in ordinary talk to stand alone: K9A, W10X, on 4 ab."""
    shape = candidate.shape
    if shape.country == "ITU" or shape.special:
        return True
    if len(shape.suffix) == 1:
        if shape.suffix == "S" and candidate.whole:
            return True  # "any KE7s out there?"
        if len(shape.prefix) == 1 and shape.country == "US" and candidate.line.words >= _EVENT_WORDS:
            return False
        if len(shape.prefix) == 1:
            return True
        if shape.country not in _ONE_LETTER_HOMES:
            return True
    # W10W is watts; N40XY can only be a call.
    if (
        len(shape.suffix) == _TWO
        and shape.base[-_TWO - 1] == "0"
        and candidate.elements[0].word in ("ko", "no", "wo", "mo")
    ):
        return True
    if shape.repaired and shape.country != "US" and (len(shape.suffix) == _TWO or shape.suffix[0] == "O"):
        return True  # "Glasgow, G4 0HS" is a postcode
    if shape.repaired and len(shape.prefix) == 1 and (len(shape.suffix) == _TWO or not _spelled_alone(candidate)):
        return True
    if candidate.form is MentionForm.PHONETIC:
        # The one letter of a foreign prefix is itself in doubt: "box seven ...".
        guess = candidate.elements[0].kind is Kind.MISHEARD
        return guess and len(shape.prefix) == 1 and shape.country != "US"
    if candidate.whole:
        return shape.prefix in WORD_PREFIXES and shape.suffix in _SPELLED_ABBREVIATIONS and shape.country != "US"
    at_home = shape.country in _ONE_LETTER_HOMES
    first, second = candidate.elements[:2]
    # "we 5 jqq" is a pronoun, "we 5jqq" hardly.
    word = first.literal and first.options[0] == shape.prefix and shape.prefix in WORD_PREFIXES
    word = word and len(second.options[0]) < _CALL_LIKE
    spelled_out = not candidate.elements[-1].literal
    return word or (not spelled_out and shape.suffix in (_CLOCK_SUFFIXES if at_home else _SPELLED_ABBREVIATIONS))


def _spelled_alone(candidate: Candidate) -> bool:
    return candidate.whole or candidate.alone
