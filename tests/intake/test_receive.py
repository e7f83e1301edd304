"""What messages become: told through the door, on each database."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from referloop.messages import (
    Attachment,
    Coded,
    Identifier,
    Name,
    NotAReferral,
    Party,
    Person,
    Plan,
    ProgressSaid,
    Reading,
    ReferralSaid,
    Said,
)
from referloop.ports import Answer, Arrival, Told
from referloop.referral.kinds import ReferralId
from referloop.referral.problems import Problem
from referloop.wiring.door import Accepted, Channel, accept, accept_all, arrival
from tests.desks import TestDesk

MARIA = Person(
    identifiers=(Identifier("urn:northside:mrn", "004881", "MR"),),
    names=(Name("Alvarez", "Maria"),),
    birth_date="1972-03-12",
)
REQUEST = ReferralSaid(
    action="request",
    sent_at=None,
    placer=Identifier("urn:northside", "REF-1", "PLAC"),
    patient=MARIA,
    service=Coded("183519002", "http://snomed.info/sct", "Cardiology consult"),
    reasons=(Coded("I48.91", "icd", "Atrial fibrillation"),),
    urgency="urgent",
    requester=Party(practitioner="Dr Osei", organisation="Northside"),
    plans=(Plan(payer="Aetna", member_id="W1"),),
)


def answer(told: Told) -> Answer:
    return Answer(200, told.state.encode())


def send(here: TestDesk, message_id: str, *said: Said, problems: tuple[Problem, ...] = ()) -> Accepted:
    reading = Reading(said=said, problems=problems)
    body = repr(said).encode()
    it = arrival(
        body, channel="test", sender="northside", message_id=message_id, media_type="text/plain",
        at=here.clock(), new_id=here.desk.new_id,
    )  # fmt: skip
    _bodies[it.digest] = reading
    return accept(here.desk, here.organization, it, reading, CHANNEL)


_bodies: dict[str, Reading] = {}


def reread(it: Arrival) -> Reading:
    return _bodies[it.digest]


CHANNEL = Channel(reread, answer)


def words(here: TestDesk, referral: ReferralId) -> list[str]:
    with here.desk.books(here.organization) as books:
        log = books.log(referral)
        assert log
        return [entry.word for entry in log.entries]


def count(here: TestDesk, table: str) -> int:
    with here.desk.database.reading(here.organization) as session:
        [[(found,)]] = session.ask(
            (f"SELECT count(*) FROM {table} WHERE organization_id = ?", (here.organization,))
        )
    return int(found)


def test_a_request_becomes_a_referral_with_its_coverage_and_is_owed_work_at_once(here: TestDesk):
    [referral] = send(here, "m1", REQUEST).kept.referrals
    assert words(here, ReferralId(referral)) == ["referral-received", "coverage-stated"]
    with here.desk.books(here.organization) as books:
        log = books.log(ReferralId(referral))
        assert log
        it = books.standing(log)
    assert it.headline == "New"
    assert it.step is not None
    assert (it.step.owner, len(it.step.reasons)) == ("specialist", 3)


def test_the_same_message_again_has_no_second_effect_and_the_same_answer(here: TestDesk):
    first, second = send(here, "m1", REQUEST), send(here, "m1", REQUEST)
    assert (second.again, second.kept.answer) == (True, first.kept.answer)
    assert (count(here, "referrals"), count(here, "inbox")) == (1, 1)


def test_another_content_under_a_used_number_is_taken_in_and_shown(here: TestDesk):
    send(here, "m1", REQUEST)
    other = replace(REQUEST, placer=Identifier("urn:northside", "REF-2", "PLAC"))
    assert not send(here, "m1", other).again
    assert (count(here, "referrals"), count(here, "inbox"), count(here, "items")) == (2, 2, 1)


def test_a_new_message_with_a_known_referral_number_changes_that_referral(here: TestDesk):
    [referral] = send(here, "m1", REQUEST).kept.referrals
    later = replace(REQUEST, urgency="stat", action="change")
    assert send(here, "m2", later).kept.referrals == (referral,)
    assert words(here, ReferralId(referral)) == ["referral-received", "coverage-stated", "referral-changed"]
    send(here, "m3", later)
    assert words(here, ReferralId(referral))[3:] == []


def test_a_change_that_comes_before_its_request_waits_for_it(here: TestDesk):
    early = send(here, "m2", replace(REQUEST, action="change", urgency="stat"))
    assert (early.kept.state, early.kept.owner, early.kept.referrals) == ("held", "specialist", ())
    [referral] = send(here, "m1", REQUEST).kept.referrals
    assert words(here, ReferralId(referral))[-1] == "referral-changed"
    with here.desk.database.reading(here.organization) as session:
        [states] = session.ask(
            ("SELECT DISTINCT state FROM inbox WHERE organization_id = ?", (here.organization,))
        )
    assert states == [("done",)]


def test_a_cancellation_that_comes_before_its_request_waits_for_it(here: TestDesk):
    assert send(here, "m2", replace(REQUEST, action="cancel")).kept.state == "held"
    [referral] = send(here, "m1", REQUEST).kept.referrals
    assert words(here, ReferralId(referral))[-1] == "cancellation-requested"


def test_an_older_change_after_a_newer_one_leaves_the_newer_values(here: TestDesk):
    [referral] = send(here, "m1", REQUEST).kept.referrals
    earlier, later = here.clock.forward(hours=1), here.clock.forward(hours=1)
    here.clock.forward(hours=1)
    send(here, "m3", replace(REQUEST, action="change", question="newer", sent_at=later))
    send(here, "m2", replace(REQUEST, action="change", question="older", sent_at=earlier))
    with here.desk.books(here.organization) as books:
        log = books.log(ReferralId(referral))
        assert log
        request = books.standing(log).now.request
    assert request
    assert request.question == "newer"


def test_a_report_before_acceptance_is_recorded_and_the_same_report_is_one(here: TestDesk):
    [referral] = send(here, "m1", REQUEST).kept.referrals
    assert REQUEST.placer
    note = ProgressSaid(
        referral=(REQUEST.placer,),
        progress="report",
        sent_at=None,
        attachments=(Attachment(id="a", title="Consult note", content=b"Dear colleague"),),
    )
    send(here, "m2", note)
    send(here, "m3", note)
    assert words(here, ReferralId(referral))[2:] == ["encounter-finished", "report-received"]


def test_news_about_a_referral_nobody_knows_is_held_with_an_owner_and_a_timer(here: TestDesk):
    news = ProgressSaid(referral=(Identifier("urn:x", "none"),), progress="accepted", sent_at=None)
    kept = send(here, "m1", news).kept
    assert (kept.state, kept.owner, kept.due_at is not None) == ("held", "specialist", True)


def test_the_notes_of_a_request_stand_for_its_question_where_none_is_asked(here: TestDesk):
    [referral] = send(here, "m1", replace(REQUEST, notes=("Anticoagulate?", "Lives alone"))).kept.referrals
    with here.desk.books(here.organization) as books:
        log = books.log(ReferralId(referral))
        assert log
        request = books.standing(log).now.request
    assert request
    assert request.question == "Anticoagulate?; Lives alone"


def test_a_request_that_its_requester_calls_completed_waits_for_its_report(here: TestDesk):
    [referral] = send(here, "m1", replace(REQUEST, fulfilled=True)).kept.referrals
    send(here, "m2", replace(REQUEST, fulfilled=True))
    assert words(here, ReferralId(referral)) == ["referral-received", "coverage-stated", "encounter-finished"]


def test_what_is_no_referral_is_kept_as_what_it_is(here: TestDesk):
    kept = send(here, "m1", NotAReferral("Observation")).kept
    assert (kept.state, kept.kind, kept.referrals) == ("kept", "Observation", ())


def test_a_likely_duplicate_is_offered_for_merging_and_never_merged(here: TestDesk):
    [one] = send(here, "m1", REQUEST).kept.referrals
    double = replace(REQUEST, placer=Identifier("urn:elsewhere", "X9", "PLAC"))
    [other] = send(here, "m2", double).kept.referrals
    assert one != other
    assert words(here, ReferralId(other))[-1] == "duplicate-suspected"
    assert (count(here, "people"), count(here, "referrals")) == (1, 2)


def test_a_namesake_becomes_a_question_and_a_person_of_its_own(here: TestDesk):
    send(here, "m1", REQUEST)
    namesake = replace(
        REQUEST,
        placer=Identifier("urn:northside", "REF-2", "PLAC"),
        patient=Person(names=MARIA.names, birth_date=MARIA.birth_date),
    )
    [referral] = send(here, "m2", namesake).kept.referrals
    assert words(here, ReferralId(referral))[-1] == "identity-questioned"
    assert (count(here, "people"), count(here, "items")) == (2, 1)


def test_twelve_first_messages_about_one_patient_at_the_same_moment_make_one_patient(here: TestDesk):
    messages = [
        replace(
            REQUEST,
            placer=Identifier("urn:northside", f"REF-{n}", "PLAC"),
            service=Coded(text=f"Service {n}"),
        )
        for n in range(12)
    ]
    with ThreadPoolExecutor(12) as pool:
        accepted = list(pool.map(lambda n: send(here, f"m{n}", messages[n]), range(12)))
    assert len({each.kept.referrals for each in accepted}) == 12
    assert (count(here, "people"), count(here, "referrals"), count(here, "inbox")) == (1, 12, 12)


def test_the_same_request_on_twelve_connections_makes_one_referral(here: TestDesk):
    with ThreadPoolExecutor(12) as pool:
        accepted = list(pool.map(lambda _: send(here, "m1", REQUEST), range(12)))
    assert len({each.kept.referrals for each in accepted}) == 1
    assert (count(here, "people"), count(here, "referrals"), count(here, "inbox")) == (1, 1, 1)


def test_many_messages_are_taken_in_with_one_transaction_and_know_each_other(here: TestDesk):
    batch = [
        (
            arrival(
                str(n).encode(), channel="test", sender="file", message_id=f"row {n}", media_type="text/csv",
                at=here.clock(), new_id=here.desk.new_id,
            ),
            Reading(said=(replace(REQUEST, placer=Identifier("urn:file", f"{n % 3}", "PLAC")),)),
        )
        for n in range(6)
    ]  # fmt: skip
    accepted = accept_all(here.desk, here.organization, batch, CHANNEL)
    assert [each.kept.state for each in accepted] == ["done"] * 6
    assert (count(here, "people"), count(here, "referrals"), count(here, "inbox")) == (1, 3, 6)


def test_a_change_before_its_request_in_one_batch_is_joined_with_it(here: TestDesk):
    said = [replace(REQUEST, action="change", urgency="stat"), REQUEST]
    batch = []
    for n, each in enumerate(said):
        it = arrival(
            str(n).encode(), channel="test", sender="file", message_id=f"row {n}", media_type="text/csv",
            at=here.clock(), new_id=here.desk.new_id,
        )  # fmt: skip
        _bodies[it.digest] = Reading(said=(each,))
        batch.append((it, Reading(said=(each,))))
    accept_all(here.desk, here.organization, batch, CHANNEL)
    with here.desk.database.reading(here.organization) as session:
        sql = "SELECT state, owner FROM inbox WHERE organization_id = ? ORDER BY message_id"
        assert session.ask((sql, (here.organization,))) == [[("done", ""), ("done", "")]]
        sql = "SELECT word FROM entries WHERE organization_id = ? ORDER BY seq"
        [entries] = session.ask((sql, (here.organization,)))
    assert [word for (word,) in entries] == ["referral-received", "coverage-stated", "referral-changed"]


def test_a_batch_that_fails_leaves_nothing(here: TestDesk):
    it = arrival(
        b"x", channel="test", sender="file", message_id="1", media_type="text/csv", at=here.clock(),
        new_id=here.desk.new_id,
    )  # fmt: skip

    def fails(told: Told) -> Answer:
        raise ArithmeticError

    batch = [(it, Reading(said=(REQUEST,)))]
    with pytest.raises(ArithmeticError):
        accept_all(here.desk, here.organization, batch, Channel(reread, fails))
    assert (count(here, "referrals"), count(here, "inbox"), count(here, "evidence")) == (0, 0, 0)


def test_unclear_parts_of_a_message_become_work_and_the_referral_goes_on(here: TestDesk):
    doubt = Problem("hl7-code", "RF1-2", "The priority is unknown.", "Ask the sender.", "warning")
    kept = send(here, "m1", replace(REQUEST, urgency="unknown"), problems=(doubt,)).kept
    assert (kept.state, len(kept.referrals), count(here, "items")) == ("done", 1, 1)


def test_an_organisation_never_finds_the_patient_of_another(here: TestDesk):
    from tests.desks import desk_over

    send(here, "m1", REQUEST)
    elsewhere = desk_over(here.desk.database)
    send(elsewhere, "m1", REQUEST)
    assert (count(elsewhere, "people"), count(elsewhere, "referrals")) == (1, 1)
    assert (count(here, "people"), count(here, "referrals")) == (1, 1)
