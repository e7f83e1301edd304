"""A pack of the desk's own: checked with its cases, foreseen, in force when two agree, and ended by two."""

from datetime import date, datetime, timedelta

import pytest

from referloop.policy.pack import text_of
from referloop.workbench.asking import Go, Page
from referloop.workbench.pages import settings_policy as pages
from tests.desks import NOW, TestDesk
from tests.workbench.filled import Filled, filled

RULE = """title = "A first look"
says = "Look at the referral"
stage = "intake"
track = "intake"
after = ["referral-received"]
owed = ["note-added"]
owner = "specialist"

[[in_force]]
from = 2026-01-01
verified_on = 2026-11-01
within = { any = "2 h" }
citation = "Northside rule 7"
"""
CASES = '''[[case]]
name = "Two hours for a first look"
log = """
2026-04-02T14:00:00Z  referral-received  service=Cardiology urgency=routine kind=inbound
"""
owed = ["first-look due 2026-04-02T16:00:00Z"]
'''
FILES = {"first-look.toml": RULE, "first-look.cases.toml": CASES}
WRONG = RULE.replace("2 h", "2 weeks").replace("note-", "x-")
FORM = {"name": "Northside rules", "valid_from": "2026-11-25", "text": text_of(FILES)}


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    found.receive("R1")
    return found


def hand_in(it: Filled, role: str = "lead", **form: str) -> object:
    return it.ask(pages.new_pack, role=role, form={**FORM, **form})


def kept(it: Filled, **form: str) -> str:
    answer = hand_in(it, **form)
    assert isinstance(answer, Go), answer.shows["wrong"]  # type: ignore[attr-defined]
    return answer.to.partition("id=")[2]


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Page)
    return [each.code for each in answer.shows["wrong"]]


def proposed(it: Filled, **form: str) -> tuple[str, str]:
    """The pack, and the proposal that waits."""
    id = kept(it, **form)
    it.ask(pages.propose_pack, role="lead", form={"id": id, "why": "The board wants it"})
    pack = it.needs.settings.policy.pack(it.here(), id)
    assert pack is not None
    assert pack.asked is not None
    return id, pack.asked.id


def decide(it: Filled, role: str, id: str, pack: str, outcome: str = "approved", reason: str = "") -> object:
    form = {"id": id, "pack": pack, "outcome": outcome, "reason": reason}
    return it.ask(pages.decide, role=role, form=form)


def published(it: Filled, **form: str) -> str:
    pack, proposal = proposed(it, **form)
    assert decide(it, "compliance", proposal, pack) == Go("/settings/policy", "It is approved.")
    return pack


def state(it: Filled, id: str) -> str:
    found = it.needs.settings.policy.pack(it.here(), id)
    assert found is not None
    return found.state


