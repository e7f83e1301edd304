"""What other rules would make of a referral: owed more, owed no more, due at another time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from referloop.referral.entry import Entry
from referloop.referral.obligations import Obligation, obligations
from referloop.referral.requirement import Policy

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Change:
    """`was` is None for what is gained, `becomes` for what is lost."""

    code: str
    title: str
    about: str
    was: datetime | None
    becomes: datetime | None

    @property
    def at(self) -> datetime:
        return self.becomes or self.was or _NEVER

    @property
    def kind(self) -> str:
        return "gained" if self.was is None else "lost" if self.becomes is None else "moved"


def changes(
    log: Sequence[Entry],
    before: Policy,
    after: Policy,
    *,
    open_only: bool = True,
    since: datetime | None = None,
) -> list[Change]:
    """How what is owed differs, soonest first; `since` leaves out what was opened by earlier facts."""
    was, becomes = (_by_key(log, policy, open_only, since) for policy in (before, after))
    found = []
    for key in {**was, **becomes}:
        old, new = was.get(key), becomes.get(key)
        if old is None or new is None or old.due != new.due:
            found.append(_change(key[1], old, new))
    return sorted(found, key=lambda each: (each.at, each.code, each.about))


def _change(about: str, old: Obligation | None, new: Obligation | None) -> Change:
    needs = [each.requirement for each in (new, old) if each]
    was, becomes = (each.due if each else None for each in (old, new))
    return Change(needs[0].code, needs[0].title, about, was, becomes)


def _by_key(
    log: Sequence[Entry], policy: Policy, open_only: bool, since: datetime | None
) -> dict[tuple[str, str, int], Obligation]:
    """By code, thing and opener: what one fact asks for is one thing under both policies."""
    return {
        (*each.key, each.opener.seq): each
        for each in obligations(log, policy)
        if (each.open or not open_only) and (since is None or each.opens_at >= since)
    }
