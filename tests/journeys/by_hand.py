"""A referral worked through its forms, a step a line; every form that opens is looked at the first time."""

from datetime import date, datetime

from playwright.sync_api import Locator

from tests.journeys.department import PASSWORD, Department
from tests.journeys.steps import Person

FORM = "#do form"


def comes_back(*people: Person) -> None:
    """After days away everybody signs in again."""
    for it in people:
        it.page.goto("/sign-in")
        it.page.fill("[name=login]", it.name)
        it.page.fill("[name=password]", PASSWORD)
        with it.page.expect_navigation(wait_until="load"):
            it.page.click("main button.first")
        it.looks()


def later(here: Department, *people: Person, **span: float) -> None:
    here.later(**span)
    comes_back(*people)


def does(it: Person, referral: str, word: str, *, press: str = "button.first", **said: str) -> None:
    """Open a form of this referral, fill it in, and send it: it is recorded."""
    tries(it, referral, word, press=press, **said)
    stays = it.page.locator("#do").first
    assert "/do/" not in it.page.url, f"{word}: {stays.inner_text() if stays.count() else it.reads()}"


def tries(it: Person, referral: str, word: str, *, press: str = "button.first", **said: str) -> str:
    """The same, recorded or not; what the form then says."""
    it.goes(f"/referrals/{referral}?do={word}#do")
    fills(it, FORM, **said)
    with it.page.expect_navigation(wait_until="load"):
        it.page.click(f"{FORM} {press}")
    it.looks()
    return it.page.inner_text("#do") if it.page.locator("#do").count() else ""


def fills(it: Person, form: str, **said: str) -> None:
    for name, value in said.items():
        _fill(it.page.locator(f"{form} [name={name}]"), value)


def _fill(field: Locator, value: str) -> None:
    kind = field.first.evaluate("each => each.type")
    if kind == "radio":
        field.and_(field.page.locator(f"[value='{value}']")).check()
    elif kind == "checkbox":
        field.set_checked(value == "yes")
    elif kind == "select-one":
        field.select_option(value)
    else:
        field.fill(value)


def told_to(it: Person, referral: str) -> list[tuple[str, str]]:
    """What went to whom, as its page lists it: the oldest first."""
    it.goes(f"/referrals/{referral}/disclosures")
    cells = [
        row.locator("td").all_inner_texts()
        for row in it.page.locator("table").first.locator("tbody tr").all()
    ]
    return [(what, to) for _, what, to, *_ in reversed(cells)]


def day(at: datetime, after: int = 0) -> str:
    """A day so many after this one, as a form takes it."""
    return date.fromordinal(at.date().toordinal() + after).isoformat()


def enters(it: Person, **said: str) -> str:
    """A new referral by hand; its number."""
    it.goes("/referrals/new")
    form = "main form.entry"
    it.page.locator("details.more").evaluate("each => each.open = true")
    fills(it, form, **said)
    sends(it, f"{form} > .actions button.first")
    return it.page.url.split("/")[-1].partition("?")[0]


def sends(it: Person, button: str) -> None:
    with it.page.expect_navigation(wait_until="load"):
        it.page.click(button)
    it.looks()
