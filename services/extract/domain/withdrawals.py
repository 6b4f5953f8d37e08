"""The speaker's own corrections: a call that is taken back in the same breath was not said."""

from __future__ import annotations

from itertools import dropwhile

from services.extract.domain import retractions
from services.extract.domain.candidates import Candidate
from services.extract.domain.elements import Element
from services.extract.domain.likeness import distance
from services.extract.domain.phonetics import Kind
from services.extract.domain.retractions import Phrases, begins_with, holds
from services.extract.domain.second_thoughts import with_letters_corrected
from services.extract.domain.segmentation import Scored
from services.extract.domain.tokens import sentence_ends
from services.extract.domain.words import HESITATIONS

_REACH = 12  # words between the withdrawn call and the right one
_NEAR = 4
_FAR = 30  # words: nothing so far behind concerns the call
_BEFORE_A_PHRASE = retractions.PASSED_OVER | {"it", "that", "oh", "no", "wait"}  # "it should be"
# Without one of these, no call is taken back unless another is put in its place.
_FINAL = retractions.STRUCK.union(retractions.FINAL, retractions.FINAL_FOR_A_CALL)
_ALIKE, _MUCH_ALIKE = 3, 2  # edits between two attempts at one call
_SPELLED = frozenset({Kind.NATO, Kind.NATO_PROSE})


def without_withdrawn_calls(picks: list[Scored], all_runs: list[list[Element]]) -> list[Scored]:
    """`picks` less those that the speaker took back, the ones with a corrected suffix in place."""
    picks = [with_letters_corrected(pick, all_runs, retractions.ANY) for pick in picks]
    gone: set[int] = set()
    for i, pick in enumerate(picks):
        candidate = pick.candidate
        following = picks[i + 1].candidate if i + 1 < len(picks) else None
        if _taken_back(candidate, following) or _denied(candidate, picks[max(0, i - _NEAR) : i + _NEAR]):
            gone.add(i)
    if not gone:
        return picks
    # "K7ABC ... K7ABC, correction, K7ABD": every attempt at the wrong call within reach is gone with it.
    bases = {picks[i].candidate.shape.base for i in gone}
    lasting = {
        pick.candidate.shape.base
        for i, pick in enumerate(picks)
        if i not in gone and any(i > g and picks[g].candidate.shape.base == pick.candidate.shape.base for g in gone)
    }
    return [
        pick
        for i, pick in enumerate(picks)
        if i not in gone and not (pick.candidate.shape.base in bases - lasting and _just_before(i, gone, picks))
    ]


def may_be_withdrawn(words_after: list[str]) -> bool:
    """Whether these words right behind a call may lead to another that replaces it; a live reader then waits."""
    behind = [word for word in words_after if word not in HESITATIONS]
    if len(behind) > _REACH:
        return False
    rest = list(dropwhile(_BEFORE_A_PHRASE.__contains__, behind))
    leading = (begins_with(said, some) for said in (behind, rest) for some in (retractions.ANY, retractions.ANEW))
    return "not" in behind[:_NEAR] or any(phrase is not None for phrase in leading)


def _just_before(i: int, gone: set[int], picks: list[Scored]) -> bool:
    return i + 1 in gone and picks[i + 1].candidate.first - picks[i].candidate.last <= _NEAR


def _taken_back(candidate: Candidate, following: Candidate | None) -> bool:
    alike = following is not None and candidate.shape.base == following.shape.base
    if (following is None or alike) and candidate.line.words.isdisjoint(_FINAL):
        return False
    between = _said_between(candidate, following)
    if not retractions.STRUCK_FROM.isdisjoint(between[:1]) and not retractions.STRUCK.isdisjoint(
        _said_before(candidate)[-1:]
    ):
        return True
    far = following is None or len(between) > _REACH
    said = list(dropwhile(_BEFORE_A_PHRASE.__contains__, between))
    if (far or not alike) and begins_with(said[:3], retractions.FINAL):
        return True
    if following is None or far:
        return holds(between[: _REACH + _NEAR], retractions.FINAL_FOR_A_CALL)
    if alike:
        return False
    edits = distance(candidate.shape.base, following.shape.base)
    if edits > _MUCH_ALIKE and _leads_on(between, retractions.OF_STRANGERS):
        return True
    if edits > _MUCH_ALIKE:
        return _leads_on(between, retractions.STRONG) or (edits <= _ALIKE and holds(between, retractions.STRONG))
    if holds(between, retractions.STRONG) or holds(between, retractions.OF_ALIKE):
        return True
    if _believed(candidate) and not retractions.RIGHTED.isdisjoint(between):
        return True
    if between in (["to"], ["with"]) and not retractions.CHANGE.isdisjoint(_said_before(candidate)[-2:]):
        return True
    if _said_er(candidate, following):
        return True
    if not between and begins_with(_said_behind(following), retractions.AFTERTHOUGHTS):
        return True
    return len(between) <= _NEAR + 1 and _leads_on(between, retractions.WEAK)


def _said_er(candidate: Candidate, following: Candidate) -> bool:
    """ "W7TVE, er, W7TVA"."""
    return [token.norm for token in candidate.line.tokens[candidate.last : following.first]] == ["er"]


def _said_between(candidate: Candidate, following: Candidate | None) -> list[str]:
    """The words up to the next call, less fillers and letters that are spelled: "no, sorry, delta, K7ABD"."""
    line = candidate.line
    end = following.first if following else candidate.last + _FAR
    said = [token.norm for token in line.tokens[candidate.last : end] if token.norm not in retractions.PASSED_OVER]
    plain = [word for word in said if (symbol := line.alphabet.words.get(word)) is None or symbol.kind not in _SPELLED]
    if len(said) - len(plain) > _NEAR:
        return said
    # "Papa, not Tango": what is denied here is a letter.
    return ["no" if word == "not" and len(said) > len(plain) else word for word in plain]


def _said_before(candidate: Candidate) -> list[str]:
    return [token.norm for token in candidate.line.tokens[max(0, candidate.first - 5) : candidate.first]]


def _said_behind(candidate: Candidate) -> list[str]:
    """The words up to the end of the sentence, with a dot for that end."""
    line, last = candidate.line, candidate.last
    said: list[str] = []
    while last < len(line.tokens) and len(said) < _NEAR:
        said.append(line.tokens[last].norm)
        if last + 1 < len(line.tokens) and sentence_ends(line.text, line.tokens[last], line.tokens[last + 1]):
            break
        last += 1
    return [*said, "."]


def _believed(candidate: Candidate) -> bool:
    before = _said_before(candidate)
    return _ends_with(before, retractions.BELIEVED)


def _leads_on(between: list[str], phrases: Phrases) -> bool:
    """ "no, it's": one of the phrases and nothing of another sense beside it."""
    for i in range(min(len(between), _NEAR)):
        phrase = begins_with(between[i:], phrases)
        if phrase and retractions.LEADING_ON.issuperset(between[i + len(phrase) :]):
            return True
        if between[i] not in retractions.LEADING_ON:
            return False
    return False


def _denied(candidate: Candidate, others: list[Scored]) -> bool:
    """ "not K7ABC": the right call stands near and is much like it."""
    before = _said_before(candidate)
    if not _ends_with(before, retractions.DENIED):
        return False
    near = [other.candidate for other in others if abs(other.candidate.first - candidate.first) <= 2 * _REACH]
    return any(0 < distance(other.shape.base, candidate.shape.base) <= _ALIKE for other in near)


def _ends_with(said: list[str], phrases: Phrases) -> bool:
    return any(word in phrases and tuple(said[i:]) in phrases[word] for i, word in enumerate(said))
