"""A pack is read as one; what its files say of each other must hold."""

from referloop.policy.packs import library
from referloop.referral.problems import Problem
from tests.policy.library import TEXTS


def test_cases_are_no_requirements():
    assert [
        need.code for need in library({"see-by.toml": TEXTS["see-by.toml"], "see-by.cases.toml": "["})
    ] == ["see-by"]


def test_every_bad_file_is_named():
    problems = library({"b.toml": "[", "a.toml": "]", "see-by.toml": TEXTS["see-by.toml"]})
    assert [each.where for each in problems if isinstance(each, Problem)] == [
        "a.toml, line 1",
        "b.toml, line 1",
    ]


def test_a_chase_needs_the_requirement_it_chases():
    assert library({"report-lead.toml": TEXTS["report-lead.toml"]}) == (
        Problem(
            "policy-no-such-requirement",
            "report-lead.toml",
            "No requirement is called `report-owed`.",
            "Name a file of the pack after requirement=, without its .toml.",
        ),
    )


def test_dated_versions_come_one_after_the_other():
    found = library({"permission-decision.toml": TEXTS["permission-decision.toml"]})
    assert [str(need.within["any"]) for need in found] == ["14 days", "7 days"]
