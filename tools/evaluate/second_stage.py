"""`python -m tools.evaluate.second_stage`: what a language engine adds to the rules, against the labelled corpus.

Without a server two imagined engines are measured: one that knows the labels, and one that always says the opposite;
no real one can help or harm more. With `--url` and `--model` a real one is asked. The key of its server is read from
TSN_EXTRACT_LANGUAGE_API_KEY.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from mesh.breaker import Breaker
from services.extract.domain.budget import MinuteBudget
from services.extract.domain.expected import Roster
from services.extract.domain.language import Answer, LanguageEngine, Question, Verdict
from services.extract.domain.model import SegmentText
from services.extract.domain.reading import Reading
from services.extract.domain.spelling import BUILT_IN_SPELLING
from services.extract.domain.votes import Band
from services.extract.language.desk import LanguageDesk
from services.extract.metrics import ExtractMetrics
from services.extract.steps.language import LanguageStep
from tools.evaluate import corpus
from tools.evaluate.callsigns import CORPUS, HALVES
from tools.evaluate.scoring import Tally, score

_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_UNLIMITED = 10**9
_COUNTED = ("tsn_extract_votes_total", "tsn_extract_language_refused_total", "tsn_extract_language_questions_total")


@dataclass(frozen=True, slots=True)
class Line:
    """One case as the rules read it."""

    case: corpus.Case
    reading: Reading

    @classmethod
    def of(cls, case: corpus.Case) -> Line:
        """What the rules find in `case`."""
        segments, roster = (SegmentText(0, case.text),), Roster.of(frozenset(case.roster))
        found = BUILT_IN_SPELLING.extractor.extract(segments, roster)
        return cls(case, Reading("", "", "", _MOMENT, "", segments, roster=roster, mentions=tuple(found)))


class Imagined:
    """Implements `LanguageEngine` by the labels of the line in hand."""

    def __init__(self, lines: Sequence[Line], *, right: bool) -> None:
        """`right`: says what somebody who was there would say; else the opposite."""
        self._said = {line.case.text: line.case.callsigns for line in lines}
        self._right = right

    @property
    def version(self) -> str:
        """See `LanguageEngine.version`."""
        return "knowing" if self._right else "contrary"

    async def ask(self, question: Question) -> Answer:
        """See `LanguageEngine.ask`."""
        said = self._said.get(question.text, ())
        known = question.base_call in said
        if known is self._right:
            return Answer(Verdict.CALLSIGN, question.base_call, question.heard, "")
        other = next((call for call in question.alternatives if call in said), "") if self._right else ""
        return Answer(Verdict.OTHER_CALLSIGN if other else Verdict.NOT_CALLSIGN, other, question.heard, "")

    async def close(self) -> None:
        """See `LanguageEngine.close`."""


class _NoCache:
    async def find(self, keys: Collection[str]) -> dict[str, Answer]:
        return {}

    async def keep(self, engine: str, found: Mapping[str, Answer]) -> None:
        pass


async def row(lines: Sequence[Line], engine: LanguageEngine, band: Band) -> str:
    """What the rules and `engine` find together, and what its votes did."""
    registry = CollectorRegistry()
    metrics = ExtractMetrics(registry)
    desk = LanguageDesk(
        engine=engine,
        cache=_NoCache(),
        budget=MinuteBudget(_UNLIMITED),
        breaker=Breaker(failures_limit=_UNLIMITED, open_seconds=1),
        parallel=1,
        metrics=metrics,
    )
    step = LanguageStep(desk=desk, band=band, metrics=metrics)
    try:
        total = sum([tally_of(line.case, await step.read(line.reading)) for line in lines], Tally())
    finally:
        await engine.close()
    return figures(engine.version, total, counted(registry))


def tally_of(case: corpus.Case, reading: Reading) -> Tally:
    """The tally of a line as it is read now."""
    return score(case, corpus.Answer(tuple(dict.fromkeys(mention.base_call for mention in reading.mentions))))


def counted(registry: CollectorRegistry) -> str:
    """How questions ended and what votes did, by the metrics of extract."""
    samples = [sample for family in registry.collect() for sample in family.samples if sample.name in _COUNTED]
    return ", ".join(f"{s.value:.0f} {list(s.labels.values())[-1]}" for s in samples if s.value)


def figures(name: str, tally: Tally, what: str) -> str:
    """One line of the table."""
    shares = (tally.precision, tally.recall, tally.f1, tally.false_hit_rate)
    cells = "".join(f"{'-' if share is None else format(share, '.2%'):>9}" for share in shares)
    return f"{name[:24]:<24}{cells}   {what}".rstrip()


async def measure(lines: Sequence[Line], asked: argparse.Namespace) -> None:
    """Print the figures of the rules and of each engine."""
    band = Band(asked.low, asked.high)
    mentions = [mention for line in lines for mention in line.reading.mentions]
    doubtful = sum(band.holds(mention) for mention in mentions)
    print(f"{asked.half} half: {doubtful} of {len(mentions)} mentions are between {asked.low:g} and {asked.high:g}")
    print(f"{'':<24}{'prec':>9}{'recall':>9}{'F1':>9}{'false':>9}")
    print(figures("rules", sum([tally_of(line.case, line.reading) for line in lines], Tally()), ""))
    for engine in (Imagined(lines, right=True), Imagined(lines, right=False)):
        print(await row(lines, engine, band))
    if asked.url:
        print(await row(lines, _real(asked), band))


def _real(asked: argparse.Namespace) -> LanguageEngine:
    from services.extract.language.openai import OpenAILanguageEngine

    key = SecretStr(os.environ.get("TSN_EXTRACT_LANGUAGE_API_KEY", ""))
    return OpenAILanguageEngine(base_url=asked.url, model=asked.model, api_key=key, timeout_seconds=asked.seconds)


def main(arguments: list[str] | None = None) -> int:
    """Read, ask, print."""
    parser = argparse.ArgumentParser(prog="python -m tools.evaluate.second_stage", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder with train.jsonl and test.jsonl")
    parser.add_argument("--half", choices=HALVES, default="test", help="which to read")
    parser.add_argument("--low", type=float, default=0.5, help="least confidence that is asked about")
    parser.add_argument("--high", type=float, default=0.85, help="highest confidence that is asked about")
    parser.add_argument("--url", default="", help="base URL of an OpenAI-compatible server")
    parser.add_argument("--model", default="", help="its model")
    parser.add_argument("--seconds", type=float, default=8.0, help="longest time for a question")
    asked = parser.parse_args(arguments)
    if asked.url and not asked.model:
        parser.error("--url needs --model")
    try:
        cases = corpus.read_cases(asked.corpus / f"{asked.half}.jsonl")
    except (OSError, corpus.CorpusInvalid) as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 2
    asyncio.run(measure([Line.of(case) for case in cases], asked))
    return 0


if __name__ == "__main__":
    sys.exit(main())
