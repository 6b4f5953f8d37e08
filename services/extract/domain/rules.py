"""The rule-based extractor: spoken alphabets, country grammar and the words around; no model, no network."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from services.extract.domain.affixes import host_before, modifiers_after
from services.extract.domain.alphabet import BUILT_IN, Alphabet
from services.extract.domain.candidates import Line, candidates
from services.extract.domain.conversation import Conversation
from services.extract.domain.cutoffs import without_cut_calls
from services.extract.domain.elements import Element
from services.extract.domain.evidence import LEFTOVER, THRESHOLD, probability
from services.extract.domain.expected import NOBODY, Roster
from services.extract.domain.gates import acceptable
from services.extract.domain.model import Mention, MentionForm, MentionRole, SegmentText
from services.extract.domain.phonetics import Kind
from services.extract.domain.roles import cue_for
from services.extract.domain.roster import RosterIndex, recovered
from services.extract.domain.runs import runs
from services.extract.domain.scoring import total, weigh
from services.extract.domain.segmentation import Scored, alternatives, choose, leftover_before, unswayed
from services.extract.domain.withdrawals import without_withdrawn_calls

_CLEAR = 2.5  # a call with this score vouches for its doubtful repeats
_NONE: frozenset[str] = frozenset()


class RuleExtractor:
    """Implements `MentionExtractor` by rules alone: a line is read on its own in well under a millisecond."""

    name = "rules"
    version = "4"

    def __init__(self, alphabet: Alphabet = BUILT_IN, *, confidence: Callable[[float], float] = probability) -> None:
        """`confidence` turns a score into a probability; the calibration puts the score itself in its place."""
        self._alphabet = alphabet
        self._confidence = confidence
        self._index = RosterIndex(_NONE)

    def extract(self, segments: Sequence[SegmentText], roster: Collection[str] | Roster = NOBODY) -> list[Mention]:
        """See `MentionExtractor.extract`."""
        expected = Roster.of(roster)
        conversation = Conversation.of(segments)
        line = Line(conversation.text, conversation.tokens, expected, self._alphabet)
        all_runs = runs(line.text, line.tokens, self._alphabet)
        picks = _picks(line, all_runs)
        if expected.present:
            picks = recovered(line, all_runs, picks, self._roster_index(expected.present))
        if not picks:
            return []
        picks = without_withdrawn_calls(without_cut_calls(picks), all_runs)
        return _share_roles(_mentions(conversation, all_runs, picks, self._confidence))

    def _roster_index(self, roster: AbstractSet[str]) -> RosterIndex:
        """The index of the last roster used; it seldom changes from one text to the next."""
        index = self._index
        if index.calls != roster:
            index = self._index = RosterIndex(frozenset(roster))
        return index


def _picks(line: Line, all_runs: list[list[Element]]) -> list[Scored]:
    """The calls of the whole text; a call that is clear somewhere decides doubtful readings elsewhere."""
    scored = [(run, options) for run in all_runs if (options := _scored(line, run))]
    chosen = [choose(run, options) for run, options in scored]
    clear = frozenset(p.candidate.shape.base for picks in chosen for p in picks if p.score >= _CLEAR)
    found: list[Scored] = []
    for (run, options), picks in zip(scored, chosen, strict=True):
        if clear and any(o.score <= THRESHOLD and o.candidate.shape.base in clear for o in options):
            again = replace(line, heard=clear)
            options = _scored(again, run)
            picks = choose(run, options)
        found.extend(_completed(pick, run, options) for pick in picks)
    return found


def _scored(line: Line, run: list[Element]) -> list[Scored]:
    scored = []
    for candidate in candidates(line, run):
        weights = weigh(candidate)
        score = total(weights)
        if score > THRESHOLD and not acceptable(candidate):
            weights, score = [], THRESHOLD
        scored.append(Scored(candidate, weights, score))
    return unswayed(scored) if line.roster else scored


def _completed(pick: Scored, run: list[Element], options: list[Scored]) -> Scored:
    score = pick.score + (LEFTOVER if leftover_before(pick.candidate, run) else 0.0)
    return pick._replace(score=score, alternatives=alternatives(pick, options))


def _mentions(
    conversation: Conversation, all_runs: list[list[Element]], picks: list[Scored], confidence: Callable[[float], float]
) -> list[Mention]:
    run_ending_at = {run[-1].last: run for run in all_runs}
    found: list[Mention] = []
    until = 0
    for pick in picks:
        mention, start, end = _mention(conversation, pick, run_ending_at, confidence(pick.score))
        # A modifier of the call before may reach into the run of this one ("K7ABC/W1 ..."): first come wins.
        if start >= until:
            found.append(mention)
            until = end
    return found


def _mention(
    conversation: Conversation, pick: Scored, run_ending_at: dict[int, list[Element]], confidence: float
) -> tuple[Mention, int, int]:
    candidate = pick.candidate
    line = candidate.line
    host, first = host_before(line.tokens, candidate.first, run_ending_at)
    written = candidate.form is MentionForm.WRITTEN
    modifiers, last = modifiers_after(line, candidate.last, written=written)
    cue = candidate.cue
    if (first, last) != (candidate.first, candidate.last):
        beyond = cue_for(line.text, line.tokens, first, last)
        cue = beyond if beyond.phrase else cue
    start, end = line.tokens[first].start, line.tokens[last - 1].end
    segment, begins, ends, continued = conversation.place(start, end)
    facts = _facts(pick, cue.phrase)
    mention = Mention(
        segment_index=segment.index,
        start=begins,
        end=ends,
        heard=segment.text[begins:ends],
        base_call=candidate.shape.base,
        modifiers=modifiers,
        host_prefix=host,
        form=candidate.form,
        role=cue.role,
        evidence=(*facts, "continues:next segment") if continued else facts,
        confidence=confidence,
        alternatives=pick.alternatives,
    )
    return mention, start, end


def _facts(pick: Scored, phrase: str) -> tuple[str, ...]:
    candidate = pick.candidate
    facts = [f"country:{candidate.shape.country}"]
    if phrase:
        facts.append(f"cue:{phrase}")
    if candidate.in_roster:
        facts.append(candidate.line.roster.why(candidate.shape.base))
    if candidate.shape.base in candidate.line.heard:
        facts.append("heard:elsewhere")
    elif candidate.is_regular:
        facts.append("regular")
    if candidate.shape.repaired:
        facts.append("repaired:0=O")
    facts.extend(
        f"{element.kind.value}:{element.word}={element.options[0]}"
        for element in candidate.elements
        if element.kind in (Kind.HOMOPHONE, Kind.MISHEARD)
    )
    facts.extend(pick.notes)
    return tuple(facts)


def _share_roles(mentions: list[Mention]) -> list[Mention]:
    """ "K7ABC, K7ABC listening": a call said twice in one breath has one role."""
    known = {(m.segment_index, m.base_call): m.role for m in mentions if m.role is not MentionRole.UNSPECIFIED}
    return [
        replace(m, role=known[place], evidence=(*m.evidence, "role:same call nearby"))
        if m.role is MentionRole.UNSPECIFIED and (place := (m.segment_index, m.base_call)) in known
        else m
        for m in mentions
    ]
