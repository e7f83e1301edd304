"""The shipped policy reads, passes its own cases, and leaves nothing open when a loop is closed."""

import tomllib
from datetime import date

import pytest

from referloop.policy.cases import check
from referloop.referral.decisions import blockers
from referloop.referral.facts import WORDS
from referloop.referral.journal import journal
from referloop.referral.obligations import obligations, owing
from referloop.referral.requirement import DECISIONS
from referloop.referral.story import begins
from tests.policy.library import NEW_YORK, POLICY, TEXTS, shipped

CASES = sorted(name for name in TEXTS if name.endswith(".cases.toml"))
RECEIVED = (
    "2026-04-02T14:00:00Z  referral-received  service=Cardiology urgency=routine see_by=2026-05-29 kind="
)


@pytest.mark.parametrize("name", CASES)
def test_its_cases_pass(name: str):
    assert check(name, TEXTS[name], shipped(), NEW_YORK) == ()


def test_every_requirement_has_at_least_two_cases():
    codes = sorted(name.removesuffix(".toml") for name in TEXTS if name not in CASES)
    cases = {name.removesuffix(".cases.toml"): len(tomllib.loads(TEXTS[name])["case"]) for name in CASES}
    assert sorted(cases) == codes
    assert [code for code, count in cases.items() if count < 2] == []


def test_every_decision_waits_for_something():
    assert {decision for need in shipped() for decision in need.blocks} == set(DECISIONS)


def test_nothing_stands_before_everything_else_but_stat_critical_and_behavioural_health():
    top = sorted(need.code for need in shipped() if need.top)
    assert top == ["behavioural-health-risk", "report-critical", "stat-acknowledge", "stat-receipt"]


def test_a_value_that_changed_keeps_both_its_days():
    days = [need.since for need in shipped() if need.code == "permission-decision"]
    assert days == [date(2025, 1, 1), date(2026, 1, 1)]


def test_a_referral_that_comes_to_us_opens_few_things_at_once():
    assert codes(RECEIVED + "inbound") == [
        "eligibility-check", "receipt-acknowledge", "referral-triage", "referral-accept", "booked", "see-by",
        "visit",
    ]  # fmt: skip


def test_a_referral_we_send_out_opens_few_things_at_once():
    assert codes(RECEIVED + "outbound") == [
        "eligibility-check", "performer-choice", "referral-triage", "booked", "see-by", "visit",
    ]  # fmt: skip


def test_a_request_for_a_social_need_asks_no_payer():
    log = RECEIVED + "inbound social=yes\n2026-04-02T15:00:00Z  referral-triaged"
    assert codes(log) == ["receipt-acknowledge", "referral-accept", "booked", "see-by", "visit"]


INBOUND = (
    RECEIVED
    + """inbound
    2026-04-02T15:00:00Z  receipt-acknowledged  channel=direct
    2026-04-02T16:00:00Z  eligibility-checked  result=active valid_until_on=2026-12-31
    2026-04-03T13:00:00Z  referral-triaged  urgency=routine
    2026-04-03T14:00:00Z  permission-assessed  authorization=z1 kind=prior-authorization result=not-required
    2026-04-03T15:00:00Z  referral-accepted
    2026-04-06T13:00:00Z  contact-attempted  channel=phone outcome=no-answer band=morning
    2026-04-08T21:00:00Z  contact-attempted  channel=mobile outcome=reached band=evening
    2026-04-08T21:05:00Z  appointment-booked  appointment=a1 starts=2026-04-27T09:00
    2026-04-08T21:05:00Z  patient-told  what=appointment
    2026-04-24T13:00:00Z  eligibility-checked  result=active valid_until_on=2026-12-31
    2026-04-27T13:40:00Z  encounter-finished  appointment=a1
    2026-04-30T13:00:00Z  report-received  document=d1 kind=final answers_question=yes
    2026-04-30T13:00:00Z  report-matched  document=d1
    2026-04-30T13:05:00Z  recommendation-made  recommendation=m1 what="Repeat the echo in a year"
    2026-05-01T13:00:00Z  report-reviewed  document=d1 disposition=tasks-created
    2026-05-01T13:05:00Z  recommendation-settled  recommendation=m1 how=ordered
    2026-05-04T13:00:00Z  patient-told  what=plan
    """
)


