"""What a line costs, counted in calls of functions and so the same on every machine."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import FrameType

import pytest

from services.extract.domain.entities.finder import EntityFinder
from services.extract.domain.rules import RuleExtractor
from services.extract.offline import answers

_CORPUS = Path(__file__).parents[3] / "data" / "callsigns" / "train.jsonl"
_EVERY = 5
_MOST_CALLS = 370
"""Of functions of extract, for a line of the corpus on average; 335 when written, 568 before."""


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    """Calls of extract's functions by name, of functions written in Python only."""
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and "/services/extract/" in code.co_filename:
            calls[code.co_name] += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(before)


def test_a_line_takes_few_calls_and_is_cut_into_words_once() -> None:
    lines = list(islice(_CORPUS.read_text().splitlines(), 0, None, _EVERY))
    extractor, finder = RuleExtractor(), EntityFinder()
    list(answers(lines, extractor, finder))  # what is remembered of words from one line to the next is there
    with _counted() as calls:
        list(answers(lines, extractor, finder))
    assert calls["tokenize"] == len(lines)
    assert calls.total() / len(lines) < _MOST_CALLS


@pytest.mark.parametrize(
    "text",
    ["Good morning everybody, nice weather today", "we went fishing and the whole family enjoyed themselves"],
)
def test_prose_without_anything_that_spells_takes_hardly_any(text: str) -> None:
    line = json.dumps({"text": text})
    extractor, finder = RuleExtractor(), EntityFinder()
    list(answers([line], extractor, finder))
    with _counted() as calls:
        list(answers([line], extractor, finder))
    assert calls.total() < 50 + 8 * len(text.split()), calls.most_common(5)
