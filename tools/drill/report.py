"""What a drill found, as numbers and as a table for people. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """How a figure stands to what is aimed at."""

    MET = "met"
    MISSED = "missed"
    NONE = ""
    """Nothing is aimed at."""


@dataclass(frozen=True)
class Figure:
    """One number; `most` and `least` are what is aimed at, None where nothing is."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def verdict(self) -> Verdict:
        """Whether the aim is met."""
        if self.most is None and self.least is None:
            return Verdict.NONE
        low = self.least is not None and self.value < self.least
        high = self.most is not None and self.value > self.most
        return Verdict.MISSED if low or high else Verdict.MET

    @property
    def aim(self) -> str:
        """The aim in words; empty where there is none."""
        parts = [(">=", self.least), ("<=", self.most)]
        return " and ".join(
            f"{sign} {_number(limit)} {self.unit}".rstrip() for sign, limit in parts if limit is not None
        )


@dataclass(frozen=True)
class Result:
    """One drill."""

    drill: str
    figures: Sequence[Figure] = ()
    how: str = ""
    """What was done, in a sentence."""
    wrong: Sequence[str] = ()
    """Sentences, each about something that was lost or doubled."""
    failed: str = ""
    """Why the drill could not be carried out."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Further numbers, for the JSON document."""
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """True when nothing was lost or doubled, whatever the figures."""
        return not self.wrong and not self.failed


def document(results: Sequence[Result], *, commit: str, machine: Mapping[str, Any]) -> dict[str, Any]:
    """Plain JSON values."""
    return {"machine": dict(machine), "commit": commit, "drills": [_plain(result) for result in results]}


def markdown(results: Sequence[Result], *, commit: str, machine: Mapping[str, Any]) -> str:
    """One table for docs/reliability.md, and what each drill did."""
    lines = ["| drill | figure | measured | aim | |", "|---|---|---|---|---|"]
    for result in results:
        for each in result.figures:
            measured = f"{_number(each.value)} {each.unit}".rstrip()
            lines.append(f"| {result.drill} | {each.name} | {measured} | {each.aim} | {each.verdict} |")
        lines.append(f"| {result.drill} | lost or doubled | {len(result.wrong)} | 0 | {_standing(result)} |")
    told = [f"- `{result.drill}` ({result.seconds:.0f} s): {result.failed or result.how}" for result in results]
    cpu, cores, memory = (machine.get(key, "?") for key in ("cpu", "cores", "memory_gigabytes"))
    about = f"Commit `{commit}`, {cores} cores, {cpu}, {memory} GB."
    return "\n".join([*lines, "", *told, "", about])


def _standing(result: Result) -> str:
    if result.failed:
        return "not carried out"
    return Verdict.MISSED if result.wrong else Verdict.MET


def _plain(result: Result) -> dict[str, Any]:
    figures = [asdict(each) | {"verdict": str(each.verdict)} for each in result.figures]
    return asdict(result) | {"figures": figures, "good": result.good}


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"
