import pytest

from services.extract.domain.model import EntityKind
from tests.unit.services.extract.domain.entities.finding import find, values


@pytest.mark.parametrize(
    ("text", "locator"),
    [
        ("I'm in CN87uo", "CN87uo"),
        ("portable from cn87", "CN87"),
        ("charlie november eight seven", "CN87"),
        ("grid charlie november 87 uniform oscar", "CN87uo"),
        ("CN 87 is my grid square", "CN87"),
        ("it's FM05, that grid", "FM05"),
    ],
)
def test_locators_are_found_written_and_spelled(text: str, locator: str) -> None:
    assert values(EntityKind.GRID_SQUARE, text) == [locator]


@pytest.mark.parametrize(
    "text", ["this is kilo echo seven seven alpha", "RG58 coax", "ID52 handheld", "at 10 am 20 of us", "CN8", "ZZ99"]
)
def test_what_looks_like_a_locator_is_none(text: str) -> None:
    assert values(EntityKind.GRID_SQUARE, text) == []


@pytest.mark.parametrize(
    ("text", "hertz"),
    [
        ("the repeater is on 146.96", "146960000"),
        ("one four six nine six is the machine", "146960000"),
        ("147.38 megahertz", "147380000"),
        ("147.38MHz", "147380000"),
        ("listen on 14 230", "14230000"),
        ("on fourteen two thirty", "14230000"),
        ("it's on one forty seven oh eight", "147080000"),
        ("3985 kilohertz", "3985000"),
        ("462.5625 MHz", "462562500"),
        ("1296.1 megahertz", "1296100000"),
        ("meet me on 52525", "52525000"),
    ],
)
def test_frequencies_are_told_in_hertz(text: str, hertz: str) -> None:
    assert values(EntityKind.FREQUENCY, text) == [hertz]


@pytest.mark.parametrize(
    "text",
    [
        "on two meters", "on 40", "the 146 people", "$146.50", "at 7.30", "7.1 miles", "a 600 kilohertz split",
        "up 5 megahertz", "node 14230", "in 1985", "146:52", "5 kHz wide",
    ],
)  # fmt: skip
def test_bands_times_prices_and_distances_are_no_frequencies(text: str) -> None:
    assert values(EntityKind.FREQUENCY, text) == []


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("146.96 minus six hundred", "offset:-600000"),
        ("146.96 minus", "offset:-"),
        ("146.96-", "offset:-"),
        ("443.65 with a plus 5 offset", "offset:+5000000"),
        ("443.65, positive offset", "offset:+"),
    ],
)
def test_the_offset_is_evidence_of_the_frequency(text: str, fact: str) -> None:
    (entity,) = find(f"It's on {text}")
    assert fact in entity.evidence
    assert entity.heard in ("146.96", "443.65")


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("PL 103.5", "103.5"),
        ("a tone of one hundred three point five", "103.5"),
        ("p l of seventy seven", "77.0"),
        ("PL 88 5", "88.5"),
        ("CTCSS 100", "100.0"),
        ("136.5 hertz", "136.5"),
        ("DCS 023", "D023"),
        ("set D754N on DCS", "D754"),
        ("the machine wants a 103.5", "103.5"),
        ("What's the PL? It's 103.5.", "103.5"),
    ],
)
def test_tones_are_told_in_hertz_or_as_a_code(text: str, tone: str) -> None:
    assert values(EntityKind.TONE, text) == [tone]


@pytest.mark.parametrize("text", ["a tone of 60 hertz", "off by 100 hertz", "the tone of his voice", "PL 259", "103.5"])
def test_what_no_squelch_uses_is_no_tone(text: str) -> None:
    assert values(EntityKind.TONE, text) == []


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("you're five nine", "59"),
        ("you are 59 here", "59"),
        ("5 by 9 into Seattle", "59"),
        ("he gave me a 599", "599"),
        ("5 9 plus 20", "59"),
        ("your signal is five and seven", "57"),
        ("I copy you three by three", "33"),
    ],
)
def test_reports_are_found_where_somebody_is_reported_on(text: str, report: str) -> None:
    assert values(EntityKind.SIGNAL_REPORT, text) == [report]


@pytest.mark.parametrize(
    "text",
    ["he is five nine", "59 degrees", "I was 59", "a 4 by 4 truck", "599 contacts", "you're 59 years old", "at 5 9"],
)
def test_ages_heights_and_lumber_are_no_reports(text: str) -> None:
    assert values(EntityKind.SIGNAL_REPORT, text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("what's your QTH", "QTH"),
        ("q s l", "QSL"),
        ("queue ess ell", "QSL"),
        ("cue are zed", "QRZ"),
        ("Q-S-Y up", "QSY"),
        ("three QSOs", "QSO"),
        ("QSYing now", "QSY"),
        ("QNI please", "QNI"),
    ],
)
def test_codes_are_found_written_spaced_and_spelled(text: str, code: str) -> None:
    assert values(EntityKind.Q_CODE, text) == [code]


@pytest.mark.parametrize(
    "text",
    [
        "this is K7QSL",
        "this is kilo seven quebec sierra lima",
        "in the queue are you",
        "QRZ.com",
        "a q for you",
        "quiz",
    ],
)
def test_a_code_inside_a_callsign_and_a_queue_are_none(text: str) -> None:
    assert values(EntityKind.Q_CODE, text) == []


@pytest.mark.parametrize(
    ("text", "number", "system"),
    [
        ("AllStar node 52782", "52782", "system:allstar"),
        ("all star five two seven eight two", "52782", "system:allstar"),
        ("IRLP 7300", "7300", "system:irlp"),
        ("my echo link number is 310642", "310642", "system:echolink"),
        ("talk group 3153", "3153", "system:talkgroup"),
        ("talkgroup 91", "91", "system:talkgroup"),
        ("node 50241", "50241", "cue:node"),
    ],
)
def test_node_numbers_tell_their_system(text: str, number: str, system: str) -> None:
    (entity,) = find(text)
    assert (entity.kind, entity.value) == (EntityKind.NODE_NUMBER, number)
    assert system in entity.evidence


@pytest.mark.parametrize(
    "text",
    [
        "star three two one six seven, the node",
        "talk group, on my ID-5100",
        "zip code 98036",
        "call 555 1234",
        "serial number 52782",
        "the node is 12 miles up",
    ],
)
def test_other_numbers_are_no_nodes(text: str) -> None:
    assert values(EntityKind.NODE_NUMBER, text) == []
