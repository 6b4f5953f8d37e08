"""`python -m tools.evaluate.entities`: how well other entities are read, against the labelled lines.

Exit status 1 where the test half is below the floors that are checked in, 2 where the extractor did not answer.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.evaluate.corpus import CorpusInvalid
from tools.evaluate.entity_corpus import Label, Line, by_kind, read_found, read_lines, total
from tools.evaluate.extractors import ExtractorFailed, run
from tools.evaluate.scoring import Tally

CORPUS = Path(__file__).parents[2] / "tests" / "data" / "entities"
HALVES = ("train", "test")
JUDGED = "test"


def main(arguments: list[str] | None = None) -> int:
    """Ask, score, print, judge."""
    asked = _parser().parse_args(arguments)
    try:
        halves = {name: read_lines(asked.corpus / f"{name}.txt") for name in HALVES}
        lines = [line for half in halves.values() for line in half]
        output, _ = run(shlex.split(asked.command), "".join(f"{line.question()}\n" for line in lines))
        found = read_found(output, lines)
    except (OSError, CorpusInvalid, ExtractorFailed) as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 2
    tallies = {name: by_kind(half, found) | {"total": total(half, found)} for name, half in halves.items()}
    floors = asked.corpus / "floors.json"
    faults = list(below(tallies[JUDGED], json.loads(floors.read_text("utf-8")) if floors.exists() else {}))
    for name, half in halves.items():
        print(f"{table(name, tallies[name])}\n")
        # Rules may be tuned on the train half only: the test half's misses are told on an explicit wish.
        if asked.misses == name:
            print("\n".join(_told(half, found)))
    for fault in faults:
        print(f"{JUDGED} half: {fault}", file=sys.stderr)
    return 1 if faults else 0


def table(name: str, tallies: Mapping[str, Tally]) -> str:
    """Precision, recall and false hits by kind and in total."""
    rows = [f"{f'{name} half':<16}{'said':>6}{'found':>7}{'precision':>11}{'recall':>9}{'false':>9}"]
    for kind, tally in tallies.items():
        shares = (tally.precision, tally.recall, tally.false_hit_rate)
        cells = "".join(f"{'-' if share is None else f'{share:.1%}':>9}" for share in shares)
        rows.append(f"{kind:<16}{tally.expected:>6}{tally.found:>7}  {cells}")
    return "\n".join(rows)


def below(tallies: Mapping[str, Tally], floors: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Each figure that does not keep its floor, in words."""
    for kind, floor in floors.items():
        for figure in ("precision", "recall"):
            value: float | None = getattr(tallies[kind], figure)
            if figure in floor and (value is None or value < floor[figure]):
                yield f"{kind}: {figure} {value or 0:.1%} is below {floor[figure]:.1%}"
        rate, most = tallies[kind].false_hit_rate, floor.get("false_hit_rate")
        if most is not None and (rate is None or rate > most):
            yield f"{kind}: false hits in {rate or 0:.1%} of the lines without, more than {most:.1%}"


def _told(lines: list[Line], found: Mapping[str, frozenset[Label]]) -> Iterator[str]:
    for line in lines:
        heard = found[line.identifier]
        wrong = [f"-{kind}={value}" for kind, value in sorted(line.labels - heard)]
        wrong += [f"+{kind}={value}" for kind, value in sorted(heard - line.labels)]
        if wrong:
            yield f"{line.identifier}: {' '.join(wrong)}  {line.text!r}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.evaluate.entities", description=__doc__)
    default = shlex.join([sys.executable, "-m", "services.extract", "run", "--entities"])
    parser.add_argument("--command", default=default, help="extractor: JSONL in, JSONL out (%(default)s)")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder with train.txt and test.txt")
    parser.add_argument("--misses", choices=HALVES, default="train", help="half whose misses are listed (train)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
