"""How speakers put right what they said of a call: whole calls, single letters, other stations."""

from __future__ import annotations

import pytest

from tests.unit.services.extract.domain.reading import calls

# {x} was wrong, {y} is right.
PUT_RIGHT = """
{x}, correction, {y}.
{x}, correct that, {y}, good evening.
{x}, excuse me, {y}, welcome to the net.
This is {x}, sorry, {y}.
I have {x}, I'm sorry, {y}, go ahead.
{x}, make that {y}.
{x}, scratch that, {y}.
{x}, strike that, it's {y}.
{x}, I mean {y}, how are you tonight?
{x}, I meant {y}.
{x}, or rather {y}.
{x}, rather, {y}.
{x}, no, {y}.
{x}, no no, {y}.
{x}, no, that's {y}.
{x}. No. {y}.
{x}, no wait, {y}.
{x}, wait, no, {y}.
{x}, wait, that's not right, {y}.
{x}, that's not right, {y}.
{x}, that's wrong, it's {y}.
{x}, let me correct myself, {y}.
{x}, I stand corrected, {y}.
{x}, my mistake, {y}.
{x}, my bad, {y}, go ahead.
{x}, my apologies, {y}.
{x}, apologies, {y}.
{x}, I apologize, that's {y}.
{x}, oops, {y}.
{x}, whoops, {y}.
{x}, actually, {y}.
{x}, actually it's {y}.
{x}, I should say {y}.
{x}, that should be {y}.
{x}, should have been {y}.
{x}, let me say that again, {y}.
{x}, let me try that again, {y}.
{x}, let me redo that, {y}.
{x}, I misspoke, it's {y}.
{x}, I misread that, {y}.
{x}, I got that wrong, {y}.
{x}, I had that wrong, {y}.
{x}, I wrote that down wrong, it's {y}.
{x}, wrong call, {y}.
{x}, belay that, {y}.
{x}, cancel that, {y}.
{x}, check that, {y}.
{x}, forget that, {y}.
{x}, change that to {y}.
{x}, let me fix that, {y}.
{x}, not quite, {y}.
Was that {x}? Negative, {y}.
Was that {x}? No, {y}.
Is it {x}? No, it's {y}.
Did I get {x}? Negative, negative, {y}.
I copied {x}, is that correct? Negative, it is {y}.
It's not {x}, it's {y}.
That's not {x}, that's {y}.
It isn't {x}, it's {y}.
It's {y}, not {x}.
That was {y} and not {x}.
{y}, not {x}, thank you.
Not {x}. {y}.
I said {x}, it should be {y}.
I said {x} but I meant {y}.
I have you down as {x}, it should be {y}.
I thought you were {x}, but you are {y}.
I thought it was {x} but it's {y}.
I keep saying {x}, it's {y}.
I called you {x}, my apologies, {y}.
The list says {x} but it should say {y}.
We show {x}, that's supposed to be {y}.
{x} is wrong, it's {y}.
{x}, nope, {y}.
{x}, pardon me, {y}.
{x}, ah, no, {y}.
{x}, uh, correction on that, {y}.
Correction, that's {y}, not {x}.
Instead of {x} it should be {y}.
{x}, hold on, {y}.
{x}, hang on, that's {y}.
{x}, let me back up, {y}.
{x}, I keep doing that, {y}.
{x}, sorry about that, {y}.
{x}, sorry, wrong one, {y}.
{x}, try again, {y}.
{x}, disregard, {y}.
{x}, disregard that, {y} is my call.
""".strip().splitlines()
# Both stand.
BOTH = """
{x}, sorry I missed you earlier. {z}, go ahead.
{x}, negative, nothing heard. {z}, you're next.
{x}, actually {z} is looking for you.
No, {x}, that was {z} with the traffic.
{x} or {z}, one of you go ahead.
{x}, wait for {z}.
{x}, correction to the announcement, {z} is hosting.
{x}, I mean it, thank you. {z}, you are up.
{x}, sorry to hear that. {z}, how about you?
{x}, no traffic. {z}, no traffic either.
{x}, no, I have not heard from {z}.
{x}, excuse me for a minute, {z} wants in.
{x}, hold on, {z} was calling you.
{x}, hang on, let me get {z} first.
{x}, stand by. {z}, go ahead.
{x} is not here, but {z} is.
I'm sorry, {x}, you were covered by {z}.
{x}, pardon the interruption, this is {z}.
{x}, negative copy. {z}, can you relay?
{x}, forget that thing I said. {z} will bring it.
{x}, that's not right, the net is at 8. {z}, you're next.
Not {x} this week, he's in Hawaii. {z} is taking the net.
{x}, wrong frequency. {z} is on the other one.
{x}, my apologies for the delay. {z}, go ahead please.
{x}, no, go ahead. {z}, stand by.
{x}, check that connector. {z}, same for you.
{x} and {z}, sorry about the wait.
{x}, cancel the pizza. {z} is bringing tacos.
""".strip().splitlines()


