"""What must wake somebody, and what is said every evening."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analyze.domain.model import Alert, AlertKind
from services.analyze.domain.urgency import LiveAlerts, find_alerts


def alerts(*texts: str) -> list[Alert]:
    return find_alerts(list(enumerate(texts)))


URGENT = [
    ("mayday mayday mayday this is kilo seven x ray yankee zulu", AlertKind.EMERGENCY, "mayday mayday mayday"),
    ("may day may day may day we are sinking", AlertKind.EMERGENCY, "may day may day may day"),
    ("Mayday, mayday! Our boat was hit last night", AlertKind.EMERGENCY, "Mayday, mayday"),
    ("mayday can anybody hear me", AlertKind.EMERGENCY, "mayday"),
    ("Pan-pan, pan-pan, pan-pan", AlertKind.EMERGENCY, "Pan-pan, pan-pan, pan-pan"),
    ("pan pan pan pan all stations", AlertKind.EMERGENCY, "pan pan pan pan"),
    ("emergency emergency emergency", AlertKind.EMERGENCY, "emergency emergency emergency"),
    ("break break break", AlertKind.EMERGENCY, "break break break"),
    ("break break", AlertKind.PRIORITY, "break break"),
    ("break for emergency traffic", AlertKind.EMERGENCY, "break for emergency traffic"),
    ("breaking with an emergency", AlertKind.EMERGENCY, "breaking with an emergency"),
    ("net control i have emergency traffic", AlertKind.EMERGENCY, "emergency traffic"),
    ("K7ABC with emergency traffic.", AlertKind.EMERGENCY, "emergency traffic"),
    ("i have priority traffic for the red cross", AlertKind.PRIORITY, "priority traffic"),
    ("kilo seven alpha bravo charlie priority traffic", AlertKind.PRIORITY, "priority traffic"),
    ("any station any station i have emergency traffic", AlertKind.EMERGENCY, "emergency traffic"),
    ("no time to explain we have emergency traffic", AlertKind.EMERGENCY, "emergency traffic"),
    ("We need an ambulance at mile post 12", AlertKind.EMERGENCY, "need an ambulance"),
    ("i was driving home and i saw a car roll over we need an ambulance", AlertKind.EMERGENCY, "need an ambulance"),
    ("i fell yesterday and i need an ambulance", AlertKind.EMERGENCY, "need an ambulance"),
    ("i need somebody to call 911", AlertKind.EMERGENCY, "call 911"),
    ("can anyone call nine one one", AlertKind.EMERGENCY, "call nine one one"),
    ("please send the fire department", AlertKind.EMERGENCY, "send the fire department"),
    ("we need medical assistance", AlertKind.EMERGENCY, "need medical assistance"),
    ("he is not breathing", AlertKind.EMERGENCY, "not breathing"),
    ("officer down", AlertKind.EMERGENCY, "officer down"),
    ("this is an emergency", AlertKind.EMERGENCY, "this is an emergency"),
    ("this net is now an emergency net", AlertKind.EMERGENCY, "net is now an emergency net"),
    ("there is a missing hiker on the north trail", AlertKind.EMERGENCY, "missing hiker"),
    ("all stations stand by", AlertKind.PRIORITY, "all stations stand by"),
    ("please clear the frequency", AlertKind.PRIORITY, "clear the frequency"),
    ("tornado on the ground two miles west", AlertKind.WEATHER, "tornado on the ground"),
    ("i see a wall cloud", AlertKind.WEATHER, "wall cloud"),
    ("spotter reports strong rotation", AlertKind.WEATHER, "strong rotation"),
    ("flash flood warning for the county", AlertKind.WEATHER, "flash flood warning"),
    ("there was an earthquake just now", AlertKind.WEATHER, "earthquake"),
    ("we just felt an earthquake", AlertKind.WEATHER, "earthquake"),
    ("tsunami warning for the coast", AlertKind.WEATHER, "tsunami warning"),
]


@pytest.mark.parametrize(("text", "kind", "phrase"), URGENT)
def test_urgent_words_raise_one_alert(text: str, kind: AlertKind, phrase: str) -> None:
    (alert,) = alerts(text)

    assert (alert.kind, alert.phrase, alert.drill) == (kind, phrase, False)
    assert text[alert.start : alert.end] == phrase


@pytest.mark.parametrize(("text", "kind", "phrase"), URGENT)
def test_an_announced_drill_marks_the_alert_so_that_nobody_is_paged(text: str, kind: AlertKind, phrase: str) -> None:
    (alert,) = alerts("this is a drill", text)

    assert (alert.kind, alert.phrase, alert.segment_index, alert.drill) == (kind, phrase, 1, True)


@pytest.mark.parametrize(
    "text",
    [
        # Net control's routine, punctuated and as a recogniser without punctuation writes it.
        "Any emergency or priority traffic?", "any emergency or priority traffic",
        "is there any emergency traffic or priority traffic at this time", "do we have any emergency traffic",
        "do we have emergency traffic for the net", "Emergency or priority traffic? Nothing heard.",
        "emergency or priority traffic nothing heard", "emergency traffic, hearing none we will continue",
        "are there any stations with emergency or priority traffic please call now",
        "stations with emergency traffic call now", "if you have emergency traffic please break in",
        "if anyone has priority traffic call now", "does anyone have priority traffic", "no emergency traffic tonight",
        "there is no other emergency traffic", "we will take emergency and priority traffic first",
        "we will stand by for emergency traffic", "this net handles emergency and priority traffic",
        "please break for emergency traffic at any time", "priority traffic?", "without any priority traffic we go on",
        # Conditions and negations.
        "if you need an ambulance dial the number", "we do not need an ambulance", "i don't need medical help",
        "does anyone need medical assistance", "in case you need the fire department", "how to call 911",
        # Stories.
        "last year we had a tornado touch down", "there was an earthquake here in 1989", "remember the tsunami",
        "years ago i heard a mayday on twenty meters", "last night we had emergency traffic on the repeater",
        "the earthquake yesterday was small", "i called 911 last week", "we had a tornado warning yesterday",
        # Talk about it.
        "emergency traffic handling", "earthquake preparedness class", "tornado season",
        "the emergency net is on tuesday",
        "emergency communications and emergency power", "antenna rotation", "take a break", "the may day parade",
        "tornado drill at the school", "good evening no traffic", "frying pan", "",
    ],
)  # fmt: skip
def test_ordinary_words_raise_nothing(text: str) -> None:
    assert alerts(text) == []


@pytest.mark.parametrize(
    "announcement",
    ["this is a drill", "This is only a test.", "this is an exercise", "exercise exercise exercise",
     "a simulated emergency test"],
)  # fmt: skip
@pytest.mark.parametrize("order", [1, -1])
def test_every_way_to_announce_a_drill_counts_before_or_after(announcement: str, order: int) -> None:
    (alert,) = alerts(*["we need an ambulance", announcement][::order])

    assert alert.drill


@pytest.mark.parametrize("denial", ["this is not a drill", "this is real world traffic", "this is no drill"])
def test_a_denied_drill_is_none(denial: str) -> None:
    (alert,) = alerts(f"{denial} we need an ambulance")

    assert not alert.drill


def test_a_question_cut_in_two_by_the_recogniser_is_still_routine() -> None:
    assert alerts("is there any", "emergency or priority traffic") == []
    assert alerts("emergency or priority traffic", "nothing heard") == []


def test_an_alert_over_a_cut_is_placed_where_it_begins() -> None:
    (alert,) = find_alerts([(3, "we are sinking mayday"), (5, "mayday mayday")])

    assert (alert.segment_index, alert.start, alert.end, alert.phrase) == (3, 15, 21, "mayday")


def test_an_alert_after_the_routine_question_is_raised() -> None:
    found = alerts("any emergency or priority traffic? nothing heard.", "break break break we need an ambulance")

    assert [a.phrase for a in found] == ["break break break", "need an ambulance"]


def test_live_alerts_are_told_once_while_the_text_grows() -> None:
    text = "any emergency or priority traffic mayday mayday mayday we need an ambulance at the trail head right away"
    state, words, told = LiveAlerts(segment_index=2), text.split(), []
    for count in range(1, len(words) + 1):
        told += state.update(" ".join(words[:count]))
    told += state.finish()

    assert told == find_alerts([(2, text)])
    assert [a.phrase for a in told] == ["mayday mayday mayday", "need an ambulance"]


def test_a_live_alert_does_not_wait_for_the_end() -> None:
    assert len(LiveAlerts().update("i have emergency traffic at the north end ")) == 1


def test_a_live_alert_waits_for_the_words_that_may_disarm_it() -> None:
    state = LiveAlerts()

    assert state.update("emergency traffic ") == []
    assert state.update("emergency traffic nothing heard ") == []
    assert state.finish("emergency traffic nothing heard we will go on") == []
    assert state.update("emergency traffic nothing heard we will go on") == []


_VOCABULARY = "mayday may day break emergency traffic any i have drill ? . 911 call need é 📻 not this is a"
_WORDS = st.sampled_from([*_VOCABULARY.split(), "\n"])


@given(st.lists(st.one_of(st.text(max_size=20), st.lists(_WORDS, max_size=12).map(" ".join)), max_size=4))
def test_any_text_is_read_without_error_and_every_span_is_true(texts: list[str]) -> None:
    found = alerts(*texts)

    for alert in found:
        assert 0 <= alert.start < alert.end <= len(texts[alert.segment_index])
        assert texts[alert.segment_index][alert.start : alert.end] == alert.phrase
    places = [(a.segment_index, a.start, a.end) for a in found]
    assert all(left[0] < right[0] or left[2] <= right[1] for left, right in pairwise(places))
