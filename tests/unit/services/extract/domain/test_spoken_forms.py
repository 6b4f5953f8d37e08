"""One call, however it is put into words."""

from __future__ import annotations

import pytest

from tests.unit.services.extract.domain.reading import calls, read

FORMS_OF_KD0UVW = [
    "KD0UVW", "kd0uvw", "KD0 UVW", "KD 0UVW", "KD 0 UVW", "K D 0 U V W", "K-D-0-U-V-W", "KD0-UVW", "K.D.0.U.V.W.",
    "K, D, 0, U, V, W", "K D Zero U V W", "KD zero UVW", "KD0 Uniform Victor Whiskey", "Kilo Delta 0 UVW",
    "kilo delta zero uniform victor whiskey", "Kilo, Delta, Zero, Uniform, Victor, Whiskey",
    "Kilo. Delta. Zero. Uniform. Victor. Whiskey.", "kilo-delta-zero-uniform-victor-whiskey",
    "kay dee zero you vee double you", "kay dee oh uniform victor whiskey", "KD Zero, Uniform, Victor, Whisky",
    "kilo uh delta zero um uniform victor whiskey", "kilo delta aught uniform viktor wiskey",
    "kilowatt denmark zero united venezuela washington", "king dog zero uncle victor william",
    "KD0UVW's", "KD0UVWs", "kilo delta zero, kilo delta zero uniform victor whiskey",
    "kilo delta zero uniform, kilo delta zero uniform victor whiskey",
    "KD0UVW, kilo delta zero uniform victor whiskey", "KD0UVW, uniform victor whiskey",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMS_OF_KD0UVW)
@pytest.mark.parametrize("frame", ["{}", "this is {}, good evening", "we talked to {} yesterday"])
def test_every_form_is_the_same_call(text: str, frame: str) -> None:
    assert calls(frame.format(text)) == ["KD0UVW"]


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("kay seven ex why zee", "K7XYZ"),
        ("double-u seven a-b-c", "W7ABC"),
        ("dubya seven ay bee see", "W7ABC"),
        ("this is kay dee seven are you see", "KD7RUC"),
        ("this is en seven tee ex why", "N7TXY"),
        ("this is aitch bee nine a b c", "HB9ABC"),
        ("em zero ex why zed", "M0XYZ"),
        ("this is kay jay seven oh ex", "KJ7OX"),
        ("kay bee nine dee are you there", "KB9D"),
    ],
)
def test_letters_may_be_named(text: str, call: str) -> None:
    assert calls(text) == [call]


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("double kilo seven alpha quebec november", "KK7AQN"),
        ("K-K7AQN", "KK7AQN"),
        ("KK7AQ-N", "KK7AQN"),
        ("k k 7 aqn", "KK7AQN"),
        ("kilo tree alpha bravo charlie", "K3ABC"),
        ("w fife abc", "W5ABC"),
        ("november niner fower", ""),
        ("cielo cielo seven alpha kodak november", "KK7AQN"),
        ("kilo seven kebec uniform siera", "K7QUS"),
        ("king zebra seven fox easy dog", "KZ7FED"),
        ("w seven florida germany honolulu", "W7FGH"),
        ("victor king three alpha charlie love", "VK3ACL"),
        ("this is K0 USA", "K0USA"),
        ("K0 USA", ""),
    ],
)
def test_variants_of_words_and_of_writing_are_known(text: str, call: str) -> None:
    assert calls(text) == call.split()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("whiskey seven alpha bravo charlie, kilo seven delta echo foxtrot", "W7ABC K7DEF"),
        ("W7ABC, K7DEF, N7GHI. And KD7JKL", "W7ABC K7DEF N7GHI KD7JKL"),
        ("kilo seven alpha bravo charlie, Mike in Seattle", "K7ABC"),
        ("kilo seven alpha bravo, Charlie in Tacoma", "K7AB"),
        ("This is Mike, whiskey seven alpha bravo charlie", "W7ABC"),
        ("This is Victor, kilo seven alpha bravo charlie", "K7ABC"),
        ("hello this is Mike, W3 LAS", "W3LAS"),
        ("you're 5 9 N7ABC", "N7ABC"),
        ("nine nine five november seven alpha bravo charlie", "N7ABC"),
        ("kilo seven alpha bravo are you on frequency", "K7AB"),
        ("kilo seven alpha bravo see you later", "K7AB"),
        ("kilo seven alpha bravo peter told me", "K7AB"),
        ("kilo zero uniform victor whiskey, whiskey like the drink", "K0UVW"),
    ],
)
def test_the_words_around_a_call_stay_out_of_it(text: str, found: str) -> None:
    assert calls(text) == found.split()


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("K 7 A as in apple, B as in boy, C as in Charlie", "K7ABC"),
        ("KD7 X like x-ray, Y like yankee, Z like zebra", "KD7XYZ"),
        ("that's b as in boy", ""),
        ("I have a 4 as in four", ""),
    ],
)
def test_a_letter_may_be_explained(text: str, call: str) -> None:
    assert calls(text) == call.split()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("queue ess ell kay seven a b c", "K7ABC"),
        ("Q R Z K 7 A B C", "K7ABC"),
        ("CQ CQ CQ de K7ABC K7ABC K", "K7ABC"),
        ("1. K7ABC 2. W7XYZ 3. N7TX", "K7ABC W7XYZ N7TX"),
        ("one, K7ABC, two, W7XYZ, three, N7TX", "K7ABC W7XYZ N7TX"),
        ("kilo seven alpha bravo charlie to whiskey seven x-ray yankee zulu", "K7ABC W7XYZ"),
        ("kilo seven alpha bravo charlie for whiskey seven x-ray yankee zulu", "K7ABC W7XYZ"),
        ("W 7 A B C N 7 T X A A 7 Q", "W7ABC N7TX AA7Q"),
        ("time is 7 30 kilo seven alpha bravo charlie clear", "K7ABC"),
        ("time to go, kilo seven alpha bravo charlie", "K7ABC"),
    ],
)
def test_codes_numbers_and_small_words_beside_calls_stay_out_of_them(text: str, found: str) -> None:
    assert calls(text) == found.split()


