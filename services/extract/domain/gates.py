"""What no amount of evidence makes a callsign, and what needs an introduction or the roster to be one."""

from __future__ import annotations

from services.extract.domain.candidates import Candidate, Line
from services.extract.domain.countries import LIKELY, SELDOM_USED
from services.extract.domain.elements import Element
from services.extract.domain.grammar import WORD_PREFIXES, read_call
from services.extract.domain.lookalikes import (
    AIRCRAFT,
    ARTICLES,
    AVIATION,
    MAKERS,
    OTHER_SERVICES,
    THINGS,
    is_grid_square,
    is_model,
)
from services.extract.domain.model import MentionForm, MentionRole
from services.extract.domain.phonetics import CLOSINGS, NAMES, NEVER_LAST, Kind
from services.extract.domain.tokens import Gap, Token, gap_between, sentence_ends
from services.extract.domain.words import HESITATIONS, words

_CLOCK_SUFFIXES = ("AM", "PM")
_SPELLED_ABBREVIATIONS = (*_CLOCK_SUFFIXES, "US", "USA", "UK", "TV", "PC", "DC", "OK", "ID")
_SPELLED_WORDS = frozenset({Kind.NATO, Kind.NATO_PROSE, Kind.HAM, Kind.MISHEARD})
_WEAK = frozenset({Kind.HOMOPHONE, Kind.NAME_PROSE})
_NAMED_OR_FIGURE = frozenset({Kind.DIGIT_WORD, Kind.NAME, Kind.NAME_PROSE})
_ONE_LETTER_HOMES = frozenset({"US", "CA"})
_TWO = 2
_WORDY = _SPELLED_WORDS | {Kind.DIGIT, Kind.DIGIT_WORD, Kind.CHUNK}
_NAMES_OF_LETTERS = frozenset({"jay", "kay", "kaye", "dee", "bee", "em", "el", "ell", "vee", "gee", "cee"})
_NAMED = (("name", "is"), ("handle", "is"), ("operator", "is"), ("my", "name's"))
# "any W7 op", "a VE7 guy": an area and who is there.
_KINDS_OF_STATION = words("guy man men ham hams op ops boy gal lad kid dx cw net call land area club one fan")
_BEFORE_A_KIND = ARTICLES | {"any", "some", "those", "these", "few", "more", "one", "no", "all", "two"}
_CALL_LIKE = 4  # characters: 5JQQ
# "the W7PSR special event station": such calls have one letter behind the digit.
_EVENT_WORDS = frozenset({"event", "special"})
# After a single "i" these make it a pronoun, after "a" they cannot follow an article.
_AFTER_PRONOUN = words("""
    think am was have had will would can could just heard hear copy got guess know don't didn't do need want see
    might may believe hope said thought really also still mean love live like wonder
""")
_AFTER_LETTER = words("""
    is was here in and from at on with for to checking listening monitoring clear this standing portable mobile
    stroke slash has had over go out maritime in back signing no short how can would are were will do did i you we
    again also already actually always still soon later today tonight tomorrow yesterday now then there just only maybe
    perhaps calling coming going getting running using working they he she it that please thanks thank welcome see let tell said says but or because when if so i'm you're i'll
""")
# After "are", "you", "see" and "why" these go on with the sentence.
_AFTER_PROSE = words("""
    you ya if there on going later ready copying doing copy around all the guys again tomorrow soon next tonight in we
    they it this that not still able home out up have can know
""")
_DATE_BEFORE = words("""
    on since until till of by next last through before after this around about
""")


def acceptable(candidate: Candidate) -> bool:
    """Whether the reading may be believed at all, if its score carries it."""
    if _names_a_thing(candidate) or _clock(candidate):
        return False
    elements = candidate.elements
    if _homophone(elements[0], elements) or _homophone(elements[-1], elements):
        return False
    if candidate.in_roster:
        return candidate.whole or _weak_words_hold(candidate)
    if _another_service(candidate):
        return False
    known = _introduced(candidate) or candidate.vouched_for
    if not known and _needs_cue(candidate):
        return False
    if candidate.whole:
        return True
    if any(element.kind is Kind.WORD for element in elements) and not _word_is_a_suffix(candidate):
        return False
    return _edges_hold(candidate) and _weak_words_hold(candidate)


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
    return last == len(line.tokens) or gap_between(line.text, line.tokens[last - 1], line.tokens[last]) >= Gap.COMMA


def _introduced(candidate: Candidate) -> bool:
    """Whether the cue leaves no doubt; "kilo seven alpha, go ahead" may be half a call all the same."""
    shape, cue = candidate.shape, candidate.cue
    if len(shape.prefix) == len(shape.suffix) == 1:
        return cue.proves and cue.role is MentionRole.SPEAKING
    return cue.proves


