"""The rule extractor against what is really said on repeaters."""

from __future__ import annotations

import pytest

from services.extract.domain.model import Mention, MentionForm, MentionRole, SegmentText
from services.extract.domain.rules import RuleExtractor


def read(text: str, *roster: str) -> list[Mention]:
    return RuleExtractor().extract([SegmentText(0, text)], frozenset(roster))


def calls(text: str, *roster: str) -> list[str]:
    return [mention.base_call for mention in read(text, *roster)]


ORDINARY_SPEECH = [
    # Taken for calls by earlier extractors.
    "at 9 am on", "by 3 PM", "on 40 meters", "at 7 30", "it is 146.72", "go to 10 watts",
    "IC 7300", "FT 991A", "FT 8900", "PL 1 103.5", "on 5 nine plus", "on 2 and 70", "W 1 A B C D",
    # Equipment.
    "IC-7300 IC-705 IC-9700", "FT-991 FT-8900 FT-5D FT 5 D", "TM-D710 TH-D74 TH-D75 TS-590", "AT-D878 UV-5R ID-52",
    "the DR-2X repeater", "a DR 2X", "my Baofeng F8HP", "a G5RV antenna", "the K9AY loop", "logging with N1MM",
    "an Elecraft K3S and a K4D", "the AL80B amplifier", "Shure SM7B",
    # Tones, reports, bands, times, roads, grids.
    "PL 103.5", "CTCSS 100", "you are 5 9 9", "five nine nine plus twenty", "on 2 meters and 70 centimeters",
    "2M and 70CM",
    "on 6 and 2", "7:30 PM", "at 9AM", "the time is 7 p m", "at 3 a m in the u s a", "nine o'clock", "I-90 to US 101",
    "take i 5 to exit 2 b", "I 5 NB", "CN87 and DM79", "charlie november eight seven", "delta mike seven nine",
    # Not amateur: GMRS, nodes, tactical calls.
    "WRXX123", "W R X X 1 2 3", "whiskey romeo x ray x ray one two three", "KAE1234", "node 52782", "node 5 2 7 8 2",
    "Net Control, Shelter One",
    # Words that look like prefixes.
    "ON 4 AB", "on 4 a b", "IT 9 AM", "IN 3 D", "TO 5 AB", "IS 0 AB", "i 2 see", "AM 5 WE 3 HE 2", "US 5 BY 4",
    # Prose that borrows the alphabet.
    "we had one golf two hotel friends", "mike two charlie", "in november seven years ago", "going to kilo for a test",
    "november 2 we met", "a 4 door", "k 9 unit and m 1 a 1 tank", "the g 7 u s summit", "plan a 2 b or not 2 b",
    "CALL 5 FOR 9 AM CHECK IN", "the W3C and W10W", "MP3 P25 M17 F3E C4FM H2O B2B K8s", "",
]  # fmt: skip


@pytest.mark.parametrize("text", ORDINARY_SPEECH)
def test_ordinary_speech_holds_no_call(text: str) -> None:
    assert calls(text) == []


