"""Draws how far confidence can be trusted, as a small SVG that reads in light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tools.evaluate.scoring import Bin

_SIZE, _LEFT, _TOP = 300.0, 46.0, 16.0  # the plot, in SVG units
_LEAST = 0.5  # confidence and share from here to 1 are shown
_Z = 1.96  # 95 %
_STYLE = """<style>
text { font: 12px sans-serif; fill: #333 } .grid { stroke: #ccc } .even { stroke: #888; stroke-dasharray: 4 4 }
.bar { stroke: #1f6feb; stroke-width: 2 } circle { fill: #1f6feb }
@media (prefers-color-scheme: dark) {
text { fill: #ddd } .grid { stroke: #444 } .even { stroke: #999 } .bar { stroke: #6cb6ff } circle { fill: #6cb6ff } }
</style>"""


def drawn(bins: Sequence[Bin], caption: str) -> str:
    """A dot for each bin (mean confidence, share that was right) with its 95 % interval; on the diagonal it is true."""
    width, height = _LEFT + _SIZE + 16, _TOP + _SIZE + 48
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="{caption}">',
        _STYLE,
    ]
    for tenth in range(5, 11):
        value = tenth / 10
        parts += [
            f'<line class="grid" x1="{_x(value):.1f}" y1="{_y(_LEAST):.1f}" x2="{_x(value):.1f}" y2="{_y(1):.1f}"/>',
            f'<line class="grid" x1="{_x(_LEAST):.1f}" y1="{_y(value):.1f}" x2="{_x(1):.1f}" y2="{_y(value):.1f}"/>',
            f'<text x="{_x(value):.1f}" y="{_y(_LEAST) + 18:.1f}" text-anchor="middle">{value:.1f}</text>',
            f'<text x="{_LEFT - 6:.1f}" y="{_y(value) + 4:.1f}" text-anchor="end">{value:.1f}</text>',
        ]
    parts.append(f'<line class="even" x1="{_x(_LEAST):.1f}" y1="{_y(_LEAST):.1f}" x2="{_x(1):.1f}" y2="{_y(1):.1f}"/>')
    parts += [_dot(part) for part in bins if part.mean_confidence >= _LEAST]
    parts.append(f'<text x="{_LEFT:.1f}" y="{height - 8:.1f}">{caption}</text></svg>')
    return "\n".join(parts) + "\n"


def _dot(part: Bin) -> str:
    share = part.hits / part.found
    low, high = _interval(part.hits, part.found)
    x = _x(part.mean_confidence)
    return (
        f'<line class="bar" x1="{x:.1f}" y1="{_y(low):.1f}" x2="{x:.1f}" y2="{_y(high):.1f}"/>'
        f'<circle cx="{x:.1f}" cy="{_y(share):.1f}" r="4"><title>{part.hits} of {part.found} right</title></circle>'
    )


def _interval(hits: int, found: int) -> tuple[float, float]:
    """Wilson's interval for a share (Wilson 1927)."""
    share, square = hits / found, _Z * _Z
    middle = (share + square / (2 * found)) / (1 + square / found)
    half = _Z * math.sqrt(share * (1 - share) / found + square / (4 * found * found)) / (1 + square / found)
    return max(_LEAST, middle - half), min(1.0, middle + half)


def _x(value: float) -> float:
    return _LEFT + _SIZE * (value - _LEAST) / (1 - _LEAST)


def _y(value: float) -> float:
    return _TOP + _SIZE * (1 - value) / (1 - _LEAST)