def _homophone(element: Element, elements: tuple[Element, ...]) -> bool:
    """Prose at the edge of a reading; "oh" is a letter among other letters' names."""
    if element.kind is not Kind.HOMOPHONE:
        return False
    return element.word != "oh" or sum(other.kind is Kind.NAME for other in elements) < 1


def begins_a_date(candidate: Candidate) -> bool:
    """ "on november 2 mike and I ...": a month with its day."""
    first = candidate.first
    if candidate.elements[0].word != "november" or first == 0:
        return False
    return candidate.line.tokens[first - 1].norm in _DATE_BEFORE and not candidate.cue.proves


def _names_a_thing(candidate: Candidate) -> bool:
    """Whether the words around name a radio, an antenna or a program."""
    first, last = candidate.first, candidate.last
    after = _same_sentence(candidate.line, last - 1, 2)
    before = _same_sentence(candidate.line, first, -2)
    thing = any(token.norm in THINGS for token in after)
    if is_grid_square(candidate.shape.base):
        return not candidate.in_roster
    if is_model(candidate.shape.base):
        return thing or not (candidate.in_roster or candidate.cue.proves)
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
    tokens, first, shape = candidate.line.tokens, candidate.first, candidate.shape
    before = {token.norm for token in tokens[max(0, first - 3) : first]}
    if shape.prefix == "N" and len(shape.suffix) <= 2 and (before & AIRCRAFT or candidate.line.words & AVIATION):
        return True
    if candidate.whole and len(shape.suffix) > 1:
        return False
    return first > 0 and bool({token.norm for token in tokens[max(0, first - 2) : first]} & OTHER_SERVICES)


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


def _edges_hold(candidate: Candidate) -> bool:
    """Articles, pronouns and sign-offs do not begin or end a spelled call, nor stand among phonetic words."""
    elements, tokens = candidate.elements, candidate.line.tokens
    for i, element in enumerate(elements):
        if element.kind is not Kind.LETTER or element.word not in ("a", "i"):
            continue
        if i + 1 == len(elements) and _closes_a_spelling(candidate):
            continue
        beside = elements[max(0, i - 1) : i] + elements[i + 1 : i + 2]
        if not all(other.literal or other.kind in _NAMED_OR_FIGURE or other.word == "oh" for other in beside):
            return False
        if i == 0 and elements[1].kind is Kind.CHUNK and elements[1].gap is Gap.SPACE and not elements[1].glued:
            return False
        if i == 0 and not candidate.cue.proves and (candidate.shape.prefix == "I" or _article(candidate)):
            return False
        article = element.word == "a" and elements[1].word != "a"
        if i == 0 and article and len(candidate.shape.suffix) == 1 and not candidate.cue.phrase:
            return False
        if i + 1 == len(elements) and not _in_style(candidate) and _prose_follows(candidate, element.word):
            return False
    closing = elements[-1]
    if closing.word == "k" and _says_over(candidate):
        return False
    if closing.kind is Kind.NAME_PROSE and candidate.last < len(tokens):
        following = tokens[candidate.last]
        if (
            following.norm in _AFTER_PROSE
            and gap_between(candidate.line.text, tokens[candidate.last - 1], following) < Gap.COMMA
        ):
            return False
    if closing.word in NEVER_LAST:
        loose = sum(e.kind in (Kind.HAM, Kind.MISHEARD, Kind.NAME) for e in elements)
        letters = sum(e.kind in _SPELLED_WORDS or e.kind is Kind.NAME or e.literal for e in elements)
        # Without it there would be no call at all, or only a rare 1x1.
        torn = len(candidate.shape.suffix) <= _TWO - (len(candidate.shape.prefix) > 1)
        style = loose > 1 and (closing.word not in CLOSINGS or _ends_the_sentence(candidate))
        return (2 * loose >= letters or torn or style) and closing.gap < Gap.SENTENCE
    return _name_holds(candidate) and not _name_follows(candidate)


def _says_over(candidate: Candidate) -> bool:
    """ "K-9-Y-D K", "N five E I, K.": a K apart from the others hands over."""
    *others, closing = candidate.elements[1:]
    if not others:
        return False
    apart = closing.gap >= Gap.COMMA > max(e.gap for e in others) or (not closing.glued and others[-1].glued)
    return apart and read_call(candidate.shape.base[:-1]) is not None


def _in_style(candidate: Candidate) -> bool:
    """ "N-8-I-O-A for ...", "K, C, 4, A": parted from the letter before it as that is from the others."""
    *others, closing = candidate.elements[1:]
    if closing.glued:
        return True
    return closing.gap >= Gap.COMMA and all(element.gap >= Gap.COMMA for element in others)


