"""Lines composed of hand-written frames, invented calls and a half's own words."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.data.callsigns.alphabets import MISHEARD
from tests.data.callsigns.calls import Calls
from tests.data.callsigns.grammar import plausible
from tests.data.callsigns.line import Line, sections
from tests.data.callsigns.render import Renderer

PER_FORM = {
    "written": 34,
    "spaced": 28,
    "letters": 24,
    "phonetic": 44,
    "ham_phonetic": 26,
    "mixed": 30,
    "digit_words": 22,
    "zero_oh": 12,
    "modifier": 18,
    "correction": 26,
    "clipped": 16,
    "split": 22,
    "roster_head": 10,
    "roster_misheard": 14,
    "roster_near": 14,
    "negative_time": 12,
    "negative_band": 9,
    "negative_frequency": 9,
    "negative_radio": 14,
    "negative_antenna": 9,
    "negative_grid": 6,
    "negative_code": 10,
    "negative_phonetic_words": 12,
    "negative_road": 8,
    "negative_service": 12,
    "negative_node": 8,
    "negative_incomplete": 8,
    "negative_prose": 12,
}
_SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?\}")
_CALL_SLOTS = ("a", "b", "c")


class Composer:
    """Makes one half's composed lines; the same seed gives the same lines."""

    def __init__(self, half: str, folder: Path, seed: int) -> None:
        self._half = half
        self._rng = random.Random(f"{seed}-{half}")
        self._calls = Calls(half, self._rng)
        self._renderer = Renderer(half, self._rng)
        self._frames: dict[str, list[str]] = {}
        for form, frame in sections(folder / f"frames_{half}.txt"):
            self._frames.setdefault(form, []).append(frame)
        self._words = {}
        for line in (folder / f"words_{half}.txt").read_text(encoding="utf-8").splitlines():
            name, _, words = line.partition(": ")
            self._words[name] = words.split("|")

    def lines(self) -> Iterator[Line]:
        """All composed lines of this half."""
        for form, count in PER_FORM.items():
            frames: list[str] = []
            for _ in range(count):
                # Each frame is used once before any is used again.
                frames = frames or self._shuffled(form)
                yield self._line(form, frames.pop())

    def _shuffled(self, form: str) -> list[str]:
        frames = self._frames.get(form) or self._frames["any"]
        return self._rng.sample(frames, len(frames))

    def _line(self, form: str, frame: str) -> Line:
        calls = {slot: self._calls.draw(self._wanted(form, frame)) for slot in _CALL_SLOTS}
        spoken_as = form if form not in ("modifier", "correction") else "any"
        labels: list[str] = []

        def fill(found: re.Match[str]) -> str:
            name, kind = found[1], found[2] or ""
            if name not in calls:
                word = self._word(name)
                return word.lower() if name == "filler" and found.start() else word
            if kind not in ("near", "cut") and not (kind == "head" and form == "clipped"):
                labels.append(calls[name])
            return self._said(calls[name], kind, spoken_as)

        text = _SLOT.sub(fill, frame)
        return Line(_public(form), _tidy(text), tuple(dict.fromkeys(labels)), self._roster(form, calls, labels))

    def _said(self, call: str, kind: str, form: str) -> str:
        renderer = self._renderer
        match kind:
            case "near":
                return renderer.render(self._calls.near(call), form)
            case "mod":
                return renderer.modified(call)
            case "w":
                return call
            case "split":
                return renderer.split(call)
            case "cut":
                return renderer.cut(call)
            case "head":
                return renderer.headless(call)
            case "misheard":
                return renderer.misheard(call)
        return renderer.render(call, form)

    def _wanted(self, form: str, frame: str) -> Callable[[str], bool]:
        """Which calls a frame can take."""
        if ".head" in frame:
            return _loses_its_head_well
        if form == "digit_words":
            return lambda call: not call[0].isdigit()
        if ".misheard" in frame:
            # Without its first letter, misheard, the rest must not be somebody else's whole call.
            return lambda call: any(letter in MISHEARD[self._half] for letter in call) and not plausible(call[1:])
        if form == "zero_oh":
            return lambda call: (
                call[0] in "KWN" and (call[1:3].count("0") == 1) != (call[2:].count("O") == 1) and len(call) > 4
            )
        if ".cut" in frame:
            return lambda call: len(call) >= 5
        return lambda call: True

    def _roster(self, form: str, calls: dict[str, str], labels: list[str]) -> tuple[str, ...]:
        others = self._calls.several(4)
        if form in ("roster_head", "roster_misheard"):
            # Nobody else may fit what is left of the call.
            expected = [labels[0], *(other for other in others if other[1:] != labels[0][1:])]
        elif form == "roster_near":
            expected = [self._calls.near(calls["a"]), *others]
        elif self._rng.random() < 0.18 and form != "clipped":
            expected = [*others, *labels[: self._rng.randint(0, 1)]]
        else:
            return ()
        unique = list(dict.fromkeys(expected))
        return tuple(self._rng.sample(unique, len(unique)))

    def _word(self, name: str) -> str:
        if name.endswith("2"):
            name = name[:-1]
        words = self._words[name]
        # Drawn without putting back until all were used, so that one line never has the same word twice.
        key = f"left of {name}"
        if not self._words.get(key):
            self._words[key] = self._rng.sample(words, len(words))
        return self._words[key].pop()


def _loses_its_head_well(call: str) -> bool:
    """What is left must not be somebody else's whole call; B and R are China and Russia."""
    left = call[1:]
    return not call[0].isdigit() and len(left) >= 4 and not plausible(left) and left[0] not in "BR"


def _has_one_zero_or_oh(call: str) -> bool:
    """American, and either sign can be taken for the other in one place only."""
    zero, oh = call[1:3].count("0") == 1, call[2:].count("O") == 1
    return call[0] in "KWN" and len(call) > 4 and zero != oh


def _public(form: str) -> str:
    return "roster" if form.startswith("roster") else form


def _tidy(text: str) -> str:
    text = re.sub(r"([,.?])\s*,", r"\1", text)
    text = re.sub(r"\.{2}(?=\s|$)(?<!\.\.\.)", ".", text)
    text = re.sub(r"\b([Aa]) (?=[AEFHILMNORSX][A-Z0-9])", r"\1n ", text)
    return text[:1].upper() + text[1:] if text[:1].isalpha() else text
