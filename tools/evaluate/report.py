"""The figures of one half, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tools.evaluate.corpus import Answer, Case
from tools.evaluate.scoring import Bin, Miss, Tally, by_form, calibration, calibration_error, misses, total

HEAD = (
    f"{'':<26}{'':>6}{'':>6}   {'extractor':^31}   {'plain regular expression':^31}\n"
    f"{'form':<26}{'lines':>6}{'calls':>6}" + f"   {'prec':>7}{'recall':>8}{'F1':>8}{'false':>8}" * 2
)


@dataclass(frozen=True, slots=True)
class Half:
    """One half of the corpus with the answers of both readers."""

    name: str
    cases: Sequence[Case]
    answers: Mapping[str, Answer]
    plain: Mapping[str, Answer]

    @property
    def tally(self) -> Tally:
        """The extractor's total."""
        return total(self.cases, self.answers)


def table(half: Half) -> str:
    """Precision, recall, F1 and false hits by form and in total, the plain reader beside."""
    ours, plain = by_form(half.cases, half.answers), by_form(half.cases, half.plain)
    lines = [f"{half.name} half", HEAD]
    lines += [_row(form, tally, plain[form]) for form, tally in ours.items()]
    lines.append(_row("total", half.tally, total(half.cases, half.plain)))
    if half.tally.out_of_order:
        lines.append(f"{half.tally.out_of_order} lines have the right calls in the wrong order")
    return "\n".join(lines)


def reliability(half: Half) -> str:
    """Confidence against precision."""
    bins = calibration(half.cases, half.answers)
    if not bins:
        return f"{half.name} half: the mentions carry no confidence"
    lines = [f"{half.name} half: confidence", f"{'from':>6}{'to':>6}{'calls':>7}{'mean':>7}{'right':>8}"]
    for part in bins:
        right = _share(part.hits / part.found)
        lines.append(f"{part.low:>6.2f}{part.high:>6.2f}{part.found:>7}{part.mean_confidence:>7.3f}{right:>8}")
    return "\n".join([*lines, f"expected calibration error {calibration_error(bins):.3f}"])


def listed_misses(half: Half) -> str:
    """Each line that was not read right: what is missing (-), what was invented (+)."""
    return "\n".join(_told(miss) for miss in misses(half.cases, half.answers)) or f"{half.name} half: no miss"


def document(half: Half) -> dict[str, object]:
    """The same figures for a machine."""
    plain = by_form(half.cases, half.plain)
    return {
        "total": _figures(half.tally),
        "baseline": _figures(total(half.cases, half.plain)),
        "forms": {
            form: {"extractor": _figures(tally), "baseline": _figures(plain[form])}
            for form, tally in by_form(half.cases, half.answers).items()
        },
        "calibration": [_bin(part) for part in calibration(half.cases, half.answers)],
    }


def below(tally: Tally, floors: Mapping[str, float]) -> Iterator[str]:
    """Each figure that does not keep its floor, in words; a figure that cannot be had does not keep it."""
    for name in ("precision", "recall", "f1"):
        value: float | None = getattr(tally, name)
        if name in floors and (value is None or value < floors[name]):
            yield f"{name} {_share(value).strip()} is below {_share(floors[name])}"
    rate, most = tally.false_hit_rate, floors.get("false_hit_rate")
    if most is not None and (rate is None or rate > most):
        yield f"false hits in {_share(rate).strip()} of the lines without a call, more than {_share(most)}"


def _row(name: str, ours: Tally, plain: Tally) -> str:
    return f"{name:<26}{ours.lines:>6}{ours.expected:>6}" + _cells(ours) + _cells(plain)


def _cells(tally: Tally) -> str:
    shares = (tally.recall, tally.f1, tally.false_hit_rate)
    return f"   {_share(tally.precision):>7}" + "".join(f"{_share(share):>8}" for share in shares)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.2f}%"


def _told(miss: Miss) -> str:
    wrong = [f"-{call}" for call in miss.missing] + [f"+{call}" for call in miss.invented]
    roster = f"  {{{' '.join(miss.case.roster)}}}" if miss.case.roster else ""
    return f"{miss.case.identifier}: {' '.join(wrong)}  {miss.case.text!r}{roster}"


def _figures(tally: Tally) -> dict[str, float | None]:
    return {
        "lines": tally.lines,
        "expected": tally.expected,
        "found": tally.found,
        "hits": tally.hits,
        "negatives": tally.negatives,
        "false_hits": tally.false_hits,
        "out_of_order": tally.out_of_order,
        "precision": tally.precision,
        "recall": tally.recall,
        "f1": tally.f1,
        "false_hit_rate": tally.false_hit_rate,
    }


def _bin(part: Bin) -> dict[str, float]:
    return {
        "low": part.low,
        "high": part.high,
        "found": part.found,
        "hits": part.hits,
        "mean_confidence": round(part.mean_confidence, 4),
    }
