"""Bad input on the web: forged, stale and repeated forms (W05, W07 to W09, W21 to W23, W34)."""

import re

import pytest

from referloop.referral.fields import required
from referloop.workbench.asking import Page
from referloop.workbench.fields import ACT, FORMS, fields_of
from referloop.workbench.pages.acting import act
from referloop.workbench.presenters.acts import ALL
from referloop.workbench.presenters.forms import inputs, is_there
from referloop.workbench.routes import ROUTES
from tests.desks import TestDesk
from tests.workbench.browser import Site
from tests.workbench.filled import Filled, filled
from tests.workbench.web_cases import Signed, said, signed

pytestmark = pytest.mark.slow  # each signs in anew

CLI = re.compile(r"`referloop|record [a-z]+-[a-z]+")


@pytest.fixture
def it(site: Site) -> Signed:
    return signed(site)


def test_w05_every_form_there_is_says_what_it_may_hold():
    posted = {route.pattern for route in ROUTES if "POST" in route.methods}
    assert posted - {ACT} == FORMS.keys()


def test_w05_every_field_that_a_page_offers_is_one_that_its_form_may_hold(it: Signed):
    pages = ("/", "/inbox", "/referrals", "/referrals/new", "/team", "/directory", "/referrals/R1")
    acts = [f"/referrals/R1?do={each.word}" for each in ALL if each.allowed("lead")]
    found = 0
    for page in (*pages, *acts):
        text = it.browser.get(page).text
        for to, body in re.findall(
            r'<form[^>]*method="post"[^>]*action="([^"]+)"[^>]*>(.*?)</form>', text, re.S
        ):
            names = set(re.findall(r'<(?:input|select|textarea|button)[^>]*\bname="([^"]+)"', body))
            known = fields_of(*_route(to))
            wrong = {each for each in names - known.files if not known.has(each)} - {"csrfmiddlewaretoken"}
            assert wrong == set(), (page, to)
            found += len(names)
    assert found > 200


def _route(address: str) -> tuple[str, dict[str, str]]:
    """The pattern that answers an address, and what it names."""
    plain = address.removeprefix("/")
    if match := re.fullmatch(r"referrals/[^/]+/do/([^/]+)", plain):
        return ACT, {"word": match[1]}
    for route in ROUTES:
        if re.fullmatch(re.sub(r"<str:\w+>", "[^/]+", route.pattern), plain):
            return route.pattern, {}
    return "sign-out", {}


@pytest.mark.parametrize("name", ["role", "org_id", "status", "created_by"])
def test_w05_a_field_that_the_form_does_not_have_is_refused_by_its_name(it: Signed, name: str):
    answer = it.act("note-added", text="x", audience="desk", **{name: "lead"})
    assert (answer.status_code, f"This form has no field “{name}”." in said(answer)) == (422, True)
    assert it.words() == ["referral-received"]


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("hold-ended", {"hold": "hold-9"}),
        ("referral-reopened", {"reason": "because"}),
        ("clock-resumed", {"pause": "pause-9"}),
        ("report-matched", {"document": "none", "how": "her number"}),
    ],
)
def test_w07_a_forged_step_gets_what_is_possible_instead(it: Signed, word: str, form: dict[str, str]):
    answer = it.act(word, **form)
    assert (answer.status_code, "Possible here now" in answer.text) == (409, True)
    assert re.search(r"Possible here now: <a [^>]*href=\"/referrals/R1\?do=", answer.text)
    assert it.words() == ["referral-received"]


def test_w08_two_people_at_once_the_second_gets_the_difference_and_overwrites_nothing(it: Signed):
    from referloop.wiring.signing import set_password
    from tests.workbench.browser import PASSWORD

    assert set_password(it.site.here.organization, "specialist", PASSWORD) == ()
    other = Signed(it.site, it.it, it.site.signed_in("specialist"))
    mine, theirs = it.token(), other.token()
    path = "/referrals/R1/do/referral-triaged"
    first = it.send(path, {"seen": "1", "urgency": "urgent", "note": "palpitations"}, mine)
    typed = {"seen": "1", "urgency": "routine", "note": "can wait"}
    second = other.send(path, typed, theirs)
    assert (first.status_code, second.status_code) == (303, 409)
    page = said(second)
    assert re.search(r"<li>A lead, Tue 24 Nov 2026 10:00: Triaged[^<]*urgent[^<]*palpitations\.</li>", page)
    assert ("can wait" in page, "Record it anyway" in page) == (True, True)
    assert it.words() == ["referral-received", "referral-triaged"]
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    assert other.send(path, {**typed, "seen": seen[1]}).status_code == 303
    assert it.words() == ["referral-received", "referral-triaged", "referral-triaged"]


def test_w09_a_double_click_records_once(it: Signed):
    token = it.token()
    form = {"seen": "1", "text": "rang the ward", "audience": "desk"}
    answers = [it.send("/referrals/R1/do/note-added", form, token) for _ in range(2)]
    assert [(each.status_code, each.headers["location"]) for each in answers] == [(303, "/referrals/R1")] * 2
    assert it.words() == ["referral-received", "note-added"]


def test_w09_going_back_and_sending_something_else_is_something_else(it: Signed):
    token = it.token()
    it.send("/referrals/R1/do/note-added", {"seen": "1", "text": "one", "audience": "desk"}, token)
    answer = it.send("/referrals/R1/do/note-added", {"seen": "2", "text": "two", "audience": "desk"}, token)
    assert (answer.status_code, len(it.words())) == (303, 3)


