"""Charts as rows of a table: every number stands beside its bar, and every bar begins at zero."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_BAR = Markup(
    '<svg class="bar {}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"'
    ' focusable="false">'
    '<rect class="reach" width="{}" height="10"/><rect class="part" width="{}" height="10"/></svg>'
)
_NARROWING = Markup(
    '<svg class="bar narrowing" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"'
    ' focusable="false">'
    '<rect class="reach" x="{}" width="{}" height="10"/>'
    '<rect class="part" x="{}" width="{}" y="2" height="6"/></svg>'
)
_CURVE = Markup(
    '<svg class="curve" viewBox="0 -4 100 108" preserveAspectRatio="none" aria-hidden="true"'
    ' focusable="false">'
    '<path class="axis" d="M0 0V100H100"/><path class="line" d="{}"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of a chart. `reach` is drawn lightly behind `value`; `link` opens what was counted."""

    words: str
    value: float
    link: str = ""
    reach: float = 0.0
    shown: str = ""  # instead of the bare number
    note: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A mark with its bar."""

    mark: Mark
    bar: Markup

    @property
    def number(self) -> str:
        return self.mark.shown or f"{self.mark.value:,.0f}"


def bars(marks: Sequence[Mark], kind: str = "") -> list[Drawn]:
    """All on one scale from zero to the greatest.

    >>> [str(each.bar).count('width="50"') for each in bars([Mark("a", 2), Mark("b", 4)])]
    [1, 0]
    """
    most = max((max(mark.value, mark.reach) for mark in marks), default=0) or 1
    return [Drawn(mark, bar(mark.value / most, mark.reach / most, kind)) for mark in marks]


def bar(part: float, reach: float = 0.0, kind: str = "") -> Markup:
    return _BAR.format(kind, _percent(reach), _percent(part))


def narrowing(marks: Sequence[Mark]) -> list[Drawn]:
    """A funnel: each row in the middle, all on one scale.

    >>> 'x="25" width="50"' in narrowing([Mark("a", 2, reach=4), Mark("b", 1, reach=2)])[1].bar
    True
    """
    most = max((mark.reach for mark in marks), default=0) or 1
    return [
        Drawn(mark, _NARROWING.format(*_centred(mark.reach / most), *_centred(mark.value / most)))
        for mark in marks
    ]


def _centred(share: float) -> tuple[str, str]:
    return _percent((1 - share) / 2), _percent(share)


def curve(points: Sequence[tuple[float, float]], until: float, seen: float) -> Markup:
    """Steps of (day, share between 0 and 1) from the first day to `until`, or as far as anybody was `seen`.

    >>> 'd="M0 100H50V50H80"' in curve([(5, 0.5)], 10, 8)
    True
    """
    path = "M0 100"
    for day, share in points:
        if day <= until:
            path += f"H{_percent(day / until)}V{_percent(1 - share)}"
    return _CURVE.format(f"{path}H{_percent(seen / until)}")


def _percent(share: float) -> str:
    return f"{min(max(share, 0), 1) * 100:.4g}"
