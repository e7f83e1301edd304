"""In place of a referral that may be known and not read: its header, and the way to more of it."""

from referloop.referral.board import Standing
from referloop.referral.entry import Draft
from referloop.referral.facts.desk import OwnerAssigned
from referloop.referral.problems import Problem
from referloop.workbench.access import may
from referloop.workbench.asking import Ask, Go, Page
from referloop.workbench.needs import Needs
from referloop.workbench.pages.glass import REASONS, offered
from referloop.workbench.presenters.choices import plain
from referloop.workbench.presenters.lanes import look
from referloop.workbench.presenters.people import age, name_of, spoken_birth
from referloop.workbench.presenters.timeline import author_of, spoken
from referloop.workbench.sight import gives
from referloop.workbench.workspace_needs import Header

_ENTRIES = 100
_WHOM = Problem("owner-unknown", "owner", "It does not say to whom it goes.", "Choose somebody.")
_TO_READ = Page(
    "refused.html",
    {"says": "This referral is restricted.", "remedy": "A lead gives it to somebody who may read it."},
    403,
)


def instead(ask: Ask, needs: Needs, status: int = 403, template: str = "header.html") -> Page:
    """The header, where they may know of it; else the way to open it with a reason, or nothing."""
    it = needs.workspace.header(ask.here, ask.path["referral"])
    if it is None:
        return offered(ask, needs, referral=ask.path["referral"])
    return _shown(ask, it, (), status, template)


def given(ask: Ask, needs: Needs) -> Page | Go:
    """A lead gives what is restricted to somebody, themselves too, without reading it; the log says so."""
    it = needs.workspace.header(ask.here, ask.path["referral"])
    if it is None:
        return offered(ask, needs, referral=ask.path["referral"])
    if not it.hidden or not gives(ask.here.role, OwnerAssigned.word):
        return _TO_READ
    owner, seen = ask.form.get("owner", ""), ask.form.get("seen", "")
    if owner not in it.trusted:
        return _shown(ask, it, (_WHOM,), 422)
    version = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
    draft = Draft(OwnerAssigned(owner=owner), ask.here.now)
    outcome = needs.workspace.record(ask.here, it.referral, version, draft)
    if isinstance(outcome, Standing):
        return Go(f"/referrals/{it.referral}", f"Given to {it.trusted[owner]}.")
    return _shown(ask, it, outcome, 422)


def _shown(
    ask: Ask, it: Header, problems: tuple[Problem, ...], status: int, template: str = "header.html"
) -> Page:
    here = ask.here
    shows = {
        "it": it, "id": it.referral, "name": name_of(it.person), "against": problems, "reasons": REASONS,
        "age": age(it.person.birth_date, here.today),
        "born": spoken_birth(it.person.birth_date), "may_open": may(here.role, "break-glass"),
        "gives": it.hidden and gives(here.role, OwnerAssigned.word), "form": {"referral": it.referral},
        "lanes": [(name.capitalize(), plain(state), *look(state)) for name, state in it.lanes],
        "happened": [
            (spoken(each.at, here.zone), plain(each.word), author_of(each.author, it.names))
            for each in it.happened[:_ENTRIES]
        ],
        "owner": it.names.get(it.owner, it.owner),
    }  # fmt: skip
    return Page(template, shows, status)
