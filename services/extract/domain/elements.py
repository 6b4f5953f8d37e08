"""Turns tokens into spelled symbols."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from services.extract.domain.alphabet import Alphabet
from services.extract.domain.grammar import REMEMBERED, is_host_prefix
from services.extract.domain.lookalikes import QUANTITY
from services.extract.domain.model import MentionRole
from services.extract.domain.phonetics import PHONETIC_WORDS, REPEATED, Kind, Symbol
from services.extract.domain.roles import cue_for
from services.extract.domain.sounds import letter_alike
from services.extract.domain.tokens import Gap, Token
from services.extract.domain.words import FUNCTION_WORDS, WORDS_NOT_CHUNKS
from services.extract.domain.zeros import possible_call, prefix_with_zero, with_zero

# A part of a call that holds a digit: K7, 7ABC, KJ70X, 2E0ABC, A61AB. Never two digits in a row but for these.
_MIXED = re.compile(
    r"(?=.*[a-z])(?:\d[a-z]|[a-z]{0,2})\d[a-z0]{0,5}|[a-z]\d\d[a-z]{1,4}|3da\d[a-z]{0,3}|[a-z]{0,2}\d"
    r"|[a-z]{1,2}\d[a-z][a-z0-9]{1,3}"  # K7A8C: no call, but the roster may know better
)
_SPECIAL = re.compile(r"[a-z]{1,2}\d{2,4}[a-z]{1,6}|[a-z]{2}\d[a-z]{4,6}|\d[a-z]\d{2,4}[a-z]{1,6}")
_PLURAL = re.compile(r"[A-Za-z]{1,2}\d[A-Za-z]{3}s")
_LONGEST_CHUNK = 10
_SHORTEST_PHONETIC = 4
_LONGEST_PLAIN = 3  # letters of a written piece without a figure
# Prefixes that recognisers write as the words they are; the grammar wants a cue or the roster for them.
LOWER_PREFIXES = frozenset({"on", "in", "is", "it", "us", "we", "ok", "la", "by", "to", "no", "oh"})
LITERAL = frozenset({Kind.LETTER, Kind.DIGIT, Kind.CHUNK})
_AS_IN = frozenset({"as", "like", "for"})
_SPELLING = frozenset({Kind.LETTER, Kind.DIGIT, Kind.DIGIT_WORD, Kind.NATO, Kind.NATO_PROSE, Kind.MISHEARD})
_TOWNS = frozenset({("lima", "ohio"), ("lima", "peru"), ("quebec", "city"), ("quebec", "canada")})
_DIGIT_FIRST = re.compile(r"\d[a-z]")
_REST = re.compile(r"\d[a-z]{2,3}")
_PREFIX = re.compile(r"[a-z]{1,2}\d")
_SUFFIX_LENGTHS = (2, 3)
_SUFFIX_WORDS = frozenset(word for word in WORDS_NOT_CHUNKS - FUNCTION_WORDS if 2 <= len(word) <= 3)
# What a late key-up leaves of a phonetic word, less "ke" and "vo", with which North American calls begin.
_PHONETIC_ENDS = frozenset(end for word in PHONETIC_WORDS for end in (word[-2:], word[-3:])) - {"ke", "vo"}


class Element(NamedTuple):
    """One spelled unit: the characters it may stand for and the tokens it covers (`last` exclusive)."""

    options: tuple[str, ...]
    kind: Kind
    first: int
    last: int
    word: str  # lower-case token text
    gap: Gap  # what lies between it and the element before in its run
    glued: bool = False  # only a hyphen, or nothing, parts it from the element before

    @property
    def literal(self) -> bool:
        """Whether it was written as characters, not as a word."""
        return self.kind in LITERAL

    @property
    def has_digit(self) -> bool:
        """Whether it can supply the call-area digit."""
        return _hold_digit(self.options)


@lru_cache(maxsize=REMEMBERED)
def _hold_digit(options: tuple[str, ...]) -> bool:
    return any(c.isdigit() for option in options for c in option)


def element_at(
    text: str, tokens: list[Token], i: int, alphabet: Alphabet, gap: Gap = Gap.NONE, *, glued: bool = False
) -> Element | None:
    """What the token at `i` (or it and its neighbours) may spell; None for a word that spells nothing."""
    norm = tokens[i].norm
    if norm in alphabet.pair_starts and i + 1 < len(tokens) and tokens[i + 1].gap < Gap.SENTENCE:
        pair = _pair(norm, tokens[i + 1].norm, alphabet)
        if pair:
            return Element(pair.options, pair.kind, i, i + 2, f"{norm} {tokens[i + 1].norm}", gap, glued)
    if i + 1 < len(tokens) and (norm, tokens[i + 1].norm) in _TOWNS:
        return None
    symbol = alphabet.words.get(norm)
    if norm == "oh" and _begins_a_call(tokens, i, alphabet):
        symbol = Symbol(("OH",), Kind.CHUNK)
    elif symbol is None:
        symbol = _written(text, tokens, i, alphabet)
    elif i + 2 < len(tokens) and (explained := _explained(tokens, i, symbol)):
        return Element(symbol.options, Kind.NATO, i, i + 1 + explained, norm, gap, glued)
    return Element(symbol.options, symbol.kind, i, i + 1, norm, gap, glued) if symbol else None


def _written(text: str, tokens: list[Token], i: int, alphabet: Alphabet) -> Symbol | None:
    """What a word that no alphabet knows may spell."""
    norm = tokens[i].norm
    if not norm.isalpha():
        zeroed = with_zero(norm)
        if zeroed:
            return Symbol((zeroed,), Kind.CHUNK)
    elif len(norm) > _LONGEST_PLAIN:
        return _long_word(text, tokens, i, alphabet) or _alike(tokens, i, alphabet)
    return _chunk(text, tokens, i, alphabet) or _suffix_word(text, tokens, i, alphabet)


def _long_word(text: str, tokens: list[Token], i: int, alphabet: Alphabet) -> Symbol | None:
    """What a word of four letters and more may spell: a call with O for zero, or phonetic words run together."""
    norm = tokens[i].norm
    symbols = ""
    if "o" in norm[1:3]:
        symbols = with_zero(norm) or _announced(text, tokens, i)
    elif len(norm) > _LONGEST_CHUNK:
        symbols = _written_together(norm, alphabet)
    return Symbol((symbols,), Kind.CHUNK) if symbols else None


def _alike(tokens: list[Token], i: int, alphabet: Alphabet) -> Symbol | None:
    """ "W5 Keybeck Tango": a word that sounds like a phonetic one, among spelled letters and pauses."""
    before = i == 0 or _spells(tokens[i - 1].norm, alphabet)
    if not before and tokens[i].gap < Gap.COMMA:
        return None
    after = i + 1 == len(tokens) or _spells(tokens[i + 1].norm, alphabet)
    if not after and (not before or tokens[i + 1].gap < Gap.COMMA):
        return None
    letter = letter_alike(tokens[i].norm)
    return Symbol((letter,), Kind.MISHEARD) if letter else None


def _spells(word: str, alphabet: Alphabet) -> bool:
    """Whether `word` is hardly said but in spelling."""
    symbol = alphabet.words.get(word)
    return symbol.kind in _SPELLING if symbol else _PREFIX.fullmatch(word) is not None


def _chunk(text: str, tokens: list[Token], i: int, alphabet: Alphabet) -> Symbol | None:
    """Characters of a call written together: K7, ABC, K7ABC."""
    token, norm = tokens[i], tokens[i].norm
    following = tokens[i + 1].norm if i + 1 < len(tokens) else "a"
    figure = _digit_next(tokens, i, alphabet)
    if _is_chunk(token, "0" if figure else following):
        glued = i + 1 < len(tokens) and text[token.end : tokens[i + 1].start] == "-"
        if glued or not _half_a_phonetic(tokens, i, alphabet):
            chunk = _singular(token.text).upper()
            zeroed = prefix_with_zero(chunk)
            return Symbol((chunk, zeroed) if zeroed else (chunk,), Kind.CHUNK)
    if figure and norm in LOWER_PREFIXES:
        return Symbol((token.text.upper(),), Kind.CHUNK)
    if len(norm) > _LONGEST_CHUNK and (symbols := _written_together(norm, alphabet)):
        return Symbol((symbols,), Kind.CHUNK)
    return None


def _singular(word: str) -> str:
    """ "two K7ABCs": the small s is no letter of the call; "K7ABCS" has one too many."""
    return word[:-1] if _PLURAL.fullmatch(word) else word


def _suffix_word(text: str, tokens: list[Token], i: int, alphabet: Alphabet) -> Symbol | None:
    """A word where a suffix is due: "K0 USA", "JA-5-HEY"."""
    token, norm = tokens[i], tokens[i].norm
    hyphen = i > 0 and text[tokens[i - 1].end : token.start] == "-"
    a_suffix = norm in _SUFFIX_WORDS or (hyphen and len(norm) in _SUFFIX_LENGTHS and norm.isalpha())
    if i and a_suffix and _prefix_ends(text, tokens, i, alphabet):
        return Symbol((token.text.upper(),), Kind.CHUNK if hyphen else Kind.WORD)
    return None


def _written_together(word: str, alphabet: Alphabet) -> str:
    """ "KiloJuliet7": phonetic words with no blank between them; empty where it is no such word."""
    symbols = ""
    while word:
        if word[0].isdigit():
            size, symbol = 1, word[0]
        else:
            size = next((n for n in range(len(word), _SHORTEST_PHONETIC - 1, -1) if word[:n] in PHONETIC_WORDS), 0)
            symbol = PHONETIC_WORDS.get(word[:size], "")
        if not size or len(symbols) == _LONGEST_CHUNK:
            return ""
        symbols, word = symbols + symbol, word[size:]
    return symbols if len(symbols) > 1 else ""


def _begins_a_call(tokens: list[Token], i: int, alphabet: Alphabet) -> bool:
    """ "OH 6 TS": Finland's prefix rather than a zero, for nothing is spelled before it."""
    if i and tokens[i - 1].norm in alphabet.words:
        return False
    return _digit_next(tokens, i, alphabet) or (i + 1 < len(tokens) and _REST.fullmatch(tokens[i + 1].norm) is not None)


