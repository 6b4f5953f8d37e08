"""The rule-based extractor: spoken alphabets, country grammar and the words around; no model, no network."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from services.extract.domain.affixes import host_before, modifiers_after
from services.extract.domain.candidates import Candidate, Line, candidates
from services.extract.domain.elements import Element, runs
from services.extract.domain.model import Mention, MentionForm, MentionRole, SegmentText
from services.extract.domain.phonetics import Kind
from services.extract.domain.roles import Cue, cue_for
from services.extract.domain.segmentation import choose, leftover_before
from services.extract.domain.tokens import tokenize

# Set by judgement, to be replaced by figures measured on corrected transcripts.
_FORM_CONFIDENCE = {
    MentionForm.WRITTEN: 0.92,
    MentionForm.SPACED: 0.80,
    MentionForm.PHONETIC: 0.86,
    MentionForm.MIXED: 0.84,
}
_ROSTER_CONFIDENCE = 0.97
_CUE_BONUS = 0.06
_LEFTOVER_COST = 0.15
_REPAIR_COST = 0.2
_DOUBT = {Kind.HAM: 0.03, Kind.MISHEARD: 0.1, Kind.HOMOPHONE: 0.08}
_LEAST, _MOST = 0.05, 0.99


class RuleExtractor:
    """Implements `MentionExtractor` by rules alone: a line is read on its own in well under a millisecond."""

    name = "rules"
    version = "1"

    def extract(self, segments: Sequence[SegmentText], roster: Collection[str] = ()) -> list[Mention]:
        """See `MentionExtractor.extract`."""
        expected = roster if isinstance(roster, AbstractSet) else frozenset(roster)
        found: list[Mention] = []
        for segment in sorted(segments, key=lambda s: s.index):
            found.extend(_read(segment, expected))
        return found


def _read(segment: SegmentText, roster: AbstractSet[str]) -> list[Mention]:
    line = Line(segment.text, tokenize(segment.text), roster)
    all_runs = runs(line.text, line.tokens)
    picks: list[tuple[Candidate, list[Element]]] = []
    for run in all_runs:
        if any(element.has_digit for element in run):
            picks.extend((pick, run) for pick in choose(run, candidates(line, run)))
    if not picks:
        return []
    run_ending_at = {run[-1].last: run for run in all_runs}
    mentions: list[Mention] = []
    for pick, run in picks:
        mention = _mention(segment.index, pick, run, run_ending_at)
        # A modifier of the call before may reach into the run of this one ("K7ABC/W1 ..."): first come wins.
        if not mentions or mention.start >= mentions[-1].end:
            mentions.append(mention)
    return _share_roles(mentions)


def _mention(index: int, pick: Candidate, run: list[Element], run_ending_at: dict[int, list[Element]]) -> Mention:
    line = pick.line
    host, first = host_before(line.tokens, pick.first, run_ending_at)
    written = pick.form is MentionForm.WRITTEN
    modifiers, last = modifiers_after(line.text, line.tokens, pick.last, written=written)
    cue = cue_for(line.text, line.tokens, first, last)
    if not cue.phrase:
        cue = pick.cue
    start, end = line.tokens[first].start, line.tokens[last - 1].end
    return Mention(
        segment_index=index,
        start=start,
        end=end,
        heard=line.text[start:end],
        base_call=pick.shape.base,
        modifiers=modifiers,
        host_prefix=host,
        form=pick.form,
        role=cue.role,
        evidence=_evidence(pick, cue),
        confidence=_confidence(pick, run, cue),
    )


def _evidence(pick: Candidate, cue: Cue) -> tuple[str, ...]:
    facts = [f"country:{pick.shape.country}"]
    if cue.phrase:
        facts.append(f"cue:{cue.phrase}")
    if pick.in_roster:
        facts.append("roster")
    if pick.shape.repaired:
        facts.append("repaired:0=O")
    for element in pick.elements:
        if element.kind in (Kind.HOMOPHONE, Kind.MISHEARD):
            facts.append(f"{element.kind.value}:{element.word}={element.options[0]}")
    return tuple(facts)


def _confidence(pick: Candidate, run: list[Element], cue: Cue) -> float:
    value = _FORM_CONFIDENCE[pick.form] - sum(_DOUBT.get(element.kind, 0.0) for element in pick.elements)
    value += _CUE_BONUS if cue.phrase else 0.0
    value -= _LEFTOVER_COST if leftover_before(pick, run) else 0.0
    value -= _REPAIR_COST if pick.shape.repaired else 0.0
    if pick.in_roster:
        value = max(value, _ROSTER_CONFIDENCE)
    return round(min(_MOST, max(_LEAST, value)), 2)


def _share_roles(mentions: list[Mention]) -> list[Mention]:
    """ "K7ABC, K7ABC listening": a call said twice in one breath has one role."""
    known = {m.base_call: m.role for m in mentions if m.role is not MentionRole.UNSPECIFIED}
    return [
        replace(m, role=known[m.base_call], evidence=(*m.evidence, "role:same call nearby"))
        if m.role is MentionRole.UNSPECIFIED and m.base_call in known
        else m
        for m in mentions
    ]
