"""What of a referral went to whom, when, on what ground and by whom."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referloop.referral.disclosures import GROUNDS, Disclosure, Permitted, disclosures, permitted
from referloop.referral.entry import Author
from referloop.referral.journal import journal
from referloop.referral.story import standing
from tests.referral.policies import CALENDAR
from tests.referral.strategies import LOGS, in_another_order

NOON = "2026-04-02T16:00:00Z"
AT = datetime(2026, 4, 2, 16, tzinfo=UTC)
ANN = Author("person", "ann", "specialist")
RECEIVED = (
    '2026-04-01T14:00:00Z referral-received service=MRI urgency=routine requester="Dr. Osei"'
    ' performer="Harbor" by partner:clinic\n'
)
SENT = f"{NOON} referral-sent leg=a channel=fax by person:ann/specialist\n"
BY_ANN = " by person:ann/specialist\n"


def of(text):
    return disclosures(journal(RECEIVED + text), CALENDAR)


def told(text):
    """What, to which kind of recipient, who that is, and on what ground."""
    return [(each.what, each.to, each.name, each.ground) for each in of(text)]


def test_a_referral_that_was_sent_is_told_whole():
    chosen = '2026-04-02T15:00:00Z performer-chosen leg=a performer="Lakeside" by person:ann/specialist\n'
    assert of(chosen + SENT) == [
        Disclosure(3, AT, False, "referral", "performer", "Lakeside", "fax", "treatment", ANN)
    ]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("receipt-acknowledged channel=phone", ("receipt", "requester", "Dr. Osei", "treatment")),
        (
            "information-requested request=q of=performer what=when",
            ("question", "performer", "Harbor", "treatment"),
        ),
        ("eligibility-checked result=active payer=HMO", ("coverage-question", "payer", "HMO", "payment")),
        ("permission-requested authorization=a", ("permission-request", "payer", "", "payment")),
        ("permission-supplemented authorization=a", ("permission-supplement", "payer", "", "payment")),
        ("peer-to-peer-held authorization=a outcome=upheld", ("peer-to-peer", "payer", "", "payment")),
        ("appeal-filed authorization=a", ("appeal", "payer", "", "payment")),
        ("letter-sent", ("letter", "patient", "", "to-patient")),
        ('report-requested of="Ms Reed"', ("report-question", "performer", "Ms Reed", "treatment")),
        ('report-routed to="Dr. Vaca"', ("report", "requester", "Dr. Vaca", "treatment")),
        ("patient-told what=plan", ("told-plan", "patient", "", "to-patient")),
        ("message-sent to=requester", ("message", "requester", "Dr. Osei", "treatment")),
        ("message-sent to=lawyer", ("message", "lawyer", "", "unknown")),
        ("note-added text=x audience=performer", ("note", "performer", "Harbor", "treatment")),
        ("escalated to=requester requirement=booked", ("escalation", "requester", "Dr. Osei", "treatment")),
        ("contact-attempted channel=phone outcome=reached", ("contact", "patient", "", "to-patient")),
        (
            "contact-attempted channel=alternate-contact outcome=voicemail",
            ("contact", "contact", "", "involved-in-care"),
        ),
    ],
)  # fmt: skip
def test_whoever_is_told_something_is_named_with_the_ground(said, found):
    assert told(f"{NOON} {said}{BY_ANN}") == [found]


def test_closing_is_announced_to_two():
    assert told(f"{NOON} closure-announced closes_on=2026-04-12{BY_ANN}") == [
        ("closing-announced", "requester", "Dr. Osei", "treatment"),
        ("closing-announced", "patient", "", "to-patient"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        f"note-added text=x{BY_ANN}",
        f"escalated to=lead requirement=booked{BY_ANN}",
        f"contact-attempted channel=phone outcome=no-answer{BY_ANN}",
        f"peer-to-peer-held authorization=a outcome=no-show{BY_ANN}",
        f"referral-triaged{BY_ANN}",
        "message-sent to=requester by partner:clinic\n",
        "information-requested request=q of=requester what=when by person:harbor/receiving-office\n",
        "note-added text=x audience=requester by person:osei/clinician\n",
        "receipt-acknowledged by machine:desk\n",
    ],
)
def test_what_stays_at_the_desk_and_what_others_say_is_no_disclosure(said):
    assert told(f"{NOON} {said}") == []


def test_a_payer_is_the_one_that_was_asked_last():
    stated = f"{NOON} coverage-stated payer=Old by partner:clinic\n"
    checked = f"2026-04-03 eligibility-checked result=active payer=New{BY_ANN}"
    asked = (
        "2026-04-02T17:00:00Z permission-requested authorization=a",
        "2026-04-04 appeal-filed authorization=a",
    )
    found = of(stated + checked + "".join(each + BY_ANN for each in asked))
    assert [(each.what, each.name) for each in found] == [
        ("permission-request", "Old"),
        ("coverage-question", "New"),
        ("appeal", "New"),
    ]


@pytest.mark.parametrize(
    ("then", "proof"),
    [
        ("", ""),
        ("delivery-confirmed leg=a", "delivered"),
        ("delivery-failed leg=a", "failed"),
        ("receipt-confirmed", "received"),
        ("referral-accepted leg=a", "answered"),
        ("referral-declined leg=a reason=full", "answered"),
        ("receipt-confirmed leg=other", ""),
    ],
)
def test_what_came_back_proves_that_it_arrived(then, proof):
    [found] = of(SENT + (f"2026-04-03 {then} by partner:harbor\n" if then else ""))
    assert found.proof == proof


def test_what_came_back_proves_the_sending_it_is_about():
    both = SENT + SENT.replace("leg=a", "leg=b") + "2026-04-03 delivery-confirmed leg=a by partner:harbor\n"
    assert [each.proof for each in of(both)] == ["delivered", ""]
    assert [each.proof for each in of(both + "2026-04-04 receipt-confirmed by partner:harbor\n")] == [
        "delivered",
        "received",
    ]


def test_a_receipt_of_what_was_never_sent_proves_nothing():
    assert of("2026-04-03 receipt-confirmed by partner:harbor\n") == []


@pytest.mark.parametrize(("evidence", "proof"), [("d1", "kept"), ("inbox:7", "")])
def test_a_document_that_was_kept_with_it_is_its_proof(evidence, proof):
    [found] = of(f"{NOON} letter-sent by person:ann/specialist from {evidence}\n")
    assert found.proof == proof


def test_what_was_withdrawn_as_never_done_is_not_told():
    assert of(SENT + f'2026-04-03 entry-withdrawn reason="wrong patient" corrects 2{BY_ANN}') == []


def test_only_what_has_no_known_ground_is_owed_to_the_patient_by_law():
    found = of(SENT + f"{NOON} message-sent to=lawyer{BY_ANN}" + f"{NOON} letter-sent{BY_ANN}")
    assert {each.to: each.accountable for each in found} == {
        "performer": False,
        "lawyer": True,
        "patient": False,
    }


CONSENT = "2026-04-02T16:00:00Z consent-recorded consent=c label=hiv to=Harbor purpose=treatment"
MIDNIGHT = datetime(2026, 4, 6, 4, tzinfo=UTC)  # in New York, behind the last day


@pytest.mark.parametrize(
    ("then", "until"),
    [
        ("\n", None),
        (" until_on=2026-04-05\n", MIDNIGHT),
        ("\n2026-04-03T16:00:00Z consent-revoked consent=c\n", AT.replace(day=3)),
        (" until_on=2026-04-05\n2026-04-03T16:00:00Z consent-revoked consent=c\n", AT.replace(day=3)),
        (" until_on=2026-04-05\n2026-04-09T16:00:00Z consent-revoked consent=c\n", MIDNIGHT),
        ("\n2026-04-03T16:00:00Z consent-revoked consent=other\n", None),
    ],
)
def test_the_patient_permits_until_it_is_taken_back_or_its_last_day_is_over(then, until):
    assert permitted(journal(RECEIVED + CONSENT + then), CALENDAR) == [Permitted(2, "Harbor", AT, until)]


@given(LOGS)
def test_what_is_permitted_begins_with_an_entry_that_stands(log):
    kept = {each.seq for each in standing(log)}
    assert {each.seq for each in permitted(log, CALENDAR)} <= kept


@given(LOGS, st.data())
def test_every_disclosure_is_an_entry_that_stands_in_the_order_it_happened(log, data):
    found = disclosures(log, CALENDAR)
    kept = {each.seq: each for each in standing(log)}
    assert {each.seq for each in found} <= kept.keys()
    assert [each.by for each in found] == [kept[each.seq].author for each in found]
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert all(each.ground == GROUNDS.get(each.to, "unknown") for each in found)
    order = data.draw(st.permutations(range(len(log))))
    again = disclosures(in_another_order(log, order), CALENDAR)
    assert [(each.at, each.what, each.to, each.proof) for each in again] == [
        (each.at, each.what, each.to, each.proof) for each in found
    ]
