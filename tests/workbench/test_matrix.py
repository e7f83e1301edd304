"""Every address, asked by every role, with what is ours and with what is another organisation's."""

import re
from collections.abc import Iterator, Mapping

import httpx
import pytest
from django.core.cache import cache

from referloop.exchange.fhir.server import ROUTES as API_ROUTES
from referloop.exchange.fhir.server import Call
from referloop.settings import Settings
from referloop.storage.access import SCOPES, add_token
from referloop.wiring.fhir import Front
from referloop.wiring.fhir import answer as api_answer
from referloop.workbench.access import API, ROLES, may, token_may
from referloop.workbench.presenters.acts import ACTS
from referloop.workbench.routes import ROUTES, Route
from referloop.workbench.sight import OUTSIDE
from tests.desks import NOW, books_of
from tests.workbench.browser import HIDDEN, sign_in
from tests.workbench.two_organisations import ASKED_BY, SECRET, Town, two_organisations

pytestmark = pytest.mark.slow  # every route, for every role

# What `<str:id>` is an id of, by the beginning of the address.
ID_OF = {
    "inbox/items": "item", "inbox/outgoing": "outgoing", "inbox": "message", "patients": "patient",
    "exports": "export",
}  # fmt: skip
WORDS = {
    "word": "note-added",
    "code": "receipt-acknowledge",
    "code_set": "icd-10-cm",
    "outgoing": "none",
    "page": "1",
}
NEVER = "R0NEVERWASHERE00"
_PERSON = b'{"resourceType": "Patient", "id": "x"}'
_ENTRY = b'{"resource": %s, "fullUrl": "urn:uuid:8a3c1b52-7a3b-4d43-9f0e-5e1d2c3b4a5f"' % _PERSON
BODIES = {
    "create": _PERSON, "update": _PERSON,
    "bundle": b'{"resourceType": "Bundle", "type": "transaction", "entry": [%s,'
    b' "request": {"method": "POST", "url": "Patient"}}]}' % _ENTRY,
    "process-message": b'{"resourceType": "Bundle", "type": "message", "entry": [{"resource":'
    b' {"resourceType": "MessageHeader", "eventUri": "http://x", "source": {"endpoint": "http://x"}}},'
    b' %s}]}' % _ENTRY,
}  # fmt: skip
# The report of both organisations is text, which has no pages to look at.
PAGES = ("/pages/<str:page>", "/small/<str:page>")
# These answer with the list when the thing is not open any more, which it never was.
LISTS = ("inbox/items/<str:id>/close", "inbox/outgoing/<str:id>")
# Whoever sees the inbox without recording anything looks at it, and no more.
LOOKED_AT = ("inbox/items", "inbox/outgoing", "inbox/<str:id>/replay")


