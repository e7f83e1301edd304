"""Settings for the workbench: who works here, and the parts for calendar, policy and connections."""

from collections.abc import Sequence, Set

import msgspec

from referloop.referral.entry import Draft
from referloop.referral.facts.desk import OwnerAssigned
from referloop.referral.kinds import ReferralId
from referloop.referral.priority import OURS
from referloop.referral.problems import Problem
from referloop.referral.snapshot import snapshot
from referloop.storage import forms, parties, roster, sight
from referloop.storage.access import User
from referloop.storage.database import Session
from referloop.storage.given import logs_maybe_given_to
from referloop.storage.proposals import Proposal, decide, propose, waiting
from referloop.wiring.calendar_pages import CalendarOfDesk
from referloop.wiring.connection_pages import ConnectionsOfDesk
from referloop.wiring.desk import Desk
from referloop.wiring.policy_pages import PolicyOfDesk
from referloop.wiring.recording import Place, record
from referloop.wiring.second_person import open_one, refusal, shown
from referloop.wiring.signed_in import reset_factors
from referloop.wiring.signing import login_of
from referloop.workbench.asking import Here
from referloop.workbench.duties import (
    Colleague,
    above,
    decides,
    faults,
    needs_two,
    proposal_faults,
    standing_faults,
)
from referloop.workbench.proposal_needs import Asked
from referloop.workbench.settings_needs import Offered
from referloop.workbench.sight import OUTSIDE

_KIND = "person"
_COLLEAGUE = msgspec.json.Decoder(Colleague)
_ALONE = Problem(
    "why-missing", "why", "This role wants a second person, and it does not say why.",
    "Write a few words for whoever decides.",
)  # fmt: skip

_ASKED = Problem(
    "user-asked", "id", "Somebody else has asked for a change of this person already.",
    "Wait until it is decided.",
)  # fmt: skip
_ADMINISTRATOR = Problem(
    "proposal-administrator", "", "Whoever may not change people proposed this: an administrator decides.",
    "Leave it to an administrator.",
)  # fmt: skip
_NOBODY = Problem("user-unknown", "id", "Nobody of this name works here.", "Go back to the list.")


