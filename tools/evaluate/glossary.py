"""`python -m tools.evaluate.glossary`: what a node's glossary brings to PocketSphinx, and what it makes it imagine.

The sample net is transcribed and read by the rules four times: the engine is told nothing, the net's own callsigns (as
of a node whose regulars all spoke), those among forty made-up ones, and the made-up ones alone (as if only visitors
spoke). A call that was told and not said is the harm of it.
"""

from __future__ import annotations

import argparse
import json
import random
import string
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from services.extract.domain.model import SegmentText
from services.extract.domain.rules import RuleExtractor
from services.transcribe.domain.glossary import Glossary
from services.transcribe.domain.ports import SpeechEngine
from services.transcribe.engines.pocketsphinx import PocketSphinxEngine
from tools.evaluate.acoustic import SAMPLES, Counts, read_overs
from tools.evaluate.ear import Over

STRANGERS = 40
_PREFIXES = ("K", "N", "W", "KE", "WT", "KD")


def strangers(number: int, avoiding: Iterable[str]) -> list[str]:
    """Made-up calls of the kind that the sample net has, always the same ones."""
    source = random.Random(1)
    found: dict[str, None] = {}
    while len(found) < number:
        suffix = "".join(source.choices(string.ascii_uppercase, k=3))
        found[source.choice(_PREFIXES) + source.choice(string.digits) + suffix] = None
    return [call for call in found if call not in set(avoiding)]


def measured(overs: Sequence[Over], engine: SpeechEngine, calls: Sequence[str]) -> dict[str, Any]:
    """What is found where the engine was told `calls`, as many as a glossary holds."""
    glossary = Glossary.of("", terms=(), callsigns=calls)
    rules, counts, told = RuleExtractor(), Counts(), set(glossary.hints)
    for over in overs:
        heard = engine.transcribe(over.audio, language="en", hints=glossary.hints)
        texts = [SegmentText(segment.index, segment.text) for segment in heard.segments]
        counts.add(over, {mention.base_call for mention in rules.extract(texts)})
    return {
        "told": len(told),
        "spoken": counts.spoken,
        "found": counts.hits,
        "wrong": len(counts.wrong),
        "imagined": sum(wrong.rpartition(" ")[2] in told for wrong in counts.wrong),
    }


def table(figures: dict[str, dict[str, Any]]) -> str:
    """The figures for people."""
    head = f"{'told':28}{'calls':>7}{'found':>8}{'of':>4}{'wrong':>7}{'imagined':>10}"
    rows = (
        f"{name:28}{each['told']:>7}{each['found']:>8}{each['spoken']:>4}{each['wrong']:>7}{each['imagined']:>10}"
        for name, each in figures.items()
    )
    return "\n".join((head, *rows))


def main(arguments: list[str] | None = None, *, show: Callable[[str], None] = print) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tools.evaluate.glossary", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    asked = parser.parse_args(arguments)
    overs = read_overs(SAMPLES)
    own = sorted({call for over in overs for call in over.calls})
    others = strangers(STRANGERS, own)
    engine = PocketSphinxEngine()
    told = {"nothing": [], "the net's own": own, "the net's own and strangers": [*own, *others], "strangers": others}
    figures = {name: measured(overs, engine, calls) for name, calls in told.items()}
    show(json.dumps(figures, indent=2) if asked.json else table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
