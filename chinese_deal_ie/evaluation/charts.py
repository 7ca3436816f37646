"""The two drawings of the HTML report, as inline SVG that takes its colours from the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from .bootstrap import Interval
from .calibration import ReliabilityBin
from .tables import percent

_SIDE, _MARGIN = 240, 44
_WIDTH, _ROW, _GUTTER = 440, 30, 130


def reliability_chart(title: str, curve: Sequence[ReliabilityBin]) -> str:
    """Accuracy over confidence; the area of a dot grows with its number of predictions, the diagonal is perfect."""
    most = max((part.count for part in curve), default=1)
    size = _SIDE + 2 * _MARGIN

    def x(value: float) -> float:
        return round(_MARGIN + value * _SIDE, 1)

    def y(value: float) -> float:
        return round(size - _MARGIN - value * _SIDE, 1)

    parts = [f'<line class="ideal" x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}"/>']
    for tick in (0.0, 0.5, 1.0):
        parts.append(f'<line class="grid" x1="{x(tick)}" y1="{y(0)}" x2="{x(tick)}" y2="{y(1)}"/>')
        parts.append(f'<line class="grid" x1="{x(0)}" y1="{y(tick)}" x2="{x(1)}" y2="{y(tick)}"/>')
        parts.append(f'<text x="{x(tick)}" y="{y(0) + 15}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{x(0) - 6}" y="{y(tick) + 4}" text-anchor="end">{tick:g}</text>')
    points = " ".join(f"{x(part.confidence)},{y(part.accuracy)}" for part in curve)
    parts.append(f'<polyline class="curve" points="{points}"/>')
    for part in curve:
        radius = round(3 + 8 * (part.count / most) ** 0.5, 1)
        label = f"{part.count} predictions: confidence {part.confidence:.2f}, right {part.accuracy:.2f}"
        parts.append(
            f'<circle class="dot" cx="{x(part.confidence)}" cy="{y(part.accuracy)}" r="{radius}">'
            f"<title>{label}</title></circle>"
        )
    parts.append(f'<text x="{size / 2}" y="{size - 4}" text-anchor="middle">confidence</text>')
    parts.append(f'<text x="11" y="{size / 2}" text-anchor="middle" transform="rotate(-90 11 {size / 2})">right</text>')
    return _svg(f"Reliability of {title}", size, size, parts)


def interval_chart(rows: Mapping[str, Interval]) -> str:
    """One bar a score from 0 to 1 with its confidence interval."""
    height = _ROW * len(rows) + 20

    def x(value: float) -> float:
        return round(_GUTTER + value * (_WIDTH - _GUTTER - 60), 1)

    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<line class="grid" x1="{x(tick)}" y1="0" x2="{x(tick)}" y2="{height - 16}"/>')
        parts.append(f'<text x="{x(tick)}" y="{height - 3}" text-anchor="middle">{100 * tick:g}</text>')
    for index, (name, interval) in enumerate(rows.items()):
        middle = _ROW * index + _ROW / 2
        parts.append(f'<text x="{_GUTTER - 8}" y="{middle + 4}" text-anchor="end">{escape(name)}</text>')
        length = round(x(interval.value) - x(0), 1)
        parts.append(f'<rect class="bar" x="{x(0)}" y="{middle - 8}" width="{length}" height="16" rx="3"/>')
        parts.append(
            f'<line class="whisker" x1="{x(interval.low)}" y1="{middle}" x2="{x(interval.high)}" y2="{middle}"/>'
        )
        for end in (interval.low, interval.high):
            parts.append(f'<line class="whisker" x1="{x(end)}" y1="{middle - 5}" x2="{x(end)}" y2="{middle + 5}"/>')
        parts.append(f'<text class="value" x="{x(1) + 10}" y="{middle + 4}">{percent(interval.value)}</text>')
    return _svg("F1 with 95 % intervals", _WIDTH, height, parts)


def _svg(title: str, width: int, height: int, parts: Sequence[str]) -> str:
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg {size} role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
