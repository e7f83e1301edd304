"""What the desk, the patient and the performer do from the first call to the closed loop."""

from datetime import timedelta
from math import exp

from referloop.gym.town import ANY_SPECIALIST, SPECIALISTS
from referloop.referral.facts.scheduling import ContactAttempted
from referloop.wiring.demonstration.people import KIM, NOOR, OSEI
from referloop.wiring.demonstration.turns import Answer, Step, Turn, ours

# A standard normal distribution at the middle of each of its twelfths.
_NORMAL = (-1.73, -1.15, -0.81, -0.55, -0.32, -0.1, 0.1, 0.32, 0.55, 0.81, 1.15, 1.73)
_SPREAD = 0.75
_SHORTER = 0.5  # a department that works its list
_SOONER = {"stat": 0.05, "urgent": 0.45, "expedited": 0.55}
_WAYS = ("phone", "text", "mobile")
_MOST_CALLS = 4
_BANDS = ((11, "morning"), (14, "midday"), (17, "afternoon"), (24, "evening"))
_REFUSALS = ("already better", "no time to go", "does not agree with the plan", "too far to travel")
_PLANS = ("plan-agreed", "plan-agreed", "no-action", "tasks-created")


def reached(turn: Turn) -> bool:
    """Whether the last word with the patient was a talk, and nothing has come of it yet."""
    for entry in reversed(turn.standing.log.entries):
        if entry.word in ("patient-no-show", "appointment-cancelled", "patient-declined"):
            return False
        if isinstance(entry.fact, ContactAttempted):
            return entry.fact.outcome == "reached"
        if entry.word == "patient-called-in":
            return True
    return False


def _call(turn: Turn) -> Step:
    channel = _WAYS[turn.said("contact-attempted") % len(_WAYS)]
    hour = turn.at.astimezone(turn.zone).hour
    band = next(word for until, word in _BANDS if hour < until)
    easy = 0.43 if turn.case.resident.plan == "State Medicaid" else 0.52
    outcome = "sent" if channel == "text" else turn.pick(["no-answer", "no-answer", "voicemail"], "silence")
    if turn.happens(0.05, "wrong"):
        outcome = "wrong-number"
    if turn.happens(easy, "reached"):
        if turn.said("contact-attempted") and turn.happens(0.055, "declines"):
            return ours(turn, "patient-declined", reason=turn.pick(_REFUSALS, "why"), informed="yes")
        outcome = "reached"
    left = "yes" if outcome == "voicemail" else "no"
    return ours(turn, "contact-attempted", channel=channel, outcome=outcome, band=band, callback_left=left)


def _write(turn: Turn) -> Step:
    return ours(turn, "letter-sent", kind="unable-to-reach", language=turn.case.resident.language)


def _book(turn: Turn) -> Step | None:
    if not reached(turn):
        return _unreached(turn)
    if turn.happens(0.08, "waitlist") and not turn.said("patient-waitlisted"):
        return ours(turn, "patient-waitlisted", look_again_on=turn.day(14))
    return _booked(turn)


def _unreached(turn: Turn) -> Step | None:
    """What becomes of those with whom nobody spoke, or who did not come."""
    if turn.just_said("contact-attempted"):
        return None
    if turn.said("message-sent") and turn.said("referral-declined"):
        return ours(turn, "referral-closed", reason="no-capacity", note="Declined; the requester knows.")
    if absent := turn.said("patient-no-show") + turn.said("appointment-cancelled"):
        if turn.fated(0.62, f"again {absent}"):
            return _call(turn)
        note = "Did not come and cannot be reached again."
        return Step("referral-closed", {"reason": "no-show-limit", "note": note}, OSEI)
    if turn.said("letter-sent") and turn.fated(0.3, "answers the letter"):
        return ours(turn, "patient-called-in", note="The letter came.")
    if turn.said("looked-again") and turn.fated(0.6, "withdraws"):
        note = "We spoke at another visit; it is no longer needed."
        return Step("referral-closed", {"reason": "clinician-withdrew", "note": note}, OSEI)
    return _once_more(turn) if turn.vain else None


def _once_more(turn: Turn) -> Step | None:
    if turn.said("contact-attempted") < _MOST_CALLS:
        return _call(turn)
    if turn.said("looked-again"):
        return ours(turn, "patient-called-in", note="Asked at another visit.")
    return None