@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
@pytest.mark.parametrize("text", [*FORMS_OF_KD0UVW, "at 9 am on 4 a b", "K7 AB I think", "we had a K 7 A B", "on 4 ab"])
def test_case_never_matters(text: str, case: object) -> None:
    assert callable(case)
    if text == "KD0UVWs":
        text = "KD0UVW"  # a small s alone tells a plural from a letter too many
    assert calls(case(text)) == calls(text)


def test_a_spelled_call_is_marked_from_its_first_to_its_last_word() -> None:
    (mention,) = read("okay so this is, uh, kilo delta, uh, zero uniform victor whiskey good evening")

    assert mention.heard == "kilo delta, uh, zero uniform victor whiskey"


def test_an_ambiguous_reading_keeps_its_alternatives() -> None:
    (mention,) = read("juliet kilo seven alpha bravo charlie")

    assert mention.base_call == "JK7ABC"
    assert "K7ABC" in mention.alternatives


def test_a_clear_call_elsewhere_settles_a_doubtful_one() -> None:
    doubtful = "we see golf two mike charlie too"

    assert calls(doubtful) == []
    assert [m.base_call for m in read(f"{doubtful}. I heard G2MC.")] == ["G2MC", "G2MC"]


@pytest.mark.parametrize(
    ("first", "second", "call", "place"),
    [
        ("kilo one alpha", "bravo charlie with no traffic", "K1ABC", 0),
        ("this is kilo one", "alpha bravo charlie good evening", "K1ABC", 0),
        ("good evening this is", "K1ABC checking in", "K1ABC", 1),
    ],
)
def test_a_call_may_reach_over_the_border_of_two_segments(first: str, second: str, call: str, place: int) -> None:
    (mention,) = read(first, second)

    assert (mention.base_call, mention.segment_index) == (call, place)
    assert (first, second)[place][mention.start : mention.end] == mention.heard


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I have you fine business, WB0, November Tango Lima, with that radio.", "WB0NTL"),
        ("Kilo Charlie 7, uh, Alpha, uh, Quebec Mike.", "KC7AQM"),
        ("This is K-D-3, K-D-3 Z-M-P, good morning.", "KD3ZMP"),
    ],
)
def test_speakers_pause_behind_the_digit_and_around_hesitations(text: str, expected: str) -> None:
    assert calls(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Whiskey seven, break, Papa India Golf.", "W7PIG"),
        ("This is Victor Echo 7, you know, Whiskey Sierra November.", "VE7WSN"),
        ("N6, let's see, D I D, good morning", "N6DID"),
        ("kilo eight, wait a second, golf bravo golf", "K8GBG"),
        ("W G 0, hang on, I Q", "WG0IQ"),
        ("kilo golf 7 yankee... yankee india mike", "KG7YIM"),
        ("W A 7 R... W A 7 R J N for the log", "WA7RJN"),
        ("Kilo... Kilo 7... November Delta Lima, no traffic.", "K7NDL"),
        ("WE0... WE0 HIB", "WE0HIB"),
        ("Whisky... Alfa... six... Foxtrot... Foxtrot... India", "WA6FFI"),
        ("Kilo Echo 7, sorry, Kilo Foxtrot 7 Romeo Lima Mike", "KF7RLM"),
        ("see you at 7, you know, Charlie and Mike are there", ""),
        ("it's a K7, let me see, a dog", ""),
    ],
)
def test_a_call_may_be_interrupted_or_begun_again(text: str, expected: str) -> None:
    assert calls(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KE7AQ Bravo.", "KE7AQB"),
        ("KZ0DA V, and thank you", "KZ0DAV"),
        ("W1LK Mike in Boise", "W1LK"),
        ("KB niner Oscar Yankee Lima, Madison", "KB9OYL"),
        ("KiloJuliet7 Uniform Charlie Bravo.", "KJ7UCB"),
        ("Welcome VK2 CAB, nice to hear you.", "VK2CAB"),
        ("JA-5-HEY monitoring", "JA5HEY"),
        ("This is November 8 Oscar X-ray I, Brenda.", "N8OXI"),
        ("India one Delta Lima B, and then K3 Whiskey Yankee X-ray", "I1DLB K3WYX"),
        ("Okay, WH6, Papa Victor Victor, roger that", "WH6PVV"),
        ("W A 7 Mexico Victor Radio.", "WA7MVR"),
        ("King nine Tare Uncle, roger that", "K9TU"),
        ("Kilo 7 Lima Mike. Victor here, good morning.", "K7LM"),
        ("Happy birthday to OH1PG", "OH1PG"),
        ("OH 6 TS, good evening", ""),
        ("this is OH 6 TS", "OH6TS"),
        ("N-8-I-O-A for W-6-U-S-E", "N8IOA W6USE"),
        ("K-9-Y-D K", "K9YD"),
        ("This is Jay, kay three ess queue", "K3SQ"),
        ("This is Dee kilo five papa bravo india", "K5PBI"),
        ("at the hotel, kilo seven alpha bravo charlie", "K7ABC"),
        ("W-J-1. R... W-J-1. R Z V", "WJ1RZV"),
    ],
)
def test_pieces_of_several_styles_make_one_call_and_closing_words_none(text: str, expected: str) -> None:
    assert calls(text) == expected.split()
