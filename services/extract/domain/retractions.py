"""The words by which a speaker takes back a call, as data."""

from __future__ import annotations

from collections.abc import Sequence

from services.extract.domain.words import HESITATIONS, phrases, words

Phrases = dict[str, tuple[tuple[str, ...], ...]]


def _together(*tables: Phrases) -> Phrases:
    return {
        first: tuple(sorted((p for table in tables for p in table.get(first, ())), key=len, reverse=True))
        for first in sorted({first for table in tables for first in table})
    }


def begins_with(said: Sequence[str], phrases: Phrases) -> tuple[str, ...] | None:
    """The fullest phrase with which `said` begins."""
    for phrase in phrases.get(said[0], ()) if said else ():
        if tuple(said[: len(phrase)]) == phrase:
            return phrase
    return None


def holds(said: Sequence[str], phrases: Phrases) -> bool:
    """Whether one of the phrases stands anywhere in `said`."""
    return any(word in phrases and begins_with(said[i:], phrases) for i, word in enumerate(said))


# Said between two attempts and hardly for another reason: the first does not count, however little the two are alike.
STRONG = phrases("""
    correction, i mean, i meant, make that, scratch that, strike that, disregard that, disregard, or rather,
    correct that, wrong call, wrong call sign, no wait, wait no, let me start over, start over, take that back,
    belay that, cancel that, i misspoke, i stand corrected, let me correct that, let me correct myself,
    wasn't him, wasn't her, wasn't you
""")
# Said for other reasons too: only between calls that are alike.
OF_ALIKE = phrases("""
    my mistake, excuse me, pardon me, apologies, i apologize, my bad, hold on, hang on, i should say, say that
    again, try that again, try again, redo that, fix that, back up, do that again, i screwed up, messed up,
    should be, should say, should have been, supposed to be, got that wrong, get that wrong, get it wrong, had
    that wrong, is wrong, was wrong, that's wrong, that is wrong, down wrong, read that wrong, misread,
    misheard, not right, incorrect, isn't right, not quite, forget that, change that, check that, wrong one,
    sorry about that, keep saying, keep doing, keep getting, is that correct negative, is that right negative,
    is that correct no, is that right no, but it's, but it is, but you're, but you are, but it should, but
    that's, but i meant, or is it, or was it, is not my, is not it, isn't my, isn't it, should read, ought to
    be, turned out to be, was actually, is actually, really is, is really, the correct call, correct call is,
    right call is, real call is, off the list, cross that out
""")
# Between any two calls with nothing else beside them: net control named the wrong station.
OF_STRANGERS = phrases("""
    sorry, i'm sorry, my mistake, my apologies, apologies, oops, whoops, no, no no, nope, my bad, negative it's,
    negative that's, negative that is, negative it is, wrong one, sorry about that, i should say
""")
AFTERTHOUGHTS = phrases("""
    sorry ., excuse me ., my mistake ., my bad ., i'm sorry ., i mean ., correction ., my apologies .
""")
CHANGE = frozenset({"change", "replace", "correct", "changing", "replacing"})
# So common that nothing of another sense may stand beside them.
WEAK = phrases("""
    no, negative, sorry, i'm sorry, wait, rather, actually, nope, oops, whoops, i think it's, pardon
""")
ANY = _together(STRONG, OF_ALIKE, WEAK)
# A call that is said once more may only now be whole.
ANEW = phrases("""
    i say again, say again, again, i repeat, repeat
""")
# What may stand between these and the right call.
LEADING_ON = words("""
    it's it its it'll that's thats that is this was i'm am my call callsign sign should be say said actually i
    mean meant make the to correction sorry correct wait no oh rather here's negative you're you are nope on one
""")
PASSED_OVER = HESITATIONS | words("okay ok well yeah you know like so then hmm")
# The call before these is gone even without another behind.
FINAL = phrases("""
    scratch that, strike that, disregard that, disregard
""")
# ... with other words before them too, since they name the call.
FINAL_FOR_A_CALL = phrases("""
    strike that one, strike that call, scratch that one, scratch that call, forget that one, forget that call,
    disregard that one, disregard that call
""")
# "take K7ABC off the list".
STRUCK = words("take strike scratch drop remove delete cross")
STRUCK_FROM = words("off from out")
# What is denied, where the right one is said too: "not K7ABC".
DENIED = phrases("""
    not, it's not, that's not, isn't, wasn't, instead of, rather than, not a, i said, i had said, i wrote, i put
    down
""")
# What was believed until now: "I had you down as K7ABC".
BELIEVED = phrases("""
    i thought it was, i thought you were, i thought that was, i keep saying, going to say, gonna say, i said,
    i called you, i called him, i called her, the list says, it says, we show, i show, you listed as,
    had you as, have you as, have you down as, had you down as, me as, me down as, him down as, her down as
""")
RIGHTED = words("but it's that's should supposed actually apologies you're he's she's sorry")
