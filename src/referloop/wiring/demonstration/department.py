"""A department over some weeks: what its partners sent, and what its people did about it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from referloop.gym.letters import fhir_request, spreadsheet, v2_request
from referloop.gym.town import OFFICES, Case, case, chosen
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import ProgramFault
from referloop.wiring.demonstration.agenda import Department
from referloop.wiring.demonstration.courses import begin
from referloop.wiring.demonstration.partners import Clock, by_spreadsheet, over_mllp, post
from referloop.wiring.desk import Desk

_DAY = timedelta(days=1)
_BY_V2, _BY_LIST = OFFICES[1], OFFICES[2]  # all others speak FHIR
_SPOILT = 75
_BACK = (2, 3, 4, 4, 5, 5)  # days from a Saturday to when it was sent: Mondays are full, Fridays are not
_HOURS = (8, 9, 10, 10, 11, 11, 13, 14, 14, 15, 15, 16, 18)


@dataclass(frozen=True, slots=True)
class Size:
    """How many referrals came in how many days."""

    referrals: int = 700
    days: int = 90


SMALL = Size(39, 35)


@dataclass(frozen=True, slots=True)
class Sent:
    case: Case
    at: datetime


def fill(
    desk: Desk, organization: str, token: str, now: datetime, seed: int, size: Size = SMALL
) -> list[ReferralId]:
    """Live through the days before `now`; returns the referrals in the order in which they came."""
    clock = Clock(now - (size.days + 7) * _DAY)
    desk = replace(desk, clock=clock)
    zone = desk.policy(organization).calendar.zone
    it = Department(desk, organization, clock, now, seed, zone, post(desk, token))
    came: list[ReferralId] = []
    sent = [Sent(case(seed, n), _sent_at(it, size, n)) for n in range(size.referrals)]
    with over_mllp(desk, organization, clock) as send_frame:
        for one in sent:
            if one.case.office != _BY_LIST:
                it.plan(one.at, lambda one=one: came.append(_arrive(it, one, send_frame)))  # type: ignore[misc]
        for at, rows in _weekly([one for one in sent if one.case.office == _BY_LIST], now).items():
            it.plan(at, lambda rows=rows: came.extend(_list_arrives(it, rows)))  # type: ignore[misc]
        it.live()
    return came


def _sent_at(it: Department, size: Size, number: int) -> datetime:
    """In the hours of a practice."""
    days = chosen(range(size.days), it.seed, number, "days")
    opens = (it.until - days * _DAY).astimezone(it.zone)
    hour, minute = (chosen(options, it.seed, number, "sent") for options in (_HOURS, range(60)))
    at = opens.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if at.weekday() > 4:
        at -= (at.weekday() - 5 + chosen(_BACK, it.seed, number, "weekday")) * _DAY
    while at.weekday() > 4 or at > it.until - timedelta(minutes=30):
        at -= _DAY
    return at


def _arrive(it: Department, one: Sent, send_frame: Callable[[bytes], bytes]) -> ReferralId:
    if one.case.office == _BY_V2:
        frame = v2_request(one.case, one.at)
        if _is_spoilt(one.case):
            send_frame(frame.replace(b"|REF^I12^REF_I12|", b"|REF|"))
        if b"MSA|AA|" not in send_frame(frame.replace(b"-1|P|", b"-2|P|")):
            raise ProgramFault("the demonstration's HL7 v2 message was not acknowledged")
    else:
        it.send(fhir_request(one.case, one.at))
    return begin(it, one.case)


def _is_spoilt(it: Case) -> bool:
    """One message in so many first comes without saying what kind it is."""
    return int(it.number.removeprefix("REF-")) % _SPOILT == _SPOILT - 2


def _weekly(sent: list[Sent], now: datetime) -> dict[datetime, list[Sent]]:
    """The rows of each week by when their list comes: the next Monday, or this very morning."""
    lists: dict[datetime, list[Sent]] = {}
    for one in sorted(sent, key=lambda one: one.at):
        monday = (one.at + (7 - one.at.weekday()) * _DAY).replace(hour=8, minute=20)
        lists.setdefault(min(monday, now - timedelta(minutes=20)), []).append(one)
    return lists


def _list_arrives(it: Department, rows: list[Sent]) -> list[ReferralId]:
    written = [(one.case, one.at.astimezone(it.zone).replace(tzinfo=None)) for one in rows]
    by_spreadsheet(it.desk, it.organization, spreadsheet(written), it.zone.key)
    return [begin(it, one.case) for one in rows]