@pytest.mark.parametrize("text", [line for line in ORDINARY_SPEECH if line])
def test_ordinary_speech_before_and_after_a_call_does_not_change_it(text: str) -> None:
    assert calls(f"{text}. K7ABC. {text}") == ["K7ABC"]


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("kilo kilo seven alpha quebec november", "KK7AQN"),
        ("VK2 Charlie Alpha Bravo", "VK2CAB"),
        ("K-K-7-A-Q-N", "KK7AQN"),
        ("W7RM at 8", "W7RM"),
        ("2E0ABC", "2E0ABC"),
        ("3D2AG", "3D2AG"),
        ("two echo zero alpha bravo charlie", "2E0ABC"),
        ("K 7ABC", "K7ABC"),
        ("K7 ABC", "K7ABC"),
        ("K 7 ABC", "K7ABC"),
        ("k 7 a b c", "K7ABC"),
        ("K.7.A.B.C", "K7ABC"),
        ("k. 7. a. b. c. good morning", "K7ABC"),
        ("Kilo, 7, Alpha, Bravo, Charlie.", "K7ABC"),
        ("k7abc", "K7ABC"),
        ("K7ABC's antenna", "K7ABC"),
        ("kilo seven x ray yankee zulu", "K7XYZ"),
        ("kilo seven x-ray yankee zulu", "K7XYZ"),
        ("kilo seven xray yankee zulu", "K7XYZ"),
        ("KILO SEVEN X-RAY YANKEE ZULU", "K7XYZ"),
        ("alpha alpha seven alpha bravo", "AA7AB"),
        ("whiskey whiskey seven papa sierra romeo", "WW7PSR"),
        ("november niner tango alfa xray", "N9TAX"),
        ("king seven able baker charlie", "K7ABC"),
        ("kay seven double u ex ray zed", "K7WXZ"),
        ("mike zero golf hotel india", "M0GHI"),
        ("the call is november zero uniform mike", "N0UM"),
        ("this is W1W", "W1W"),
        ("this is K 7 ABC AT 9 AM", "K7ABC"),
        ("C Q C Q K 7 A B C", "K7ABC"),
        ("5 9 9 kilo seven alpha bravo charlie 5 9", "K7ABC"),
        ("K7ABC 73", "K7ABC"),
        ("K7 AB I think", "K7AB"),
    ],
)
def test_a_call_is_read_however_it_is_put(text: str, call: str) -> None:
    assert calls(text) == [call]


ISSUED_CALLS = (
    "K7A KE7XYZ N7AB W1AW AA7A AL7AB KH6ABC KL7AB KP4ABC WP4XY VE3ABC VA7XY VO1AB VY2AB CY0AA G4ABC M0ABC GM3ABC "
    "MM0ABC GW4AB 2E0ABC 2M0ABC EI2AB VK2AB VK2ABC VK2FABC ZL2ABC JA1ABC JS6AB 7J1ABC 7N1ABC DA0AB DL1ABC DR1AB "
    "F4ABC ON4AB PA3ABC PI4AB SM5ABC SA0AB LA1AB LN2ABC OH2AB EA3ABC EH1AB I2ABC XE1AB PY2ABC LU1ABC ZS6AB HS0AB "
    "3D2AB"
)


@pytest.mark.parametrize("call", ISSUED_CALLS.split())
def test_calls_of_every_country_in_the_table_are_read(call: str) -> None:
    assert calls(f"this is {call} listening") == [call]


@pytest.mark.parametrize(
    "text",
    [
        "W1ABCD",
        "WW1ABCD",
        "AM7ABC",
        "AA7ABC",
        "NN7ABC",
        "VK2ABCD",
        "2E5ABC",
        "VO3AB",
        "XE9AB",
        "QQ1ABC",
        "K77ABC",
        "K7X",
    ],
)
def test_calls_that_no_country_issues_are_not_read_even_when_introduced(text: str) -> None:
    assert calls(f"this is {text} listening") == []