def _closes_a_spelling(candidate: Candidate) -> bool:
    """ "november eight oscar x-ray I, Brenda": a letter and no pronoun, since a pause parts it from what follows."""
    line, last = candidate.line, candidate.last
    if len(candidate.shape.suffix) == 1 or candidate.elements[-1].gap > Gap.SPACE:
        return False
    if last == len(line.tokens):
        return True
    stammer = line.tokens[last].norm in HESITATIONS or line.tokens[last].norm == candidate.elements[-1].word
    return not stammer and gap_between(line.text, line.tokens[last - 1], line.tokens[last]) >= Gap.COMMA


def _ends_the_sentence(candidate: Candidate) -> bool:
    line, last = candidate.line, candidate.last
    return last == len(line.tokens) or sentence_ends(line.text, line.tokens[last - 1], line.tokens[last])


def _name_follows(candidate: Candidate) -> bool:
    """ "kilo 7 lima mike. Victor here": a first name behind the only pause; the call is complete without it."""
    *others, closing = candidate.elements
    if closing.word not in NAMES or closing.gap < Gap.COMMA or candidate.vouched_for:
        return False
    return all(e.gap < Gap.COMMA for e in others[1:]) and read_call(candidate.shape.base[:-1]) is not None


def _name_holds(candidate: Candidate) -> bool:
    """ "Mike W3 LAS" is a name and a call, not a Welsh call."""
    first, second = candidate.elements[:2]
    if first.kind is Kind.NATO_PROSE and _noun(candidate):
        return False
    if _person_first(candidate):
        return False
    if first.word not in NAMES or read_call(candidate.shape.base[1:]) is None:
        return True
    tokens = candidate.line.tokens
    if tuple(token.norm for token in tokens[max(0, candidate.first - 2) : candidate.first]) in _NAMED:
        return False
    seldom = (candidate.shape.prefix in SELDOM_USED or candidate.shape.prefix == "MW") and second.gap > Gap.SPACE
    return not seldom and not (second.kind is Kind.CHUNK and second.has_digit)


def _person_first(candidate: Candidate) -> bool:
    """ "This is Dee, kilo five papa bravo india": a name, and a call without it."""
    first, *others = candidate.elements
    if first.kind not in (Kind.NAME, Kind.NATO_PROSE, Kind.HAM) or read_call(candidate.shape.base[1:]) is None:
        return False
    if first.kind is Kind.NAME and first.word in _NAMES_OF_LETTERS and all(e.kind in _WORDY for e in others):
        return True
    # The only pause of all stands behind it.
    return others[0].gap >= Gap.COMMA and all(element.gap < Gap.COMMA for element in others[1:])


def _noun(candidate: Candidate) -> bool:
    """ "at the hotel kilo seven alpha bravo charlie": a thing or a month, and a call without it."""
    before = candidate.line.tokens[candidate.first - 1].norm if candidate.first else ""
    return before in ("the", "in", "our", "my", "a") and read_call(candidate.shape.base[1:]) is not None


def _article(candidate: Candidate) -> bool:
    """Whether the "a" may be an article: what follows is a call without it, and prose goes over into it."""
    first = candidate.first
    if first == 0 or candidate.elements[0].word == "i" or candidate.cue.phrase or candidate.elements[1].gap > Gap.SPACE:
        return False
    without = read_call(candidate.shape.base[1:])
    if without is None or without.country != "US":
        return False  # "... and A F 7 W H" is rather a call than "a F7WH"
    line = candidate.line
    return line.text[line.tokens[first - 1].end : line.tokens[first].start] == " "


def _prose_follows(candidate: Candidate, word: str) -> bool:
    """Whether the next word goes on as after an article or a pronoun."""
    tokens, last = candidate.line.tokens, candidate.last
    if last >= len(tokens) or candidate.line.text[tokens[last - 1].end : tokens[last].start] != " ":
        return False
    following = tokens[last].norm
    return following in _AFTER_PRONOUN if word == "i" else following not in _AFTER_LETTER


def _weak_words_hold(candidate: Candidate) -> bool:
    """A prose word counts as a symbol only inside a run of at least four elements that are none."""
    elements = candidate.elements
    weak = sum(element.kind in _WEAK for element in elements)
    if not weak:
        return True
    prose = any(e.kind is Kind.HOMOPHONE and e.word != "oh" for e in elements)
    phonetic = any(e.kind in (Kind.NATO, Kind.NATO_PROSE) for e in elements)
    if prose and not phonetic and not candidate.cue.proves and not candidate.in_roster:
        return False  # "N to SMA"
    firm = sum(e.kind in (Kind.NATO, Kind.LETTER, Kind.NAME, Kind.CHUNK, Kind.NATO_PROSE) for e in elements)
    return (len(elements) >= 4 and firm > 0) or (weak == 1 and firm > 1)
