"""Every step of a referral by hand, and everything that is refused with its remedy."""

from hashlib import sha256

import pytest

from referloop.referral.facts.fact import Fact
from referloop.referral.facts.intake import ReferralTriaged
from referloop.referral.facts.scheduling import AppointmentBooked, ContactAttempted
from referloop.workbench.asking import Go, Page
from referloop.workbench.pages.acting import act
from referloop.workbench.presenters.acts import ACTS
from tests.desks import TestDesk
from tests.workbench.by_hand import form_of, opened, record
from tests.workbench.filled import Filled, filled

LOOP = (
    ("receipt-acknowledged", {"channel": "fax"}),
    ("referral-triaged", {"urgency": "urgent", "note": "new fibrillation"}),
    ("eligibility-checked", {"result": "active", "valid_until_on": "2027-06-30"}),
    ("permission-assessed", {"kind": "prior-authorization", "result": "required"}),
    ("permission-requested", {"codes": "93306, 99243"}),
    ("permission-pended", {"what": "the echo", "due_on": "2026-12-01"}),
    ("permission-supplemented", {}),
    ("permission-granted", {"number": "A-1", "units": "2", "until_on": "2027-03-01"}),
    ("referral-accepted", {}),
    ("contact-attempted", {"outcome": "no-answer"}),
    ("contact-attempted", {"outcome": "reached", "channel": "phone"}),
    ("appointment-booked", {"starts": "2026-12-01T09:00", "performer": "Dr. Amin"}),
    ("patient-told", {"what": "appointment", "channel": "phone"}),
    ("appointment-moved", {"starts": "2026-12-02T09:00"}),
    ("appointment-confirmed", {}),
    ("encounter-finished", {}),
)


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    found.receive("R1", "P1", patient="P1", question="Anticoagulate?", requester="Dr. Osei")
    return found


def facts(it: Filled) -> list[Fact]:
    found = it.needs.workspace.open(it.here(), "R1")
    assert found is not None
    return [entry.fact for entry in found.standing.log.entries]


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Page)
    return [each.code for each in answer.shows["against"]]


def test_a_referral_goes_from_its_request_to_the_closed_loop_by_forms_alone(it: Filled):
    for word, typed in LOOP:
        if word == "encounter-finished":
            it.test.clock.forward(days=8)
        assert isinstance(record(it, "R1", word, **typed), Go), word
    report = b"Fibrillation confirmed. Apixaban."
    assert isinstance(record(it, "R1", "report-received", content=report, kind="final"), Go)
    assert isinstance(record(it, "R1", "report-matched", how="her number"), Go)
    assert isinstance(record(it, "R1", "report-reviewed", "clinician", disposition="plan-agreed"), Go)
    assert isinstance(record(it, "R1", "patient-told", "clinician", what="plan"), Go)
    assert isinstance(record(it, "R1", "referral-closed", reason="completed"), Go)
    opened_now = it.needs.workspace.open(it.here(), "R1")
    assert opened_now is not None
    assert opened_now.standing.headline == "Closed, loop complete"
    assert opened_now.kept == {sha256(report).hexdigest()}


def test_a_new_thing_gets_a_name_and_later_acts_find_it(it: Filled):
    record(it, "R1", "permission-assessed", kind="prior-authorization", result="required")
    record(it, "R1", "permission-pended")
    assert [getattr(fact, "authorization", "") for fact in facts(it)] == [
        "", "authorization-2", "authorization-2"
    ]  # fmt: skip


def test_an_attempt_says_its_part_of_the_day_and_whether_it_counts(it: Filled):
    first = record(it, "R1", "contact-attempted", outcome="no-answer")
    again = record(it, "R1", "contact-attempted", outcome="no-answer", channel="mobile")
    assert isinstance(first, Go)
    assert isinstance(again, Go)
    assert "It counts as attempt 1." in first.said
    assert "Same channel and part of the day" in again.said
    expected = ContactAttempted(channel="mobile", outcome="no-answer", band="morning")
    assert facts(it)[1:] == [expected, expected]


def test_the_form_of_an_attempt_offers_another_way_where_the_same_would_not_count(it: Filled):
    record(it, "R1", "contact-attempted", outcome="no-answer")
    values = {each.name: each.value for each in form_of(opened(it, "R1", "contact-attempted")).inputs}
    assert values["channel"] == "phone"


@pytest.mark.parametrize(
    "word", ["eligibility-checked", "owner-assigned", "urgency-raised", "referral-closed"]
)
def test_nothing_is_said_by_the_first_word_of_a_list(it: Filled, word: str):
    form = form_of(opened(it, "R1", word))
    assert [
        (each.options[0], each.value) for each in form.inputs if each.kind == "pick" and each.required
    ] == [(("", "choose one"), "")]
    answer = record(it, "R1", word)
    assert codes(answer) == ["field-missing"]
    assert len(facts(it)) == 1


def test_work_is_given_to_those_alone_who_can_do_it(it: Filled):
    (owner,) = form_of(opened(it, "R1", "owner-assigned")).inputs[:1]
    assert owner.options == (("", "choose one"), ("dana", "Dana Reyes"), ("lead", "Kim Sato"))
    assert codes(record(it, "R1", "owner-assigned", owner="clinician")) == ["field-choice"]


def test_what_stands_before_booking_is_shown_before_it_is_tried(it: Filled):
    form = form_of(opened(it, "R1", "appointment-booked"))
    assert [(each.code, bool(each.acts)) for each in form.held_by] == [("eligibility-check", True)]
    answer = record(it, "R1", "appointment-booked", starts="2026-12-01T09:00")
    assert codes(answer) == ["still-owed"]
    assert isinstance(answer, Page)
    assert answer.status == 422
    kept = {each.name: each.value for each in form_of(answer).inputs}
    assert kept["starts"] == "2026-12-01T09:00"


