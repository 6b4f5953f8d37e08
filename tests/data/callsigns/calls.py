"""Invented calls: drawn by national form, each half from its own share of them."""

import random
import zlib
from collections.abc import Callable

from tests.data.callsigns.grammar import plausible

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
US_FORMS = (("KW", "L", 3, 40), ("KNW", "", 3, 22), ("KNW", "", 2, 5), ("KNW", "L", 2, 6), ("A", "AL", 2, 4))
ABROAD = (
    *("VE", "VA", "VE", "VO", "G", "M", "GM", "GW", "2E", "EI", "VK", "VK", "ZL", "JA", "JH", "7K", "DL", "DK", "F"),
    *("I", "IK", "EA", "PY", "LU", "XE", "ON", "PA", "SM", "LA", "OH", "OK", "SP", "ZS", "9A", "4X"),
)
AREA = {"VE": "1234567", "VO": "12", "7K": "1234", "9A": "2357", "PY": "1234578", "XE": "123"}


class Calls:
    """A stream of calls that never leaves its half."""

    def __init__(self, half: str, rng: random.Random) -> None:
        self._share = 0 if half == "train" else 1
        self._rng = rng

    def draw(self, wanted: Callable[[str], bool] = lambda _: True) -> str:
        """A plausible call that `wanted` likes."""
        while True:
            call = self._abroad() if self._rng.random() < 0.22 else self._american()
            if plausible(call) and zlib.crc32(call.encode()) % 2 == self._share and wanted(call):
                return call

    def near(self, call: str) -> str:
        """Another legal call, one letter of the suffix away."""
        while True:
            at = self._rng.randrange(first_of_suffix(call), len(call))
            other = call[:at] + self._rng.choice(LETTERS) + call[at + 1 :]
            if other != call and plausible(other):
                return other

    def several(self, most: int) -> list[str]:
        """Between one and `most` calls, for a roster."""
        return [self.draw() for _ in range(self._rng.randint(1, most))]

    def _american(self) -> str:
        first, second, length, _ = self._rng.choices(US_FORMS, [form[3] for form in US_FORMS])[0]
        between = "ABCDEFGHIJKL" if second == "AL" else LETTERS if second else ""
        prefix = self._rng.choice(first) + (self._rng.choice(between) if between else "")
        return prefix + self._rng.choice("0123456789") + self._suffix(length)

    def _abroad(self) -> str:
        prefix = self._rng.choice(ABROAD)
        length = 3 if prefix in ("2E", "7K") or self._rng.random() < 0.8 else 2
        return prefix + self._rng.choice(AREA.get(prefix, "123456789")) + self._suffix(length)

    def _suffix(self, length: int) -> str:
        # No Q code and no experimental station (X first): neither is assigned.
        rest = "".join(self._rng.choices(LETTERS, k=length - 1))
        return self._rng.choice("ABCDEFGHIJKLMNOPRSTUVWYZ") + rest


def first_of_suffix(call: str) -> int:
    """Index of the suffix: behind the last digit."""
    return max(at for at, letter in enumerate(call) if letter.isdigit()) + 1
