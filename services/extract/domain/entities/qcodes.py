"""Q-codes and the QN signals of traffic nets, written, spaced and by the names of their letters."""

from __future__ import annotations

import re

from services.extract.domain.entities.line import CALL, EntityLine, Found
from services.extract.domain.model import EntityKind
from services.extract.domain.phonetics import SPOKEN_WORDS, Kind
from services.extract.domain.tokens import Gap
from services.extract.domain.words import words

CODES = words("""
    QRA QRB QRG QRH QRI QRJ QRK QRL QRM QRN QRO QRP QRQ QRS QRT QRU QRV QRW QRX QRZ QSA QSB QSK QSL QSM QSN QSO QSP
    QST QSU QSV QSX QSY QSZ QTC QTH QTR QTX QNA QNB QNC QND QNE QNF QNG QNH QNI QNJ QNK QNL QNM QNN QNO QNP QNQ QNR
    QNS QNT QNU QNV QNW QNX QNY QNZ
""")
_WRITTEN = re.compile(r"(q[rstn][a-z])(?:'?s|'?ing|'?e?d)?")
_Q = frozenset({"q", "queue", "cue", "que", "kew", "quebec", "kebec"})
_SPELLED = frozenset({Kind.LETTER, Kind.NAME, Kind.NATO, Kind.NATO_PROSE})
# Sound like letters and are English words besides: one of them may be in a code, not two.
_SOUNDS = {"are": "R", "tea": "T", "age": "H", "you": "U", "why": "Y", "eye": "I", "el": "L", "oh": "O", "tee": "T"}
_SURE_SOUNDS = frozenset({"tea", "age", "el", "tee"})
_LETTERS = 3
_SITES = frozenset({"com", "net", "org", "ru"})


def q_codes(line: EntityLine) -> list[Found]:
    """All codes that `CODES` knows."""
    found = []
    for i, word in enumerate(line.words):
        if word[:1] not in ("q", "c", "k"):
            continue
        written = _WRITTEN.fullmatch(word)
        if written and written[1].upper() in CODES:
            if not _is_site(line, i):
                found.append(Found(EntityKind.Q_CODE, i, i + 1, written[1].upper(), ("form:written",), 0.97))
        elif word in _Q:
            spelled = _spelled(line, i)
            if spelled:
                found.append(spelled)
    return found


def _is_site(line: EntityLine, i: int) -> bool:
    """ "QRZ.com", "QRZ dot com"."""
    if line.word(i + 1) == "dot":
        return True
    return line.word(i + 1) in _SITES and line.sign_after(i) == "."


def _spelled(line: EntityLine, i: int) -> Found | None:
    letters, doubtful = "Q", 0
    for j in range(i + 1, i + _LETTERS):
        letter = _letter(line, j)
        if not letter or line.gap(j) > Gap.COMMA:
            return None
        letters += letter
        doubtful += line.words[j] in _SOUNDS and line.words[j] not in _SURE_SOUNDS
    if letters not in CODES or doubtful > 1 or _spelling_goes_on(line, i, i + _LETTERS):
        return None
    form = "form:spaced" if line.words[i] == "q" else "form:spelled"
    return Found(EntityKind.Q_CODE, i, i + _LETTERS, letters, (form,), 0.9 if not doubtful else 0.85)


def _letter(line: EntityLine, j: int) -> str:
    word = line.word(j)
    if word in _SOUNDS:
        return _SOUNDS[word]
    symbol = SPOKEN_WORDS.get(word)
    return symbol.options[0] if symbol and symbol.kind in _SPELLED else ""


def _spelling_goes_on(line: EntityLine, first: int, last: int) -> bool:
    """Whether more letters or digits are spelled right before or behind: then it is the piece of something."""
    if line.close(first) and (_is_symbol(line, first - 1)):
        return True
    if not line.close(last) or not _is_symbol(line, last):
        return False
    return line.words[last] not in _Q  # "Q S T, Q S T"


def _is_symbol(line: EntityLine, i: int) -> bool:
    word = line.word(i)
    if word in ("", CALL, "a", "i"):
        return False
    symbol = SPOKEN_WORDS.get(word)
    if symbol is None or symbol.kind not in (*_SPELLED, Kind.DIGIT, Kind.DIGIT_WORD):
        return False
    # "Q S L one": a number may follow a code, a letter may not.
    return symbol.kind not in (Kind.DIGIT, Kind.DIGIT_WORD) or line.word(i - 1) not in SPOKEN_WORDS
