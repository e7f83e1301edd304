"""What does not go smoothly between systems: a report nobody asked for, a broken message, notices in vain."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from referloop.exchange.hl7v2.sending import transmit
from referloop.gym.letters import fhir_report, v2_request
from referloop.gym.town import OFFICES, Case, case
from referloop.referral.entry import Draft
from referloop.referral.facts.intake import InformationRequested
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import ProgramFault
from referloop.storage.destinations import Destination, add_destination, remove_destination
from referloop.wiring.demonstration.partners import Clock, over_mllp, post
from referloop.wiring.demonstration.people import JULES
from referloop.wiring.desk import Desk
from referloop.wiring.loops import deliver_once
from referloop.wiring.recording import Place, record
from referloop.wiring.telling import Telling

_SENDER = "EHR/Harbor Internal Medicine"
_NOBODY_THERE = "mllp://127.0.0.1:1"
_PATIENCE = 0.2  # it does not answer anyway
_BETWEEN = timedelta(minutes=70)  # longer than the longest pause between two attempts
_ATTEMPTS = 8


def loose_ends(desk: Desk, organization: str, token: str, now: datetime, seed: int) -> None:
    """In the last day; each waits for somebody who looks after it."""
    clock = Clock(now - timedelta(hours=14))
    desk = replace(desk, clock=clock, telling=Telling())
    unnumbered, spoilt, silent, deaf = (
        replace(case(seed, 2_701 + n), number=f"REF-{2_701 + n}", office=OFFICES[1]) for n in range(4)
    )
    post(desk, token)(fhir_report(replace(spoilt, number="REF-1999"), clock.at, "Seen. Report follows."))
    with over_mllp(desk, organization, clock) as send_frame:
        frame = v2_request(unnumbered, clock.at)
        send_frame(frame.replace(f"|{unnumbered.number}^".encode(), b"|^"))
        frame = v2_request(spoilt, clock.at)
        send_frame(b"\r".join(line for line in frame.split(b"\r") if line[:3] != b"PID"))
        for each in (silent, deaf):
            send_frame(v2_request(each, clock.at))
    transports = {"hl7v2": partial(transmit, patience=_PATIENCE)}
    with _nobody_answers() as port:
        _told(desk, organization, silent, f"mllp://127.0.0.1:{port}")
        deliver_once(desk, organization, transports, _fault)
    _told(desk, organization, deaf, _NOBODY_THERE)
    for _ in range(_ATTEMPTS):
        deliver_once(desk, organization, transports, _fault)
        clock.at += _BETWEEN


def _told(desk: Desk, organization: str, it: Case, address: str) -> None:
    """Somebody asks the requester, whose system is then told at this address."""
    with desk.books(organization) as books:
        referral: ReferralId = books.referrals_named([f"placer|{it.office.system}|{it.number}"])[0]
        add_destination(books.session, Destination(_SENDER, address), desk.clock())
    fact = InformationRequested(request="ask-1", of="requester", what="the medication list")
    fresh = replace(desk, telling=Telling())
    if isinstance(record(fresh, Place(organization, referral), Draft(fact, desk.clock()), JULES), tuple):
        raise ProgramFault("the demonstration's question was refused")
    with desk.books(organization) as books:
        remove_destination(books.session, _SENDER)


@contextmanager
def _nobody_answers() -> Iterator[int]:
    """A peer that takes every message and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as peer:
        threading.Thread(target=_listens, args=(peer,), daemon=True).start()
        yield peer.getsockname()[1]


def _listens(peer: socket.socket) -> None:
    caller, _ = peer.accept()
    with caller:
        while caller.recv(65_536):
            pass


def _fault(fault: Exception) -> None:
    raise ProgramFault("the demonstration's notice could not be tried") from fault
