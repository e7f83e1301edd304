"""People read what is owed, since when, why, and on whose authority."""

from dataclasses import replace
from datetime import UTC, datetime

from referloop.policy.explain import explain, explain_requirement
from referloop.policy.in_force import PolicyInForce
from referloop.referral.journal import journal
from tests.policy.library import NEW_YORK, shipped

NOW = datetime(2026, 4, 4, 12, tzinfo=UTC)
RECEIVED = "2026-04-02T14:00:00Z  referral-received  service=Cardiology urgency=routine kind=inbound\n"
BY_CODE = {need.code: replace(need, citation="The network's agreement") for need in shipped()}


def explained(log: str, *codes: str) -> str:
    return explain(journal(log), PolicyInForce(tuple(BY_CODE[code] for code in codes), NEW_YORK), NOW)


def test_an_open_obligation_says_whether_it_is_late():
    assert explained(RECEIVED, "referral-triage", "referral-accept") == (
        "referral-triage: open, late, due 2026-04-03 17:00 EDT\n"
        "  Triage the referral: question, urgency, right service (specialist)\n"
        "  because 2026-04-02 10:00 EDT: Referral received: Cardiology, routine\n"
        "  source  The network's agreement (since 2026-01-01)\n"
        "\n"
        "referral-accept: open, due 2026-04-06 17:00 EDT\n"
        "  Accept or decline the referral, with a reason (specialist)\n"
        "  because 2026-04-02 10:00 EDT: Referral received: Cardiology, routine\n"
        "  source  The network's agreement (since 2026-01-01)\n"
    )


def test_what_was_met_or_ended_stands_after_what_is_open():
    log = RECEIVED + (
        "2026-04-02T15:00:00Z  identity-questioned  question=p1 why=same-name\n"
        "2026-04-03  referral-triaged\n"
        "2026-04-07T14:00:00Z  identity-settled  question=p1 answer=same\n"
        '2026-04-07T15:00:00Z  patient-declined  reason="too far"\n'
    )
    found = explained(log, "referral-triage", "referral-accept", "identity-settle", "refusal-review")
    assert [line for line in found.splitlines() if line and line[0] != " "] == [
        "refusal-review: open, due 2026-04-10 17:00 EDT",
        "identity-settle [p1]: met late on 2026-04-07 10:00 EDT, due 2026-04-03 17:00 EDT",
        "referral-triage: met on time on 2026-04-03, due 2026-04-03 17:00 EDT",
        "referral-accept: ended on 2026-04-07 11:00 EDT: Patient declines: too far",
    ]


def test_a_log_that_owed_nothing_says_so():
    assert explained(RECEIVED, "death-close") == "Nothing was ever owed.\n"


def test_a_requirement_is_explained_with_everything_it_asks():
    assert explain_requirement(BY_CODE["permission-assess"]) == (
        "permission-assess: It is known whether the payer's permission is needed\n"
        "  says        Find out whether the payer must permit this, and keep the proof\n"
        "  owner       specialist\n"
        "  opens after referral-triaged\n"
        "  only if     social is no\n"
        "  only if     urgency is elective or expedited or fast-track or routine or unknown or urgent\n"
        "  met by      permission-assessed result=not-required|required, also an earlier one\n"
        "  ended by    encounter-finished or econsult-answered or patient-died or patient-declined\n"
        "  within      fast-track 4 hours; urgent 4 hours; any 1 business day\n"
        "  holds up    book\n"
        "  source      The network's agreement (since 2026-01-01)\n"
    )


def test_a_requirement_that_counts_from_a_day_says_so():
    assert explain_requirement(BY_CODE["appeal-deadline"]).splitlines()[2:8] == [
        "  owner       senior, then lead",
        "  opens after permission-denied, for each authorization",
        "  met by      appeal-filed or permission-granted or permission-ended",
        "  ended by    permission-requested or patient-died or patient-declined",
        "  within      any 10 days, before appeal_by",
        "  source      The network's agreement (since 2026-01-01)",
    ]


def test_a_requirement_that_nothing_ends_says_nothing_of_it():
    assert "ended by" not in explain_requirement(BY_CODE["loop-close"])
