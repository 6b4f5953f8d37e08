"""`python -m tools.evaluate.acoustic`: what a second opinion by ear adds, on the sample net under noise.

Each recording is transcribed by PocketSphinx as it is and with noise of the channel's band added, read by the rules,
and read with doubtful calls heard again. `by ear alone` reads what the closed grammar hears in whole segments, the
transcript's text left aside: what a helper that also looked for calls could bring. Recognisable is a call whose words
of the spelling alphabet all stand in the transcript, one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from prometheus_client import CollectorRegistry

from services.extract.domain.airtime import Airtime
from services.extract.domain.model import SegmentText
from services.extract.domain.reading import Reading, TimedWord
from services.extract.domain.rules import RuleExtractor
from services.extract.domain.votes import Band
from services.extract.metrics import ExtractMetrics
from services.extract.steps.acoustic import AcousticStep
from services.transcribe.audio import decode
from services.transcribe.domain.model import SAMPLE_RATE_HZ, TranscriptResult
from services.transcribe.domain.ports import SpeechEngine
from services.transcribe.domain.spelling import ALPHABET
from services.transcribe.engines.pocketsphinx import PocketSphinxEngine
from services.transcribe.engines.spelling import SpellingEngine
from tools.evaluate.ear import ANOTHER, FOR, NONE, Ear, Over, votes

SAMPLES = Path(__file__).parents[2] / "tests" / "data" / "sample_net"
LONGEST_SECONDS = 60.0
SPEECH_LEVEL = 0.12
"""Root mean square of the sample's speech: noise is added relative to it."""
VOICE_HZ = (300.0, 3000.0)
CLEAN = "as it is"
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass
class Counts:
    """Calls found, over by over; each counts once an over."""

    spoken: int = 0
    found: int = 0
    hits: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, over: Over, found: Iterable[str]) -> None:
        """Count what was found in `over`."""
        calls = frozenset(found)
        self.spoken += len(over.calls)
        self.found += len(calls)
        self.hits += len(calls & over.calls)
        self.wrong.extend(f"{over.name}: {call}" for call in sorted(calls - over.calls))

    def figures(self) -> dict[str, Any]:
        """As JSON."""
        precision = self.hits / self.found if self.found else None
        return {
            "spoken": self.spoken,
            "found": self.found,
            "hits": self.hits,
            "precision": precision,
            "recall": self.hits / self.spoken if self.spoken else None,
            "wrong": self.wrong,
        }


class Measure:
    """Reads overs in every way that is compared."""

    def __init__(self, *, transcriber: SpeechEngine, ear: Ear, band: Band) -> None:
        self._transcriber = transcriber
        self._ear = ear
        self._rules = RuleExtractor()
        metrics = ExtractMetrics(CollectorRegistry())
        self._step = AcousticStep(listener=ear, band=band, metrics=metrics)

    async def condition(self, overs: Iterable[Over]) -> dict[str, Any]:
        """The figures of one channel condition."""
        ways = {"rules": Counts(), "with a second opinion": Counts(), "by ear alone": Counts()}
        recognisable: list[str] = []
        missed: list[str] = []
        before = self._ear.stretches, self._ear.heard_seconds, self._ear.cpu_seconds
        for over in overs:
            self._ear.audio = over.audio
            result = self._transcriber.transcribe(over.audio, language="en")
            reading = self._reading(over, result)
            found = {mention.base_call for mention in reading.mentions}
            ways["rules"].add(over, found)
            again = await self._step.read(reading)
            ways["with a second opinion"].add(over, (mention.base_call for mention in again.mentions))
            ways["by ear alone"].add(over, self._by_ear(result))
            plain = {call for call in over.calls if call_words(call) in result.text.replace("x ray", "x-ray")}
            recognisable += sorted(plain)
            missed += [f"{over.name}: {call}" for call in sorted(plain - found)]
        seconds = self._ear.heard_seconds - before[1]
        return {
            **{way: counts.figures() for way, counts in ways.items()},
            "recognisable": len(recognisable),
            "recognisable_missed": missed,
            "heard_again": self._ear.stretches - before[0],
            "real_time_factor": (self._ear.cpu_seconds - before[2]) / seconds if seconds else None,
        }

    def _reading(self, over: Over, result: TranscriptResult) -> Reading:
        segments = tuple(SegmentText(segment.index, segment.text) for segment in result.segments)
        return Reading(
            recording=over.name,
            node="sample",
            channel="sample",
            captured_at=datetime(2026, 1, 1, tzinfo=UTC),
            transcript=over.name,
            segments=segments,
            audio_sha256="sample",
            words={
                segment.index: tuple(TimedWord(w.text, w.start_seconds, w.end_seconds) for w in segment.words)
                for segment in result.segments
            },
            mentions=tuple(self._rules.extract(segments)),
        )

    def _by_ear(self, result: TranscriptResult) -> set[str]:
        found: set[str] = set()
        for segment in result.segments:
            stretch = Airtime(max(0.0, segment.start_seconds - 0.3), segment.end_seconds + 0.3)
            text = self._ear.hypotheses(stretch)[0].words
            found |= {mention.base_call for mention in self._rules.extract([SegmentText(0, text)])}
        return found