def test_a_plain_life_leaves_only_the_closing():
    assert codes(INBOUND) == ["loop-close"]
    assert blockers(journal(INBOUND), POLICY, "close-complete") == []


def test_a_plain_life_had_everything_on_time():
    late = [
        o.requirement.code
        for o in obligations(journal(INBOUND), POLICY)
        if o.met_by and begins(o.met_by.occurred_at, NEW_YORK.zone) > o.due
    ]
    assert late == []


OUTBOUND = (
    RECEIVED
    + """outbound
    2026-04-02T14:10:00Z  duplicate-suspected  other=R7 why=same-order
    2026-04-02T15:00:00Z  duplicate-dismissed  other=R7
    2026-04-02T16:00:00Z  eligibility-checked  result=unknown
    2026-04-02T17:00:00Z  eligibility-checked  result=active valid_until_on=2026-12-31
    2026-04-03T13:00:00Z  referral-triaged
    2026-04-03T13:10:00Z  permission-assessed  authorization=z1 kind=prior-authorization result=required
    2026-04-03T13:20:00Z  performer-chosen  leg=l1 performer=Northside
    2026-04-03T13:30:00Z  referral-sent  leg=l1 channel=fax
    2026-04-03T14:00:00Z  permission-requested  authorization=z1
    2026-04-06T21:00:00Z  deadline-missed  requirement=receipt-confirm about=l1 owner=performer
    2026-04-07T13:00:00Z  referral-declined  leg=l1 reason=full
    2026-04-07T15:00:00Z  performer-chosen  leg=l2 performer=Lakeside
    2026-04-07T15:10:00Z  referral-sent  leg=l2 channel=direct
    2026-04-07T15:20:00Z  receipt-confirmed  leg=l2
    2026-04-08T13:00:00Z  referral-accepted  leg=l2
    2026-04-08T14:00:00Z  permission-pended  authorization=z1 what=notes due_on=2026-04-20
    2026-04-09T14:00:00Z  permission-supplemented  authorization=z1 what=notes
    2026-04-10T14:00:00Z  permission-denied  authorization=z1 reason="not necessary" appeal_by=2026-06-14
    2026-04-10T15:00:00Z  patient-told  what=denial
    2026-04-13T14:00:00Z  appeal-filed  authorization=z1 level=1 decision_due_on=2026-05-13
    2026-04-20T14:00:00Z  appeal-decided  authorization=z1 level=1 outcome=overturned
    2026-04-20T15:00:00Z  permission-granted  authorization=z1 until_on=2026-07-20
    2026-04-20T16:00:00Z  patient-reached
    2026-04-20T16:10:00Z  appointment-booked  appointment=a1 starts=2026-05-04T09:00 leg=l2
    2026-04-20T16:10:00Z  patient-told  what=appointment
    2026-05-01T13:00:00Z  eligibility-checked  result=active valid_until_on=2026-12-31
    2026-05-04T14:00:00Z  patient-no-show  appointment=a1
    2026-05-04T15:00:00Z  message-sent  to=requester
    2026-05-04T16:00:00Z  appointment-booked  appointment=a2 starts=2026-05-18T09:00 leg=l2
    2026-05-04T16:10:00Z  patient-told  what=appointment
    2026-05-15T13:00:00Z  eligibility-checked  result=active valid_until_on=2026-12-31
    2026-05-18  encounter-finished  appointment=a2
    2026-05-26T21:00:00Z  deadline-missed  requirement=report-owed owner=performer
    2026-05-27T13:00:00Z  report-requested  channel=fax
    2026-06-01T13:00:00Z  report-received  document=d1 kind=final answers_question=no
    2026-06-01T13:00:00Z  report-matched  document=d1
    2026-06-01T14:00:00Z  report-requested  channel=phone
    2026-06-02T13:00:00Z  report-reviewed  document=d1 disposition=question-open
    2026-06-05T13:00:00Z  report-received  document=d2 kind=final answers_question=yes critical=yes
    2026-06-05T13:00:00Z  report-matched  document=d2
    2026-06-05T13:30:00Z  report-reviewed  document=d2 disposition=plan-agreed
    2026-06-05T14:00:00Z  patient-told  what=plan
    """
)


