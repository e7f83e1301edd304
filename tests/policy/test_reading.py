"""A file with a mistake, named by it, is refused with the line and what to write instead; all at once."""

from pathlib import Path

import pytest

from referloop.policy.conditions import TRAITS
from referloop.policy.reading import read
from referloop.referral.problems import Problem
from referloop.referral.requirement import Pattern, Requirement, Span
from tests.policy.library import TEXTS

BAD = Path(__file__).parent / "bad"
A_TIME = 'Write an amount and a unit: "30 min", "2 h", "7 d" or "2 bd" (business days), at most 999.'
EXPECTED = {
    "a_flag_that_is_neither": [("policy-condition-value", 6, "Use: yes, no.")],
    "a_number_for_a_citation": [("policy-type", 12, 'Write citation = "...".')],
    "a_number_for_a_time": [("policy-span", 11, A_TIME)],
    "a_page_beside_the_citation": [("policy-unknown-key", 12, "Remove it.")],
    "a_text_for_a_flag": [("policy-type", 7, "Write top = true.")],
    "a_text_for_a_list": [("policy-type", 5, 'Write after = ["referral-received"].')],
    "a_text_for_a_number": [("policy-type", 7, "Write harm = 3.")],
    "a_unit_nobody_knows": [("policy-span", 11, A_TIME)],
    "a_word_nobody_knows": [
        (
            "policy-unknown-key",
            7,
            "Use one of: about, after, blocks, counted_from, direction, earlier_counts, effort, "
            "escalates_to, given, harm, may_automate, owed, owner, says, stage, title, top, track, unless.",
        )
    ],
    "about_a_field_the_opener_lacks": [
        (
            "policy-field",
            7,
            "Use one of: category, kind, number, patient, performer, plan, question, reasons, requester, "
            "see_by, service, service_code, social, urgency, urgency_raw.",
        )
    ],
    "an_instant_for_a_day": [("policy-date", 10, "Write from = 2026-01-01.")],
    "counted_from_a_fact_without_days": [("policy-field", 7, "Leave counted_from out.")],
    "counted_from_words": [("policy-field", 7, "Use one of: see_by.")],
    "harm_out_of_range": [("policy-choice", 7, "Use one of: 1, 2, 3, 4, 5.")],
    "no_citation": [
        (
            "policy-value-missing",
            9,
            'Every value of policy needs from = 2026-01-01, within = {...} and citation = "...".',
        )
    ],
    "no_owner": [("policy-missing", 1, 'Add owner = "...".')],
    "no_such_decision": [
        ("policy-choice", 7, "Use one of: send, request-permission, book, close, close-complete.")
    ],
    "no_such_fact": [("policy-word", 6, "docs/reference/facts.md lists the words.")],
    "no_such_field": [("policy-condition", 6, "Write field=value|value with one of: note, urgency.")],
    "no_such_stage": [
        ("policy-choice", 3, "Use one of: intake, coverage, routing, scheduling, encounter, closure.")
    ],
    "no_such_trait": [
        ("policy-given", 7, "Write trait=value|value with one of: kind, risk, social, urgency.")
    ],
    "no_such_trait_value": [("policy-given", 7, "Use: yes, no.")],
    "no_such_urgency": [
        ("policy-urgency", 11, "Use: emergent, stat, fast-track, urgent, expedited, routine, elective, any.")
    ],
    "no_such_value": [
        (
            "policy-condition-value",
            6,
            "Use: emergent, stat, fast-track, urgent, expedited, routine, elective, unknown.",
        )
    ],
    "not_toml": [("policy-toml", 1, "Mend the quotes, brackets or commas.")],
    "nothing_owed": [("policy-empty", 6, 'Write owed = ["referral-received"].')],
    "one_table_for_a_list": [
        ("policy-type", 1, "Write an [[in_force]] table with from, within and citation.")
    ],
    "one_time_for_all": [("policy-type", 11, 'Write within = { any = "2 bd" }.')],
    "some_urgencies_without_time": [("policy-urgency", 11, 'Add any = "2 bd".')],
    "the_same_day_twice": [("policy-date", 15, "Give each its own first day.")],
    "three_things_wrong": [
        ("policy-choice", 3, "Use one of: intake, coverage, routing, scheduling, encounter, closure."),
        ("policy-word", 6, "docs/reference/facts.md lists the words."),
        ("policy-span", 16, A_TIME),
    ],
}


@pytest.mark.parametrize("mistake", sorted(EXPECTED))
def test_a_mistake_is_named_with_its_line_and_its_remedy(mistake: str):
    found = read(f"{mistake}.toml", (BAD / f"{mistake}.toml").read_text(encoding="utf-8"))
    problems = [each for each in found if isinstance(each, Problem)]
    where = [(code, f"{mistake}.toml, line {line}", remedy) for code, line, remedy in EXPECTED[mistake]]
    assert [(each.code, each.where, each.remedy) for each in problems] == where


def test_every_bad_file_is_in_the_table():
    assert sorted(path.stem for path in BAD.glob("*.toml")) == sorted(EXPECTED)


def test_a_file_reads_as_a_requirement():
    [found] = read("library/see-by.toml", TEXTS["see-by.toml"])
    assert isinstance(found, Requirement)
    assert (found.code, found.owner, found.counted_from, found.direction, found.within) == (
        "see-by", "performer", "see_by", "before", {"any": Span(0, "d")},
    )  # fmt: skip


def test_conditions_read_as_patterns():
    [found] = read("unbooked-tell.toml", TEXTS["unbooked-tell.toml"])
    assert isinstance(found, Requirement)
    assert found.after == (Pattern("deadline-missed", (("requirement", frozenset({"booked", "rebook"})),)),)


def test_a_time_for_each_urgency_needs_no_time_for_the_rest():
    times = ", ".join(f'{urgency} = "1 h"' for urgency in TRAITS["urgency"] if urgency != "unknown")
    [found] = read("each.toml", TEXTS["see-by.toml"].replace('any = "0 d"', times))
    assert isinstance(found, Requirement)
    assert set(found.within.values()) == {Span(1, "h")}


@pytest.mark.parametrize(
    "text", ["", "[", "\x00", "after = 3", "in_force = 3", "[[in_force]]", "a = " + "[" * 9999]
)
def test_no_text_gives_a_traceback(text: str):
    assert {type(each) for each in read("strange.toml", text)} == {Problem}
