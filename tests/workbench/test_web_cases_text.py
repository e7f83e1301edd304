"""Bad input on the web: what is typed into fields of text (W02, W04, W17 to W20)."""

import shutil
import unicodedata

import pytest
from playwright.sync_api import Page as Browsing

from referloop.messages import Contact
from referloop.workbench.asking import Go, Page
from referloop.workbench.pages.new_referral import new_referral
from referloop.workbench.presenters.acts import ALL, Act
from referloop.workbench.presenters.forms import inputs, is_there
from tests.desks import TestDesk
from tests.workbench.browser import PASSWORD, Site
from tests.workbench.by_hand import record
from tests.workbench.filled import Filled, filled
from tests.workbench.test_new_referral import WHOLE
from tests.workbench.web_cases import Signed, said, signed

pytestmark = pytest.mark.slow  # over the whole workbench

HOSTILE = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=1">',
    "javascript:window.pwned=1",
    "{{7*191}} ${7*191} #{7*191}",
)
# One word without an end, letters of both directions, letters put together of many, and some of no width.
WIDE = (
    "W" * 2_000
    + " \u202eabc "
    + "\u0627\u0644" * 200
    + " e"
    + "\u0301" * 60
    + "\U0001f468\u200d\U0001f469" * 40
)
SEVEN = "1337"  # what a template would have made of it


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    found.receive("R1", "P1", patient="P1")
    return found


def all_texts(it: Filled, word: Act) -> dict[str, str]:
    """Every field of text of an act, hostile; of its lists the first choice."""
    workspace = it.needs.workspace.open(it.here(), "R1")
    assert workspace is not None
    typed = {}
    for n, each in enumerate(inputs(word, "lead", workspace, {})):
        if each.kind in ("text", "area"):
            typed[each.name] = HOSTILE[n % len(HOSTILE)]
        elif each.options:
            typed[each.name] = next(value for value, _ in each.options if value)
        elif each.kind == "day":
            typed[each.name] = "2026-12-01"
        elif each.kind == "local":
            typed[each.name] = "2026-12-01T09:00"
    return typed


# After these there is nothing more to record, or to see.
_ENDS = ("referral-closed", "entry-withdrawn", "patient-died", "sensitivity-labelled")


def _recorded(it: Filled) -> int:
    """Record every act that can be recorded with hostile words in all its fields; how many were."""
    done = 0
    for each in ALL:
        workspace = it.needs.workspace.open(it.here(), "R1")
        assert workspace is not None
        if each.word in _ENDS or not is_there(each, workspace):
            continue
        done += isinstance(record(it, "R1", each.word, "nurse", b"A page.", **all_texts(it, each)), Go)
    return done


def test_w02_and_w04_hostile_words_in_every_field_of_every_act_stay_words(it: Filled):
    from referloop.workbench.pages.referral import referral

    assert _recorded(it) > 30
    pages = [it.page(referral, path={"referral": "R1"}, role=role) for role in ("lead", "clinician")]
    for page in pages:
        assert [each in page for each in (*HOSTILE[:2], SEVEN)] == [False] * 3
        assert 'href="javascript:' not in page
    assert "&lt;script&gt;window.pwned=1&lt;/script&gt;" in pages[0]


def wider(page: Browsing) -> list[int]:
    """The widths of a window, of a desk and of a phone, that this page does not fit into."""
    found = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(width)
    return found


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not on this machine")
def test_w02_and_w18_nothing_hostile_runs_in_a_browser_or_breaks_the_layout(site: Site):
    """The policy has nothing to report."""
    from playwright.sync_api import sync_playwright

    from tests.journeys.department import served

    one = signed(site)
    assert _recorded(one.it) > 30
    form = {name: HOSTILE[0] for name in ("family", "given", "service", "question", "requester", "payer")}
    hostile = {**WHOLE, **form, "form": "f2", "same": "new"}
    assert one.send("/referrals/new", hostile).status_code == 303
    assert one.act("note-added", text=WIDE, audience="desk").status_code == 303
    with served(site.app) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page(base_url=address)
        heard: list[str] = []
        page.on("dialog", lambda dialog: heard.append(dialog.message))
        page.on("console", lambda each: heard.append(each.text) if "Content Security" in each.text else None)
        page.goto("/sign-in")
        page.fill("[name=login]", "lead")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/")
        for place in ("/", "/referrals/R1", "/referrals/R1?do=note-added", "/referrals", "/patients/P1",
                      "/directory", "/inbox", "/team"):  # fmt: skip
            page.goto(place)
            assert page.evaluate("window.pwned") is None, place
            assert wider(page) == [], place
        chromium.close()
    assert heard == []


@pytest.fixture
def one(site: Site) -> Signed:
    return signed(site)


def test_w17_a_field_that_is_too_long_is_named(one: Signed):
    answer = one.act("note-added", text="x" * 20_001, audience="desk")
    assert (answer.status_code, "“text” has more than 20,000 letters." in said(answer)) == (422, True)
    answer = one.act("note-added", text="x" * 10_000_000, audience="desk")
    assert (answer.status_code, one.words()) == (413, ["referral-received"])


def test_w18_letters_of_every_kind_are_kept_composed(one: Signed):
    typed = "Jose\u0301 \U0001f44d \u200b \u202eabc\u202c \uffff \u0627\u0644"
    assert one.act("note-added", text=typed, audience="desk").status_code == 303
    found = one.it.needs.workspace.open(one.it.here(), "R1")
    assert found is not None
    note = found.standing.log.entries[-1].fact
    assert getattr(note, "text", "") == unicodedata.normalize("NFC", typed) != typed
    assert "José" in one.browser.get("/referrals/R1").text


def test_w18_a_letter_that_nothing_can_hold_is_refused(one: Signed):
    answer = one.act("note-added", text="a\0b", audience="desk")
    assert (answer.status_code, "has a letter that cannot be written down" in said(answer)) == (422, True)
    assert one.words() == ["referral-received"]


@pytest.mark.parametrize(
    ("family", "given"),
    [("Null", "Null"), ("O'Brien", "Zoë"), ("李", "明"), ("X", "Y"), ("A" * 100, "B" * 100), ("3rd", "7")],
)
def test_w19_whatever_somebody_is_called_is_a_name(it: Filled, family: str, given: str):
    answer = it.ask(new_referral, form={**WHOLE, "family": family, "given": given})
    assert isinstance(answer, Go), answer
    found = it.needs.workspace.open(it.here(), answer.to.removeprefix("/referrals/"))
    assert found is not None
    assert [(each.family, each.given) for each in found.person.names] == [(family, given)]


def test_w20_a_phone_is_written_in_one_way(it: Filled):
    answer = it.ask(new_referral, form={**WHOLE, "phone": "+1 (555) 010-0000 x12"})
    assert isinstance(answer, Go)
    found = it.needs.workspace.open(it.here(), answer.to.removeprefix("/referrals/"))
    assert found is not None
    assert found.person.contacts == (Contact("phone", "+15550100000 x12"),)


@pytest.mark.parametrize("phone", ["call her", "5" * 30, "12", "\u0665\u0665\u0665\u0665\u0665\u0665\u0665"])
def test_w20_what_cannot_be_called_is_refused(it: Filled, phone: str):
    answer = it.ask(new_referral, form={**WHOLE, "phone": phone})
    assert isinstance(answer, Page)
    [problem] = answer.shows["found"]
    assert (answer.status, problem.code, problem.where) == (422, "request-phone", "phone")
    assert it.counts() == {}