def test_a_hard_life_leaves_only_the_closing():
    assert codes(OUTBOUND) == ["loop-close"]


@pytest.mark.parametrize("log", [INBOUND, OUTBOUND])
def test_after_the_closing_nothing_is_open(log: str):
    assert codes(log + "2026-06-08T13:00:00Z  referral-closed  reason=completed") == []


@pytest.mark.parametrize("log", [INBOUND, OUTBOUND])
def test_closed_at_any_moment_nothing_stays_open(log: str):
    lines = [line for line in log.splitlines() if line.strip()]
    end = "2026-06-08T13:00:00Z  referral-closed  reason=entered-in-error note=test"
    still = {count: codes("\n".join([*lines[:count], end])) for count in range(1, len(lines))}
    assert {count: found for count, found in still.items() if found} == {}


def test_a_patient_nobody_reaches_ends_with_the_clinician_and_an_announced_day():
    ladder = (
        RECEIVED
        + """inbound
        2026-04-02T15:00:00Z  referral-accepted
        2026-04-03T13:00:00Z  contact-attempted  channel=phone outcome=no-answer band=morning
        2026-04-05T22:00:00Z  contact-attempted  channel=mobile outcome=no-answer band=evening
        2026-04-09T18:00:00Z  contact-attempted  channel=alternate-contact outcome=no-answer band=midday
        2026-04-12T13:00:00Z  letter-sent
        2026-04-23T13:00:00Z  closure-approved  reason=unable-to-contact  by person:lee/clinician
        2026-04-24T13:00:00Z  closure-announced  closes_on=2026-05-04
        """
    )
    assert [code for code in codes(ladder) if code.startswith(("contact", "clos"))] == ["closure-carry-out"]


@pytest.mark.parametrize(
    ("decision", "waits_for"),
    [
        ("send", ["duplicate-settle", "eligibility-check", "identity-settle"]),
        ("request-permission", ["eligibility-check", "identity-settle"]),
        ("book", ["eligibility-check", "identity-settle", "permission-assess"]),
        ("close-complete", ["duplicate-settle", "identity-settle", "visit"]),
        ("close", []),
    ],
)
def test_a_decision_waits_for_what_it_needs(decision: str, waits_for: list[str]):
    log = (
        RECEIVED
        + """outbound
        2026-04-02T14:01:00Z  identity-questioned  question=p1 why=same-name
        2026-04-02T14:02:00Z  duplicate-suspected  other=R7 why=same-order
        2026-04-02T15:00:00Z  referral-triaged
        """
    )
    assert sorted(each.requirement.code for each in blockers(journal(log), POLICY, decision)) == waits_for


def test_an_unknown_permission_never_opens_the_way_to_booking():
    log = (
        RECEIVED
        + """inbound
        2026-04-02T14:30:00Z  eligibility-checked  result=active valid_until_on=2026-12-31
        2026-04-02T15:00:00Z  referral-triaged
        2026-04-02T15:10:00Z  permission-assessed  authorization=z1 kind=payer-referral result=not-required
        2026-04-02T15:20:00Z  permission-assessed  authorization=z2 kind=prior-authorization result=unknown
        """
    )
    assert [each.key for each in blockers(journal(log), POLICY, "book")] == [("permission-resolve", "z2")]


def test_a_stat_visit_is_held_up_by_nothing_the_payer_says():
    log = RECEIVED.replace("routine", "stat") + "inbound\n2026-04-02T14:20:00Z  referral-triaged"
    assert blockers(journal(log), POLICY, "book") == []


def test_every_fact_that_asks_something_opens_something():
    opens = {pattern.word for need in shipped() for pattern in need.after}
    asks = ("-requested", "-questioned", "-suspected", "-pended", "-denied", "-declined", "-failed")
    assert [word for word in WORDS if word.endswith(asks) and word not in opens] == []


def codes(log: str) -> list[str]:
    return [each.requirement.code for each in owing(journal(log), POLICY)]
