"""What the department sent to an office that signs in here, and how far that office is with each."""

import shlex
from dataclasses import replace
from datetime import time

from referloop.gym.town import NEEDS, OFFICES, case
from referloop.wiring.demonstration.planted import Act, Planted, act

OFFICE = "Harbor Cardiology"
_FIRST = 2_640
_NEEDS = [need for need in NEEDS if need.specialty == "Cardiology"]
_BEFORE = """
{came} 08:40 dana receipt-acknowledged channel=fhir
{came} 08:50 dana referral-triaged urgency={urgency}
{came} 09:00 dana eligibility-checked result=active payer="{plan}"
{came} 09:10 dana permission-assessed authorization=auth-1 kind=prior-authorization result=not-required basis="its list"
{came} 09:15 morgan performer-chosen leg=leg-1 performer="{office}" why="the first with a slot"
{came} 09:20 morgan referral-sent leg=leg-1 channel=portal
"""  # noqa: E501
_READ = "{came} 09:25 harbor receipt-confirmed leg=leg-1\n"
_TAKEN = _READ + "{came} 09:28 harbor referral-accepted leg=leg-1\n"
_BOOKED = "{came} 09:29 harbor appointment-booked leg=leg-1 appointment=visit-1 performer={performer} starts="
_TOLD = "{came} 10:00 dana patient-told what=appointment channel=portal\n"
# On which business day each came, and what the office said since.
_OFFICE_SAYS = (
    (0, ""), (0, ""), (-1, ""), (-1, _READ), (0, _READ), (-1, _TAKEN), (0, _TAKEN),
    (-2, _TAKEN + _BOOKED + "{{+3}}T09:30\n" + _TOLD), (-4, _TAKEN + _BOOKED + "{{+6}}T11:00\n" + _TOLD +
     "-1 15:00 harbor appointment-confirmed appointment=visit-1\n"),
    (-1, _READ + '-1 14:00 harbor referral-declined leg=leg-1 reason="no slot in the time you name"\n'),
    (-1, _READ + '-1 14:30 harbor information-requested request=ask-1 of=requester what="the last ECG"\n'),
    (-1, _TAKEN + '-1 14:40 harbor urgency-proposed urgency=urgent reason="pain at rest since Friday"\n'),
    (-6, _TAKEN + _BOOKED + "{{-1}}T13:30\n-1 14:30 harbor encounter-finished appointment=visit-1\n"),
    (-7, _TAKEN + _BOOKED + "{{-3}}T10:00\n-3 11:00 harbor encounter-finished appointment=visit-1\n"
     "-1 15:10 then report\n"),
    (-5, _TAKEN + _BOOKED + "{{-1}}T10:00\n-1 11:00 harbor patient-no-show appointment=visit-1\n"),
    (-1, _READ + '-1 11:30 harbor referral-redirected leg=leg-1 to="County Heart Failure Clinic"\n'),
)  # fmt: skip


def sent_out(seed: int) -> list[Planted]:
    """One in every state that the office's list can show."""
    return [_sent(seed, number, *says) for number, says in enumerate(_OFFICE_SAYS)]


def _sent(seed: int, number: int, came: int, says: str) -> Planted:
    drawn = case(seed, _FIRST + number)
    urgency = "expedited" if drawn.urgency == "stat" else drawn.urgency
    it = replace(
        drawn,
        number=f"REF-{_FIRST + number}",
        need=_NEEDS[number % len(_NEEDS)],
        office=OFFICES[1 + number % 2],
        urgency=urgency,
    )
    named = {
        "came": came, "urgency": urgency, "plan": it.resident.plan, "office": OFFICE,
        "performer": shlex.quote(OFFICE),
    }  # fmt: skip
    lines = (_BEFORE + says).format(**named).strip().splitlines()
    acts: tuple[Act, ...] = tuple(act(line) for line in lines)
    return Planted(it, (came, time(8, 30)), None, (), acts)
