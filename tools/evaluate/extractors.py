"""The two readers that are compared: any command that speaks the contract, and a plain regular expression."""

from __future__ import annotations

import re
import resource
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from tools.evaluate.corpus import Answer, Case, read_answers

LONGEST_SECONDS = 300.0
"""A command that takes longer is stuck: the whole corpus is read in about a second."""
WRITTEN_CALL = re.compile(r"\b(?:[A-Z]{1,2}|[0-9][A-Z])[0-9][A-Z]{1,4}\b")
"""What most loggers search for: a call written in capitals, prefix, digit and up to four letters."""


class ExtractorFailed(RuntimeError):
    """The command did not answer as the contract asks; says what it told."""


@dataclass(frozen=True, slots=True)
class Run:
    """Answers by id, and the processor time they took (seconds, the command's start-up taken off)."""

    answers: dict[str, Answer]
    seconds: float


def baseline(cases: Sequence[Case]) -> dict[str, Answer]:
    """The regular expression's answers, by id."""
    return {case.identifier: Answer(tuple(WRITTEN_CALL.findall(case.text))) for case in cases}


def ask(command: Sequence[str], cases: Sequence[Case]) -> Run:
    """Give all `cases` to one process of `command`. Raises `ExtractorFailed`, or `CorpusInvalid` on a bad answer."""
    _, startup_seconds = run(command, "")
    output, seconds = run(command, "".join(f"{case.question()}\n" for case in cases))
    return Run(read_answers(output.split("\n"), cases), max(seconds - startup_seconds, 0.0))


def run(command: Sequence[str], given: str) -> tuple[str, float]:
    """What `command` writes when it is given this, and its processor time (seconds). Raises `ExtractorFailed`.

    Processor time, for a busy machine takes the same of it, or nearly so.
    """
    began = _processor_seconds()
    try:
        # errors="replace": half a code point must not hide what the command did answer.
        done = subprocess.run(
            command, input=given, capture_output=True, encoding="utf-8", errors="replace", timeout=LONGEST_SECONDS
        )
    except FileNotFoundError as error:
        raise ExtractorFailed(f"no such command: {command[0]}") from error
    except subprocess.TimeoutExpired as error:
        raise ExtractorFailed(f"no end after {LONGEST_SECONDS:.0f} s") from error
    if done.returncode:
        raise ExtractorFailed(f"exit status {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout, _processor_seconds() - began


def _processor_seconds() -> float:
    """What processes that were started from here and have ended have used so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
