"""First names that people give: "my name is Bob", "the handle is Stu", "K7ABC, Bob here"."""

from __future__ import annotations

from services.extract.domain.entities.first_names import FIRST_NAMES
from services.extract.domain.entities.line import CALL, EntityLine, Found
from services.extract.domain.model import EntityKind
from services.extract.domain.tokens import Gap
from services.extract.domain.words import words

_SUBJECTS = frozenset({"name", "handle", "operator", "op", "names"})
_SHORT_SUBJECTS = frozenset({"name's", "handle's"})
_HERE = words("here on this end at the mic is would be over")
_OWNERS = frozenset({"my", "the", "first"})
_OTHERS = frozenset({"your", "his", "her", "whose", "their", "what", "its", "net's", "club's", "dog's", "screen"})
# Follow "my name is" and are none.
_STOP_WORDS = words("""
    net control on for with tonight at from via hosted presented brought a an the my your our his her not spelled spelt
    this that in and or is it also just actually still now going gonna to be known called called listed ready
    important of pronounced under what who please check checking good morning afternoon evening thank thanks you back
    closing signal join us station stations everybody everyone somebody someone anybody nobody anyone over out clear
    listening monitoring mobile portable i we he she they there here so well uh um er ok okay yes no yeah copy roger
    right all very really new old same as by if but because when where how why too two one three the
""")
_AFTER_IS = frozenset({"uh", "um", "er", "ah", "still", "well"})
_LINK = frozenset({"is", "was", "here", "on"})
_WAYS_ON = frozenset({"in", "from", "here", "out", "over", "at", "up", "down", "near"})
_NO_NAMES = words("""
    sunday monday tuesday wednesday thursday friday saturday january february march april may june july august
    september october november december seattle washington echo delta sierra good net amateur radio repeater
""")
_LONGEST = 15
_REACH = 7
_TRIGGERS = _SUBJECTS | _SHORT_SUBJECTS
_BESIDE = frozenset({CALL, "here"})


def names(line: EntityLine) -> list[Found]:
    """All names that somebody gave."""
    found = []
    if not line.vocabulary.isdisjoint(_TRIGGERS):
        for i, word in enumerate(line.words):
            name = _told(line, i) if word in _SUBJECTS else _short(line, i) if word in _SHORT_SUBJECTS else None
            name = name or (_told_behind(line, i) if word in _SUBJECTS else None)
            if name:
                found.append(name)
    if not line.vocabulary.isdisjoint(_BESIDE) and not line.vocabulary.isdisjoint(FIRST_NAMES):
        found.extend(_beside_calls(line))
    return found


def _told(line: EntityLine, i: int) -> Found | None:
    """ "my name is Bob", "name on this end is Bob", "handle here is Stu", "name Gus"."""
    owner = line.word(i - 1) if not line.begins_sentence(i) else ""
    if owner in _OTHERS:
        return None
    for j in range(i + 1, min(i + _REACH, len(line.words))):
        if line.gap(j) >= Gap.SENTENCE:
            return None
        if line.words[j] == "is":
            # "the name of the net is": only words that tell of the speaker may stand between.
            return _name(line, j + 1, f"cue:{line.words[i]} is", sure=owner in _OWNERS and owner != "the")
        if line.words[j] not in _HERE:
            break
    if (line.word(i + 1) in FIRST_NAMES and owner in ("", CALL)) or line.gap(i) is Gap.COMMA:
        return _name(line, i + 1, f"cue:{line.words[i]}", sure=False)
    return None


def _short(line: EntityLine, i: int) -> Found | None:
    """ "my name's Linda"."""
    owner = line.word(i - 1) if not line.begins_sentence(i) else ""
    return None if owner in _OTHERS else _name(line, i + 1, f"cue:{line.words[i]}", sure=owner in _OWNERS)


def _name(line: EntityLine, i: int, cue: str, *, sure: bool) -> Found | None:
    while line.word(i) in _AFTER_IS and line.gap(i) < Gap.SENTENCE:
        i += 1
    if not _may_be(line, i):
        return None
    known = line.words[i] in FIRST_NAMES
    capital = line.is_capitalised(i)
    if not (known or (capital and (sure or not _more_capitals(line, i)))):
        return None
    return _found(line, i, cue, 0.95 if known else 0.88 if sure else 0.8)


def _may_be(line: EntityLine, i: int) -> bool:
    word = line.word(i)
    if not 2 <= len(word) <= _LONGEST or not word.isalpha() or word in _STOP_WORDS:
        return False
    return line.gap(i) < Gap.SENTENCE


def _more_capitals(line: EntityLine, i: int) -> bool:
    """ "the name is Puget Sound ...": the name of a club."""
    return line.close(i + 1) and line.is_capitalised(i + 1) and len(line.words[i + 1]) > 1


def _beside_calls(line: EntityLine) -> list[Found]:
    """ "K7ABC, Bob here", "Lois here, K7LOI", "I'm Russ, K7RSS", "K7ABC, Bob in Tacoma"."""
    found = []
    for i, word in enumerate(line.words):
        if word not in FIRST_NAMES or word in _NO_NAMES or (line.cased and not line.is_capitalised(i)):
            continue
        why = _why(line, i)
        if why:
            found.append(_found(line, i, why, 0.88))
    return found


def _told_behind(line: EntityLine, i: int) -> Found | None:
    """ "Brenda is the handle": the name stands before."""
    if line.word(i - 1) not in ("the", "my") or line.word(i - 2) != "is" or line.word(i - 3) not in FIRST_NAMES:
        return None
    return _found(line, i - 3, f"cue:is the {line.words[i]}", 0.9) if all(map(line.close, (i - 2, i - 1, i))) else None


def _opens(line: EntityLine, i: int) -> bool:
    """ "Doreen here, ...": the first words of a sentence, and a pause behind them."""
    return line.begins_sentence(i) and line.close(i + 1) and line.word(i + 1) == "here" and line.gap(i + 2) > Gap.SPACE


def _why(line: EntityLine, i: int) -> str:
    before, after = line.word(i - 1), line.word(i + 1)
    if _opens(line, i):
        return "cue:here"
    near = CALL in line.words[max(i - _REACH, 0) : i + _REACH]
    if not near:
        return ""
    if after == "here" and line.close(i + 1) and line.word(i + 2) not in ("is", "in"):
        return "cue:here"
    if before in ("i'm", "am") and line.close(i):
        return f"cue:{before}"
    if before == "me" and line.word(i - 2) in ("call", "calls"):
        return "cue:call me"
    if line.gap(i) >= Gap.COMMA and after in ("in", "from") and line.close(i + 1):
        return "beside:call"
    if line.word(i - 2) == "this" and before == "is" and line.close(i):
        return "cue:this is"
    if before == CALL and line.gap(i) is Gap.COMMA:
        # "K7ABC, Bob in Tacoma", "K7SUE, Sue, checking in": but "K7ABC, Bob, are you there" calls somebody.
        if after in _WAYS_ON and line.close(i + 1):
            return "beside:call"
        if line.gap(i + 1) is Gap.COMMA and after in ("checking", "no", "in", "short", "from", "with", "portable"):
            return "beside:call"
    return ""


def _found(line: EntityLine, i: int, why: str, confidence: float) -> Found:
    text = line.tokens[i].text
    value = text if text[:1].isupper() and not text.isupper() else text.capitalize()
    return Found(EntityKind.NAME, i, i + 1, value, (why,), confidence)
