"""Makes train.jsonl and test.jsonl from source/: `python -m tests.data.callsigns.make_corpus [--check]`.

`--check` writes nothing and fails where a label is implausible or the files are not what the sources give.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

from tests.data.callsigns.check import faults, shared
from tests.data.callsigns.compose import Composer
from tests.data.callsigns.line import Line, written_by_hand

FOLDER = Path(__file__).parent
HALVES = ("train", "test")
SEED = 20261124


def lines_of(half: str) -> list[Line]:
    """All lines of a half, by form; of lines with the same text the first stays."""
    source = FOLDER / "source"
    lines = [line for kind in ("calls", "none") for line in written_by_hand(source / f"hand_{half}_{kind}.txt")]
    lines += Composer(half, source, SEED).lines()
    unique: dict[tuple[str, tuple[str, ...]], Line] = {}
    for line in lines:
        unique.setdefault((line.text, line.roster), line)
    return sorted(unique.values(), key=lambda line: line.form)


def as_text(half: str, lines: list[Line]) -> str:
    """The JSONL file; identifiers count within a form, so that a new line moves few others."""
    numbers: Counter[str] = Counter()
    written = []
    for line in lines:
        numbers[line.form] += 1
        written.append(line.as_json(f"{half}-{line.form}-{numbers[line.form]:03d}"))
    return "\n".join(written) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Build both halves, check them, write them. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.data.callsigns.make_corpus", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    only_check = parser.parse_args(arguments).check
    halves = {half: lines_of(half) for half in HALVES}
    wrong = [f"{half}: {fault}" for half, lines in halves.items() for line in lines for fault in faults(line)]
    wrong += shared(halves["train"], halves["test"])
    for half, lines in halves.items():
        text, path = as_text(half, lines), FOLDER / f"{half}.jsonl"
        if not only_check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            wrong.append(f"{path.name} is not what the sources give: run it without --check")
    print("\n".join(wrong), file=sys.stderr)
    for half, lines in halves.items():
        none = sum(not line.callsigns for line in lines)
        print(f"{half}: {len(lines)} lines, {none} without a call, {len({line.form for line in lines})} forms")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
