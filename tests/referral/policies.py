"""Small policies of the tests' own, so that the laws of the heart hang on no site's rules."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from referloop.policy.calendar import BusinessCalendar
from referloop.policy.in_force import PolicyInForce
from referloop.referral.requirement import Pattern, Requirement, Span

NEW_YORK = ZoneInfo("America/New_York")
THANKSGIVING = date(2026, 11, 26)
CALENDAR = BusinessCalendar(NEW_YORK, frozenset({THANKSGIVING, date(2026, 12, 25)}))


def pattern(text: str) -> Pattern:
    word, *conditions = text.split(" ")
    pairs = (condition.partition("=")[::2] for condition in conditions)
    return Pattern(word, tuple((name, frozenset(values.split("|"))) for name, values in pairs))


def span(text: str) -> Span:
    amount, unit = text.split(" ")
    return Span(int(amount), unit)  # type: ignore[arg-type]


def need(
    code: str, after: str, owed: str, unless: str = "", within: Any = "2 bd", **more: Any
) -> Requirement:
    """A requirement; patterns are parted by commas, `within` is one time or times by urgency."""
    spans = within if isinstance(within, dict) else {"any": within}
    said = {
        "title": "Something Is Owed", "says": f"Do {code}", "stage": "intake", "track": "intake",
        "owner": "specialist", "citation": "for the tests", "since": date(2020, 1, 1),
    } | more  # fmt: skip
    return Requirement(
        code=code,
        after=tuple(map(pattern, after.split(", "))),
        owed=tuple(map(pattern, owed.split(", "))),
        unless=tuple(map(pattern, unless.split(", "))) if unless else (),
        within={urgency: span(text) for urgency, text in spans.items()},
        **said,
    )


def policy(*needs: Requirement, calendar: BusinessCalendar = CALENDAR) -> PolicyInForce:
    return PolicyInForce(needs, calendar)


ANSWERS = "referral-accepted, referral-declined, leg-ended"
GIVEN_RISK, GIVEN_SOCIAL = ((name, frozenset({"yes"})) for name in ("risk", "social"))
IN_SUMMER = date(2026, 7, 1)
OUTCOMES = "encounter-finished, patient-no-show"

NEEDS = (
    need(
        "triage", "referral-received, referral-reopened", "referral-triaged", harm=3,
        within={"urgent": "2 h", "stat": "30 min", "any": "1 bd"}, blocks=frozenset({"send", "close"}),
    ),
    need(
        "answer", "referral-sent", ANSWERS, "referral-redirected", about="leg", owner="performer",
        within={"stat": "4 h", "urgent": "1 d", "any": "3 bd"},
    ),
    need("choose-again", "referral-declined, leg-ended, referral-redirected", "performer-chosen", top=True),
    need(
        "permission", "permission-assessed result=required|unknown", "permission-granted", "permission-ended",
        about="authorization", owner="payer", within="7 d", blocks=frozenset({"book"}),
    ),
    need(
        "appeal", "permission-denied", "appeal-filed, permission-ended", about="authorization",
        counted_from="appeal_by", direction="before", within="10 d",
    ),
    need(
        "outcome", "appointment-booked, appointment-moved", OUTCOMES, "appointment-cancelled",
        about="appointment", counted_from="starts", within="1 bd",
    ),
    need(
        "confirm", "appointment-booked", "appointment-confirmed", "appointment-cancelled",
        about="appointment", counted_from="starts", direction="before", within="2 bd",
    ),
    need(
        "report", "encounter-finished", "report-received kind=final", "patient-died", about="appointment",
        owner="performer", within="7 d",
    ),
    need("records", "performer-chosen", "document-received", earlier_counts=True, effort=15, within="1 h"),
    need(
        "read", "report-received", "report-reviewed", about="document", owner="requester", harm=5,
        blocks=frozenset({"close-complete"}),
    ),
)  # fmt: skip
OF_THE_LADDER = (
    need("first-call", "referral-accepted", "contact-attempted attempt=1, patient-reached", "patient-died"),
    need("letter", "contact-attempted attempt=3", "letter-sent", "patient-reached", within="10 d"),
)
OF_THE_WHOLE = (
    need("nurse-call", "referral-received", "patient-reached", given=(GIVEN_RISK,), owner="nurse"),
    need(
        "chase",
        "deadline-missed requirement=answer|report",
        "report-requested, referral-accepted",
        about="about",
    ),
    need("social-need", "referral-received", "patient-told", given=(GIVEN_SOCIAL,)),
    need("triage", "referral-received", "referral-triaged, urgency-raised", since=IN_SUMMER, within="4 h"),
)
PLAIN = policy(*NEEDS)
FULL = policy(*NEEDS, *OF_THE_LADDER, *OF_THE_WHOLE)
NOTHING = policy()
