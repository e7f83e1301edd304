"""What the department cannot see itself it sends to an office that signs in here, and the office answers."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from referloop.referral.board import Standing
from referloop.referral.entry import Author, Draft
from referloop.referral.fields import fact_from
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import ProgramFault
from referloop.wiring.demonstration.agenda import Department
from referloop.wiring.demonstration.people import MORGAN
from referloop.wiring.recording import Place, record

OFFICE = "Harbor Cardiology"
_HARBOR = Author("person", "harbor", "receiving-office")
_MOST = 15
_BEFORE = {"New", "Clearing coverage", "Awaiting payer", "Choosing performer", "Contacting patient"}
_Said = tuple[str, Author, dict[str, Any]]
# How far the office is with each: some are new to it, some accepted, some booked.
_ANSWERS: Sequence[Sequence[str]] = (
    (), ("receipt-confirmed",), ("receipt-confirmed", "referral-accepted"), (),
    ("receipt-confirmed", "referral-accepted", "appointment-booked"),
)  # fmt: skip


def send_out(it: Department, came: Sequence[ReferralId]) -> None:
    """In the last two days; what may not be sent yet stays."""
    for number, referral in enumerate(islice(_heart(it, came), _MOST)):
        hours = 3 + number * 3
        for word, by, fields in _said(it, number):
            fact = fact_from(word, fields)
            if isinstance(fact, tuple):
                raise ProgramFault(f"the demonstration's {word} is wrong: {fact[0]}")
            draft = Draft(fact, it.clock.at - timedelta(hours=hours))
            if not isinstance(record(it.desk, Place(it.organization, referral), draft, by), Standing):
                break
            hours -= 1


def _heart(it: Department, came: Sequence[ReferralId]) -> Iterator[ReferralId]:
    for referral in reversed(came):
        now = it.standing(referral)
        request = now.now.request
        if request and "Cardiology" in request.service and now.headline in _BEFORE:
            yield referral


def _said(it: Department, number: int) -> Iterator[_Said]:
    yield "performer-chosen", MORGAN, {"leg": "leg-1", "performer": OFFICE, "why": "the first with a slot"}
    yield "referral-sent", MORGAN, {"leg": "leg-1", "channel": "portal"}
    visit = (it.until.astimezone(it.zone) + timedelta(days=3 + number)).replace(hour=9, minute=30)
    booked = {"appointment": "visit-1", "starts": f"{visit:%Y-%m-%dT%H:%M}", "performer": OFFICE}
    for word in _ANSWERS[number % len(_ANSWERS)]:
        yield word, _HARBOR, {"leg": "leg-1", **(booked if word == "appointment-booked" else {})}