def test_w09_the_same_words_from_a_new_page_are_a_second_note(it: Signed):
    for _ in range(2):
        assert it.act("note-added", text="rang again", audience="desk").status_code == 303
    assert it.words() == ["referral-received", "note-added", "note-added"]


def test_w09_a_step_that_cannot_be_taken_twice_answers_the_second_click_like_the_first(it: Signed):
    it.act("hold-placed", track="coverage", waiting_for="payer", until_on="2026-12-01", reason="x")
    token = it.token()
    form = {"seen": "2", "hold": "hold-2"}
    answers = [it.send("/referrals/R1/do/hold-ended", form, token) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert it.words() == ["referral-received", "hold-placed", "hold-ended"]


def test_w09_a_document_sent_twice_is_kept_once(it: Signed):
    token = it.token()
    fields = {"csrfmiddlewaretoken": token, "seen": "1", "kind": "result", "title": "ECG"}
    to = "/referrals/R1/do/document-received"
    for _ in range(2):
        files = {"file": ("a.txt", b"Sinus rhythm.")}
        assert it.browser.post(to, data=fields, files=files).status_code == 303
    assert it.words() == ["referral-received", "document-received"]


def test_w09_a_new_referral_sent_twice_is_one(it: Signed):
    from tests.workbench.test_new_referral import WHOLE

    token = it.token("/referrals/new")
    answers = [it.send("/referrals/new", {**WHOLE}, token) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert len({each.headers["location"] for each in answers}) == 1


def test_w09_a_batch_sent_twice_is_recorded_once_and_names_the_entries_of_the_first(it: Signed):
    token = it.token()
    form = {"action": "note", "step": "do", "text": "all told", "audience": "desk", "pick": "R1~1"}
    first = it.send("/referrals/batch", form, token)
    it.act("note-added", text="in between", audience="desk")
    second = it.send("/referrals/batch", form, token)
    entries = [re.findall(r'name="entry" value="([^"]+)"', each.text) for each in (first, second)]
    assert entries == [["R1~2"], ["R1~2"]]
    assert it.words() == ["referral-received", "note-added", "note-added"]


def test_w22_a_body_that_says_it_is_json_is_no_form(it: Signed):
    headers = {"content-type": "application/json", "x-csrftoken": it.token()}
    answer = it.browser.post("/referrals/R1/do/note-added", content=b"text=x&audience=desk", headers=headers)
    assert (answer.status_code, it.words()) == (415, ["referral-received"])


@pytest.mark.parametrize(
    "form",
    [
        {"text": ["a", "b"]},
        {"text[]": "a"},
        {"text" + "[x]" * 1_000: "a"},
        {f"text[{n}][x]": "a" for n in range(990)},
    ],
    ids=["twice", "a list", "a thousand deep", "a thousand wide"],
)
def test_w23_a_field_sent_twice_or_with_brackets_is_refused(it: Signed, form: dict[str, object]):
    answer = it.send("/referrals/R1/do/note-added", {"seen": "1", "audience": "desk", **form})
    assert (answer.status_code, it.words()) == (400, ["referral-received"])


@pytest.mark.parametrize(
    "address", ["/referrals?state=open&state=all", "/referrals?a[]=1", "/referrals?x=%00"]
)
def test_w23_an_address_that_says_something_twice_is_refused(it: Signed, address: str):
    assert it.browser.get(address).status_code == 400


@pytest.mark.parametrize(
    "address", ["/find?text=Okafor", "/referrals?text=Okafor", "/referrals/new?family=O"]
)
def test_w34_what_speaks_of_a_patient_is_never_in_an_address(it: Signed, address: str, caplog):
    answer = it.browser.get(address)
    assert (answer.status_code, "Type it into the page's own field." in said(answer)) == (400, True)
    assert "Okafor" not in caplog.text
    found = it.send("/find", {"text": "Okafor"})
    assert (found.status_code, "Okafor, Ada" in found.text) == (200, True)


@pytest.mark.parametrize("text", ["' OR 1=1--", ";drop table people", "%", "_", "\\"])
def test_w03_what_is_sought_is_taken_literally(it: Signed, text: str):
    for to in ("/find", "/referrals"):
        answer = it.send(to, {"text": text})
        assert (answer.status_code, "Okafor" in answer.text) == (200, False), to
    assert it.words() == ["referral-received"]


@pytest.fixture
def plain(here: TestDesk) -> Filled:
    found = filled(here)
    found.receive("R1", "P1", patient="P1")
    return found


def test_w21_spaces_alone_are_nothing_in_every_required_field_of_every_act(plain: Filled):
    it = plain.needs.workspace.open(plain.here(), "R1")
    assert it is not None
    tried = 0
    for each in (each for each in ALL if each.allowed("lead") and is_there(each, it)):
        needed = {
            one.name
            for one in inputs(each, "lead", it, {})
            if one.name in required(each.word) and one.kind in ("text", "area")
        }
        for name in needed:
            form = {"seen": "1", name: "   \t "}
            answer = plain.ask(act, path={"referral": "R1", "word": each.word}, form=form)
            assert isinstance(answer, Page)
            assert ("field-missing", name) in [(one.code, one.where) for one in answer.shows["against"]]
            tried += 1
    assert (tried > 5, plain.words("R1")) == (True, ["referral-received"])


def test_every_refusal_of_an_act_says_what_to_press_and_no_word_of_the_log(plain: Filled):
    for closed in (False, True):
        for each in ALL:
            if not each.allowed("lead"):
                continue
            page = plain.page(act, path={"referral": "R1", "word": each.word}, form={"seen": "9"})
            assert not CLI.search(page), each.word
        if not closed:
            plain.record("R1", "referral-closed", reason="moved")
