"""Between whom a referral is, as its head says it."""

import pytest

from referloop.workbench.asking import Page
from referloop.workbench.pages.referral import referral
from tests.desks import TestDesk
from tests.workbench.filled import Filled, filled


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    found.receive("R1", "P1", patient="P1", requester="Dr. Osei")
    return found


def head(it: Filled) -> str:
    page = it.page(referral, role="specialist", path={"referral": "R1"})
    return page.partition("from Dr. Osei")[2].partition(" · ")[0]


def test_the_head_names_whom_the_visit_is_booked_with_and_then_who_was_chosen(it: Filled):
    found = ["no performer yet" in head(it)]
    it.record("R1", "appointment-booked", appointment="A1", performer="Dr. Amin", starts="2026-12-01T11:30")
    found.append("Dr. Amin" in head(it))
    it.record("R1", "performer-chosen", leg="L1", performer="Harbor Cardiology")
    found.append("Harbor Cardiology" in head(it))
    assert found == [True, True, True]


def test_whoever_a_packet_would_go_to_can_be_named_in_the_patient_s_permission(it: Filled):
    it.record("R1", "appointment-booked", appointment="A1", performer="Dr. Amin", starts="2026-12-01T11:30")
    query = {"do": "consent-recorded"}
    answer = it.ask(referral, role="specialist", path={"referral": "R1"}, query=query)
    assert isinstance(answer, Page)
    to = next(each for each in answer.shows["form"].inputs if each.name == "to")
    assert [value for value, _ in to.options] == ["", "Dr. Amin", "Dr. Osei"]