class SettingsOfDesk:
    """See `workbench.settings_needs.SettingsNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.calendar = CalendarOfDesk(desk)
        self.policy = PolicyOfDesk(desk)
        self.connections = ConnectionsOfDesk(desk)

    def colleagues(self, here: Here) -> Sequence[Colleague]:
        with self.desk.database.reading(here.organization) as session:
            return _colleagues(session)

    def stands_for(self, here: Here, id: str) -> Sequence[str]:
        with self.desk.database.reading(here.organization) as session:
            return sight.stands_for(session, id)

    def named(self, here: Here, text: str) -> Sequence[Offered]:
        with self.desk.database.reading(here.organization) as session:
            return [Offered(it.words, it.number, it.names) for it in parties.named(session, text)]

    def also_named(self, here: Here, names: Sequence[str]) -> Sequence[str]:
        with self.desk.database.reading(here.organization) as session:
            return sorted(set().union(*parties.also(session, names).values()) - set(names))

    def named_anew(self, here: Here) -> Set[str]:
        with self.desk.database.reading(here.organization) as session:
            outside = {id: names for role in OUTSIDE for id, names in sight.colleagues(session, role).items()}
            found = parties.also(session, {name for names in outside.values() for name in names})
        return {
            id for id, names in outside.items() if any(found.get(name, set()) - set(names) for name in names)
        }

    def stand_for(self, here: Here, id: str, names: Sequence[str]) -> Sequence[Problem]:
        with self.desk.database.transaction(here.organization) as session:
            it = next((each for each in _colleagues(session) if each.id == id), None)
            if it is None:
                return (_NOBODY,)
            known = [*sight.stands_for(session, id), *parties.spelled(session, names)]
            problems = tuple(standing_faults(here.user, here.role, it, names, known))
            if not problems:
                sight.stand_for(session, id, names)
            return problems

    def owned(self, here: Here, id: str) -> int:
        return len(self._given_to(here, id))

    def change_colleague(
        self, here: Here, it: Colleague, why: str = "", hand_to: str = ""
    ) -> tuple[str, Sequence[Problem]]:
        with self.desk.database.transaction(here.organization) as session:
            _alone(session)
            if sent := forms.before(session, here.form):
                return ("proposed" if it.id in sent else "kept"), ()
            known = _colleagues(session)
            before = next((each for each in known if each.id == it.id), None)
            two = needs_two(before, it)
            problems = [*faults(here.user, here.role, it, before, known), *_hand_faults(it, hand_to, known)]
            if problems or (two and not why):
                return "", (*problems, *([_ALONE] if two and not why else []))
            if two:
                _propose(session, self.desk.new_id(), here, it, why)
                return "proposed", ()
            roster.put_user(session, User(it.id, it.name, it.role, it.active), here.now)
            forms.keep(session, here.form, f"user:{it.id}", here.now)
        if hand_to:
            self._hand_over(here, it.id, hand_to)
        return "kept", ()

    def propose_colleague(self, here: Here, it: Colleague, why: str) -> Sequence[Problem]:
        with self.desk.database.transaction(here.organization) as session:
            _alone(session)
            if forms.before(session, here.form):
                return ()
            known = _colleagues(session)
            before = next((each for each in known if each.id == it.id), None)
            problems = list(proposal_faults(here.user, here.role, it, before, known))
            if any(each.about == it.id and each.proposed_by != here.user for each in waiting(session, _KIND)):
                problems.append(_ASKED)
            if not problems:
                _propose(session, self.desk.new_id(), here, it, why)
            return problems

    def asked(self, here: Here) -> tuple[Sequence[Asked], Sequence[Asked]]:
        with self.desk.database.reading(here.organization) as session:
            return shown(session, _KIND)

    def decide(self, here: Here, id: str, outcome: str, reason: str) -> Sequence[Problem]:
        with self.desk.database.transaction(here.organization) as session:
            _alone(session)
            if forms.before(session, here.form):
                return ()
            it = open_one(session, id, _KIND)
            problem = refusal(here, it, outcome, reason)
            if problem or it is None:
                return (problem,) if problem else ()
            wanted = _COLLEAGUE.decode(it.said)
            if outcome != "withdrawn" and not decides(here.role, _colleague(session, it.proposed_by)):
                return (_ADMINISTRATOR,)
            if outcome == "approved":
                if problems := _against(session, here, wanted):
                    return problems
                roster.put_user(session, User(wanted.id, wanted.name, wanted.role, wanted.active), here.now)
            decide(session, id, here.user, outcome, reason, here.now)
            forms.keep(session, here.form, id, here.now)
        return ()

    def sent_before(self, here: Here) -> bool:
        with self.desk.database.reading(here.organization) as session:
            return bool(forms.entries(session, here.form))

    def reset_factors(self, here: Here, id: str) -> int | None:
        return reset_factors(login_of(here.organization, id))

    def _given_to(self, here: Here, id: str) -> Sequence[ReferralId]:
        calendar = self.desk.policy(here.organization).calendar
        with self.desk.database.reading(here.organization) as session:
            found = logs_maybe_given_to(session, id) if id else []
        return [log.referral for log in found if snapshot(log.entries, calendar).owner == id]

    def _hand_over(self, here: Here, id: str, to: str) -> None:
        """Each by a fact of its own in its log, with the name of who decided it."""
        for referral in self._given_to(here, id):
            draft = Draft(OwnerAssigned(owner=to), here.now)
            record(self.desk, Place(here.organization, referral), draft, here.author)


def _propose(session: Session, id: str, here: Here, it: Colleague, why: str) -> None:
    said = msgspec.json.encode(it).decode()
    propose(session, Proposal(id, _KIND, it.id, said, why, here.now, here.user))
    forms.keep(session, here.form, it.id, here.now)


def _alone(session: Session) -> None:
    """Two who change people at once do so one after the other: one administrator must remain."""
    if query := session.one_at_a_time(["people"]):
        session.ask(query)


def _colleagues(session: Session) -> list[Colleague]:
    return [Colleague(each.id, each.name, each.role, each.active) for each in roster.users(session)]


def _colleague(session: Session, id: str) -> Colleague | None:
    return next((each for each in _colleagues(session) if each.id == id), None)


def _hand_faults(it: Colleague, to: str, known: Sequence[Colleague]) -> list[Problem]:
    others = {each.id for each in known if each.active and each.id != it.id}
    if not to or to in OURS or to in others:
        return []
    remedy = "Choose a queue, or somebody who works here."
    return [Problem("hand-to", "hand_to", "Nobody takes it over there.", remedy)]


def _against(session: Session, here: Here, wanted: Colleague) -> Sequence[Problem]:
    """What stands against it when the second person decides: they get nothing by it, and stand as high."""
    if wanted.id == here.user:
        says = "Nobody approves a role of their own."
        return (Problem("user-self", "", says, "Ask another administrator or a compliance officer."),)
    if above(wanted.role, here.role):
        says = "This role stands above your own."
        return (Problem("user-above", "", says, "Ask an administrator or a compliance officer."),)
    known = _colleagues(session)
    before = next((each for each in known if each.id == wanted.id), None)
    return tuple(faults(here.user, here.role, wanted, before, known))
