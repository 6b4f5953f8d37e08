"""How far two words, or two calls, are from each other."""

from __future__ import annotations


def distance(left: str, right: str) -> int:
    """Edits (insert, delete, replace a character) from one to the other."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        above, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
    return row[-1]
