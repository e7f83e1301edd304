"""What people do in a journey, in their words; every page they come to is looked at in all its forms."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.department import PASSWORD

SCREENS = {"wide": (1280, 900), "phone": (390, 844)}
LOOKED_AT: set[str] = set()  # the kinds of page that this run has seen, each once
_OF_COLOUR = ["color-contrast"]  # a theme changes nothing but colours
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_MOST_TABS = 90
_MOST_CHOICES = 20


@cache
def axe_script() -> str:
    return str(Axe().axe_script)


@dataclass
class Person:
    """Somebody at the keyboard. `name` is the one they sign in with."""

    page: Page
    name: str
    pictures: Path

    def signs_in(self) -> None:
        self.page.goto("/sign-in")
        self.sees("sign-in")
        self._signs_in()
        self.sees(f"my-work-{self.name}")

    def signs_in_again(self) -> None:
        """After days away the session has ended."""
        self.page.goto("/sign-in")
        self._signs_in()

    def _signs_in(self) -> None:
        self.types("login", self.name)
        self.types("password", PASSWORD)
        self.goes_on()

    def presses(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def goes_on(self, key: str = "Enter") -> None:
        """Press a key that leads to another page."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press(key)
        self.looks()

    def goes(self, to: str) -> None:
        self.page.goto(to)
        self.looks()

    def looks(self) -> None:
        """At a page of a kind that nobody in the journeys has come to yet, in all its forms."""
        kind = kind_of(self.page.url, self.name)
        if kind not in LOOKED_AT:
            self.sees(kind)

    def types(self, field: str, text: str) -> None:
        """Go to a field with the Tab key, as somebody without a mouse, and fill it in."""
        self.goes_to(field)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def goes_to(self, field: str) -> None:
        self._tabs_to(f"() => document.activeElement.name === {field!r}")

    def commands(self, words: str) -> None:
        """By the command palette."""
        self.presses("ControlOrMeta+k")
        self.page.keyboard.type(words)
        self.goes_on()

    def opens_the_first_row(self) -> None:
        self.presses("j")
        self.goes_on()

    def finds(self, text: str) -> None:
        """By what they know of a patient, and on to the first who fits."""
        self.presses("/")
        self.page.keyboard.type(text)
        self.goes_on()
        self.goes_on()

    def records(self, words: str, key: str = "", **fields: str) -> None:
        """Open a form by its name or its key, fill it in, and send it."""
        self.goes_on(key) if key else self.commands(words)
        for field, value in fields.items():
            self.picks(field, value)
        self.goes_to_button()
        self.goes_on()

    def picks(self, field: str, value: str) -> None:
        """One of several: the arrow keys go from one to the next."""
        self.goes_to(field)
        if self.page.evaluate("() => document.activeElement.type") == "radio":
            self.presses("Space")
        for _ in range(_MOST_CHOICES):
            if self.page.evaluate("() => document.activeElement.value") == value:
                return
            self.presses("ArrowDown")
        raise AssertionError(f"{field} offers no {value}")

    def writes_time(self, field: str, day: str, clock: str) -> None:
        """A day and a time, part by part as the browser takes them."""
        self.goes_to(field)
        self.page.keyboard.type(day)
        self.presses("Tab")
        self.page.keyboard.type(clock)

    def goes_to_button(self) -> None:
        """To the button that records."""
        self._tabs_to("() => document.activeElement.matches('main button.first')")

    def goes_to_words(self, words: str) -> None:
        """To the button or link that says this."""
        self._tabs_to(f"() => document.activeElement.innerText?.trim() === {words!r}")

    def _tabs_to(self, there: str) -> None:
        for _ in range(_MOST_TABS):
            if self.page.evaluate(there):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key never comes there on {self.page.url}: {there}")

    def clicks(self, role: Literal["link", "button"], words: str, beside: str = "") -> None:
        """With the mouse; `beside` names the panel when there are several."""
        where = (
            self.page.locator("main li.panel, main li.mine", has_text=beside)
            if beside
            else self.page.locator("main")
        )
        with self.page.expect_navigation(wait_until="load"):
            where.get_by_role(role, name=words).first.click()
        self.looks()

    def reads(self) -> str:
        return self.page.inner_text("main")

    def sees(self, what: str) -> None:
        """The page in both themes on both screens: nothing against it, and a picture of each."""
        LOOKED_AT.add(kind_of(self.page.url, self.name))
        found = {}
        for screen, (width, height) in SCREENS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            for theme in ("light", "dark"):
                self.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                against = self._against(_RULES if theme == "light" else [])
                if screen == "phone" and (over := self.page.evaluate(_WIDER)):
                    against.append(f"wider than the screen by {over} px")
                if against:
                    found[f"{what}, {screen}, {theme}"] = against
                path = self.pictures / f"{what}-{screen}-{theme}.png"
                self.page.screenshot(path=path)
        width, height = SCREENS["wide"]
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme="light")
        assert not found, "\n".join(f"{where}: {each}" for where, all_of in found.items() for each in all_of)

    def _against(self, rules: list[str]) -> list[str]:
        """What stands against the page by these sets of rules; by those of colour where none is named."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(axe_script())
        of_colour = {"type": "rule", "values": _OF_COLOUR}
        options: dict[str, Any] = {"runOnly": rules or of_colour, "resultTypes": ["violations"]}
        found = self.page.evaluate(_AXE, options)
        return [
            f"{each['id']}: {each['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for each in found["violations"]
            for node in each["nodes"][:3]
        ]


def kind_of(address: str, name: str) -> str:
    """
    >>> kind_of("http://127.0.0.1:1/referrals/0R8Y2W1ZD9KHT6C5?do=note-added#do", "dana")
    'dana-referrals-one-note-added'
    """
    parts = urlsplit(address)
    path = [_THING.sub("one", each) for each in parts.path.split("/") if each]
    told = dict(parse_qsl(parts.query))
    return "-".join([name, *(path or ["first"]), *(told[each] for each in ("do", "queue") if each in told)])


_THING = re.compile(r"^(?=.*\d)[0-9A-Za-z]{10,}$")
# From the top: further down the bar that stays covers half of whatever happens to lie there.
_AXE = """async (options) => {
  const at = window.scrollY;
  window.scrollTo(0, 0);
  const found = await axe.run(options);
  window.scrollTo(0, at);
  return found;
}"""
_WIDER = "() => Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"
