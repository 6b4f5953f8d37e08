"""People's word applied to what was read.

What was said of a callsign everywhere comes first, then what was said of single mentions, which counts for more. Of two
people who spoke of the same the last one counts. A review addresses the mention that was read as its `base_call` at its
place, whatever others have made of it since. It finds that place again in another transcript of the recording by
airtime, and where nothing is timed by the words heard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from services.extract.domain.airtime import Airtime, airtime_of, said_at
from services.extract.domain.model import Mention, MentionForm, MentionReview, MentionRole
from services.extract.domain.reading import Reading
from services.extract.domain.reviews import Place, Review, ReviewAction, ReviewEffect, ReviewsHeeded

SURE = 0.99
"""Least confidence of a call that a person saw at this place."""
MERGED = 0.95
"""Least confidence of a call that a person put in the place of a misread one wherever that is read."""
TOLERANCE_SECONDS = 0.75
"""Two engines set the ends of the same words about so far apart."""
_CHAIN_LIMIT = 20

Span = tuple[int, int, int]
"""Segment, start, end."""


@dataclass
class _Draft:
    """A mention while people's word is applied to it."""

    first: Mention
    """As the steps before read it, or as a person put it there."""
    found: bool
    """The steps before read it."""
    mention: Mention
    names: set[str] = field(default_factory=set)
    """Every call that it was taken for."""
    gone: bool = False
    settled: bool = False
    """A person spoke of it at this place."""

    @classmethod
    def of(cls, mention: Mention, *, found: bool) -> _Draft:
        return cls(mention, found, mention, {mention.base_call})

    @property
    def span(self) -> Span:
        return self.first.segment_index, self.first.start, self.first.end

    def become(self, call: str, review: Review, *, least: float) -> None:
        first, same = self.first, call == self.first.base_call
        read_right = MentionReview.CONFIRMED if same else MentionReview.REPLACED
        self.mention = replace(
            first,
            base_call=call,
            confidence=max(first.confidence, least),
            review=read_right if self.found else MentionReview.ADDED,
            evidence=(f"person:{review.author}", *first.evidence),
            alternatives=(),
            holder=first.holder if same else None,
        )
        self.names.add(call)
        self.gone = False

    def effect_of(self, review: Review, base_call: str) -> ReviewEffect:
        return ReviewEffect(review.id, *self.span, self.first.heard, base_call)


def reviewed(reading: Reading, reviews: Iterable[Review], *, calls: frozenset[str]) -> Reading:
    """`reading` as people corrected it. `reviews`: those that hold; `calls`: for which they were looked up."""
    ordered = sorted(reviews, key=lambda review: review.id)
    drafts = [_Draft.of(mention, found=True) for mention in reading.mentions]
    # What helpers voted out is there for a person who says otherwise.
    voted_out = [_Draft(mention, True, mention, {mention.base_call}, gone=True) for mention in reading.dropped]
    latest = {review.base_call: review for review in ordered if review.place is None}
    effects = [effect for draft in drafts for effect in _apply_everywhere(draft, latest)]
    drafts += voted_out
    unplaced: list[str] = []
    for review in ordered:
        if review.place is None:
            continue
        effect = _apply_at_place(reading, drafts, review, review.place)
        if effect is not None:
            effects.append(effect)
        elif review.says:
            unplaced.append(review.id)
    heeded = ReviewsHeeded(calls, tuple(review.id for review in ordered), tuple(effects), tuple(unplaced))
    rejected = frozenset(call for call, review in latest.items() if review.action is ReviewAction.REJECT)
    return replace(reading, mentions=_standing(drafts, rejected), heeded=heeded)


def _apply_everywhere(draft: _Draft, latest: dict[str, Review]) -> Iterable[ReviewEffect]:
    for _ in range(_CHAIN_LIMIT):
        call = draft.mention.base_call
        review = latest.get(call)
        if review is None:
            return
        yield draft.effect_of(review, call)
        if review.action is ReviewAction.REJECT:
            draft.gone = True
            return
        if review.new_call in draft.names:
            return
        draft.become(review.new_call, review, least=MERGED)


def _apply_at_place(reading: Reading, drafts: list[_Draft], review: Review, place: Place) -> ReviewEffect | None:
    """What `review` did; None where it found nothing to do it to."""
    draft = _addressed(reading, drafts, review, place)
    if draft is not None and review.action is ReviewAction.REJECT:
        draft.gone = draft.settled = True
        return draft.effect_of(review, draft.mention.base_call)
    if draft is None:
        span = _span_of(reading, place)
        if span is None:
            return None
        if not review.says:
            # Nothing is read there any more. That somebody looked is worth keeping.
            return ReviewEffect(review.id, *span, reading.text_of(span[0])[span[1] : span[2]], "")
        draft = _Draft.of(_mention(reading, span, review), found=False)
        drafts.append(draft)
        before = ""
    else:
        before = "" if draft.gone else draft.mention.base_call
    draft.become(review.says, review, least=SURE)
    draft.settled = True
    return draft.effect_of(review, before)


