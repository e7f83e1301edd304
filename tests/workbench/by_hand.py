"""Forms filled in as a person would: what the open form offers, and what is typed over it."""

from referloop.workbench.asking import Answer, Ask, Page
from referloop.workbench.pages.acting import act
from referloop.workbench.pages.referral import Open, referral
from tests.workbench.filled import Filled


def opened(it: Filled, id: str, word: str, role: str = "specialist", **said: str) -> Page:
    """The workspace with this form open."""
    answer = it.ask(referral, role=role, path={"referral": id}, query={"do": word, **said})
    assert isinstance(answer, Page)
    return answer


def form_of(page: Page) -> Open:
    form = page.shows["form"]
    assert isinstance(form, Open)
    return form


def record(
    it: Filled, id: str, word: str, role: str = "specialist", content: bytes = b"", **typed: str
) -> Answer:
    """Open the form, type, send."""
    page = opened(it, id, word, role)
    offered = form_of(page).inputs if page.shows["form"] else ()
    form = {each.name: each.value for each in offered if each.kind not in ("keys", "file")}
    form |= {"seen": str(page.shows["standing"].log.version), **typed}
    files = {"file": ("a.bin", content)} if content else {}
    ask = Ask("POST", it.here(role), {"referral": id, "word": word}, {}, form, {}, files)
    return act(ask, it.needs)
