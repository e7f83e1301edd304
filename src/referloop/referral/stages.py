"""The six stages, and the one word for where a referral is: derived from its tracks, never stored."""

from datetime import UTC, datetime

from referloop.referral.requirement import Calendar
from referloop.referral.snapshot import Snapshot
from referloop.referral.story import on_the_wall

STAGES = ("intake", "coverage", "routing", "scheduling", "encounter", "closure")

HEADLINES = (
    "New", "Needs information", "Clearing coverage", "Awaiting payer", "Choosing performer",
    "Sent, awaiting receiver", "Contacting patient", "Waitlisted", "Scheduled", "Visit outcome unknown",
    "Awaiting report", "Report to review", "Closed, loop complete", "Closed, other", "Merged",
)  # fmt: skip


OPEN_HEADLINES = HEADLINES[:-3]
BEFORE_BOOKING = HEADLINES[: HEADLINES.index("Scheduled")]


def headline(now: Snapshot, at: datetime, calendar: Calendar) -> str:
    """The furthest that the referral has come, in one of the words of HEADLINES."""
    if now.rests_in:
        return "Merged"
    if now.closed:
        return "Closed, loop complete" if now.closed == "completed" else "Closed, other"
    if now.report("received", "reviewed"):
        return "Report to review"
    if now.seen:
        return "Awaiting report"
    return _before_the_visit(now, at, calendar)


def _before_the_visit(now: Snapshot, at: datetime, calendar: Calendar) -> str:
    if booked := now.booked():
        due = all(starts_at(leaf.fact, calendar) <= at for leaf in booked)
        return "Visit outcome unknown" if due else "Scheduled"
    if any(name.startswith("information:") for name in now.questions):
        return "Needs information"
    if now.contact == "waitlisted":
        return "Waitlisted"
    if now.contact:
        return "Contacting patient"
    return _before_contact(now)


def _before_contact(now: Snapshot) -> str:
    legs = {leg.state for leg in now.legs.values()}
    if "accepted" in legs:
        return "Contacting patient"
    if legs & {"sent", "delivered", "received", "undelivered"}:
        return "Sent, awaiting receiver"
    permissions = {each.state for each in now.permissions.values()}
    if permissions & {"requested", "pended", "appealed"}:
        return "Awaiting payer"
    if not now.triaged:
        return "New"
    if permissions & {"required", "unknown", "denied"} or now.coverage in ("unverified", "stated", "unknown"):
        return "Clearing coverage"
    return "Choosing performer"


def starts_at(fact: object, calendar: Calendar) -> datetime:
    """The instant of an appointment; one whose time is unknown counts as begun."""
    starts = getattr(fact, "starts", "")
    if not starts:
        return datetime.min.replace(tzinfo=UTC)
    return on_the_wall(starts, getattr(fact, "zone", ""), calendar.zone)