def test_who_looked_at_an_older_page_is_told_and_may_decide_again(it: Filled):
    answer = record(it, "R1", "referral-triaged", seen="7")
    assert codes(answer) == ["referral-changed"]
    assert isinstance(answer, Page)
    assert answer.status == 409
    assert facts(it)[1:] == []


def test_everything_that_is_wrong_is_said_at_once(it: Filled):
    answer = record(it, "R1", "appointment-booked", starts="soon", happened_at="2027-01-01T09:00")
    assert codes(answer) == ["time-ahead", "time-form"]
    answer = record(it, "R1", "eligibility-checked", result="", valid_until_on="31 June")
    assert codes(answer) == ["field-missing", "day-form"]
    answer = record(it, "R1", "eligibility-checked", result="excellent")
    assert codes(answer) == ["field-choice"]


def test_a_junior_closes_only_what_is_completed_or_a_duplicate(it: Filled):
    assert codes(record(it, "R1", "referral-closed", "junior", reason="moved", note="to Ohio")) == [
        "role-closes"
    ]
    assert isinstance(record(it, "R1", "referral-closed", "junior", reason="duplicate-of", note="R2"), Go)


@pytest.mark.parametrize(
    ("role", "word"),
    [
        ("junior", "permission-requested"),
        ("junior", "appeal-filed"),
        ("specialist", "urgency-lowered"),
        ("compliance", "note-added"),
        ("clinician", "eligibility-checked"),
    ],
)
def test_what_is_not_for_a_role_is_refused_with_a_sentence(it: Filled, role: str, word: str):
    answer = act_plainly(it, word, role)
    assert isinstance(answer, Page)
    assert (answer.template, answer.status) == ("refused.html", 403)
    assert answer.shows["says"] == f"Your role does not record this: {ACTS[word].words.lower()}."
    assert facts(it)[1:] == []


def act_plainly(it: Filled, word: str, role: str, **form: str) -> object:
    return it.ask(act, role=role, path={"referral": "R1", "word": word}, form={"seen": "1", **form})


def test_the_desk_says_who_read_a_report(it: Filled):
    answer = record(it, "R1", "report-reviewed", disposition="no-action")
    assert codes(answer) == ["report-reader"]
    assert isinstance(
        record(it, "R1", "report-reviewed", disposition="no-action", note="Dr. Osei, by phone"), Go
    )


def test_one_takes_back_only_what_one_recorded_oneself(it: Filled):
    record(it, "R1", "referral-triaged", urgency="urgent")
    assert codes(act_plainly(it, "entry-withdrawn", "specialist", corrects="1", reason="no", seen="2")) == [
        "withdraw-own"
    ]
    assert isinstance(
        act_plainly(it, "entry-withdrawn", "specialist", corrects="2", reason="the wrong patient", seen="2"),
        Go,
    )
    found = it.needs.workspace.open(it.here(), "R1")
    assert found is not None
    assert (found.standing.now.triaged, found.standing.log.entries[-1].corrects) == (False, 2)


def test_a_correction_keeps_what_is_not_changed_and_when_it_happened(it: Filled):
    before = it.test.clock.now
    record(it, "R1", "referral-triaged", urgency="urgent", note="fibrillation")
    it.test.clock.forward(hours=3)
    page = opened(it, "R1", "referral-triaged", corrects="2")
    typed = {each.name: each.value for each in form_of(page).inputs}
    assert typed == {"urgency": "urgent", "note": "fibrillation"}
    answer = act_plainly(
        it, "referral-triaged", "specialist", **{**typed, "urgency": "stat"}, corrects="2", seen="2"
    )
    assert isinstance(answer, Go)
    found = it.needs.workspace.open(it.here(), "R1")
    assert found is not None
    last = found.standing.log.entries[-1]
    assert (last.fact, last.corrects, last.occurred_at) == (
        ReferralTriaged(urgency="stat", note="fibrillation"), 2, before
    )  # fmt: skip


def test_a_correction_of_another_kind_is_refused(it: Filled):
    assert codes(act_plainly(it, "note-added", "specialist", text="x", audience="desk", corrects="1")) == [
        "correction-word"
    ]


def test_what_happened_on_a_day_is_known_to_the_day(it: Filled):
    record(it, "R1", "appointment-moved", starts="2026-12-02T09:00")
    assert isinstance(record(it, "R1", "patient-called-in", happened_on="2026-11-20"), Go)
    found = it.needs.workspace.open(it.here(), "R1")
    assert found is not None
    assert str(found.standing.log.entries[-1].occurred_at) == "2026-11-20"


def test_a_document_too_large_or_missing_is_refused_and_nothing_is_kept(it: Filled):
    assert codes(record(it, "R1", "report-received", kind="final")) == ["file-missing"]
    assert codes(record(it, "R1", "report-received", kind="final", content=b"x" * 25_000_001)) == [
        "file-size"
    ]
    found = it.needs.workspace.open(it.here(), "R1")
    assert found is not None
    assert found.kept == frozenset()


def test_nobody_acts_on_what_is_not_there_or_with_words_that_are_none(it: Filled):
    for path in ({"referral": "R7", "word": "note-added"}, {"referral": "R1", "word": "no-such-word"}):
        answer = it.ask(act, role="specialist", path=path, form={})
        assert isinstance(answer, Page)
        assert answer.template == "not_here.html"


def test_an_appointment_that_does_not_exist_cannot_be_moved(it: Filled):
    answer = act_plainly(it, "appointment-moved", "specialist", appointment="x", starts="2026-12-01T09:00")
    assert codes(answer) == ["thing-missing"]
    assert AppointmentBooked not in {type(fact) for fact in facts(it)}
