"""Groups neighbouring symbols into runs: what was spelled in one breath, with its pauses and false starts."""

from __future__ import annotations

import re
from itertools import pairwise

from services.extract.domain.alphabet import Alphabet
from services.extract.domain.elements import Element, element_at
from services.extract.domain.grammar import is_host_prefix, read_call
from services.extract.domain.phonetics import Kind
from services.extract.domain.tokens import Gap, Token, gap_between
from services.extract.domain.words import HESITATIONS, phrases

_STACCATO_PAUSES = 2
_LONGEST_RESTART = 5
_LONGEST_PREFIX = 3
_COMPLETE_SUFFIX = 2
_LONGEST_CALL = 6  # symbols: KD7XYZ
_SUFFIX = (2, 3)  # letters
_PHONETIC = (Kind.NATO, Kind.NATO_PROSE)
_DIGITS = (Kind.DIGIT, Kind.DIGIT_WORD)
# Only these are letters for certain behind words that are none.
_LETTERS = frozenset({Kind.NATO, Kind.NATO_PROSE, Kind.LETTER, Kind.CHUNK, Kind.HAM, Kind.NAME})
_BREAK = re.compile(r"\.\.|…|[-‐-―]{2}|[-‐-―]\s|\s[-‐-―]")
# Said while the suffix comes to mind, or the microphone to hand.
_ASIDES = phrases("""
    you know, hang on, hold on, let me see, let's see, lets see, let me think, let me look, wait, wait a second,
    wait a minute, wait one, just a second, just a sec, just a minute, one second, one sec, one moment, just a moment,
    stand by, standby, break, break break, excuse me, pardon me, sorry, i'm sorry, what is it, what was it, what's it,
    what is that, oh boy, oh man, i think, i think it's, i believe
""")


def runs(text: str, tokens: list[Token], alphabet: Alphabet) -> list[list[Element]]:
    """Maximal sequences of elements with nothing but a pause or a hesitation between them, in order."""
    found: list[list[Element]] = []
    current: list[Element] = []
    position, count = 0, len(tokens)
    while position < count:
        skipped = _skipped(text, tokens, position, alphabet, current) if current else 0
        if skipped:
            position += skipped
            continue
        gap = _gap(text, tokens, current[-1].last, position) if current else Gap.BROKEN
        if current and gap is Gap.BROKEN:
            found.append(current)
            current = []
        glued = bool(current) and text[tokens[position - 1].end : tokens[position].start] in ("-", "")
        element = element_at(text, tokens, position, alphabet, gap if current else Gap.NONE, glued=glued)
        if element is None:
            if current:
                found.append(current)
                current = []
            position += 1
            continue
        if current and _digit_again(current[-1], element):
            element = element._replace(first=current[-1].first, gap=current[-1].gap, glued=current[-1].glued)
            current.pop()
        current.append(element)
        position = element.last
    if current:
        found.append(current)
    return [_without_restarts(text, tokens, _calm(text, tokens, run)) for run in found]


def _skipped(text: str, tokens: list[Token], i: int, alphabet: Alphabet, run: list[Element]) -> int:
    """How many tokens from `i` on may stand inside a spelled call."""
    if tokens[i].norm in HESITATIONS:
        return 1
    asides = _ASIDES.get(tokens[i].norm)
    if not asides or not _suffix_is_due(run):
        return 0
    for phrase in asides:
        end = i + len(phrase)
        if tuple(token.norm for token in tokens[i:end]) == phrase and _letters_follow(text, tokens, end, alphabet):
            return len(phrase)
    return 0


def _suffix_is_due(run: list[Element]) -> bool:
    """Whether the run ends with a prefix and its digit."""
    last = run[-1]
    if last.kind is Kind.CHUNK:
        return last.options[0][-1].isdigit() and is_host_prefix(last.options[0])
    before = [element for element in run[-_LONGEST_PREFIX:-1] if element.kind in _LETTERS]
    if last.kind not in _DIGITS or not before or before[-1] is not run[-2]:
        return False
    return any(
        is_host_prefix("".join(e.options[0] for e in before[-size:]) + last.options[0]) for size in (1, 2)
    ) and not (len(before) == 1 and before[0].word in ("a", "i"))


def _letters_follow(text: str, tokens: list[Token], i: int, alphabet: Alphabet) -> bool:
    """Whether letters are spelled from `i` on, and no digit soon behind them: that would be a call of its own."""
    while i < len(tokens) and tokens[i].norm in HESITATIONS:
        i += 1
    nato = False
    for place in range(_LONGEST_PREFIX):
        element = element_at(text, tokens, i, alphabet) if i < len(tokens) else None
        if element is None:
            return place > 1 or (place == 1 and len(tokens[i - 1].text) > 1 and tokens[i - 1].text.isalpha() and nato)
        if element.has_digit or element.kind not in _LETTERS:
            return False
        nato = element.kind in _PHONETIC
        if place == 0 and element.word in ("a", "i") and not _single_letter(tokens, i + 1):
            return False
        i = element.last
    return True


