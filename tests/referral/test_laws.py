"""Laws that hold of every log, however odd its story."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from referloop.referral.board import standing
from referloop.referral.decisions import blockers, refusals
from referloop.referral.entry import GENESIS, Draft, Entry, broken_at, canonical, chained
from referloop.referral.facts.closure import ReferralClosed
from referloop.referral.facts.desk import EntryWithdrawn
from referloop.referral.facts.fact import in_words
from referloop.referral.facts.intake import MergeUndone, ReferralMerged, ReferralReceived, UrgencyRaised
from referloop.referral.facts.scheduling import ContactAttempted
from referloop.referral.journal import journal, write
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log, entry_of
from referloop.referral.obligations import Obligation, obligations, owing
from referloop.referral.priority import next_step, ranked
from referloop.referral.requirement import DECISIONS
from referloop.referral.snapshot import snapshot
from referloop.referral.stages import HEADLINES, headline
from referloop.referral.story import Story
from tests.referral.policies import CALENDAR, FULL, NOTHING, PLAIN
from tests.referral.strategies import (
    ANY,
    AUTHORS,
    INSTANTS,
    LOGS,
    TEXTS,
    after,
    facts,
    in_another_order,
    logs,
)

Entries = tuple[Entry, ...]


def unplaced(entry: Entry | None) -> Entry | None:
    return entry and replace(entry, seq=0, corrects=None)


def said(each: Obligation) -> tuple[Any, ...]:
    who = tuple(map(unplaced, (each.opener, each.met_by, each.ended_by)))
    return each.key, each.opens_at, each.due, who


def everything(log: Entries, at: datetime) -> tuple[Any, ...]:
    now = snapshot(log, CALENDAR)
    found = list(map(said, obligations(log, FULL)))
    return found, now, headline(now, at, CALENDAR), next_step(owing(log, FULL), now, at, CALENDAR)


@given(LOGS, st.randoms(use_true_random=False), INSTANTS)
def test_the_order_of_arrival_does_not_matter(log, random, at):
    order = list(range(len(log)))
    random.shuffle(order)
    assert everything(in_another_order(log, order), at) == everything(log, at)


@given(LOGS)
def test_a_log_written_as_text_reads_back_as_itself(log):
    text = write(log)
    assert (journal(text), write(journal(text))) == (log, text)


@given(LOGS)
def test_an_entry_reads_back_from_its_canonical_text(log):
    assert [entry_of(canonical(entry)) for entry in log] == list(log)


@given(LOGS, st.data())
def test_the_same_entry_twice_changes_neither_what_is_owed_nor_the_picture(log, data):
    """Attempts of unknown part of the day aside: each of those counts, being told apart by nothing."""
    told = Story.of(log, CALENDAR).entries
    assume(told)
    entry = data.draw(st.sampled_from(told))
    assume(not isinstance(entry.fact, ContactAttempted))
    twice = (*log, replace(entry, seq=len(log) + 2))  # a number that no correction names
    before, now = snapshot(log, CALENDAR), snapshot(twice, CALENDAR)
    assert ({o.key for o in owing(twice, PLAIN)}, now) == ({o.key for o in owing(log, PLAIN)}, before)


@given(LOGS, st.data(), INSTANTS)
def test_a_correction_removes_exactly_its_entry(log, data, at):
    """As if the entry had said nothing, while what it corrected itself stays corrected."""
    assume(log)
    entry = data.draw(st.sampled_from(log))
    nothing = EntryWithdrawn(reason="a slip")
    silent = tuple(replace(each, fact=nothing) if each is entry else each for each in log)
    withdrawn = after(log, nothing)[-1]
    withdrawn = replace(withdrawn, corrects=entry.seq)
    assert everything((*log, withdrawn), at) == everything(silent, at)


@given(LOGS, facts(), st.data())
def test_a_fact_that_corrects_nothing_never_unmeets_an_obligation(log, fact, data):
    """What was met is never open again, and its key stays met.

    The new fact may open the same obligation earlier: then the two are told as one, met by the same entry;
    or name another day to count from: then it takes the place of the one before, met by the same entry.
    Undoing a merge corrects it, by design; conditions on the whole referral or on the contact ladder are
    left out, because a new fact may well change what they ask.
    """
    assume(not isinstance(fact, MergeUndone))
    when = data.draw(INSTANTS | st.sampled_from([each.occurred_at for each in log] or [START_OF_ALL]))
    new = replace(after(log, fact)[-1], occurred_at=when)
    met = [o for o in obligations(log, PLAIN) if o.met_by]
    then = obligations((*log, new), PLAIN)
    assert {(o.key, o.opener) for o in met} & {(o.key, o.opener) for o in then if o.open} == set()
    assert {o.key for o in met} <= {o.key for o in then if o.met_by}


START_OF_ALL = datetime(2026, 1, 1, tzinfo=UTC)


@given(LOGS)
def test_the_policy_of_the_day_applies(log):
    story = Story.of(log, CALENDAR)
    days = {entry.seq: story.day(place) for place, entry in enumerate(story.entries)}
    assert [o for o in obligations(log, FULL) if o.requirement not in FULL.on(days[o.opener.seq])] == []


@given(LOGS, facts(), AUTHORS, INSTANTS, st.none() | st.integers(0, 14), TEXTS)
def test_every_question_has_an_answer_on_every_log(log, fact, by, at, corrects, evidence):
    now, owed = snapshot(log, CALENDAR), owing(log, FULL)
    assert headline(now, at, CALENDAR) in HEADLINES
    assert len(ranked(owed, now, at, CALENDAR)) == len(owed)
    assert isinstance(refusals(log, FULL, Draft(fact, at, evidence, corrects), by, at), tuple)
    assert all(each in owed for decision in DECISIONS for each in blockers(log, FULL, decision))
    assert all(in_words(entry.fact) for entry in log)
    assert standing(Log(ReferralId("r"), "p", log), FULL, at).owed == owed


@given(LOGS, INSTANTS, st.sampled_from([FULL, PLAIN, NOTHING]))
def test_every_open_referral_has_one_next_step_with_owner_date_and_three_reasons(log, at, policy):
    now = snapshot(log, CALENDAR)
    step = next_step(owing(log, policy), now, at, CALENDAR)
    complete = step is not None and bool(
        step.says and step.owner and step.due and len(step.reasons) == 3 and all(step.reasons)
    )
    assert complete or (step is None and not now.open)


@given(LOGS, INSTANTS)
def test_a_replay_gives_the_same_answer_in_the_same_words(log, at):
    assert everything(journal(write(log)), at) == everything(log, at)


@given(LOGS)
def test_a_merge_that_is_undone_leaves_the_picture_and_the_debts_as_they_were(log):
    merge, undone = ReferralMerged(other="z", role="rests"), MergeUndone(other="z", reason="two people")
    then = after(log, merge, undone)
    now, before = snapshot(then, CALENDAR), snapshot(log, CALENDAR)
    assert replace(now, last_progress_at=before.last_progress_at) == before
    assert obligations(then, FULL) == obligations(log, FULL)


@given(LOGS, st.sampled_from(["referral-declined", "leg-ended"]).flatmap(facts), INSTANTS)
def test_an_ended_leg_never_leaves_an_open_referral_without_a_step(log, fact, at):
    then = after(log, fact)
    now, owed = snapshot(then, CALENDAR), owing(then, PLAIN)
    assert not now.open or "choose-again" in {o.requirement.code for o in owed}
    assert not now.open or next_step(owed, now, at, CALENDAR) is not None


@given(LOGS, facts("clock-paused"))
def test_clocks_that_stand_still_only_ever_move_a_date_later(log, pause):
    before = {(o.key, o.opener.seq): o.due for o in obligations(log, FULL)}
    now = {(o.key, o.opener.seq): o.due for o in obligations(after(log, pause, at=START_OF_ALL), FULL)}
    assert now.keys() == before.keys()
    assert [key for key, due in now.items() if due < before[key]] == []


@given(LOGS, facts("hold-placed", "note-added", "looked-again", "escalated", "owner-assigned"))
def test_nothing_but_a_pause_moves_a_date(log, fact):
    then = after(log, fact, at=START_OF_ALL)
    assert obligations(then, FULL) == obligations(log, FULL)


@given(logs(ANY, most=6), st.data())
def test_a_changed_character_anywhere_is_found_at_its_entry(log, data):
    assume(log)
    head, lines = GENESIS, []
    for entry in log:
        head = chained(head, canonical(entry))
        lines.append((entry.seq, canonical(entry), head))
    assert broken_at(lines) is None
    place = data.draw(st.integers(0, len(lines) - 1))
    seq, text, stored = lines[place]
    cut = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda one: one != text[cut]))
    lines[place] = (seq, text[:cut] + letter + text[cut + 1 :], stored)
    assert broken_at(lines) == seq


@given(LOGS, facts("referral-closed"), AUTHORS, INSTANTS, st.just("") | TEXTS)
def test_nothing_closes_by_our_own_decision_without_a_coded_reason_and_a_person(log, fact, by, at, evidence):
    """A partner's word is recorded as it is; a machine closes only what the closing tests spell out."""
    allowed = refusals(log, NOTHING, Draft(fact, at, evidence), by, at) == ()
    now = snapshot(log, CALENDAR)
    announced = fact.reason in ("unable-to-contact", "information-only")
    assert not allowed or by.kind != "machine" or (announced and now.open)
    assert not allowed or by.kind == "partner" or closes_properly(fact, by.role, evidence)


def closes_properly(fact: ReferralClosed, role: str, evidence: str) -> bool:
    proof = {"completed-elsewhere": evidence, "permission-denied-final": evidence}
    clinical = {"seen-no-report": role == "clinician", "no-show-limit": role == "clinician" and fact.note}
    return bool({**proof, **clinical}.get(fact.reason, fact.reason))


@given(LOGS, INSTANTS, INSTANTS)
def test_raising_urgency_never_gives_more_time(log, received_at, at):
    speaks = (
        "referral-received",
        "referral-changed",
        "referral-triaged",
        "urgency-raised",
        "urgency-lowered",
    )
    quiet = tuple(entry for entry in log if entry.word not in speaks)
    received = after(log, ReferralReceived(service="MRI", urgency="routine"), at=received_at)[-1]
    raised = after((*log, received), UrgencyRaised(urgency="stat"), at=at)[-1]
    before = {o.opener: o.due for o in obligations((*quiet, received), FULL)}
    now = {o.opener: o.due for o in obligations((*quiet, received, raised), FULL)}
    assert [entry.word for entry, due in now.items() if due > before.get(entry, due)] == []
