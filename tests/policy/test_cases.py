"""A case that does not hold names file, line, what was expected and what was found."""

import pytest

from referloop.policy.cases import check
from referloop.referral.problems import Problem
from tests.policy.library import NEW_YORK, shipped

CASE = '''[[case]]
name = "Triage is due"
log = """
2026-04-02T14:00:00Z  referral-received  service=Cardiology urgency=routine
"""
'''
FORGOTTEN = "A case has name, log, at, owed, met, ended; at is an instant with its offset."


def checked(text: str) -> tuple[Problem, ...]:
    return check("referral-triage.cases.toml", text, shipped(), NEW_YORK)


def test_a_case_that_holds_says_nothing():
    assert checked(CASE + 'owed = ["referral-triage due 2026-04-03T21:00:00Z"]') == ()


def test_a_case_that_fails_says_what_was_found():
    assert checked(CASE + 'owed = ["referral-triage due 2026-04-06T21:00:00Z"]') == (
        Problem(
            "case-fails",
            "referral-triage.cases.toml, line 6",
            "Triage is due: owed is referral-triage due 2026-04-03T21:00:00Z, "
            "expected referral-triage due 2026-04-06T21:00:00Z.",
            "Change the requirement or the case.",
        ),
    )


def test_what_a_case_leaves_out_must_not_be_there():
    assert [(each.where, each.says) for each in checked(CASE + 'met = ["referral-triage on time"]')] == [
        (
            "referral-triage.cases.toml, line 1",
            "Triage is due: owed is referral-triage due 2026-04-03T21:00:00Z, expected nothing.",
        ),
        (
            "referral-triage.cases.toml, line 6",
            "Triage is due: met is nothing, expected referral-triage on time.",
        ),
    ]


def test_holidays_of_a_file_come_on_top_of_the_calendars():
    owed = 'owed = ["referral-triage due 2026-04-06T21:00:00Z"]'
    assert checked("holidays = [2026-04-03]\n" + CASE + owed) == ()


def test_only_what_was_known_at_the_time_counts():
    log = CASE.replace('\n"""\n', '\n2026-04-03  referral-triaged  learned 2026-04-07T14:00:00Z\n"""\n')
    owed = 'at = 2026-04-06T12:00:00Z\nowed = ["referral-triage due 2026-04-03T21:00:00Z"]'
    met = 'at = 2026-04-07T14:00:00Z\nmet = ["referral-triage on time"]'
    assert (checked(log + owed), checked(log + met)) == ((), ())


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("[", [("case-file", "Write [[case]] tables; holidays = [2026-05-25].")]),
        ("case = 3", [("case-file", "Write [[case]] tables; holidays = [2026-05-25].")]),
        ('holidays = ["x"]\n' + CASE, [("case-file", "Write [[case]] tables; holidays = [2026-05-25].")]),
        ("holidays = 3\n" + CASE, [("case-file", "Write [[case]] tables; holidays = [2026-05-25].")]),
        ("[[case]]", [("case-missing", 'Add log = "...".'), ("case-missing", 'Add name = "...".')]),
        (CASE + "at = 2026-04-02", [("case-key", FORGOTTEN)]),
        (CASE + "at = 2026-04-02T09:00:00", [("case-key", FORGOTTEN)]),
        (CASE + "color = 1", [("case-key", FORGOTTEN)]),
        (CASE.replace("service", "servixe"), [("field-unknown", None), ("field-missing", None)]),
    ],
)
def test_a_file_that_is_no_case_is_refused(text: str, problems: list[tuple[str, str | None]]):
    found = [(each.code, each.remedy) for each in checked(text)]
    expected = [
        (code, remedy if remedy is not None else found[n][1]) for n, (code, remedy) in enumerate(problems)
    ]
    assert found == ([("policy-toml", "Mend the quotes, brackets or commas.")] if text == "[" else expected)
