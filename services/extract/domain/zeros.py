"""A call whose zero was written as the letter O: "WZOCNT" for WZ0CNT, where no word or name could be meant."""

from __future__ import annotations

import re

from services.extract.domain.grammar import read_call
from services.extract.domain.words import words

_AT_HOME = re.compile(r"([knw][a-z]?|a[a-l]|m|2[eimwdju])o([a-z]{2,3})")
_ABROAD = re.compile(r"(g[mw]|mm|mw|sm|pa|ja)o([a-z]{3})")
_PREFIX = re.compile(r"[knwm]o|[knw][a-z]o|a[a-l]o")
_SHORTEST = 5
# Words, names and places of that shape, the commonest of English text; "notch" and "kiosk" are no calls.
_WORDS = words("""
    abode abort about above acorn adobe adolf adopt adore adorn aeons afoot afore afoul agony agora ahold aioli aloft
    aloha along aloof aloud keogh keokuk keoni keota keough keowee khost kiona kiosk kiosks kiowa klopp klotz klout
    knobby knobs knock knocks knoll knolls knope knopf knorr knots knott knotts knotty knowed knower knowin knowl
    knowle known knowns knows koala koch kochs kodak kogan kohei kohli kohls kojak kolar kolbe kolby kolya komen kondo
    kongo konig kooks kooky koons koontz koran korda korea koren korey korff korma korps korra kosher kosta kotex
    kotor kotter kovac kozak kroger krogh krohn kroll krona krone kroner kronor kronos kroos kross kwong kyodo kyong
    kyoto mmorpg moeen monck montt mooch moocs morph morss naoki naoko naomi neocon neons neosho niosh nobby nobel
    noble nobly nobody nodal noddy nodes noemi noise noisy nokia nolan nolen nolte nomad nomex nonce noobs noodle
    nooks noonan noone noose nooses nootka norad norah norbu norco nordic noreen norge noriko norma normal norml norms
    norris norse norsk norte north norton norwich nosed noses nosey nosql notch noted notes notice nouns novae novak
    novas novel novice nowak noway nowhere noyce noyes nylon smoltz whois whole wholes wholly whomst whoop whoops
    whoosh whore whores whorl whorls whose whoso woden wogan woken wolds wolfe wolff wolfs woltz woman wombs women
    wonka wonks wonky wooded wooden woodie woods woodsy woody wooed woofer woofs woohoo wooing woolen wooley woolf
    woolly wools wooten woozy worcs words wordy works world worlds worms worn worry worse worst worth wotan would
    wound woven wowed wrong wrongs wrote wroth
""")
_VOWELS = frozenset("aeiouy")
_SELDOM_BEFORE_O = frozenset({"ka", "ke", "ki", "wa", "we", "wi"})  # `_WORDS` has all that begin with "keo" and such
_OPENINGS = frozenset({"kn", "kr", "kl", "kh", "kw", "wr", "wh", "ng", "k", "n", "w", "m", "sm"})
# Three vowels in a row, and what no English word has: "kao", "sqo", "ymj", "vlx".
_UNHEARD_OF = re.compile(
    r"[aeiou]{3}|^[kw]ao|q(?!u)|[jvx](?=[b-df-hj-np-tv-xz])|j$|[bcdfghjklmnpqrtvwxz]{2}[bcdfgjkmnpqvwxz]"
)
# How English goes on behind an "o" without a further vowel: "north", "knocks", "wolff".
_ENDINGS = words("""
    bbs bs ck cks cs ct cts dds ds ff ffs ft fts gg ggs gs ght ht ks lch ld lds lf lfs lk lks ll lls lm lms ln ls lt lts
    ltz lv mb mbs mm mms mp mps ms nc nch nd nds ng ngs nk nks nn nns ns nt nth nts ntz pp pps ps pt pts rb rbs rc rch
    rd rds rf rg rk rks rl rld rls rm rms rn rns rp rps rr rs rsh rst rt rth rts rv rw sch sh sk sks sp sps ss st sts
    tch th ths ts tt tts tz wd wds wl wls wn wns ws xt
""")


def with_zero(word: str) -> str:
    """The call that `word` (lower case) must be, with its zero, in upper case; empty where it may be a word."""
    match = _AT_HOME.fullmatch(word) or _ABROAD.fullmatch(word)
    if match is None or _pronounceable(word, *match.groups()):
        return ""
    return _call(word, *match.groups())


def possible_call(word: str) -> str:
    """The US call that `word` may be where one is announced ("this is KEOSUR"); empty for words and names."""
    match = _AT_HOME.fullmatch(word) if word[0] in "knw" else None
    return _call(word, *match.groups()) if match else ""


def _call(word: str, prefix: str, suffix: str) -> str:
    if word in _WORDS or "ooo" in word:
        return ""
    shape = read_call(f"{prefix}0{suffix}".upper())
    # Four letters with an O are a broadcaster (KOMO) or a word before they are K0MO.
    return shape.base if shape and len(word) >= _SHORTEST else ""


def prefix_with_zero(chunk: str) -> str:
    """ "KDO" and "WO" as a prefix with its digit: KD0, W0; empty for others."""
    return f"{chunk[:-1]}0" if _PREFIX.fullmatch(chunk.lower()) else ""


def _pronounceable(word: str, prefix: str, suffix: str) -> bool:
    if prefix in _SELDOM_BEFORE_O or _UNHEARD_OF.search(word):
        return False
    opens = prefix in _OPENINGS or prefix[0] == "a" or prefix[-1:] in _VOWELS
    return opens and (suffix in _ENDINGS or not _VOWELS.isdisjoint(suffix))