def _addressed(reading: Reading, drafts: Sequence[_Draft], review: Review, place: Place) -> _Draft | None:
    """The mention that the review speaks of: the one it was about, one that has its call, or what holds its words."""
    near = {id(draft): _nearness(reading, draft, place) for draft in drafts}

    def nearest(of: Iterable[_Draft], least: float) -> _Draft | None:
        best = max(of, key=lambda draft: near[id(draft)], default=None)
        return best if best is not None and near[id(best)] > least else None

    for call in filter(None, (review.base_call, review.says)):
        found = nearest((draft for draft in drafts if call in draft.names), -TOLERANCE_SECONDS)
        if found is not None:
            return found
    if not review.says:
        return None
    return nearest((draft for draft in drafts if not draft.gone and _covers(reading, draft, place)), 0.0)


def _nearness(reading: Reading, draft: _Draft, place: Place) -> float:
    """The higher the nearer: what is shared, negative for seconds between; 0 where nothing says."""
    if reading.transcript == place.transcript:
        return _shared(draft.span, (place.segment_index, place.start, place.end))
    here = airtime_of(reading, *draft.span)
    if here is not None and place.airtime is not None:
        return here.shared_with(place.airtime)
    return float(_same_words(draft, place))


def _shared(one: Span, other: Span) -> float:
    """Characters that both have; endlessly far where they have none."""
    shared = min(one[2], other[2]) - max(one[1], other[1]) if one[0] == other[0] else 0
    return float(shared) if shared > 0 else float("-inf")


def _covers(reading: Reading, draft: _Draft, place: Place) -> bool:
    """Whether both have at least half of the shorter of them."""
    if reading.transcript == place.transcript:
        shorter = min(draft.mention.end - draft.mention.start, place.end - place.start)
        return 2 * _shared(draft.span, (place.segment_index, place.start, place.end)) >= shorter
    here, there = airtime_of(reading, *draft.span), place.airtime
    if here is None or there is None:
        return _same_words(draft, place)
    return 2 * here.shared_with(there) >= min(here.seconds, there.seconds)


def _span_of(reading: Reading, place: Place) -> Span | None:
    """Where the words of `place` stand in this transcript; None where it has no such place."""
    texts = {segment.index: segment.text for segment in reading.segments}
    if reading.transcript == place.transcript and place.segment_index in texts:
        end = min(place.end, len(texts[place.segment_index]))
        return (place.segment_index, place.start, end) if place.start < end else None
    here = said_at(reading, _widened(place.airtime)) if place.airtime is not None else None
    searched = sorted(texts, key=lambda index: index != (here[0] if here else place.segment_index))
    for index in searched if place.heard else ():
        found = re.search(re.escape(place.heard), texts[index], re.IGNORECASE)
        if found is not None and (here is None or index == here[0]):
            return index, found.start(), found.end()
    if here is not None or place.airtime is not None or not texts.get(place.segment_index):
        return here
    return place.segment_index, 0, len(texts[place.segment_index])


def _widened(moment: Airtime) -> Airtime:
    """At least as long as a short word, so that a span without length finds one."""
    return moment if moment.seconds > 0 else Airtime(moment.begins_seconds, moment.begins_seconds + TOLERANCE_SECONDS)


def _mention(reading: Reading, span: Span, review: Review) -> Mention:
    segment_index, start, end = span
    heard = reading.text_of(segment_index)[start:end]
    written = review.says in re.sub(r"[^A-Z0-9]", "", heard.upper())
    return Mention(
        segment_index=segment_index,
        start=start,
        end=end,
        heard=heard,
        base_call=review.says,
        modifiers=(),
        host_prefix="",
        form=MentionForm.WRITTEN if written else MentionForm.PHONETIC,
        role=MentionRole.UNSPECIFIED,
        evidence=(),
        confidence=SURE,
    )


def _standing(drafts: Iterable[_Draft], rejected: frozenset[str]) -> tuple[Mention, ...]:
    """What is left, in order. Where a person's call stands, no other reading of the same words does."""
    left = [draft for draft in drafts if not draft.gone]
    held = [draft.span for draft in left if draft.settled]
    standing = [
        _without(draft.mention, rejected)
        for draft in left
        if draft.settled or not any(_same_stretch(draft.span, span) for span in held)
    ]
    return tuple(sorted(standing, key=lambda mention: (mention.segment_index, mention.start, mention.end)))


def _same_stretch(one: Span, other: Span) -> bool:
    """Whether both have at least half of the longer of them."""
    return 2 * _shared(one, other) >= max(one[2] - one[1], other[2] - other[1])


def _without(mention: Mention, rejected: frozenset[str]) -> Mention:
    """`mention` without alternatives that people said are no calls."""
    kept = tuple(call for call in mention.alternatives if call not in rejected)
    return mention if kept == mention.alternatives else replace(mention, alternatives=kept)


def _same_words(draft: _Draft, place: Place) -> bool:
    return _plain(draft.first.heard) == _plain(place.heard)


def _plain(heard: str) -> str:
    return " ".join(re.findall(r"\w+", heard.casefold()))
