"""The inbox: every message in its state, questions of identity decided, items closed."""

import pytest

from referloop.messages import Reading
from referloop.ports import Answer
from referloop.referral.problems import Problem
from referloop.wiring.door import Channel, accept, arrival, bury, refuse
from referloop.workbench.asking import NOT_HERE, Go, Page
from referloop.workbench.pages.inbox import close, inbox, message, outgoing, question, replay, settle
from tests.desks import TestDesk
from tests.workbench.filled import Filled, a_doubtful_patient, filled

EVIL = b"MSH|^~\\&|A\rPID|<script>alert(1)</script>\x00\xff"
WRONG = Problem("segment-missing", "PID", "The patient is missing.", "Ask the sender.")


@pytest.fixture
def it(here: TestDesk) -> Filled:
    return filled(here)


def arrived(it: Filled, number: str):
    desk = it.test.desk
    return arrival(
        EVIL, channel="hl7v2", sender="LAB", message_id=number, media_type="x-application/hl7-v2+er7",
        at=it.test.clock.now, new_id=desk.new_id,
    )  # fmt: skip


def unread(it: Filled, number: str = "m1") -> str:
    """A message that nobody could read."""
    channel = Channel(lambda held: Reading(), lambda told: Answer(0, b""))
    reading = Reading(problems=(WRONG,))
    return accept(it.test.desk, it.test.organization, arrived(it, number), reading, channel).kept.id


def dead(it: Filled) -> str:
    """A message on which the program failed, with the item that says so."""
    return bury(it.test.desk, it.test.organization, arrived(it, "dead"), "KeyError", Answer(0, b"")).id


def test_each_message_is_counted_in_its_state(it: Filled):
    unread(it)
    refuse(it.test.desk, it.test.organization, arrived(it, "m2"), (WRONG,), Answer(0, b""))
    bury(it.test.desk, it.test.organization, arrived(it, "m3"), "KeyError", Answer(0, b""))
    assert it.needs.inbox.counts(it.here()) == {
        "done": 0, "kept": 0, "held": 0, "problem": 1, "refused": 1, "dead": 1, "todo": 1,
    }  # fmt: skip


@pytest.mark.parametrize("state", ["problem", "refused", "dead", "held", "kept", "done"])
def test_every_state_has_its_list(it: Filled, state: str):
    unread(it)
    refuse(it.test.desk, it.test.organization, arrived(it, "m2"), (WRONG,), Answer(0, b""))
    bury(it.test.desk, it.test.organization, arrived(it, "m3"), "KeyError", Answer(0, b""))
    answer = it.ask(inbox, query={"state": state})
    assert isinstance(answer, Page)
    shown = [each.state for each in answer.shows["messages"]]
    assert shown == ([state] if state in ("problem", "refused", "dead") else [])


@pytest.mark.parametrize("state", ["refused", "problem"])
def test_pages_of_messages_follow_each_other_without_a_gap(it: Filled, state: str, monkeypatch):
    monkeypatch.setattr("referloop.wiring.inbox_pages._PAGE", 2)
    for number in range(5):
        it.test.clock.forward(minutes=1)
        if state == "problem":
            unread(it, f"m{number}")
        else:
            refuse(it.test.desk, it.test.organization, arrived(it, f"m{number}"), (WRONG,), Answer(0, b""))
    seen, after = [], ""
    while True:
        found = it.needs.inbox.messages(it.here(), state, after)
        seen += [each.received_at for each in found.messages]
        after = found.next
        if not after:
            break
    assert (len(set(seen)), seen) == (5, sorted(seen, reverse=state == "refused"))


def test_bytes_of_a_stranger_are_shown_and_never_act(it: Filled):
    page = it.page(message, path={"id": unread(it)})
    assert (
        "<script>" in page.split("<body")[1],
        "PID|&lt;script&gt;alert(1)&lt;/script&gt;\u2400ÿ" in page,
    ) == (
        False,
        True,
    )
    assert ("The patient is missing." in page, "Ask the sender." in page) == (True, True)


def test_a_message_of_another_organisation_is_not_here(it: Filled, database):
    from tests.desks import desk_over

    id = unread(it)
    assert filled(desk_over(database)).ask(message, path={"id": id}) == NOT_HERE