@pytest.mark.parametrize(
    ("text", "base", "modifiers", "host"),
    [
        ("K7ABC/P", "K7ABC", ("P",), ""),
        ("k7abc/p", "K7ABC", ("P",), ""),
        ("K7ABC/MM", "K7ABC", ("MM",), ""),
        ("K7ABC/QRP", "K7ABC", ("QRP",), ""),
        ("K7ABC/AE", "K7ABC", ("AE",), ""),
        ("K7ABC/4", "K7ABC", ("4",), ""),
        ("K7ABC/VE7", "K7ABC", ("VE7",), ""),
        ("K7ABC/P/QRP", "K7ABC", ("P", "QRP"), ""),
        ("K7ABC-9", "K7ABC", ("-9",), ""),
        ("K7ABC portable", "K7ABC", ("P",), ""),
        ("K7ABC mobile", "K7ABC", ("M",), ""),
        ("K7ABC stroke P", "K7ABC", ("P",), ""),
        ("kilo seven alpha bravo charlie stroke papa", "K7ABC", ("P",), ""),
        ("kilo seven alpha bravo charlie slash mobile", "K7ABC", ("M",), ""),
        ("kilo seven alpha bravo charlie stroke mike mike", "K7ABC", ("MM",), ""),
        ("kilo seven alpha bravo charlie maritime mobile", "K7ABC", ("MM",), ""),
        ("kilo seven alpha bravo charlie stroke maritime mobile", "K7ABC", ("MM",), ""),
        ("kilo seven alpha bravo charlie stroke four", "K7ABC", ("4",), ""),
        ("VE7/K7ABC", "K7ABC", (), "VE7"),
        ("F/K7ABC/P", "K7ABC", ("P",), "F"),
        ("victor echo seven stroke kilo seven alpha bravo charlie mobile", "K7ABC", ("M",), "VE7"),
    ],
)
def test_modifiers_and_host_prefix_stay_apart_from_the_base_call(
    text: str, base: str, modifiers: tuple[str, ...], host: str
) -> None:
    (mention,) = read(f"well {text} then")

    assert (mention.base_call, mention.modifiers, mention.host_prefix) == (base, modifiers, host)
    assert mention.heard == text


@pytest.mark.parametrize(
    "text",
    ["K7ABC, mobile stations first", "K7ABC. Mobile is next", "K7ABC-2024", "K7ABC/", "K7ABC maritime", "K7ABC/XX"],
)
def test_words_that_only_look_like_modifiers_are_none(text: str) -> None:
    (mention,) = read(text)

    assert (mention.modifiers, mention.heard) == ((), "K7ABC")


def test_two_calls_with_a_slash_between_are_two_mentions() -> None:
    assert calls("K7ABC/W7XYZ") == ["K7ABC", "W7XYZ"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kilo seven x ray yankee zulu kilo seven x ray yankee zulu", ["K7XYZ", "K7XYZ"]),
        ("kilo seven kilo seven x ray yankee zulu", ["K7XYZ"]),
        ("kilo seven x ray yankee zulu whiskey one alpha whiskey", ["K7XYZ", "W1AW"]),
        ("K 7 A B W 7 X Y Z", ["K7AB", "W7XYZ"]),
        ("my name is mike kilo seven alpha bravo charlie", ["K7ABC"]),
        ("kilo seven alpha bravo charlie mike here", ["K7ABC"]),
        ("at the hotel kilo seven alpha bravo charlie", ["K7ABC"]),
        ("kilo seven alpha bravo charlie roger that", ["K7ABC"]),
        ("kilo seven alpha bravo radio check", ["K7AB"]),
        ("kilo seven alpha bravo charlie delta", []),
        ("zulu kilo seven alpha bravo charlie", []),
        ("kilo delta five india juliet kilo hotel", []),
        ("alpha bravo charlie delta", []),
        ("one two three four", []),
    ],
)
def test_a_run_of_phonetics_is_cut_where_the_calls_are(text: str, found: list[str]) -> None:
    assert calls(text) == found


@pytest.mark.parametrize(
    ("text", "call", "evidence"),
    [
        ("w won alpha bravo charlie", "W1ABC", "homophone:won=1"),
        ("whiskey to alpha bravo charlie", "W2ABC", "homophone:to=2"),
        ("kilo for x ray yankee zulu", "K4XYZ", "homophone:for=4"),
        ("cielo cielo seven alpha kodak november", "KK7AQN", "misheard:cielo=K"),
        ("key local seven alpha quebec november", "K7AQN", "misheard:key local=K"),
        ("KJ70X", "KJ7OX", "repaired:0=O"),
    ],
)
def test_corrections_are_made_and_shown_as_evidence_at_a_price(text: str, call: str, evidence: str) -> None:
    (mention,) = read(text)
    (plain,) = read("kilo seven x ray yankee zulu")

    assert mention.base_call == call
    assert evidence in mention.evidence
    assert mention.confidence < plain.confidence


