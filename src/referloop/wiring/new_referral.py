"""A referral entered at the desk goes through the front door like every other: identified, compared, kept."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import msgspec

from referloop.intake.duplicates import suspected
from referloop.messages import Identifier, Party, Person, Reading, ReferralSaid
from referloop.ports import Answer, OpenReferral
from referloop.referral.problems import Problem
from referloop.storage import codes, forms, parties
from referloop.storage.counts import counted
from referloop.storage.search import board_of, with_joined
from referloop.wiring.desk import Desk
from referloop.wiring.door import Channel, accept, arrival
from referloop.wiring.finding_people import found
from referloop.wiring.lines import lines_of
from referloop.wiring.rereading import ROW, row_again
from referloop.wiring.sights import seen_by
from referloop.wiring.sought import understood
from referloop.workbench.asking import Here
from referloop.workbench.lines import Line
from referloop.workbench.people_needs import Code, Found

CHANNEL = "desk"
OWN = "urn:referloop:person"  # under it a person of the books is known for certain
_ALIKE = 0.84
_OFTEN = 5  # what was asked for less often may be words about one patient
_OFFERED = 8
_SHOWN = 5
_GONE = Problem(
    "patient-gone", "patient", "This patient was joined with another meanwhile.", "Find the patient again."
)


class RequestsOfDesk:
    """See `workbench.people_needs.RequestNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def fresh(self, here: Here) -> str:
        return self.desk.new_id()

    def person(self, here: Here, id: str) -> Person | None:
        with self.desk.database.reading(here.organization) as session:
            people = {each.id: each for each in with_joined(session, id)}
            seen = seen_by(session, here)
            if not seen.everything and not board_of(session, list(people), seen, open_only=False, limit=1):
                return None
        return people[id].said if id in people and not people[id].same_as else None

    def alike(self, here: Here, person: Person) -> Sequence[Found]:
        names = [f"{name.family}, {name.given}" for name in person.names[:1]]
        sought = understood(" ".join([*names, person.birth_date]), here.now.date())
        if not sought:
            return []
        with self.desk.database.reading(here.organization) as session:
            people = found(session, here, sought, seen_by(session, here)).people
        return [each for each in people if each.likeness >= _ALIKE][:_SHOWN]

    def doubles(self, here: Here, patient: str, said: ReferralSaid) -> Sequence[Line]:
        with self.desk.database.reading(here.organization) as session:
            people = [each.id for each in with_joined(session, patient)]
            rows = board_of(session, people, seen_by(session, here), open_only=True)
            known = [OpenReferral(row.referral, row.patient, row.service, row.received_at) for row in rows]
            same = {each.other for each in suspected(said, known, here.now)}
            return lines_of(session, here, [row for row in rows if row.referral in same])

    def party(self, here: Here, key: str) -> Party | None:
        with self.desk.database.reading(here.organization) as session:
            return parties.one(session, key)

    def services(self, here: Here, text: str) -> Sequence[str]:
        with self.desk.database.reading(here.organization) as session:
            rows = session.ask(counted("service", here.organization))[0]
        wanted = text.casefold().split()
        often = [(name, count) for name, _, count in rows if count >= _OFTEN and _has(name, wanted)]
        return [name for name, _ in sorted(often, key=lambda each: (-each[1], each[0]))[:_OFFERED]]

    def codes(self, here: Here, code_set: str, text: str) -> Sequence[Code]:
        with self.desk.database.reading(here.organization) as session:
            return [Code(*each) for each in codes.find_codes(session, code_set, text)]

    def code(self, here: Here, code_set: str, code: str) -> Code | None:
        with self.desk.database.reading(here.organization) as session:
            words = codes.words_of(session, code_set, code)
        return None if words is None else Code(code, words)

    def take(self, here: Here, form: str, said: ReferralSaid, patient: str) -> str | tuple[Problem, ...]:
        desk = replace(self.desk, clock=lambda: here.now)
        if patient:
            person = self.person(here, patient)
            if person is None:
                return (_GONE,)
            said = replace(said, patient=_for_certain(desk, here, patient, person))
        body = msgspec.json.encode(said)
        it = arrival(
            body, channel=CHANNEL, sender=here.user, message_id=f"{form}:{sha256(body).hexdigest()[:12]}",
            media_type=ROW, at=here.now, new_id=desk.new_id,
        )  # fmt: skip
        channel = Channel(row_again, lambda told: Answer(0, b""))
        entered = accept(desk, here.organization, it, Reading(said=(said,)), channel).kept.referrals[0]
        if kept := forms.recording(here.organization, here.form, entered, 0, here.now):
            # Its effect is single by the message's number; this lets the second click be answered alike.
            with self.desk.database.transaction(here.organization) as session:
                session.write(*kept)
        return entered

    def entered(self, here: Here) -> str:
        with self.desk.database.reading(here.organization) as session:
            return next(iter(forms.entries(session, here.form)), "")


def _has(name: str, wanted: Sequence[str]) -> bool:
    """Whether each of these begins a word of the name.

    >>> _has("MRI of the knee", ["kn", "mri"]), _has("MRI of the knee", ["nee"]), _has("MRI of the knee", [])
    (True, False, False)
    """
    words = name.casefold().replace("(", " ").split()
    return bool(wanted) and all(any(word.startswith(each) for word in words) for each in wanted)


def _for_certain(desk: Desk, here: Here, patient: str, person: Person) -> Person:
    """The person as the message names them: by our own number, so that nobody else can be meant."""
    own = Identifier(OWN, patient, "PI")
    with desk.books(here.organization, here.now) as books:
        books.add_person_keys(patient, person, [f"id|{own.system}|{own.value}"])
    return Person(identifiers=(own,), names=person.names[:1], birth_date=person.birth_date, sex=person.sex)
