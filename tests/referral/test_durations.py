"""How long a referral took, with and without the days on which its clocks stood still."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referloop.referral.durations import Durations, durations
from referloop.referral.facts.intake import ReferralReceived
from referloop.referral.journal import journal
from referloop.referral.snapshot import snapshot
from tests.referral.policies import CALENDAR
from tests.referral.strategies import LOGS, in_another_order

RECEIVED = "2026-04-28T14:00:00Z referral-received service=MRI urgency=routine\n"
CLOSED = "2026-05-28T14:00:00Z referral-closed reason=moved\n"
MERGED = "2026-05-18T14:00:00Z referral-merged other=r2 role=rests\n"
APRIL = date(2026, 4, 1)
LATER = datetime(2026, 6, 7, 15, tzinfo=UTC)
PAUSED = "2026-05-01T14:00:00Z clock-paused pause=a reason=patient-requested-delay until_on=2026-05-08\n"


def took(text):
    return durations(journal(text), CALENDAR, LATER)


def test_what_never_came_took_no_time():
    assert took("2026-04-28 referral-triaged\n") is None


@pytest.mark.parametrize(
    ("then", "found"),
    [
        ("", Durations(APRIL, 40, 0, ended=False)),
        (CLOSED, Durations(APRIL, 30, 0, ended=True)),
        (MERGED, Durations(APRIL, 20, 0, ended=True)),
        (MERGED + CLOSED, Durations(APRIL, 20, 0, ended=True)),
        (CLOSED + "2026-06-01 referral-reopened reason=again\n", Durations(APRIL, 40, 0, ended=False)),
        (MERGED + "2026-06-01 merge-undone other=r2 reason=two\n", Durations(APRIL, 40, 0, ended=False)),
        ("2026-05-18 referral-merged other=r2 role=continues\n", Durations(APRIL, 40, 0, ended=False)),
        ("2026-04-27 referral-closed reason=moved\n", Durations(APRIL, 0, 0, ended=True)),
    ],
)
def test_it_is_counted_from_its_first_day_to_its_end_or_to_today(then, found):
    assert took(RECEIVED + then) == found


def test_it_belongs_to_the_month_in_which_it_came_where_the_desk_is():
    assert took("2026-05-01T02:00:00Z referral-received service=MRI urgency=routine\n").cohort == APRIL


@pytest.mark.parametrize(
    ("pauses", "paused"),
    [
        (PAUSED, 7),
        (PAUSED + "2026-05-03T14:00:00Z clock-resumed pause=a\n", 2),
        (PAUSED + PAUSED.replace("pause=a", "pause=b").replace("05-08", "05-10"), 9),
        (PAUSED.replace("05-08", "04-20"), 0),
        (PAUSED.replace("05-08", "12-31"), 27),  # it was closed before the pause was over
        ("2026-04-01 clock-paused pause=a reason=payer-awaits-patient until_on=2026-04-30\n", 2),
    ],
)
def test_days_on_which_its_clocks_stood_still_are_gross_and_not_net(pauses, paused):
    found = took(RECEIVED + pauses + CLOSED)
    assert (found.gross, found.paused, found.net) == (30, paused, 30 - paused)


def test_what_waits_is_not_taken_off():
    hold = "2026-05-01 hold-placed hold=h track=coverage waiting_for=payer until_on=2026-05-09 reason=asked\n"
    assert took(RECEIVED + hold + CLOSED).net == 30


@given(LOGS, st.data())
def test_net_is_never_more_than_gross_and_an_open_referral_is_not_over(log, data):
    found = durations(log, CALENDAR, LATER)
    assert (found is None) == (snapshot(log, CALENDAR).request is None)
    if found:
        assert (0 <= found.net <= found.gross, found.ended) == (True, not snapshot(log, CALENDAR).open)
        order = data.draw(st.permutations(range(len(log))))
        assert durations(in_another_order(log, order), CALENDAR, LATER) == found


@given(LOGS)
def test_an_open_referral_grows_a_day_a_day(log):
    one, other = (durations(log, CALENDAR, LATER + timedelta(days=each)) for each in (0, 1))
    started = any(isinstance(each.fact, ReferralReceived) and each.occurred_at.year < 2027 for each in log)
    if one and other and not one.ended and started:
        assert other.gross - one.gross in (0, 1)
        assert other.net - one.net in (0, 1)
