"""Overs as other people wrote them down; each sort of line here was once read wrongly."""

import pytest

from tests.unit.services.extract.domain.reading import calls, read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("This is Kilo India 3 Romeo, X-ray, November, and I'm at the house.", "KI3RXN"),
        ("Zed Lima two Bravo, Oscar, Whiskey, kia ora", "ZL2BOW"),
        ("Whiskey Bravo Six. Hotel, Charlie, Echo. Shreveport.", "WB6HCE"),
        ("KE8, Charlie, Papa. Hotel. In Monroe tonight.", "KE8CPH"),
        ("Victor Alpha 6. Romeo. India Juliet. Just north of the line.", "VA6RIJ"),
        ("Whiskey Six Tango Juliet Papa, Delta November zero seven.", "W6TJP"),
        ("KE8AB. Hotel is full tonight.", "KE8AB"),
        ("Whiskey Bravo Six. Hotel rooms are all taken.", ""),
        ("this is alpha golf six juliette ex-ray how's my audio", "AG6JX"),
        ("Kilo echo seven alpha tango delta Lima, Ohio originally.", "KE7ATD"),
        ("Alright, I'm at the gate, so W-7-O-L-M is clear.", "W7OLM"),
        ("The gate W-7 A B is closed.", ""),
        ("November 9er Echo Kilo Tango, QSL.", "N9EKT"),
        ("Echo Alpha tres, Hotel Lima Delta, Barcelona.", "EA3HLD"),
    ],
)
def test_pauses_inside_a_call_are_no_end_of_it(text: str, found: str) -> None:
    assert calls(text) == found.split()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("This is Kilo India 3 Bra-", ""),
        ("This is Kilo 3 Whiskey... uh, hang on, my battery's going.", ""),
        ("KE9 S... sorry, hit the button too early. KE9SDO, Kilo Echo Nine Sierra Delta Oscar.", "KE9SDO"),
        ("NK5J, roger, thanks Lou", "NK5J"),
        ("kilo echo seven x ray you empty zulu sent you the drill is over", ""),
        ("kilo echo seven x ray to whiskey seven alpha bravo charlie", "KE7X W7ABC"),
        ("It is down on the sheet as KI5TRWS, that can't be right.", ""),
        ("Two KI5TRWs on the air.", "KI5TRW"),
        ("K F 0 P Q R S, is that right? That is one too many.", ""),
        ("Tower told me taxi via Kilo, November 5, Alpha, hold short of the runway.", ""),
        ("KJ6- sorry, dog wants out, I'll be right back with you.", ""),
    ],
)
def test_what_was_cut_off_or_follows_is_no_part_of_a_call(text: str, found: str) -> None:
    assert calls(text) == found.split()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("You've got me down as KI6CZQ, it's KI6CVQ.", "KI6CVQ"),
        ("I called him N4KTB and he's N4KTV.", "N4KTV"),
        ("W6EGO, no, sorry, that wasn't him. It was KD6MBT.", "KD6MBT"),
        ("You've got me down as KI6CZQ, and N4KTV is here too.", "KI6CZQ N4KTV"),
        ("I've got you down as KK6DRL, is that right? No, that's not right, it's Oscar at the end, KK6DRO.", "KK6DRO"),
        ("Thanks, W6TVE, er, W6TVA, and K6OBN, your turn.", "W6TVA K6OBN"),
        ("K6TBD, uh, scratch that, I keep using the old one, AF6LD is the new one.", "AF6LD"),
        ("Uh, W6ROK, no, scratch that, I don't know whose call that is.", ""),
        ("I said this is K6TUN, but I'm not, I read that off a hat, forget that call.", ""),
        ("Please take KE6NUB off the list, nobody checked in with that call.", ""),
        ("I'd take KE6NUB along to the hamfest.", "KE6NUB"),
        ("Kilo Delta 6 Romeo Alpha Sierra, make that Zulu, Kilo Delta 6 Romeo Alpha Zulu.", "KD6RAZ"),
    ],
)
def test_a_call_that_was_believed_until_now_is_none(text: str, found: str) -> None:
    assert calls(text) == found.split()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I'm on the hand-held with the N8TAX roll-up slim jim.", ""),
        ("For the satellites I use the 9A4QV dipole.", ""),
        ("The part number on the relay is W8XD.", ""),
        ("The number to call is on the card of W8XD.", "W8XD"),
        ("Send it to Glasgow, G5 0HS, care of the secretary.", ""),
        ("The name is Kozlowski, K O Z L O W S K I, good luck with that.", ""),
        ("O.K., O.K., K. Fine.", ""),
        ("He flew RF4Cs, and I have a share of an AA5B.", ""),
    ],
)
def test_things_and_places_have_no_call(text: str, found: str) -> None:
    assert calls(text) == found.split()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We'll be on as N2S from the lighthouse on Saturday.", "N2S"),
        ("Victor Charlie Four X-ray, contest special from Kingston.", "VC4X"),
        ("Hello from AC oh V, how's the weather?", "AC0V"),
        ("I have WA0RGH and WAOSNE on the link.", "WA0RGH WA0SNE"),
    ],
)
def test_rare_forms_are_calls(text: str, found: str) -> None:
    assert calls(text) == found.split()


def test_a_word_that_may_be_two_letters_is_settled_by_the_roster() -> None:
    text = "Whiskey 6 Cielo Tango Bravo, good morning."

    assert calls(text) == ["W6KTB"]
    assert calls(text, roster="W6STB") == ["W6STB"]
    assert "misheard:cielo=K" in read(text)[0].evidence


@pytest.mark.parametrize(("text", "found"), [("5UK, in and out.", "AE5UK"), ("5UK rigs on the shelf", "")])
def test_a_clipped_call_that_opens_the_over_alone_is_completed_by_the_roster(text: str, found: str) -> None:
    assert calls(text, roster="AE5UK K5BWA") == found.split()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kilo delta six who tell lima sierra, checking in.", "KD6HLS"),
        ("Kilo delta six hotel lima sierra, checking in.", "KD6HLS"),
        ("Killer Golf 6, Tango Whiskey Yankee, short time.", "KG6TWY"),
        ("Kilo delta six will tell you of lima sierra.", ""),
    ],
)
def test_garbled_words_are_settled_by_the_roster(text: str, found: str) -> None:
    assert calls(text, roster="KD6HLS KG6TWY N6FEA") == found.split()