def _announced(text: str, tokens: list[Token], i: int) -> str:
    """ "this is KEOSUR": a callsign is due, and the letters are no word."""
    call = possible_call(tokens[i].norm)
    if not call:
        return ""
    cue = cue_for(text, tokens, i, i + 1)
    return call if cue.proves or cue.role is MentionRole.SPEAKING else ""


def _prefix_ends(text: str, tokens: list[Token], i: int, alphabet: Alphabet) -> bool:
    """Whether a prefix with its digit stands right before: "K0 ...", "kilo 0 ...", "KD zero ..."."""
    if text[tokens[i - 1].end : tokens[i].start] not in (" ", "-"):
        return False
    before = tokens[i - 1].norm
    if _PREFIX.fullmatch(before):
        return is_host_prefix(before.upper())
    if i < 2 or not _digit_next(tokens, i - 2, alphabet):
        return False
    return tokens[i - 2].norm in alphabet.words or is_host_prefix(tokens[i - 2].text.upper())


def _explained(tokens: list[Token], i: int, symbol: Symbol) -> int:
    """Words that explain a letter: 3 in "b as in boy", 2 in "b like boy", else 0."""
    how = tokens[i + 1].norm
    if how not in _AS_IN or symbol.kind not in (Kind.LETTER, Kind.NAME, Kind.NAME_PROSE):
        return 0
    words = 3 if how == "as" and tokens[i + 2].norm == "in" else 2
    example = tokens[i + words].norm if i + words < len(tokens) else ""
    if example == "x" and i + words + 1 < len(tokens) and tokens[i + words + 1].norm == "ray":
        return words + 1
    return words if len(example) > 2 and example[0].upper() == symbol.options[0] else 0


