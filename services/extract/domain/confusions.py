"""Symbols that noise and recognisers mix up."""

from __future__ import annotations

GROUPS = ("BDEPTVZCG3", "MN", "FSX", "A8HJK", "IY59", "O0", "1I", "5S", "UW", "QU", "LO")
_PAIRS = frozenset((one, other) for group in GROUPS for one in group for other in group if one != other)


def confused(heard: str, meant: str) -> bool:
    """Whether one symbol is easily taken for the other."""
    return (heard, meant) in _PAIRS


def confused_once(heard: str, meant: str) -> bool:
    """Whether the calls differ in one symbol, and that one is easily confused."""
    if len(heard) != len(meant):
        return False
    different = [(one, other) for one, other in zip(heard, meant, strict=True) if one != other]
    return len(different) == 1 and different[0] in _PAIRS
