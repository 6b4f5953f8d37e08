"""`python -m tools.evaluate.callsigns`: how well callsigns are read, against the labelled corpus.

Exit status 1 where the test half is below the floors that are checked in, 2 where the extractor did not answer.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path

from tools.evaluate.calibrate import curve_table, fitted, judged
from tools.evaluate.corpus import Case, CorpusInvalid, read_cases
from tools.evaluate.curve import drawn
from tools.evaluate.extractors import ExtractorFailed, Run, ask, baseline
from tools.evaluate.report import Half, below, document, listed_misses, reliability, table
from tools.evaluate.scoring import calibration

CORPUS = Path(__file__).parents[2] / "tests" / "data" / "callsigns"
HALVES = ("train", "test")
JUDGED = "test"
ONE_FILE = "lines"
"""What a corpus in one file is called where a half is named."""


def main(arguments: list[str] | None = None) -> int:
    """Ask, score, print, judge."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.corpus.is_file() and (asked.calibrate or asked.curve or asked.half != "both"):
        parser.error("--half, --calibrate and --curve need a corpus in two halves")
    try:
        cases = _cases(asked.corpus)
        run = ask(shlex.split(asked.command), [case for half in cases.values() for case in half])
    except (OSError, CorpusInvalid, ExtractorFailed) as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 2
    if asked.calibrate:
        print(curve_table(fitted(judged(cases["train"]))))
        return 0
    halves = {name: Half(name, half, run.answers, baseline(half)) for name, half in cases.items()}
    shown = [half for name, half in halves.items() if asked.half in (name, "both")]
    if asked.curve:
        bins = calibration(halves[JUDGED].cases, halves[JUDGED].answers)
        asked.curve.write_text(drawn(bins, f"confidence (across) and share right, {JUDGED} half"), "utf-8")
    faults = list(below(halves[JUDGED].tally, _floors(asked.corpus))) if JUDGED in halves else []
    if asked.json:
        figures = {half.name: document(half) for half in shown}
        print(json.dumps(figures | {"lines_per_second": _rate(run, cases), "below_floors": faults}, indent=2))
    else:
        _print(shown, asked)
        print(f"{_rate(run, cases):.0f} lines/s on one core, start-up taken off")
    for fault in faults:
        print(f"{JUDGED} half: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _print(halves: list[Half], asked: argparse.Namespace) -> None:
    for half in halves:
        print(f"{table(half)}\n")
        if asked.calibration:
            print(f"{reliability(half)}\n")
        # Rules may be tuned on the train half only: the test half's misses are told on an explicit wish.
        if asked.misses and (half.name != JUDGED or asked.half == JUDGED):
            print(f"{listed_misses(half)}\n")


def _cases(corpus: Path) -> dict[str, list[Case]]:
    """The halves of a folder, or all lines of a file. Raises `CorpusInvalid`, OSError."""
    if corpus.is_file():
        return {ONE_FILE: read_cases(corpus)}
    return {name: read_cases(corpus / f"{name}.jsonl") for name in HALVES}


def _rate(run: Run, cases: dict[str, list[Case]]) -> float:
    return round(sum(map(len, cases.values())) / max(run.seconds, 1e-3), 1)


def _floors(corpus: Path) -> dict[str, float]:
    """The checked-in floors; none for a corpus without them."""
    path = corpus / "floors.json"
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.evaluate.callsigns", description=__doc__)
    default = shlex.join([sys.executable, "-m", "services.extract", "run"])
    parser.add_argument("--command", default=default, help="extractor: JSONL in, JSONL out (%(default)s)")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder with train.jsonl and test.jsonl, or a file")
    parser.add_argument("--half", choices=[*HALVES, "both"], default="both", help="which to show")
    parser.add_argument("--misses", action="store_true", help="list the misses; the test half's with --half test only")
    parser.add_argument("--calibration", action="store_true", help="print confidence against precision")
    parser.add_argument(
        "--calibrate", action="store_true", help="fit confidence anew on the train half, print the curve"
    )
    parser.add_argument("--curve", type=Path, help="draw confidence against precision into this SVG file")
    parser.add_argument("--json", action="store_true", help="print JSON in place of tables")
    return parser


if __name__ == "__main__":
    sys.exit(main())