def test_homophones_outside_a_run_stay_words() -> None:
    text = "to whom it may concern kilo seven x ray yankee zulu is going to town for a while"

    (mention,) = read(text)

    assert mention.heard == "kilo seven x ray yankee zulu"


@pytest.mark.parametrize(
    ("text", "call"), [("w3c and friends", "W3C"), ("k 7 a", "K7A"), ("W100AW", "W100AW"), ("a DR 2 X", "DR2X")]
)
def test_the_roster_vouches_for_what_would_be_doubted(text: str, call: str) -> None:
    assert calls(text) == []

    (mention,) = read(text, call)

    assert mention.base_call == call
    assert "roster" in mention.evidence
    assert mention.confidence >= 0.97


def test_the_roster_decides_between_two_cuts() -> None:
    text = "juliet kilo seven alpha bravo charlie"

    assert calls(text) == ["JK7ABC"]
    assert calls(text, "K7ABC") == ["K7ABC"]


def test_a_roster_given_as_a_list_serves_as_well_as_a_set() -> None:
    found = RuleExtractor().extract([SegmentText(0, "w3c")], ["W3C"])

    assert [m.base_call for m in found] == ["W3C"]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("this is K7ABC", "speaking"),
        ("this is net control Bob K7ABC", "speaking"),
        ("this is kilo seven x ray yankee zulu checking in no traffic", "speaking"),
        ("kilo seven x ray yankee zulu mobile checking in", "speaking"),
        ("K7ABC listening", "speaking"),
        ("K7ABC will be monitoring", "speaking"),
        ("K7ABC is clear", "speaking"),
        ("K7ABC for ID", "speaking"),
        ("my call sign is K7ABC", "speaking"),
        ("K7ABC K7ABC listening", "speaking speaking"),
        ("K7ABC, this is W7XYZ", "called speaking"),
        ("K7ABC. This is W7XYZ.", "called speaking"),
        ("k7abc de w7xyz", "called speaking"),
        ("this is W7XYZ calling K7ABC", "speaking called"),
        ("good evening K7ABC, thanks for checking in", "echoed"),
        ("we have K7ABC and W7XYZ", "echoed unspecified"),
        ("roger K7ABC", "echoed"),
        ("good evening K7ABC", "called"),
        ("K7ABC go ahead", "called"),
        ("thank you K7ABC", "called"),
        ("I worked K7ABC yesterday", "mentioned"),
        ("relay for K7ABC", "mentioned"),
        ("W7PSR repeater is up", "mentioned"),
        ("W7PSR", "unspecified"),
        ("this is a net. K7ABC", "unspecified"),
    ],
)
def test_the_words_around_tell_who_was_doing_what(text: str, roles: str) -> None:
    assert " ".join(m.role.value for m in read(text)) == roles


def test_a_cue_is_kept_as_evidence_and_raises_confidence() -> None:
    (bare,) = read("K7ABC")
    (introduced,) = read("this is K7ABC")

    assert introduced.role is MentionRole.SPEAKING
    assert "cue:this is" in introduced.evidence
    assert introduced.confidence > bare.confidence


def test_a_stray_phonetic_before_the_call_lowers_confidence() -> None:
    (clean,) = read("kilo seven alpha bravo charlie")
    (doubtful,) = read("hotel kilo seven alpha bravo charlie")

    assert clean.form is doubtful.form is MentionForm.PHONETIC
    assert doubtful.confidence < clean.confidence


def test_a_role_is_shared_within_a_segment_only() -> None:
    segments = [SegmentText(0, "this is K7ABC"), SegmentText(1, "K7ABC")]

    assert [m.role for m in RuleExtractor().extract(segments)] == [MentionRole.SPEAKING, MentionRole.UNSPECIFIED]