def test_reading_again_what_is_still_wrong_leaves_it_where_it_was(it: Filled):
    id = unread(it)
    assert it.ask(replay, path={"id": id}, form={}) == Go(
        f"/inbox/{id}", "It was read again: could not be read."
    )


def test_what_does_not_wait_is_not_read_again(it: Filled):
    kept = refuse(it.test.desk, it.test.organization, arrived(it, "m2"), (WRONG,), Answer(0, b""))
    answer = it.ask(replay, path={"id": kept.id}, form={})
    assert isinstance(answer, Page)
    assert (answer.status, [each.code for each in answer.shows["wrong"]]) == (409, ["replay-none"])


def test_who_only_looks_decides_nothing(it: Filled):
    id = unread(it)
    for view in (replay, close, settle, outgoing):
        answer = it.ask(view, role="compliance", path={"id": id}, form={"outcome": "x", "decision": "replay"})
        assert isinstance(answer, Page)
        assert (answer.template, answer.status) == ("refused.html", 403)
    assert it.counts() == {"problem": 1}


def test_an_item_is_closed_with_what_came_of_it_and_never_without(it: Filled):
    dead(it)
    [item] = it.needs.inbox.todo(it.here(), "")[0]
    without = it.ask(close, path={"id": item.id}, form={"outcome": "  "})
    assert isinstance(without, Page)
    assert (without.status, [each.code for each in without.shows["wrong"]]) == (422, ["outcome-missing"])
    assert it.ask(close, path={"id": item.id}, form={"outcome": "asked them"}) == Go("/inbox", "Closed.")
    again = it.ask(close, path={"id": item.id}, form={"outcome": "asked them"})
    assert isinstance(again, Page)
    assert [each.code for each in again.shows["wrong"]] == ["item-closed"]


def test_two_patients_stand_side_by_side(it: Filled):
    page = it.page(question, path={"id": a_doubtful_patient(it)})
    assert ("the same</span>" in page, "MR 77" in page, 'name="same_as" value="P1"' in page) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("same_as", "answer", "patient"),
    [("P1", "It is the same patient.", "P1"), ("none", "They are different patients.", "")],
)
def test_who_the_patient_is_is_recorded_and_the_item_closed(
    it: Filled, same_as: str, answer: str, patient: str
):
    item = a_doubtful_patient(it)
    assert it.ask(settle, path={"id": item}, form={"same_as": same_as}) == Go("/inbox", answer)
    opened = it.needs.workspace.open(it.here(), "R3")
    assert opened is not None
    assert (opened.standing.now.patient, opened.standing.now.questions) == (patient or "P3", {})
    assert (it.words("R3")[-1], it.counts()) == ("identity-settled", {})
    assert it.ask(settle, path={"id": item}, form={"same_as": same_as}) == NOT_HERE


def test_nobody_is_joined_with_somebody_who_was_not_asked_about(it: Filled):
    item = a_doubtful_patient(it)
    answer = it.ask(settle, path={"id": item}, form={"same_as": "P2"})
    assert isinstance(answer, Page)
    assert (answer.status, it.words("R3")[-1]) == (409, "identity-questioned")


@pytest.mark.parametrize("form", [{"decision": "withdraw"}, {"decision": "burn"}, {"decision": "replay"}])
def test_a_notice_that_waits_for_nobody_is_left_alone(it: Filled, form: dict[str, str]):
    answer = it.ask(outgoing, path={"id": "none"}, form=form)
    assert isinstance(answer, Page)
    assert answer.status == 422


def test_the_work_is_listed_with_what_to_do(it: Filled):
    unread(it)
    dead(it)
    a_doubtful_patient(it)
    page = it.page(inbox)
    found = [words in page for words in ("Compare the patients", "Open the message", "1 could not be read")]
    assert found == [True, True, True]


def test_work_about_a_patient_names_them(it: Filled):
    a_doubtful_patient(it)
    unread(it)
    page = it.page(inbox, role="specialist")
    assert "<h2>Okafor, Ada: Perhaps a known patient.</h2>" in page