def _single_letter(tokens: list[Token], i: int) -> bool:
    return i < len(tokens) and len(tokens[i].text) == 1 and tokens[i].text.isalpha()


def _digit_again(left: Element, right: Element) -> bool:
    """ "whiskey seven, uh, seven alpha": one digit, said twice."""
    apart = (right.gap is Gap.COMMA and left.gap is not Gap.COMMA) or right.first > left.last
    return apart and left.kind in _DIGITS and right.kind in _DIGITS and left.options == right.options


def _gap(text: str, tokens: list[Token], last: int, first: int) -> Gap:
    """The widest of the gaps between the end of one element and the beginning of the next."""
    if last == first:
        return tokens[first].gap
    said = [
        *tokens[last - 1 : last],
        *(t._replace(end=t.start + len(t.norm)) for t in tokens[last:first]),
        tokens[first],
    ]
    return max(gap_between(text, left, right) for left, right in pairwise(said))


def _calm(text: str, tokens: list[Token], run: list[Element]) -> list[Element]:
    """A run with a full stop after every word ("Kilo. Seven. Alpha.") is spelled slowly, not in sentences.

    So is one whose last sentence is nothing but the rest of a suffix: "Whiskey Bravo Five. Hotel, Charlie, Echo."
    """
    stops = [place for place, element in enumerate(run) if element.gap is Gap.SENTENCE]
    if not stops:
        return run
    staccato = len(stops) >= _STACCATO_PAUSES and 2 * len(stops) >= len(run) - 1
    if not staccato and not _rest_of_suffix(text, tokens, run, stops[0]):
        return run
    return [element._replace(gap=Gap.COMMA) if element.gap is Gap.SENTENCE else element for element in run]


def _rest_of_suffix(text: str, tokens: list[Token], run: list[Element], stop: int) -> bool:
    """Whether what is behind the first full stop of a run is phonetic, all that is said there, and was due."""
    rest = run[stop:]
    if not all(element.kind in _PHONETIC for element in rest):
        return False
    end = rest[-1].last
    if end < len(tokens) and tokens[end].gap < Gap.SENTENCE:
        return False
    if _suffix_is_due(run[:stop]):
        return len(rest) in _SUFFIX
    # "KE7, Charlie, Papa. Hotel.": every letter apart, and one is missing.
    letters = [element for element in run[:stop] if element.kind in _PHONETIC]
    listed = bool(letters) and all(element.gap is Gap.COMMA for element in letters)
    begun = run[: stop - len(letters)]
    return bool(listed and begun) and _suffix_is_due(begun) and len(letters) + len(rest) in _SUFFIX


def _without_restarts(text: str, tokens: list[Token], run: list[Element]) -> list[Element]:
    """ "kilo golf 7 yankee... yankee india mike": what was begun again behind a break is spelled once."""
    i = 1
    while i < len(run):
        size = _said_again(run, i) if _broken_off(text, tokens, run[i - 1], run[i]) else 0
        # "Kilo... Seven... Alpha... Alpha...": a slow speaker, who breaks off everywhere.
        around = pairwise(run[max(0, i - size - 1) : i])
        beyond = pairwise(run[i : i + 2])
        if size and not any(_broken_off(text, tokens, *pair) for pairs in (around, beyond) for pair in pairs):
            begun = run[i - size]
            again = run[i]._replace(first=begun.first, gap=begun.gap, glued=begun.glued)
            run = [*run[: i - size], again, *run[i + 1 :]]
            i -= size
        i += 1
    return run


def _said_again(run: list[Element], i: int) -> int:
    """The number of symbols before `i` that are spelled once more from `i` on; none where they are a call."""
    if _complete(run[max(0, i - _LONGEST_CALL) : i]):
        return 0  # "... zulu kilo - kilo alpha zero ..."
    for size in range(min(_LONGEST_RESTART, i, len(run) - i), 0, -1):
        again = run[i : i + size]
        begun = "".join(element.options[0] for element in run[i - size : i])
        if begun != "".join(element.options[0] for element in again):
            continue
        if any(element.kind not in _LETTERS and element.kind not in _DIGITS for element in again):
            continue  # "... Charlie. Uh, see you later"
        call = read_call(begun)
        return 0 if call and len(call.suffix) >= _COMPLETE_SUFFIX else size
    return 0


def _complete(run: list[Element]) -> bool:
    """Whether the end of the run is a call with nothing missing."""
    symbols = [element.options[0] for element in run]
    calls = (read_call("".join(symbols[begin:])) for begin in range(len(symbols)))
    return any(call is not None and len(call.suffix) > _COMPLETE_SUFFIX for call in calls)


def _broken_off(text: str, tokens: list[Token], left: Element, right: Element) -> bool:
    """Whether the speaker stopped between the two: dots, a dash, or a hesitation."""
    if right.gap < Gap.COMMA:
        return False
    return (
        right.first > left.last or _BREAK.search(text, tokens[left.last - 1].end, tokens[right.first].start) is not None
    )
