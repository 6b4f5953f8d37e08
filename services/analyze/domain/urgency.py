"""Finds words that somebody should hear now, and leaves out those that net control says every evening."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from services.analyze.domain.model import Alert
from services.analyze.domain.triggers import (
    ABOUT_AFTER,
    CLAIM,
    CONDITION_BEFORE,
    DRILL,
    NEGATION_BEFORE,
    NO_DRILL,
    NOTHING_AFTER,
    NOW,
    ROUTINE_BEFORE,
    STORY_TENSE,
    STORY_TIME,
    TRIGGERS,
    Nature,
    Trigger,
)

# How many words around a trigger can disarm it.
_ROUTINE_REACH = 7
_CONDITION_REACH = 4
_NOTHING_REACH = 12
_STORY_REACH = 12
_SURE = 0.9  # a call this plain is not doubted for standing in the past tense
_WORD = re.compile(r"\S+")
_SENTENCE_END = re.compile(r"[.?!](?=\s|$)")
_EITHER = re.compile(r"\b(?:or|and)\b", re.IGNORECASE)


def find_alerts(segments: Sequence[tuple[int, str]]) -> list[Alert]:
    """Alerts in a recording's segments, given as (index, text) in order of airtime.

    Segments are read as one text, since recognisers cut sentences anywhere; an alert that runs over a cut is placed
    in the segment where it begins. A drill announced anywhere marks all alerts of the recording, unless "this is
    not a drill" is said too.
    """
    text = "\n".join(part for _, part in segments)
    spans = _armed_spans(text)
    if not spans:
        return []
    drill = DRILL.search(text) is not None and NO_DRILL.search(text) is None
    starts: list[int] = []
    offset = 0
    for _, part in segments:
        starts.append(offset)
        offset += len(part) + 1
    alerts = []
    for start, end, trigger in spans:
        place = bisect_right(starts, start) - 1
        index, part = segments[place]
        local_start = start - starts[place]
        local_end = min(end - starts[place], len(part))
        phrase = part[local_start:local_end]
        alerts.append(Alert(trigger.kind, phrase, index, local_start, local_end, drill, trigger.confidence))
    return alerts


class LiveAlerts:
    """State for one recording: takes its growing stable text, gives each alert once and never takes one back.

    A trigger waits for a few more words, since "nothing heard" or a question mark may follow; `finish` gives the rest.
    A drill must be announced by then to be seen: what came earlier is told as it stood.
    """

    _WORDS_AFTER = 4

    def __init__(self, *, segment_index: int = 0) -> None:
        self._segment_index = segment_index
        self._told_until = 0
        self._text = ""

    def update(self, stable_text: str) -> list[Alert]:
        """New alerts in the whole stable text so far; offsets count from its beginning."""
        if stable_text == self._text:
            return []
        self._text = stable_text
        found = list(_WORD.finditer(stable_text))
        settled = found if found and found[-1].end() < len(stable_text) else found[:-1]
        return self._tell(settled[-self._WORDS_AFTER].start() if len(settled) >= self._WORDS_AFTER else 0)

    def finish(self, final_text: str | None = None) -> list[Alert]:
        """The alerts held back, once no more text will come; `final_text` defaults to the last update's."""
        if final_text is not None:
            self._text = final_text
        return self._tell(len(self._text))

    def _tell(self, limit: int) -> list[Alert]:
        if limit <= self._told_until:
            return []
        found = find_alerts([(self._segment_index, self._text)])
        told = [a for a in found if a.start >= self._told_until and a.end <= limit]
        if told:
            self._told_until = told[-1].end
        return told


def _armed_spans(text: str) -> list[tuple[int, int, Trigger]]:
    taken: list[tuple[int, int, Trigger]] = []
    for trigger in TRIGGERS:
        for match in trigger.pattern.finditer(text):
            start, end = match.span()
            if all(end <= other[0] or start >= other[1] for other in taken):
                taken.append((start, end, trigger))
    return sorted(
        (span for span in taken if not _disarmed(text, *span)),
        key=lambda span: span[:2],
    )


def _disarmed(text: str, start: int, end: int, trigger: Trigger) -> bool:
    if trigger.nature is Nature.CALL:
        return _is_told(text, start, trigger)
    if _is_story(text, start, end, trigger):
        return True
    if trigger.nature is Nature.HELP:
        return _is_conditional(text, start, end)
    if ABOUT_AFTER.match(text, end):
        return True
    return trigger.nature is Nature.TRAFFIC and _is_routine(text, start, end)


def _is_told(text: str, start: int, trigger: Trigger) -> bool:
    """A distress call within a story. What follows the call says nothing: a report may name yesterday."""
    before = _before(text, start, _STORY_REACH)
    if STORY_TIME.search(before):
        return True
    return trigger.confidence < _SURE and STORY_TENSE.search(before) is not None


def _is_story(text: str, start: int, end: int, trigger: Trigger) -> bool:
    before = _before(text, start, _STORY_REACH)
    after = _after(text, end, _STORY_REACH)
    stop = _SENTENCE_END.search(after)
    after = after[: stop.start()] if stop else after
    if NOW.search(before) or NOW.search(after):
        return False
    if trigger.nature is Nature.EVENT:
        return any(STORY_TIME.search(side) for side in (before, after)) or STORY_TENSE.search(before) is not None
    if CLAIM.search(f"{before}{text[start:end]}"):
        return False
    return any(STORY_TIME.search(side) for side in (before, after))


def _is_routine(text: str, start: int, end: int) -> bool:
    """Net control's "any emergency or priority traffic?", with or without its punctuation and answer."""
    before = _before(text, start, _ROUTINE_REACH)
    if NEGATION_BEFORE.search(before):
        return True
    routine = _last(ROUTINE_BEFORE, before)
    if CLAIM.search(before, routine or 0):
        return False
    if routine is not None or _EITHER.search(text, start, end):
        return True
    after = _after(text, end, _NOTHING_REACH)
    sentence = _SENTENCE_END.search(after)
    if sentence and sentence.group() == "?":
        return True
    return NOTHING_AFTER.search(after) is not None


def _is_conditional(text: str, start: int, end: int) -> bool:
    """ "if you need an ambulance", "we do not need an ambulance"."""
    before = _before(text, start, _CONDITION_REACH)
    condition = _last(CONDITION_BEFORE, before)
    return condition is not None and CLAIM.search(f"{before}{text[start:end]}", condition) is None


def _before(text: str, start: int, reach: int) -> str:
    """At most `reach` words before `start`, within its sentence."""
    head = text[max(0, start - 200) : start]
    ends = [match.end() for match in _SENTENCE_END.finditer(head) if match.end() < len(head)]
    sentence = head[ends[-1] :] if ends else head
    found = list(_WORD.finditer(sentence))
    return sentence[found[-reach].start() :] if len(found) > reach else sentence


def _after(text: str, end: int, reach: int) -> str:
    """At most `reach` words after `end`, over the ends of sentences."""
    tail = text[end : end + 200]
    found = list(_WORD.finditer(tail))
    return tail[: found[reach - 1].end()] if len(found) >= reach else tail


def _last(pattern: re.Pattern[str], text: str) -> int | None:
    """Where the last match of `pattern` ends."""
    end = None
    for match in pattern.finditer(text):
        end = match.end()
    return end