@pytest.fixture(scope="module")
def town(signins: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with books_of("memory", tmp_path_factory.mktemp("matrix"), "") as database:
        yield two_organisations(database, signins)


@pytest.fixture(scope="module")
def browsers(town: Town) -> Mapping[str, httpx.Client]:
    """Somebody signed in for each role."""
    found = {}
    for role in ROLES:
        found[role] = town.site.browser()
        cache.clear()  # it counts attempts
        assert sign_in(found[role], role).headers["location"] in ("/", "/compliance", "/settings")
    return found


def address(route: Route, ids: Mapping[str, str]) -> str:
    start = next((ID_OF[start] for start in ID_OF if route.pattern.startswith(start)), "")
    known = {**WORDS, **ids, "id": ids.get(start, WORDS.get(start, NEVER))}
    path = re.sub(r"<str:(\w+)>", lambda name: known[name[1]], route.pattern)
    return f"/{path}?key={ids['party']}" if route.pattern == "directory/party" else f"/{path}"


def asked(browser: httpx.Client, method: str, to: str, **fields: str) -> httpx.Response:
    if method == "GET":
        return browser.get(to)
    token = HIDDEN.search(browser.get("/account").text)
    return browser.post(to, data={**fields, "csrfmiddlewaretoken": token[1] if token else ""})


def answered(route: Route) -> dict[str, str]:
    """What the form of this page holds here, where an empty one would say something else."""
    return {"same_as": NEVER} if route.pattern.endswith("/identity") else {}


def allowed(role: str, route: Route, method: str) -> bool:
    if route.pattern.endswith("do/<str:word>"):
        return may(role, route.permission) and ACTS[WORDS["word"]].allowed(role)
    if route.pattern.endswith("/take"):
        return role == ASKED_BY
    if not route.pattern:
        return True  # whoever has no work there is led to their own first page
    if "/documents/" in route.pattern and role == "compliance":
        return False  # documents open with a reason
    looks = method == "POST" and route.pattern.startswith(LOOKED_AT)
    return may(role, route.permission) and (may(role, "record") or not looks)


ASKS = [(route, method) for route in ROUTES for method in route.methods]
NAMED = [(route, method) for route, method in ASKS if "<" in route.pattern or "party" in route.pattern]
THINGS = [(route, method) for route, method in NAMED if not re.search("code", route.pattern)]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_let_in_exactly_where_access_says(
    town: Town, browsers: Mapping[str, httpx.Client], role: str
):
    answers = {
        (method, route.pattern): asked(
            browsers[role], method, address(route, town.ours), **answered(route)
        ).status_code
        for route, method in ASKS
    }
    broken = {each for each, status in answers.items() if status in (404, 405, 500)}
    assert {each for each in broken if not each[1].endswith(PAGES)} == set()
    assert {each for each, status in answers.items() if status != 403} == {
        (method, route.pattern) for route, method in ASKS if allowed(role, route, method)
    }


@pytest.mark.parametrize("role", ROLES)
def test_what_another_organisation_has_is_as_if_it_never_was(
    town: Town, browsers: Mapping[str, httpx.Client], role: str
):
    never = dict.fromkeys(town.theirs, NEVER)
    for route, method in THINGS:
        theirs, none = (asked(browsers[role], method, address(route, ids)) for ids in (town.theirs, never))
        missing = 422 if route.pattern in LISTS and method == "POST" else 404
        expected = missing if allowed(role, route, method) else 403
        quiet = route.pattern.endswith(("do/<str:word>", "/take")) or "/documents/" in route.pattern
        if quiet and may(role, route.permission):
            expected = 404  # what is not there is not there for anybody
        assert (route.pattern, theirs.status_code) == (route.pattern, expected)
        assert bare(theirs.text, town.theirs) == bare(none.text, dict.fromkeys(town.theirs, NEVER))


OF_A_REFERRAL = [each for each in THINGS if each[0].pattern.startswith(("referrals/<", "patients/<"))]


@pytest.mark.parametrize("role", ROLES)
def test_what_others_of_the_same_organisation_have_opens_to_the_desk_alone(
    town: Town, browsers: Mapping[str, httpx.Client], role: str
):
    def answers(ids: Mapping[str, str]) -> dict[tuple[str, str], int]:
        return {
            (method, route.pattern): asked(browsers[role], method, address(route, ids)).status_code
            for route, method in OF_A_REFERRAL
        }

    found = answers(town.others)
    if role in OUTSIDE:
        assert [each for each, status in found.items() if status not in (403, 404)] == []
    else:
        assert found == answers(town.ours)


def bare(page: str, ids: Mapping[str, str]) -> str:
    """A page without what is new in every answer, and without the ids that were asked for."""
    page = re.sub(r'value="[A-Za-z0-9]{64}"', "", page)
    for id in ids.values():
        page = page.replace(id, "")
    return page


@pytest.mark.parametrize("role", ROLES)
def test_no_answer_names_another_organisation_s_patient_or_practice(
    town: Town, browsers: Mapping[str, httpx.Client], role: str
):
    them = town.theirs
    typed = {
        "/find": {"text": SECRET},
        "/lookup/people": {"text": SECRET},
        "/lookup/parties": {"text": SECRET},
        "/referrals": {"text": SECRET},
        "/referrals/export": {"kind": "csv"},
        "/referrals/batch": {
            "action": "note",
            "pick": f"{them['referral']}~1",
            "text": "x",
            "step": "preview",
        },
        f"/referrals/{town.ours['referral']}/merge": {"other": them["referral"], "reason": "x"},
    }
    answers = [asked(browsers[role], "POST", to, **fields) for to, fields in typed.items()]
    answers += [
        asked(browsers[role], method, address(route, town.ours)) for route, method in ASKS if method == "GET"
    ]
    answers += [browsers[role].get(f"/referrals/new?patient={them['patient']}")]
    assert [str(each.url) for each in answers if SECRET in each.text.replace(f'value="{SECRET}"', "")] == []


def test_news_of_another_organisation_s_referral_is_none(town: Town, browsers: Mapping[str, httpx.Client]):
    theirs, none = (
        browsers["lead"].get("/version", params={"at": f"/referrals/{id}"}).json()
        for id in (town.theirs["referral"], NEVER)
    )
    assert theirs == none


def test_whoever_is_not_signed_in_is_led_to_the_sign_in(town: Town):
    stranger = town.site.browser()
    for route, method in ASKS:
        to = address(route, town.ours)
        answer = stranger.get(to) if method == "GET" else stranger.post(to)
        led = answer.headers.get("location", "").startswith("/sign-in?next=") or answer.status_code == 403
        assert (route.pattern, led, SECRET in answer.text) == (route.pattern, True, False)


def test_w01_no_form_is_taken_without_its_token_or_from_another_origin(
    town: Town, browsers: Mapping[str, httpx.Client]
):
    for role in ("lead", "administrator"):
        token = HIDDEN.search(browsers[role].get("/account").text)
        assert token
        known = {"csrfmiddlewaretoken": token[1]}
        for route in (route for route in ROUTES if "POST" in route.methods):
            to = address(route, town.ours)
            answers = [
                browsers[role].post(to),
                browsers[role].post(to, data={"csrfmiddlewaretoken": "x" * 64}),
                browsers[role].post(to, data=known, headers={"origin": "https://evil.example"}),
            ]
            says = {"so nothing was changed" in each.text for each in answers}
            assert (to, {each.status_code for each in answers}, says) == (to, {403}, {True})


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_each_scope_opens_exactly_what_access_says_of_the_api(town: Town, scope: str):
    here = town.site.here
    secret = f"only {scope} of {here.organization}"
    with here.desk.database.transaction(here.organization) as session:
        add_token(session, secret, f"client {scope}", [scope], NOW, None)
    front = Front(here.desk, b"s" * 32)
    refused = set()
    for (method, shape), word in API_ROUTES.items():
        path = shape.replace("{kind}", "Patient").replace("{id}", "x").replace("{vid}", "1")
        head = {"authorization": f"Bearer {secret}", "content-type": "application/fhir+json"}
        head |= {"content-type": "application/x-www-form-urlencoded"} if shape.endswith("_search") else {}
        body = BODIES.get(word, b"")
        reply = api_answer(
            front, Call(method=method, path=path, headers=head, body=body, base="http://x/fhir")
        )
        refused |= {word} if reply.status == 403 else set()
    assert refused == {word for word in API if not token_may([scope], word, ["Patient"])}


def test_every_route_of_the_api_has_a_rule_and_no_rule_names_another():
    assert set(API) == set(API_ROUTES.values()) - {"capabilities"}
    assert [word for word in API if token_may((), word) or token_may(("nonsense",), word)] == []
    assert token_may(SCOPES, "delete") is False


@pytest.mark.parametrize("role", ROLES)
def test_each_act_is_for_the_roles_it_names(town: Town, browsers: Mapping[str, httpx.Client], role: str):
    here = f"/referrals/{town.ours['referral']}/do"
    refused = {word for word in ACTS if asked(browsers[role], "POST", f"{here}/{word}").status_code == 403}
    reads = may(role, "read-referral")
    assert refused == {word for word, act in ACTS.items() if not (reads and act.allowed(role))}