def in_force(it: Filled, day: date) -> set[str]:
    shipped = {each.code for each in it.test.desk.requirements}
    return {each.code for each in it.needs.settings.policy.on(it.here(), day)} - shipped


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"name": "", "valid_from": ""}, ["pack-name", "from-missing"]),
        ({"valid_from": "2026-11-23"}, ["from-past"]),
        ({"text": RULE}, ["pack-form"]),
        ({"text": "=== first-look.cases.toml ===\n" + CASES}, ["pack-empty"]),
        ({"text": "=== first-look.toml ===\n" + RULE}, ["pack-cases-missing"]),
        ({"text": "=== a.toml ===\n=== a.toml ===\n"}, ["pack-twice"]),
        ({"text": text_of({**FILES, "other.cases.toml": CASES})}, ["pack-cases-alone"]),
        ({"text": text_of({**FILES, "first-look.toml": WRONG})},
         ["policy-word", "policy-span"]),
        ({"text": text_of({**FILES, "first-look.cases.toml": CASES.replace("16:00", "17:00")})},
         ["case-fails"]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_with_a_pack_is_said_at_once(it: Filled, form: dict[str, str], expected: list[str]):
    answer = hand_in(it, **form)
    assert codes(answer) == expected
    assert isinstance(answer, Page)
    assert answer.shows["form"]["name"] == form.get("name", FORM["name"])
    assert it.needs.settings.policy.packs(it.here()) == []


def test_a_fault_names_its_file_and_line(it: Filled):
    text = text_of({**FILES, "first-look.toml": RULE.replace('"2 h"', '"2 weeks"')})
    answer = hand_in(it, text=text)
    assert isinstance(answer, Page)
    assert [each.where for each in answer.shows["wrong"]] == ["first-look.toml, line 12"]


def test_a_pack_shows_what_it_would_do_and_has_no_effect_before_two_agree(it: Filled):
    pack, proposal = proposed(it)
    page = it.ask(pages.pack, query={"id": pack})
    assert isinstance(page, Page)
    impact = page.shows["impact"]
    [tally] = impact.past.tallies
    assert (impact.owing, impact.open.referrals, impact.past.looked_at, impact.past.whole) == (0, 1, 1, True)
    assert (tally.code, tally.gained, tally.lost, tally.moved) == ("first-look", 1, 0, 0)
    assert (state(it, pack), in_force(it, date(2026, 12, 1))) == ("waiting", set())
    assert codes(decide(it, "lead", proposal, pack)) == ["proposal-own"]


def test_who_wrote_it_does_not_approve_it_although_another_proposed_it(it: Filled):
    pack = kept(it)
    it.ask(pages.propose_pack, role="administrator", form={"id": pack, "why": "For her"})
    shown = it.needs.settings.policy.pack(it.here(), pack)
    assert shown is not None
    assert shown.asked is not None
    assert codes(decide(it, "lead", shown.asked.id, pack)) == ["pack-own"]
    assert state(it, pack) == "waiting"


def test_when_two_agree_it_holds_from_its_day_on_for_what_is_opened_then(it: Filled):
    pack = published(it)
    assert (state(it, pack), in_force(it, date(2026, 11, 24)), in_force(it, date(2026, 11, 25))) == (
        "to-come", set(), {"first-look"},
    )  # fmt: skip
    it.test.clock.forward(days=1)
    it.receive("R2")
    assert [owes(it, id) for id in ("R1", "R2")] == [None, NOW + timedelta(days=1, hours=2)]
    assert state(it, pack) == "in-force"


def owes(it: Filled, id: str) -> datetime | None:
    with it.test.desk.books(it.test.organization) as books:
        log = books.log(id)  # type: ignore[arg-type]
        assert log is not None
        owed = books.standing(log).owed
        return next((each.due for each in owed if each.requirement.code == "first-look"), None)


def test_a_requirement_of_the_pack_shows_its_source_when_it_was_looked_up_and_its_cases(it: Filled):
    published(it, valid_from="2026-11-24")
    page = it.page(pages.requirement, path={"code": "first-look"})
    assert all(said in page for said in ("Northside rule 7", "1 Nov 2026", "all hold", "holds now"))


def test_a_refused_pack_never_holds_and_keeps_the_reason(it: Filled):
    pack, proposal = proposed(it)
    assert codes(decide(it, "compliance", proposal, pack, "refused")) == ["reason-missing"]
    decide(it, "compliance", proposal, pack, "refused", "Two hours is not agreed")
    shown = it.needs.settings.policy.pack(it.here(), pack)
    assert shown is not None
    assert (shown.state, shown.settled[0].outcome, shown.settled[0].reason) == (
        "draft", "refused", "Two hours is not agreed",
    )  # fmt: skip
    assert in_force(it, date(2026, 12, 1)) == set()


def test_it_ends_when_two_agree_and_every_day_can_still_be_asked_for(it: Filled):
    pack = published(it)
    form = {"id": pack, "until": "2026-12-01", "why": "Not needed"}
    assert codes(it.ask(pages.end_pack, role="lead", form={**form, "until": "2026-11-01"})) == ["from-past"]
    it.ask(pages.end_pack, role="lead", form=form)
    shown = it.needs.settings.policy.pack(it.here(), pack)
    assert shown is not None
    assert shown.asked is not None
    decide(it, "administrator", shown.asked.id, pack)
    assert [in_force(it, date(2026, month, day)) for month, day in ((11, 24), (11, 30), (12, 1))] == [
        set(), {"first-look"}, set(),
    ]  # fmt: skip


def test_a_pack_over_a_shipped_requirement_takes_its_place(it: Filled):
    before = [each for each in it.test.desk.requirements if each.code == "receipt-acknowledge"][-1]
    text = RULE.replace("note-added", "receipt-acknowledged")
    cases = CASES.replace("first-look due", "receipt-acknowledge due")
    files = {"receipt-acknowledge.toml": text, "receipt-acknowledge.cases.toml": cases}
    published(it, text=text_of(files), valid_from="2026-11-25")
    titles = [
        next(each.title for each in it.needs.settings.policy.on(it.here(), day) if each.code == before.code)
        for day in (date(2026, 11, 24), date(2026, 11, 25))
    ]
    assert titles == [before.title, "A first look"]


def test_the_list_shows_what_held_on_a_day(it: Filled):
    published(it)
    page = it.page(pages.policy, query={"on": "2026-12-01"})
    assert ("A first look" in page, "A first look" in it.page(pages.policy)) == (True, False)
