"""Which attempts to reach a patient count, and what starts the ladder anew."""

import pytest

from referloop.referral.contact import numbered, why_not
from referloop.referral.entry import Author
from referloop.referral.facts.scheduling import ContactAttempted
from referloop.referral.journal import journal
from referloop.referral.snapshot import snapshot
from tests.referral.policies import CALENDAR


def attempt(said, tail=""):
    [entry] = journal(f"2026-04-02 contact-attempted {said} {tail}")
    return entry


@pytest.mark.parametrize(
    ("said", "tail", "why"),
    [
        ("channel=phone outcome=no-answer band=morning", "", ""),
        ("channel=phone outcome=voicemail callback_left=yes", "", ""),
        ("channel=phone outcome=no-answer", "by partner:north from fax:1", ""),
        (
            "channel=phone outcome=wrong-number",
            "",
            "A wrong number is no attempt: correct the contact detail.",
        ),
        ("channel=phone outcome=mailbox-full", "", "The mailbox took no message: use another channel."),
        (
            "channel=phone outcome=voicemail",
            "",
            "A voicemail without a number to call back is no attempt.",
        ),
        (
            "channel=phone outcome=no-answer",
            "by partner:north",
            "An attempt by the performer counts only with evidence.",
        ),
    ],
)
def test_an_attempt_counts_or_says_why_not(said, tail, why):
    assert why_not(attempt(said, tail), None) == why


@pytest.mark.parametrize(
    ("channel", "band", "why"),
    [
        (
            "phone",
            "morning",
            "Same channel and part of the day as the attempt before: vary one of them.",
        ),
        ("phone", "evening", ""),
        ("text", "morning", ""),
        ("phone", "", ""),
    ],
)
def test_attempts_must_vary(channel, band, why):
    before = ContactAttempted(channel="phone", outcome="no-answer", band="morning")
    said = f'channel={channel} outcome=no-answer band="{band}"'
    assert why_not(attempt(said), before) == why


def test_only_attempts_that_count_climb_the_ladder():
    log = journal("""
        2026-04-01 contact-attempted channel=phone outcome=no-answer band=morning
        2026-04-02 contact-attempted channel=phone outcome=no-answer band=morning
        2026-04-03 contact-attempted channel=phone outcome=no-answer band=evening
        2026-04-04 contact-attempted channel=phone outcome=wrong-number
        2026-04-05 contact-attempted channel=text outcome=sent
    """)
    assert numbered(log) == ({1: 1, 2: 0, 3: 2, 4: 0, 5: 3}, 3)


@pytest.mark.parametrize(
    "news",
    [
        "patient-called-in",
        "patient-reached",
        "patient-no-show",
        "contact-attempted channel=text outcome=reached",
    ],
)
def test_hearing_from_the_patient_starts_the_ladder_and_its_letter_anew(news):
    log = journal(f"""
        2026-04-01 contact-attempted channel=phone outcome=no-answer band=morning
        2026-04-02 contact-attempted channel=phone outcome=no-answer band=evening
        2026-04-03 letter-sent
        2026-04-04 {news}
        2026-04-05 contact-attempted channel=phone outcome=no-answer band=morning
    """)
    now = snapshot(log, CALENDAR)
    assert (numbered(log)[1], now.attempts, now.letter_sent) == (1, 1, False)


def test_the_author_of_an_attempt_by_the_desk_needs_no_evidence():
    entry = attempt("channel=phone outcome=no-answer", "by person:ann")
    assert (entry.author, why_not(entry, None)) == (Author("person", "ann"), "")


def test_an_attempt_is_compared_with_the_last_one_that_counted():
    log = journal("""
        2026-04-01 contact-attempted channel=phone outcome=no-answer band=morning
        2026-04-02 contact-attempted channel=phone outcome=voicemail band=evening
        2026-04-03 contact-attempted channel=phone outcome=no-answer band=evening
    """)
    assert numbered(log) == ({1: 1, 2: 0, 3: 2}, 2)


def test_attempts_of_unknown_parts_of_the_day_are_not_held_to_be_the_same():
    before = ContactAttempted(channel="phone", outcome="no-answer")
    assert why_not(attempt("channel=phone outcome=no-answer"), before) == ""
