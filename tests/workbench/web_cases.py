"""A referral on a desk behind a real sign-in, and forms sent as a browser sends them."""

from dataclasses import dataclass
from html import unescape

import httpx

from referloop.wiring.workbench import WorkbenchNeeds
from tests.workbench.browser import HIDDEN, Site
from tests.workbench.filled import ADA, Filled


@dataclass
class Signed:
    """Somebody who is signed in, before the one referral there is."""

    site: Site
    it: Filled
    browser: httpx.Client

    def token(self, page: str = "/referrals/R1") -> str:
        found = HIDDEN.search(self.browser.get(page).text)
        assert found
        return found[1]

    def send(
        self, to: str, form: dict[str, object], token: str = "", headers: dict[str, str] | None = None
    ) -> httpx.Response:
        fields = {"csrfmiddlewaretoken": token or self.token(), **form}
        return self.browser.post(to, data=fields, headers=headers)

    def act(self, word: str, token: str = "", **form: str) -> httpx.Response:
        seen = str(len(self.words()))
        return self.send(f"/referrals/R1/do/{word}", {"seen": seen, **form}, token)

    def words(self) -> list[str]:
        return list(self.it.words("R1"))


def with_a_referral(site: Site) -> Filled:
    """Ada's referral R1."""
    with site.here.desk.books(site.here.organization) as books:
        books.add_person("P1", ADA, ["name|okafor|ada|1980-02-29"])
    it = Filled(site.here, WorkbenchNeeds(site.here.desk))
    it.receive("R1", "P1", patient="P1", question="Anticoagulate?", requester="Dr. Osei")
    return it


def signed(site: Site) -> Signed:
    return Signed(site, with_a_referral(site), site.signed_in())


def said(answer: httpx.Response) -> str:
    """What a page says, as people read it."""
    return unescape(answer.text)