def _booked(turn: Turn) -> Step:
    wait = _SHORTER * turn.case.need.wait * exp(_SPREAD * turn.pick(_NORMAL, "wait"))
    days = max(1, round(wait * _SOONER.get(turn.case.urgency, 1)))
    day = turn.at.astimezone(turn.zone) + timedelta(days=days)
    last = turn.permitted_until()
    if last and last > turn.at.date() + timedelta(days=3):
        day = min(day, day.replace(year=last.year, month=last.month, day=last.day) - timedelta(days=2))
    while day.weekday() > 4:
        day += timedelta(days=1)
    starts = day.replace(hour=turn.pick([9, 10, 11, 13, 14, 15], "hour"), minute=30 * (turn.count % 2))
    return ours(
        turn, "appointment-booked",
        appointment=f"visit-{turn.said('appointment-booked') + 1}",
        starts=f"{starts:%Y-%m-%dT%H:%M}",
        performer=SPECIALISTS.get(turn.case.need.specialty, ANY_SPECIALIST),
        location="Riverbend Specialty Clinic",
    )  # fmt: skip


def _visit(turn: Turn) -> Step:
    it = {"appointment": turn.about}
    lead = turn.at - (turn.standing.received_at or turn.at)
    absent = 0.09 if lead < timedelta(days=28) else 0.17
    if turn.case.resident.plan == "State Medicaid":
        absent *= 1.5
    if turn.happens(0.05, "cancelled"):
        return ours(turn, "appointment-cancelled", **it, by="patient", reason="cannot come", late="yes")
    if turn.happens(absent, "absent"):
        return ours(turn, "patient-no-show", **it)
    return ours(turn, "encounter-finished", **it)


def _told_of_absence(turn: Turn) -> Step:
    text = "The patient did not come; we try to book again."
    return ours(turn, "message-sent", to="requester", channel="fax", text=text)


def _review(turn: Turn) -> Step:
    fields = {"document": turn.about, "disposition": turn.pick(_PLANS, "plan")}
    return Step("report-reviewed", fields, OSEI)


def _no_report(turn: Turn) -> Step:
    note = "Seen; the patient told me the result."
    return Step("report-reviewed", {"disposition": "accepted-without-report", "note": note}, OSEI)


def _close(turn: Turn) -> Step | None:
    if not turn.standing.now.patient_told:
        return None
    if not turn.standing.now.reports:
        return Step("referral-closed", {"reason": "seen-no-report"}, OSEI)
    report = next(reversed(turn.standing.now.reports))
    return Step("referral-closed", {"reason": "completed"}, turn.clerk, f"document:{report}")


def _approve(turn: Turn) -> Step:
    if turn.happens(0.25, "look"):
        return Step("looked-again", {"note": "I will ask at the next visit."}, OSEI)
    return Step("closure-approved", {"reason": "unable-to-contact"}, OSEI)


def _refused(turn: Turn) -> Step:
    note = "Talked it over; the patient does not want to go."
    return Step("referral-closed", {"reason": "patient-declined", "note": note}, OSEI)


def _waited(turn: Turn) -> Step:
    return (
        _booked(turn) if turn.happens(0.7, "slot") else ours(turn, "looked-again", look_again_on=turn.day(14))
    )


def _escalate(turn: Turn) -> Step:
    return ours(turn, "escalated", to="requester", requirement="booked")


def report_comes(turn: Turn) -> bool:
    """One in four outside reports never comes unasked; each time of asking brings some of them."""
    asked = turn.said("report-requested")
    return any(turn.fated(0.42, f"asked {n}") for n in range(asked)) or not turn.fated(0.24, "never")


LAST: dict[str, Answer] = {
    "contact-first": _call,
    "contact-second": _call,
    "contact-third": _call,
    "contact-detail": lambda turn: ours(turn, "contact-detail-corrected", channel="phone", source="chart"),
    "contact-letter": _write,
    "close-review": _approve,
    "closure-announce": lambda turn: ours(turn, "closure-announced", closes_on=turn.day(8)),
    "closure-carry-out": lambda turn: Step("referral-closed", {"reason": "unable-to-contact"}, OSEI),
    "booked": _book,
    "rebook": _book,
    "waitlist-look": _waited,
    "appointment-tell": lambda turn: ours(turn, "patient-told", what="appointment", channel="portal"),
    "visit-outcome": _visit,
    "missed-visit-tell": _told_of_absence,
    "unbooked-tell": _escalate,
    "report-request": lambda turn: ours(turn, "report-requested", channel="phone", of="the front desk"),
    "report-request-again": lambda turn: ours(turn, "report-requested", channel="fax", of="the front desk"),
    "report-match": lambda turn: ours(turn, "report-matched", document=turn.about, how="the number"),
    "report-review": _review,
    "report-lead": lambda turn: Step("escalated", {"to": "lead", "requirement": "report-owed"}, KIM),
    "report-decide": _no_report,
    "plan-tell": lambda turn: ours(turn, "patient-told", what="plan", channel="phone"),
    "loop-close": _close,
    "refusal-review": _refused,
    "refusal-informed": lambda turn: Step(
        "patient-declined", {"reason": "informed", "informed": "yes"}, NOOR
    ),
    "risk-unreached": lambda turn: Step("escalated", {"to": "clinician", "requirement": "contact"}, NOOR),
}
