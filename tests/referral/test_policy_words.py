"""Times and patterns of a policy, as people read them."""

import pytest

from tests.referral.policies import need, pattern, span

TIMES = {"stat": "1 h", "urgent": "2 h", "any": "3 d"}


@pytest.mark.parametrize(
    ("said", "read"),
    [("1 bd", "1 business day"), ("2 bd", "2 business days"), ("30 min", "30 minutes"), ("1 d", "1 day")],
)
def test_a_time_reads_as_words(said, read):
    assert str(span(said)) == read


@pytest.mark.parametrize("said", ["referral-sent", "report-received critical=yes kind=final|interim"])
def test_a_pattern_reads_as_it_is_written(said):
    assert str(pattern(said)) == said


@pytest.mark.parametrize(
    ("urgency", "given"),
    [("stat", "1 h"), ("urgent", "2 h"), ("unknown", "2 h"), ("", "2 h"), ("routine", "3 d")],
)
def test_each_urgency_has_its_time_and_an_unknown_one_that_of_the_urgent(urgency, given):
    asked = need("t", "referral-received", "referral-triaged", within=TIMES)
    assert asked.span(urgency) == span(given)