@pytest.mark.parametrize("text", PUT_RIGHT)
@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("KD7ZTW", "KD7ZPW"),
        ("november five tango kilo", "N5TX"),
        ("K E 8 A B C", "kilo echo seven alpha bravo charlie"),
    ],
)
def test_only_the_right_call_counts(text: str, wrong: str, right: str) -> None:
    assert calls(text.format(x=wrong, y=right)) == calls(right)


@pytest.mark.parametrize("text", BOTH)
def test_words_to_another_station_take_nothing_back(text: str) -> None:
    assert calls(text.format(x="KD7ZPW", z="whiskey nine x-ray yankee zulu")) == ["KD7ZPW", "W9XYZ"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("K7ABC, excuse me, delta", "K7ABD"),
        ("K7ABC, correction, last letter delta.", "K7ABD"),
        ("K7ABC, that's delta, not charlie.", "K7ABD"),
        ("K7ABC, correction, the last letter is delta.", "K7ABD"),
        ("K7ABC, sorry, that's delta on the end.", "K7ABD"),
        ("This is kilo seven alpha bravo charlie, correction, delta.", "K7ABD"),
        ("K7ABC. Correction, suffix is alpha bravo delta.", "K7ABD"),
        ("KD7ZTW, that's Papa not Tango.", "KD7ZPW"),
        ("KD7ZTW, not Tango, Papa.", "KD7ZPW"),
        ("KE7ABC, correction, KE8ABC", "KE8ABC"),
        ("KE7ABC, correction, that's an 8.", "KE8ABC"),
        ("W7RTN, make that Mike at the end.", "W7RTM"),
        ("W7RTN and W7RTM, mother and daughter.", "W7RTN W7RTM"),
        ("K7ABC, Mike here in Spokane", "K7ABC"),
        ("K7ABC, sorry, Mike, go ahead", "K7ABC"),
        ("K7ABC, correction, Charlie is my name, not Mike.", "K7ABC"),
        ("K7ABC, excuse me, Mike, are you there?", "K7ABC"),
        ("K7ABC, sorry, hotel is full.", "K7ABC"),
        ("K7ABC, that's alpha bravo charlie.", "K7ABC"),
        ("K7ABC, correction, alpha bravo charlie.", "K7ABC"),
        ("It's not KB7OIL, it's KB7OYL, with a Yankee.", "KB7OYL"),
        ("K7ABC with a C as in Charlie", "K7ABC"),
        ("Kilo 7, correction, kilo kilo 7 alpha bravo charlie", "KK7ABC"),
        ("W7A, correction, K7ABC", "K7ABC"),
        ("W1AX. I always get that wrong. W1AW.", "W1AW"),
        ("Let me get that right, it's KF5ABC", "KF5ABC"),
        ("KF5ABC, no problem, W2XYZ, your turn", "KF5ABC W2XYZ"),
        ("K C 3 Q L M, mike, no, november, K C 3 Q L N", "KC3QLN"),
        ("Is that QLM? no KC3QLN", "KC3QLN"),
        ("W5AAA, wait, sorry, yeah W5AAB", "W5AAB"),
        ("K7ABC, correction on the time, it's 8 o'clock, over to W9XYZ.", "K7ABC W9XYZ"),
        ("K7ABC, no correction needed, alpha bravo charlie is right", "K7ABC"),
        ("W7DTQ, negative, I have not heard KD7ZPW tonight.", "W7DTQ KD7ZPW"),
        ("N0BAZ, zulu, no, romeo. N0BAR.", "N0BAR"),
        ("Kilo golf 7 Quebec Romeo Tango, uh, Sierra, sorry, KG7QRS", "KG7QRS"),
        ("VE3KLN, I keep getting that wrong, VE3KLM.", "VE3KLM"),
        ("N5TK, N5TX, sorry", "N5TX"),
        ("Thanks, N4ABD. N4ABC, sorry.", "N4ABC"),
        ("KD7ZPW, sorry, W9XYZ, go ahead", "W9XYZ"),
        ("KD7ZPW, no, W9XYZ, go ahead", "W9XYZ"),
        ("Negative, K7ABC is not my call, it's K7ABD.", "K7ABD"),
        ("Change K7ABC to K7ABD please.", "K7ABD"),
        ("Please replace K7ABC with K7ABD", "K7ABD"),
        ("K7ABC should read K7ABD", "K7ABD"),
        ("It's K7ABD, I said K7ABC", "K7ABD"),
        ("K7ABC, no, K7ABD, no, K7ABE.", "K7ABE"),
        ("K7ABC turned out to be K7ABD", "K7ABD"),
        ("KD7ZPW, no traffic. W9XYZ, no traffic.", "KD7ZPW W9XYZ"),
        ("KD7ZPW, negative. W9XYZ, go ahead.", "KD7ZPW W9XYZ"),
        ("KD7ZPW, sorry you're noisy. W9XYZ, go ahead.", "KD7ZPW W9XYZ"),
    ],
)
def test_letters_given_anew_are_put_in_place(text: str, found: str) -> None:
    assert calls(text) == found.split()