def call_words(call: str) -> str:
    """The call in the words of the spelling alphabet."""
    return " ".join(_DIGITS[int(symbol)] if symbol.isdigit() else ALPHABET[symbol] for symbol in call)


def read_overs(folder: Path) -> list[Over]:
    """The sample's recordings. Raises OSError."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return [
        Over(
            name=item["file"],
            audio=decode(folder / item["file"], max_seconds=LONGEST_SECONDS).samples,
            calls=frozenset(item["callsigns"]),
        )
        for item in manifest["recordings"]
    ]


def noisy(over: Over, snr_db: float, seed: int) -> Over:
    """`over` with noise of the voice band added, `snr_db` below its speech."""
    source = np.random.default_rng(seed)
    spectrum = np.fft.rfft(source.standard_normal(over.audio.size))
    hertz = np.fft.rfftfreq(over.audio.size, 1 / SAMPLE_RATE_HZ)
    spectrum[(hertz < VOICE_HZ[0]) | (hertz > VOICE_HZ[1])] = 0.0
    noise = np.fft.irfft(spectrum, over.audio.size)
    noise *= SPEECH_LEVEL / 10 ** (snr_db / 20) / np.sqrt(np.mean(noise**2))
    return replace(over, audio=np.clip(over.audio + noise, -1.0, 1.0).astype(np.float32))


def table(figures: dict[str, dict[str, Any]]) -> str:
    """The figures for people."""
    lines = [f"{'noise':<10}{'calls':>6}  {'rules':>14}{'second opinion':>17}{'by ear alone':>17}  again   cost"]
    for condition, each in figures.items():
        ways = [each[way] for way in ("rules", "with a second opinion", "by ear alone")]
        shown = "".join(f"{_share(way['precision'])} {_share(way['recall'])}".rjust(17) for way in ways)
        cost = each["real_time_factor"]
        factor = f"{cost:.2f}" if cost is not None else "-"
        lines.append(f"{condition:<10}{ways[0]['spoken']:>6}{shown}{each['heard_again']:>7}{factor:>7}")
    lines.append("precision and recall; again: stretches heard, whole segments among them; cost: CPU over their length")
    for condition, each in figures.items():
        found = each["recognisable"] - len(each["recognisable_missed"])
        lines.append(f"{condition}: {found} of {each['recognisable']} recognisable calls found")
        lines += [f"  missed {miss}" for miss in each["recognisable_missed"]]
    return "\n".join(lines)


def votes_table(fell: dict[str, dict[str, dict[str, int]]]) -> str:
    """How the votes fell, for people."""
    lines = [f"{'noise':<10}{'mention':<11}{'for':>5}{'another':>9}{'none':>6}"]
    for condition, kinds in fell.items():
        for kind, counts in kinds.items():
            shown = [counts.get(way, 0) for way in (FOR, ANOTHER, NONE)]
            lines.append(f"{condition:<10}{kind:<11}{shown[0]:>5}{shown[1]:>9}{shown[2]:>6}")
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "    -" if value is None else f"{100 * value:4.0f}%"


def conditions(overs: Sequence[Over], levels: Sequence[float]) -> dict[str, list[Over]]:
    """The overs as they are and at each level of noise, in decibels."""
    return {CLEAN: list(overs)} | {
        f"{level:g} dB": [noisy(over, level, seed) for seed, over in enumerate(overs)] for level in levels
    }


def main(arguments: list[str] | None = None, *, show: Callable[[str], None] = print) -> int:
    """Measure and print. Status 1 where a call that was recognisable in a clean transcript was not found."""
    asked = _parser().parse_args(arguments)
    ear = Ear(SpellingEngine())
    heard = conditions(read_overs(asked.samples), asked.noise)
    fell = {condition: votes(overs, ear) for condition, overs in heard.items()}
    figures: dict[str, dict[str, Any]] = {}
    if not asked.votes_only:
        measure = Measure(transcriber=PocketSphinxEngine(), ear=ear, band=Band(asked.low, asked.high))
        figures = {condition: asyncio.run(measure.condition(overs)) for condition, overs in heard.items()}
    if asked.json:
        show(json.dumps({"calls": figures, "votes": fell}, indent=2))
    else:
        show("\n".join([*([table(figures), ""] if figures else []), votes_table(fell)]))
    return 1 if figures and figures[CLEAN]["recognisable_missed"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.evaluate.acoustic", description=__doc__)
    parser.add_argument("--samples", type=Path, default=SAMPLES, help="folder with manifest.json and recordings")
    parser.add_argument("--noise", type=float, nargs="*", default=[20.0, 10.0, 5.0], help="levels in dB (%(default)s)")
    parser.add_argument("--low", type=float, default=0.5, help="lowest confidence that is heard again")
    parser.add_argument("--high", type=float, default=0.85, help="highest one")
    parser.add_argument("--votes-only", action="store_true", help="leave the transcribing out, which takes minutes")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
