"""The requirements of a given day, by the word that opens them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from referloop.policy.calendar import BusinessCalendar
from referloop.referral.requirement import Requirement


@dataclass(frozen=True)
class PolicyInForce:
    """Dated requirements over one calendar. `versions` may hold several of one code, each from its day on."""

    versions: tuple[Requirement, ...]
    calendar: BusinessCalendar
    _days: list[date] = field(init=False, repr=False, compare=False)
    _found: dict[tuple[int, str], tuple[Requirement, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_days", sorted({version.since for version in self.versions}))
        object.__setattr__(self, "_found", {})

    def opened_by(self, word: str, on: date) -> Sequence[Requirement]:
        """What a fact with this word opens on this day."""
        period = bisect_right(self._days, on)
        found = self._found.get((period, word))
        if found is None:
            found = tuple(need for need in self._of(period) if any(p.word == word for p in need.after))
            self._found[period, word] = found
        return found

    def on(self, day: date) -> tuple[Requirement, ...]:
        """Every requirement in force on a day, by code."""
        return self._of(bisect_right(self._days, day))

    def _of(self, period: int) -> tuple[Requirement, ...]:
        if not period:
            return ()
        latest: dict[str, Requirement] = {}
        for version in sorted(self.versions, key=lambda v: v.since):
            if version.since <= self._days[period - 1]:
                latest[version.code] = version
        return tuple(latest[code] for code in sorted(latest) if latest[code].after)


def over(base: Iterable[Requirement], pack: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """A site's own pack over another: a code it defines replaces the other's versions of that code."""
    own = tuple(pack)
    replaced = {version.code for version in own}
    return (*(version for version in base if version.code not in replaced), *own)
