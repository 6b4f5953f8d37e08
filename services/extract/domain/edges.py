"""What a spelled call does not begin or end with: articles, pronouns, first names, closing words, prose."""

from __future__ import annotations

from services.extract.domain.candidates import Candidate
from services.extract.domain.countries import SELDOM_USED
from services.extract.domain.grammar import read_call
from services.extract.domain.phonetics import CLOSINGS, NAMES, NEVER_LAST, Kind
from services.extract.domain.tokens import Gap, sentence_ends
from services.extract.domain.words import HESITATIONS, words

_TWO = 2
_SPELLED_WORDS = frozenset({Kind.NATO, Kind.NATO_PROSE, Kind.HAM, Kind.MISHEARD})
_WEAK = frozenset({Kind.HOMOPHONE, Kind.NAME_PROSE})
_NAMED_OR_FIGURE = frozenset({Kind.DIGIT_WORD, Kind.NAME, Kind.NAME_PROSE})
_WORDY = _SPELLED_WORDS | {Kind.DIGIT, Kind.DIGIT_WORD, Kind.CHUNK}
_NAMES_OF_LETTERS = frozenset({"jay", "kay", "kaye", "dee", "bee", "em", "el", "ell", "vee", "gee", "cee"})
_NAMED = (("name", "is"), ("handle", "is"), ("operator", "is"), ("my", "name's"))
# After a single "i" these make it a pronoun, after "a" they cannot follow an article.
_AFTER_PRONOUN = words("""
    think am was have had will would can could just heard hear copy got guess know don't didn't do need want see
    might may believe hope said thought really also still mean love live like wonder
""")
_AFTER_LETTER = words("""
    is was here in and from at on with for to checking listening monitoring clear this standing portable mobile
    stroke slash has had over go out maritime in back signing no short how can would are were will do did i you we
    again also already actually always still soon later today tonight tomorrow yesterday now then there just only
    maybe perhaps calling coming going getting running using working they he she it that please thanks thank welcome
    see let tell said says but or because when if so sorry i'm you're i'll
""")
# After "are", "you", "see" and "why" these go on with the sentence.
_AFTER_PROSE = words("""
    you ya if there on going later ready copying doing copy around all the guys again tomorrow soon next tonight in
    we they it this that not still able home out up have can know
""")


def edges_hold(candidate: Candidate) -> bool:
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
    if closing.gap is Gap.SENTENCE and len(candidate.shape.suffix) == 1 and not _ends_the_sentence(candidate):
        return False  # "Whiskey Bravo Six. Hotel rooms ..."
    if closing.kind is Kind.NAME_PROSE and candidate.last < len(tokens):
        following = tokens[candidate.last]
        if following.norm in _AFTER_PROSE and following.gap < Gap.COMMA:
            return False
    if closing.word in CLOSINGS and closing.gap >= Gap.COMMA and len(elements) == _TWO and elements[0].has_digit:
        return read_call(elements[0].options[0]) is None  # "NK4J, roger"
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
    return not stammer and line.tokens[last].gap >= Gap.COMMA


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


def weak_words_hold(candidate: Candidate) -> bool:
    """A prose word counts as a symbol only inside a run of at least four elements that are none."""
    elements, kinds = candidate.elements, candidate.kinds
    if _WEAK.isdisjoint(kinds):
        return True
    weak = sum(kind in _WEAK for kind in kinds)
    prose = any(e.kind is Kind.HOMOPHONE and e.word != "oh" for e in elements)
    phonetic = Kind.NATO in kinds or Kind.NATO_PROSE in kinds
    if prose and not phonetic and not candidate.cue.proves and not candidate.in_roster:
        return False  # "N to SMA"
    firm = sum(e.kind in (Kind.NATO, Kind.LETTER, Kind.NAME, Kind.CHUNK, Kind.NATO_PROSE) for e in elements)
    return (len(elements) >= 4 and firm > 0) or (weak == 1 and firm > 1)
