"""Settings, people, for whoever may not change them: a lead proposes, and an administrator decides."""

from collections.abc import Sequence

from referloop.referral.problems import Problem
from referloop.workbench.access import ROLES
from referloop.workbench.asking import NOT_HERE, Answer, Ask, Go, Page
from referloop.workbench.duties import Colleague, above, form_faults
from referloop.workbench.needs import Needs
from referloop.workbench.pages.settings import TABS, TAKEN, known, typed

_WHY = Problem(
    "why-missing", "why", "It does not say why.", "Write a few words for the administrator who decides."
)


def proposal(ask: Ask, needs: Needs) -> Answer:
    """Somebody new, or with an id somebody known."""
    it = known(ask, needs, ask.query.get("id", ""))
    return NOT_HERE if ask.query.get("id") and it is None else _page(ask, it, ())


def propose(ask: Ask, needs: Needs) -> Answer:
    it, why = typed(ask), ask.form.get("why", "").strip()[:500]
    before = known(ask, needs, it.id)
    problems = [*form_faults(it), *([] if why else [_WHY])]
    if before and ask.form.get("known") != "yes" and not needs.settings.sent_before(ask.here):
        problems.append(TAKEN)
    if not problems:
        problems += needs.settings.propose_colleague(ask.here, it, why)
    if problems:
        return _page(ask, before if ask.form.get("known") == "yes" else None, problems)
    return Go("/settings", f"{it.name} is proposed: it has an effect when an administrator approves it.")


def _page(ask: Ask, it: Colleague | None, problems: Sequence[Problem]) -> Page:
    shows = {
        "tabs": TABS, "at": TABS[0][0], "it": it, "form": ask.form, "wrong": problems,
        "roles": [role for role in ROLES if not above(role, ask.here.role)],
    }  # fmt: skip
    return Page("settings_proposal.html", shows, 422 if problems else 200)
