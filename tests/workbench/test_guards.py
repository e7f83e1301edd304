"""What stands around every page: headers, errors without a trace, static files, and pages nobody may see."""

import re

import pytest

from referloop.referral.problems import ProgramFault
from referloop.wiring.signing import login_of
from referloop.wiring.workbench import WorkbenchNeeds
from referloop.workbench.asking import Here, Page
from referloop.workbench.http import POLICY
from referloop.workbench.routes import Route
from tests.workbench.browser import PASSWORD, Site, sign_in


@pytest.mark.parametrize(
    "path",
    [
        *("/sign-in", "/sign-in/inactive", "/", "/version", "/account", "/account/password", "/nowhere"),
        *("/account/confirm", "/account/factors/", "/account/factors/webauthn/", "/sign-out"),
    ],
)
def test_every_answer_is_guarded_and_runs_no_script_of_its_own(site: Site, path: str):
    answer = site.signed_in().get(path)
    scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", answer.text)
    inline = re.findall(r"\s(?:style|on\w+)=|<style|https?://", answer.text)
    assert (answer.headers["content-security-policy"], scripts, inline) == (POLICY, [], [])
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_not_there_says_so_in_our_look(site: Site):
    answer = site.browser().get("/nowhere")
    assert (answer.status_code, "There is nothing here." in answer.text) == (404, True)


class Broken(WorkbenchNeeds):
    """Fails with a patient's name in its words."""

    def version(self, here: Here, place: str) -> str:
        raise ValueError("Alvarez")


def test_a_page_that_fails_shows_no_trace(site: Site, caplog: pytest.LogCaptureFixture):
    browser = site.browser(site.mounted(needs=Broken(site.here.desk)))
    sign_in(browser, "lead")
    answer = browser.get("/version")
    says = "The page failed; nothing was half done."
    assert (answer.status_code, says in answer.text, "Alvarez" in answer.text) == (500, True, False)
    assert [record.getMessage() for record in caplog.records if record.name == "referloop"] == [
        f"a page failed: ValueError in version, line {Broken.version.__code__.co_firstlineno + 1}"
    ]


def test_static_files_may_be_kept_for_ever(site: Site):
    page = site.browser().get("/sign-in").text
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    answers = [site.browser().get(file) for file in files]
    assert len(files) >= 4
    assert {each.status_code for each in answers} == {200}
    assert {each.headers["cache-control"] for each in answers} == {"max-age=315360000, public, immutable"}


def test_a_demonstration_offers_its_sign_ins_and_a_real_desk_none(site: Site):
    plain = site.browser().get("/sign-in").text
    shown = site.browser(site.mounted(demo=PASSWORD)).get("/sign-in").text
    lead = login_of(site.here.organization, "lead")
    assert [(lead in page, PASSWORD in page) for page in (plain, shown)] == [(False, False), (True, True)]


def test_a_page_without_a_known_permission_does_not_start(site: Site):
    from referloop.workbench.urls import checked  # once Django is set up

    route = Route("reports", "reprots", lambda ask, needs: Page("my_work.html", {}))
    with pytest.raises(ProgramFault) as fault:
        checked([route])
    assert str(fault.value) == "these pages say no permission that is known: reports"


def test_machines_are_answered_without_sessions(site: Site):
    answers = [site.browser().get(path) for path in ("/healthz", "/readyz", "/fhir/metadata")]
    assert [(each.status_code, "set-cookie" in each.headers) for each in answers] == [(200, False)] * 3
