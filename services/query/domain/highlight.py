"""Where in a transcript the query is answered, as offsets; never as markup."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.query.domain.language import And, Not, Or, Phrase, Query, Word
from services.query.domain.words import folded, tokens


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of a segment's text, in Unicode code points; `end` is one past the last."""

    segment: int
    start: int
    end: int


@dataclass(frozen=True)
class SpokenCall:
    """A callsign and where it was heard: a search for `K7ABC` marks "kilo seven alfa bravo charlie"."""

    base_call: str
    span: Span


def highlight(query: Query, texts: Sequence[str], calls: Sequence[SpokenCall] = ()) -> list[Span]:
    """Spans of `texts` (the segments in order) that answer `query`, in order, without overlaps.

    A phrase may go on in the next segment; it is marked in both.
    """
    heard = [
        (folded(token.text), Span(index, token.start, token.end))
        for index, text in enumerate(texts)
        for token in tokens(text)
    ]
    spoken: dict[str, list[Span]] = {}
    for call in calls:
        spoken.setdefault(folded(call.base_call), []).append(call.span)
    places: dict[str, list[int]] = {}
    for place, (word, _) in enumerate(heard):
        places.setdefault(word, []).append(place)
    found: list[Span] = []
    for words in _wanted(query):
        wanted = [folded(word) for word in words]
        for place in places.get(wanted[0], ()):
            stretch = heard[place : place + len(wanted)]
            if [word for word, _ in stretch] == wanted:
                found.extend(_one_span_a_segment([span for _, span in stretch]))
        if len(wanted) == 1:
            found.extend(spoken.get(wanted[0], ()))
    return _merged(found)


def _wanted(query: Query) -> Iterator[tuple[str, ...]]:
    match query:
        case Word(text):
            yield (text,)
        case Phrase(words):
            yield words
        case And(parts) | Or(parts):
            for part in parts:
                yield from _wanted(part)
        case Not():
            return


def _one_span_a_segment(spans: Sequence[Span]) -> Iterator[Span]:
    first = last = spans[0]
    for span in spans[1:]:
        if span.segment != last.segment:
            yield Span(first.segment, first.start, last.end)
            first = span
        last = span
    yield Span(first.segment, first.start, last.end)


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        before = merged[-1] if merged else None
        if before is not None and before.segment == span.segment and span.start < before.end:
            merged[-1] = Span(span.segment, before.start, max(before.end, span.end))
        else:
            merged.append(span)
    return merged
