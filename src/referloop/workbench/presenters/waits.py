"""How long something takes, counting those who still wait: a curve, not an average of those who are done."""

from collections.abc import Sequence
from dataclasses import dataclass

from referloop.workbench.team_needs import Reach


@dataclass(frozen=True, slots=True)
class Wait:
    """`half` and `most` are the days by which half and nine in ten got there; None while it is not known."""

    count: int
    reached: int
    waiting: int
    left: int
    half: float | None
    most: float | None
    points: Sequence[tuple[float, float]]  # (day, share that has got there by then)
    longest: float  # days that anybody waited, done or not


def told(reaches: Sequence[Reach]) -> Wait:
    """Those who wait or left count for as long as they waited (the product-limit estimate).

    >>> it = told([Reach(1, "reached"), Reach(2, "waiting"), Reach(3, "reached")])
    >>> it.half, it.most, [(day, round(share, 2)) for day, share in it.points]
    (3, 3, [(1, 0.33), (3, 1.0)])
    """
    ends = [each.ended for each in reaches]
    points = _curve(reaches)
    return Wait(
        count=len(reaches),
        reached=ends.count("reached"),
        waiting=ends.count("waiting"),
        left=ends.count("left"),
        half=_by(points, 0.5),
        most=_by(points, 0.9),
        points=points,
        longest=max((each.days for each in reaches), default=0.0),
    )


def _curve(reaches: Sequence[Reach]) -> list[tuple[float, float]]:
    # At one moment, those who got there count before those who stopped waiting.
    ordered = sorted(reaches, key=lambda each: (each.days, each.ended != "reached"))
    still, points = 1.0, []
    for place, each in enumerate(ordered):
        if each.ended == "reached":
            still *= 1 - 1 / (len(ordered) - place)
            points.append((each.days, 1 - still))
    return points


def _by(points: Sequence[tuple[float, float]], share: float) -> float | None:
    return next((day for day, reached in points if reached >= share - 1e-9), None)


def days(count: float | None) -> str:
    """
    >>> days(None), days(0.25), days(12.4)
    ('not known yet', '6 h', '12 d')
    """
    if count is None:
        return "not known yet"
    return f"{count * 24:.0f} h" if count < 2 else f"{count:.0f} d"
