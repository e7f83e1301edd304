"""Facts as sentences for people, and what they say that is not a default."""

from datetime import date

from referloop.referral.facts import RANK, WORDS
from referloop.referral.facts.closure import PatientDied, ReportReceived
from referloop.referral.facts.coverage import PermissionGranted, PermissionRequested
from referloop.referral.facts.fact import filled, in_words
from referloop.referral.facts.intake import DocumentReceived
from referloop.referral.kinds import OneOf


def test_a_part_in_brackets_is_left_out_when_its_field_is_empty():
    assert in_words(PermissionGranted(authorization="a")) == "Payer permits"


def test_a_sentence_shows_days_and_numbers():
    granted = PermissionGranted(authorization="a", number="P7", units=2, until_on=date(2026, 4, 2))
    assert in_words(granted) == "Payer permits: P7, 2 units, until 2026-04-02"


def test_a_sentence_shows_lists_and_flags():
    asked = PermissionRequested(authorization="a", codes=("73721", "73722"))
    report = ReportReceived(document="d", critical=True)
    assert (in_words(asked), in_words(report)) == (
        "Asked the payer for permission, 73721, 73722",
        "Report received: final, critical finding: yes",
    )


def test_a_flag_that_is_down_is_not_spoken_of():
    assert in_words(ReportReceived(document="d")) == "Report received: final"


def test_an_empty_field_outside_brackets_is_unknown():
    assert in_words(DocumentReceived(document="d")) == "Document received: unknown"


def test_a_field_at_its_default_says_nothing():
    assert filled(PatientDied()) == {}


def test_facts_are_ranked_in_the_order_of_a_referrals_life():
    ranks = [RANK[word] for word in ("referral-received", "referral-sent", "report-received", "note-added")]
    assert (ranks, sorted(RANK.values())) == (sorted(ranks), list(range(len(WORDS))))


def test_choices_with_the_same_words_are_the_same():
    assert OneOf("a", "b") == OneOf("a", "b")
