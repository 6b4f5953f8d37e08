"""Urgent phrases as data, and the words that take their urgency away."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from services.analyze.domain.model import AlertKind

_GAP = r"[\W_]{1,4}"  # recognisers put a space, a hyphen or punctuation between words, or nothing but a line end


class Nature(Enum):
    """What kind of words the trigger is made of, which decides what can disarm it."""

    CALL = "call"  # a distress call by itself: mayday; only a story disarms it
    TRAFFIC = "traffic"  # words that net control also says every evening: emergency traffic
    HELP = "help"  # a need: "need an ambulance"; disarmed by a condition or a negation
    EVENT = "event"  # something seen: tornado, earthquake; disarmed by a story or talk about it


class Trigger(NamedTuple):
    """One urgent phrase."""

    kind: AlertKind
    nature: Nature
    pattern: re.Pattern[str]
    confidence: float


def words(phrase: str) -> str:
    """A regular expression for `phrase`, its words parted by whatever a recogniser puts between."""
    return rf"\b{phrase.replace(' ', _GAP)}\b"


def _trigger(kind: AlertKind, nature: Nature, confidence: float, *phrases: str) -> Trigger:
    joined = "|".join(words(phrase) for phrase in phrases)
    return Trigger(kind, nature, re.compile(joined, re.IGNORECASE), confidence)


_E, _P, _W = AlertKind.EMERGENCY, AlertKind.PRIORITY, AlertKind.WEATHER
_MAYDAY = r"(?:mayday|may day)"
_URGENT = "(?:emergency|emergencies)"
_WANTS = "(?:need|needs|send|request|requesting|require)"

# Where spans overlap the earlier trigger wins.
TRIGGERS: tuple[Trigger, ...] = (
    _trigger(_E, Nature.CALL, 0.97, rf"{_MAYDAY}(?: {_MAYDAY})+".replace(" ", _GAP)),
    _trigger(_E, Nature.CALL, 0.95, "pan pan(?: pan)*", "panpan(?: panpan)*"),
    _trigger(_E, Nature.CALL, 0.95, "emergency emergency(?: emergency)*", "break break break(?: break)*"),
    _trigger(_E, Nature.CALL, 0.95, "officer down", "(?:firefighter|man) down"),
    _trigger(_E, Nature.CALL, 0.93, "net is now an emergency net", "this is an emergency", "declaring an emergency"),
    _trigger(_E, Nature.CALL, 0.7, "mayday"),
    _trigger(_E, Nature.HELP, 0.93,
        rf"{_WANTS} (?:an? |some )?(?:ambulance|paramedics?|medics?|medical(?: help| assistance| attention)?)",
        rf"{_WANTS} (?:the )?(?:fire department|fire trucks?|police|911|9 1 1|nine one one|rescue)",
        rf"{_WANTS} (?:immediate|emergency) (?:help|assistance)",
        "(?:please )?call (?:an ambulance|the fire department|911|9 1 1|nine one one)",
    ),
    _trigger(_E, Nature.HELP, 0.9,
        "having a heart attack", "not breathing", "(?:medical|life threatening) emergency",
        "(?:have|got) an emergency", "(?:missing|lost|injured|stranded) (?:hiker|hikers|climber|climbers|skier|child)",
        "search and rescue (?:underway|activated|in progress|requested)",
    ),
    _trigger(_E, Nature.TRAFFIC, 0.9,
        "break(?:ing)? (?:for|with) (?:an )?emergency(?: traffic)?", f"{_URGENT} traffic",
        f"{_URGENT} (?:or|and) (?:priority|health and welfare|welfare) traffic",
    ),
    _trigger(_P, Nature.TRAFFIC, 0.85,
        "priority traffic", f"priority (?:or|and) {_URGENT} traffic",
        "break(?:ing)? (?:for|with) priority(?: traffic)?",
    ),
    _trigger(_P, Nature.CALL, 0.75, "break break", "all stations stand by", "clear the frequency"),
    _trigger(_W, Nature.EVENT, 0.9,
        "tornado (?:on the ground|warning|spotted|touched down|sighted|emergency)", "wall cloud", "funnel cloud",
        "(?:strong|visible|broad|tight) rotation", "rotation in the cloud", "flash flood(?: warning|ing)?",
        "tsunami (?:warning|watch|advisory)",
    ),
    _trigger(_W, Nature.EVENT, 0.7, "tornado(?:es)?", "earthquake", "tsunami"),
)  # fmt: skip


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(words(phrase) for phrase in phrases), re.IGNORECASE)


# Net control's standing question or instruction, said before the words of traffic.
ROUTINE_BEFORE = _any_of(
    "any", "anyone", "anybody", "if(?: (?:we|you|they|i|anyone|anybody) (?:have|has|hear))?", "whether", "nothing",
    "nobody", "without", "except(?: for)?", "unless", "in case of", "in the event of", "is there", "are there",
    "do (?:we|you|i) have", "stations? (?:with|having)", "those (?:with|having)", "everyone with", "takes?", "taking",
    "handles?", "handling", "pause for", "listen(?:ing)? for", "call(?:s|ing)? for", "stand(?:ing)? by for",
    "check(?:ing)? for", "reserved for", "looking for", "other than", "start with", "begin with", "please",
)  # fmt: skip
# "no emergency traffic": a negation counts only close by, since "no" opens many a real call.
NEGATION_BEFORE = re.compile(rf"\bno{_GAP}(?:\w+{_GAP})?\Z", re.IGNORECASE)

# The speaker's own claim after routine words cancels them: "any station, I have emergency traffic".
CLAIM = _any_of(
    "(?:i|we) (?:do )?(?:have|need|got|request)", "(?:i|we)['’]ve (?:got )?", "(?:i|we) (?:am|are) requesting",
    "there['’]s an?", "there is an?", "there has been",
)  # fmt: skip
CONDITION_BEFORE = _any_of(
    "if(?: (?:i|we|you|they))?", "in case(?: (?:i|we|you|they))?", "unless(?: (?:i|we|you|they))?", "whether",
    "does (?:anyone|anybody|somebody)", "anyone who", "anybody who", "when you", "don['’]?t", "do not", "did not",
    "didn['’]?t", "not", "no", "never", "no longer", "without", "(?:remember|how|when|able|going) to", "practi[cs]e",
)  # fmt: skip
NOTHING_AFTER = _any_of(
    "nothing heard", "hearing (?:none|nothing|no)", "none heard", "not hearing any", "heard (?:none|nothing)",
)  # fmt: skip

# Something told, not happening. The first are times, the second only tenses, which a real report uses too.
STORY_TIME = _any_of(
    "last (?:night|week|weekend|month|year|summer|winter|spring|fall|time)", "yesterday", "years? ago", "months? ago",
    "(?:days?|weeks?) ago", "back in", "back when", "remember(?:ed)?", "the other day", "used to", "story", "movie",
    r"in (?:19|20)\d\d", "in the (?:eighties|nineties|sixties|seventies)", "when i was",
)  # fmt: skip
STORY_TENSE = _any_of(
    "there was", "there were", "had an?", "had the", "we were", "i was", "during the", "after the", "heard an?",
)  # fmt: skip
NOW = _any_of("just now", "right now", "just felt", "(?:minutes?|moments?|seconds?) ago", "just had", "just saw")
ABOUT_AFTER = re.compile(
    r"[ -](?:procedures?|drills?|training|class|course|exercise(?![ ,-]+exercise)|preparedness|kit|plan|"
    r"handling|shelter|safety|"
    r"season|proof|alley|awareness|net (?:meets|is))\b",
    re.IGNORECASE,
)

DRILL = _any_of(
    "this is (?:just |only )?an? (?:drill|exercise|test)", "this has been an? (?:drill|exercise|test)",
    "(?:it is|it['’]s|only|just) an? (?:drill|exercise|test)", "exercise exercise(?: exercise)*", "drill drill",
    "(?:exercise|drill|test) (?:traffic|message)", "simulated", "simulation",
    "for (?:exercise|training|drill) purposes", "simulated emergency test",
)  # fmt: skip
NO_DRILL = _any_of("not an? (?:drill|exercise|test)", "no drill", "real world", "actual emergency")
