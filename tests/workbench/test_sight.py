"""Whoever is not of the desk sees what is theirs; of everything else not a word, number or trace."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import get_type_hints

import pytest

from referloop.messages import NO_RULES, Coded, ReferralSaid
from referloop.referral.entry import Draft
from referloop.referral.facts.desk import NoteAdded
from referloop.workbench.access import ROLES, may
from referloop.workbench.asking import Ask, Go, Here, Page
from referloop.workbench.lines import Filter
from referloop.workbench.listing_needs import Wish
from referloop.workbench.needs import Needs
from referloop.workbench.pages.referral_documents import file
from referloop.workbench.routes import ROUTES
from referloop.workbench.sight import SIGHTS, WHOLE, sight, stands_for_names
from tests.desks import NOW, TestDesk
from tests.workbench.filled import BEN, Filled, filled
from tests.workbench.sighted import OURS, SECRET, THEIRS, allowed, answered, ours, say, theirs

pytestmark = pytest.mark.slow  # every need, for every role

OUTSIDE = ("clinician", "receiving-office")
TYPED = (
    {"text": SECRET}, {"text": "Okafor, Ada"}, {"text": "Okafor 1980-02-29"}, {"text": "R7"},
    {"text": "NUM8"}, {"text": "Chen"}, {"kind": "csv", "state": "all"}, {"state": "all", "text": "clinic"},
    {"patient": "P2", "why": "", "words": ""},
)  # fmt: skip


@pytest.fixture
def it(here: TestDesk) -> Filled:
    return filled(here)


def every_answer(
    it: Filled, role: str, referral: str, patient: str, digest: str
) -> dict[tuple[str, ...], str]:
    """Of every address and everything that is typed, for one of theirs."""
    ids = {"referral": referral, "patient": patient, "digest": digest, "word": "note-added"}
    found = {}
    for route, method in allowed(role):
        forms: Iterable[dict[str, str]] = TYPED if method == "POST" else ({},)
        for form in forms:
            key = (route.pattern, method, *form.values())
            found[key] = bare(answered(it, role, route, method, ids, **form))
    return found


def bare(text: str) -> str:
    """Without ids and times that are made anew for each page and each PDF."""
    text = re.sub(r"/CreationDate.*?/Creator|/ID \[.*?\]", "", text, flags=re.DOTALL)
    return re.sub(r'value="org\w+"', "", text)


@pytest.mark.parametrize("role", OUTSIDE)
def test_every_answer_is_the_same_as_if_what_is_others_never_came(it: Filled, role: str):
    letter = ours(it)
    before = every_answer(it, role, OURS, "P1", letter)
    theirs(it)
    after = every_answer(it, role, OURS, "P1", letter)
    assert len(before) > 10
    assert {key for key in before if before[key] != after[key]} == set()


@pytest.mark.parametrize("role", OUTSIDE)
def test_no_answer_about_what_is_others_says_a_word_of_it(it: Filled, role: str):
    ours(it)
    letter = theirs(it)
    for referral, patient in ((THEIRS, "P1"), ("R8", "P2")):
        answers = every_answer(it, role, referral, patient, letter)
        typed = re.compile(r'value="[^"]*"|<textarea[^>]*>[^<]*</textarea>')  # what they typed themselves
        assert [key for key, text in answers.items() if SECRET in typed.sub("", text)] == []
        statuses = {
            key[0]: text[:3]
            for key, text in answers.items()
            if key[0].startswith("referrals/<") or (key[0].startswith("patients") and patient == "P2")
        }
        assert set(statuses.values()) <= {"403", "404"}
        assert statuses["referrals/<str:referral>"] == ("403" if role == "clinician" else "404")


@pytest.mark.parametrize("role", OUTSIDE)
def test_news_of_what_is_others_is_none(it: Filled, role: str):
    ours(it)
    places = ("/", "/referrals", f"/referrals/{THEIRS}", "/referrals/R9", "/patients/P2")
    before = [it.needs.version(it.here(role), place) for place in places]
    theirs(it)
    say(it, THEIRS, "note-added", text="x")
    assert [it.needs.version(it.here(role), place) for place in places] == before
    own = it.needs.version(it.here(role), f"/referrals/{OURS}")
    assert own != it.needs.version(it.here(role), f"/referrals/{THEIRS}")


def test_counts_count_what_is_theirs(it: Filled):
    ours(it)
    before = it.needs.counts(it.here("clinician"))
    theirs(it)
    assert it.needs.counts(it.here("clinician")) == before
    roles = ("lead", "clinician", "receiving-office")
    assert [sum(it.needs.counts(it.here(role)).values()) for role in roles] == [3, 1, 0]


@pytest.mark.parametrize("role", sorted(WHOLE))
@pytest.mark.parametrize("pattern", ["referrals/<str:referral>", "patients/<str:id>"])
def test_the_desk_sees_all_of_it(it: Filled, role: str, pattern: str):
    ours(it)
    theirs(it)
    route = next(each for each in ROUTES if each.pattern == pattern)
    assert SECRET in answered(it, role, route, "GET", {"referral": THEIRS, "patient": "P1"})


def test_what_is_said_of_others_is_not_recorded(it: Filled):
    ours(it)
    theirs(it)
    for role, form in (("clinician", {"text": "x"}), ("receiving-office", {})):
        route = next(each for each in ROUTES if each.pattern.endswith("do/<str:word>"))
        word = "note-added" if role == "clinician" else "referral-accepted"
        path = {"referral": THEIRS, "word": word}
        answer = route.view(Ask("POST", it.here(role), path, {}, {"seen": "9", **form}), it.needs)
        assert isinstance(answer, Page)
        assert answer.status == (403 if role == "clinician" else 404)
    assert it.words(THEIRS)[-1] == "referral-sent"


def test_a_document_is_handed_out_only_through_a_referral_that_shows_it(it: Filled):
    ours(it)
    digest = theirs(it)
    for referral, status in ((OURS, 404), (THEIRS, 403)):
        answer = it.ask(file, role="clinician", path={"referral": referral, "digest": digest})
        assert isinstance(answer, Page)
        assert answer.status == status


def test_who_stands_for_nobody_sees_nothing():
    found = {
        role: sight(role, (), "northside|osei", ("harbor|",), glass=False) for role in (*ROLES, "unknown")
    }
    assert found == {
        **dict.fromkeys(WHOLE, "whole"),
        "compliance": "header",
        "clinician": "behind-glass",
        "receiving-office": "nothing",
        "administrator": "nothing",
        "unknown": "nothing",
    }
    assert set(found.values()) <= set(SIGHTS)


@pytest.mark.parametrize(
    ("stands_for", "name", "theirs"),
    [
        (["Northside"], "Ruth Osei, Northside", True),
        (["northside "], "Ruth Osei, NORTHSIDE", True),
        (["Ruth Osei, Northside"], "Ruth Osei, Northside", True),
        (["Ruth Osei, Northside"], "Paul Lindgren, Northside", False),
        (["Ruth Osei, Northside"], "Northside", False),
        (["Ruth Osei, Northside"], "Ruth Oseito, Northside", False),
        (["Northside"], "Ruth Osei, Northside East", False),
        (["Northside"], "Northside, Eastgate", False),
        ([""], "", False),
        (["-"], "-", False),
        ([" , "], "Ruth Osei, Northside", False),
        ([], "", False),
    ],
)
def test_a_name_stands_for_itself_and_a_practice_for_all_who_work_there(
    stands_for: list[str], name: str, theirs: bool
):
    assert stands_for_names(stands_for, name) == theirs


def test_an_open_glass_shows_what_is_not_theirs_and_nothing_more_to_an_office():
    assert [
        sight(role, ("Northside",), "eastgate|roth", (), glass=True)
        for role in ("clinician", "receiving-office", "administrator")
    ] == ["glass", "nothing", "nothing"]


def test_a_receiving_office_has_no_lists_of_the_desk(it: Filled):
    ours(it)
    patterns = {route.pattern for route, _ in allowed("receiving-office")}
    assert patterns == {
        "",
        "referrals/<str:referral>",
        "referrals/<str:referral>/preview",
        "referrals/<str:referral>/do/<str:word>",
        "referrals/<str:referral>/documents/<str:digest>",
        "referrals/<str:referral>/documents/<str:digest>/file",
        "referrals/<str:referral>/documents/<str:digest>/pages/<str:page>",
        "referrals/<str:referral>/documents/<str:digest>/small/<str:page>",
    }


def test_a_clinician_goes_straight_to_their_own_referral(it: Filled):
    ours(it)
    find = next(each for each in ROUTES if each.pattern == "find")
    answer = find.view(Ask("POST", it.here("clinician"), {}, {}, {"text": "R1"}), it.needs)
    assert isinstance(answer, Go)
    assert answer.to == "/referrals/R1"


ABOUT_BEN = ReferralSaid(
    action="request", sent_at=None, placer=None, patient=BEN, service=Coded(text=f"{SECRET} clinic"),
    urgency="routine",
)  # fmt: skip
_WISH = Wish(THEIRS, None, Draft(NoteAdded(text="x"), NOW))
# What the pages ask of the world with somebody who asks: by sight, as the probe shows, or for the desk alone.
BY_SIGHT: Mapping[str, Callable[[Needs, Here], object]] = {
    "version": lambda needs, here: needs.version(here, f"/referrals/{THEIRS}"),
    "work": lambda needs, here: needs.work(here, Filter(state="all")),
    "counts": lambda needs, here: needs.counts(here),
    "listing.lines": lambda needs, here: needs.listing.lines(here, Filter(state="all")),
    "listing.picked": lambda needs, here: needs.listing.picked(here, [THEIRS, "R8"]),
    "listing.foreseen": lambda needs, here: needs.listing.foreseen(here, [_WISH]),
    "listing.recorded": lambda needs, here: needs.listing.recorded(here, [_WISH]),
    "workspace.open": lambda needs, here: needs.workspace.open(here, THEIRS),
    "workspace.header": lambda needs, here: needs.workspace.header(here, THEIRS),
    "workspace.record": lambda needs, here: needs.workspace.record(here, THEIRS, None, _WISH.draft),
    "workspace.merge": lambda needs, here: needs.workspace.merge(here, OURS, THEIRS, "x", {}),
    "workspace.unmerge": lambda needs, here: needs.workspace.unmerge(here, THEIRS, "x", {}),
    "workspace.contents": lambda needs, here: needs.workspace.contents(here, THEIRS, ["d"]),
    "papers.page": lambda needs, here: needs.papers.page(here, THEIRS, "d", 1, 100),
    "papers.small": lambda needs, here: needs.papers.small(here, THEIRS, "d", 1),
    "papers.counted": lambda needs, here: needs.papers.counted(here, THEIRS, ["d"]),
    "papers.joined": lambda needs, here: needs.papers.joined(here, THEIRS, "x", [], ["d"]),
    "calls.sheet": lambda needs, here: needs.calls.sheet(here, Filter(state="all")),
    "people.find": lambda needs, here: needs.people.find(here, "Chen, Ben"),
    "people.lately": lambda needs, here: needs.people.lately(here),
    "workspace.sent_before": lambda needs, here: needs.workspace.sent_before(here, THEIRS),
    "people.patient": lambda needs, here: needs.people.patient(here, "P2"),
    "people.rules": lambda needs, here: needs.people.rules(here, "P2"),
    "people.tell_rules": lambda needs, here: needs.people.tell_rules(here, "P2", 0, NO_RULES),
    "requests.person": lambda needs, here: needs.requests.person(here, "P2"),
    "requests.alike": lambda needs, here: needs.requests.alike(here, BEN),
    "requests.doubles": lambda needs, here: needs.requests.doubles(here, "P2", ABOUT_BEN),
    "own.asked": lambda needs, here: needs.own.asked(here),
    "own.inbound": lambda needs, here: needs.own.inbound(here),
    "glass.named": lambda needs, here: needs.glass.named(here, "Chen"),
}
# None of these hands out a referral or a patient.
NO_PATIENT = {
    "calendar", "listing.owners", "listing.views", "listing.save_view", "listing.remove_view",
    "requests.entered", "requests.fresh", "requests.party", "requests.codes", "requests.services",
    "requests.code", "requests.take", "own.stands_for",
    "glass.behind", "glass.open", "glass.close", "glass.sent_before", "accesses.note",
}  # fmt: skip
# And whole families are behind a permission that only the desk and compliance have.
BEHIND = {
    "inbox": "inbox", "team": "reports", "settings": "settings-read", "directory": "directory",
    "asides": "record", "presence": "record", "accesses": "audit", "exports": "files",
    "calendars": "settings-read", "disclosures": "audit",
}  # fmt: skip


def asked_of_the_world() -> set[str]:
    """Every function of the needs that is told who asks."""
    found = set()
    for name, it in vars(Needs).items():
        if isinstance(it, property):
            family = get_type_hints(it.fget)["return"]
            found |= {f"{name}.{each}" for each, one in vars(family).items() if takes_here(one)}
        elif takes_here(it):
            found.add(name)
    return found


def takes_here(it: object) -> bool:
    return callable(it) and "here" in getattr(it, "__annotations__", {})


def test_every_need_goes_by_sight_or_is_not_for_those_outside():
    families = {each for each in asked_of_the_world() if each.partition(".")[0] in BEHIND}
    assert asked_of_the_world() - families - NO_PATIENT == set(BY_SIGHT)
    assert [name for name in BEHIND.values() for role in OUTSIDE if may(role, name)] == []


@pytest.mark.parametrize("role", OUTSIDE)
@pytest.mark.parametrize("need", BY_SIGHT)
def test_a_need_hands_out_nothing_of_others(it: Filled, role: str, need: str):
    ours(it)
    before = BY_SIGHT[need](it.needs, it.here(role))
    theirs(it)
    after = BY_SIGHT[need](it.needs, it.here(role))
    words = it.words(THEIRS)
    assert (bare(repr(after)), "note-added" in words) == (bare(repr(before)), False)
    assert SECRET not in repr(after)
