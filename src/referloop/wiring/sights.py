"""Who looks, as the books know them now: what their lists may hold, and how much of a referral is theirs."""

from collections.abc import Callable, Sequence
from datetime import datetime

from referloop.referral.board import Standing
from referloop.referral.sendings import sendings
from referloop.storage import sight as stored
from referloop.storage.accesses import glass_until
from referloop.storage.database import Session
from referloop.storage.sight import EVERYTHING, NOTHING, Seen
from referloop.workbench.access import may
from referloop.workbench.asking import Here
from referloop.workbench.sent import Share, share_of
from referloop.workbench.sight import CLINICIAN, GLASSED, LISTED, OFFICE, Sight, ranges, sight


def seen_by(session: Session, here: Here) -> Seen:
    """What the desk's lists hold for them; a receiving office has a list of its own, and none of these."""
    if here.role in LISTED:
        return EVERYTHING
    if here.role == CLINICIAN:
        return Seen(asked=ranges(stored.stands_for(session, here.user)))
    return NOTHING


def sent_to(session: Session, here: Here) -> Seen:
    """What lies with a receiving office."""
    if here.role != OFFICE:
        return NOTHING
    return Seen(sent=ranges(stored.stands_for(session, here.user)))


def sight_of(session: Session, here: Here, referral: str) -> Sight:
    """How much of this referral they see now; of one that is not here, nothing."""
    it = stored.between(session, referral)
    if it is None:
        return "nothing"
    names = () if here.role in LISTED else stored.stands_for(session, here.user)

    def seen(*, glass: bool) -> Sight:
        parties = (here.role, names, it.requester, it.performers)
        return sight(*parties, glass=glass, user=here.user, restricted_to=it.restricted_to)

    found = seen(glass=False)
    return seen(glass=True) if found in GLASSED and opened_until(session, here, it.patient) else found


def opened_until(session: Session, here: Here, patient: str) -> datetime | None:
    """Until when this patient lies open to whoever looks; None where the glass is whole."""
    allowed = patient and may(here.role, "break-glass")
    return glass_until(session, here.user, patient, here.now) if allowed else None


def sees(session: Session, here: Here, how: Sight) -> Seen:
    """What they see of everything else around a referral that they see so."""
    return EVERYTHING if how == "glass" else seen_by(session, here)


def sees_patient(session: Session, here: Here, people: Sequence[str]) -> Seen:
    """What they see of one patient, known under these ids: with an open glass, all there is."""
    if here.role == CLINICIAN and any(opened_until(session, here, each) for each in people):
        return EVERYTHING
    return seen_by(session, here)


def share(session: Session, here: Here, it: Standing) -> Share | None:
    """What of a referral was sent to the office of whoever looks."""
    return office(session, here)(it)


def office(session: Session, here: Here) -> Callable[[Standing], Share | None]:
    """The same for many referrals, with one question to the books."""
    if here.role != OFFICE:
        return lambda it: None
    known = stored.colleagues(session, OFFICE)
    mine = known.get(here.user, ())
    people = [id for id, names in known.items() if set(names) & set(mine)]
    return lambda it: share_of(mine, people, list(sendings(it).values()))