def _pair(first: str, second: str, alphabet: Alphabet) -> Symbol | None:
    pair = alphabet.pairs.get((first, second))
    if pair or first not in REPEATED:
        return pair
    symbol = alphabet.words.get(second)
    if symbol is None or symbol.kind not in (Kind.LETTER, Kind.NATO, Kind.NATO_PROSE, Kind.NAME):
        return None
    return Symbol((symbol.options[0] * REPEATED[first],), symbol.kind)


def _digit_next(tokens: list[Token], i: int, alphabet: Alphabet) -> bool:
    """Whether a digit follows: "AC 0", "AC zero", and "AC oh W"."""
    if i + 1 == len(tokens):
        return False
    symbol = alphabet.words.get(tokens[i + 1].norm)
    if symbol is None or tokens[i + 1].norm != "oh":
        return symbol is not None and symbol.kind in (Kind.DIGIT, Kind.DIGIT_WORD)
    following = alphabet.words.get(tokens[i + 2].norm) if i + 2 < len(tokens) else None
    return following is not None and following.kind in (Kind.LETTER, Kind.NATO, Kind.NATO_PROSE)


def _half_a_phonetic(tokens: list[Token], i: int, alphabet: Alphabet) -> bool:
    """ "lo seven": the end of a word whose beginning was clipped."""
    return tokens[i].norm in _PHONETIC_ENDS and i + 1 < len(tokens) and tokens[i + 1].norm in alphabet.words


def _is_chunk(token: Token, following: str) -> bool:
    word = token.text
    if len(word) > _LONGEST_CHUNK or not word.isascii():
        return False
    lower = word.lower()
    if word.isalpha():
        known = WORDS_NOT_CHUNKS if len(word) > 2 or following[:1].isalpha() else FUNCTION_WORDS
        if len(word) == 2 and _REST.fullmatch(following) and not QUANTITY.fullmatch(following):
            return is_host_prefix(word.upper())
        return 2 <= len(word) <= 3 and lower not in known and token.norm == lower
    if _DIGIT_FIRST.fullmatch(lower):
        return following[:1].isdigit() and is_host_prefix(word.upper())
    if QUANTITY.fullmatch(lower):
        return False
    return _MIXED.fullmatch(lower) is not None or _SPECIAL.fullmatch(lower) is not None
