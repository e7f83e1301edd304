"""The list of referrals: narrowed, and kept under a name."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from referloop.referral.kinds import URGENCIES
from referloop.referral.problems import Problem
from referloop.referral.stages import HEADLINES
from referloop.workbench.asking import Answer, Ask, Go, Page
from referloop.workbench.lines import Filter
from referloop.workbench.listing_needs import SavedView
from referloop.workbench.needs import Needs
from referloop.workbench.presenters import listing


def referrals(ask: Ask, needs: Needs) -> Answer:
    """What was typed never stands in an address: such a list is posted, any other has its own address."""
    if ask.posted:
        wanted, columns = listing.wanted(ask.form), columns_of(ask)
        return shown(ask, needs, wanted, columns) if wanted.text else Go(listing.address(wanted, columns))
    view = _view(needs.listing.views(ask.here), ask.query.get("view", ""))
    if view:
        wanted = _from(view.wanted, ask.query.get("after", ""))
        return shown(ask, needs, wanted, view.columns, view=view)
    return shown(
        ask, needs, listing.wanted(ask.query), listing.chosen(ask.query.get("columns", "").split(","))
    )


def save_view(ask: Ask, needs: Needs) -> Answer:
    wanted, columns, name = listing.wanted(ask.form), columns_of(ask), ask.form.get("name", "").strip()[:80]
    if not name:
        problem = Problem("view-name", "name", "The list has no name.", "Write one, such as “Urgent, mine”.")
        return shown(ask, needs, wanted, columns, problems=(problem,))
    same = next((each.id for each in needs.listing.views(ask.here) if each.name == name), "")
    needs.listing.save_view(ask.here, SavedView(same, name, listing.narrowing(wanted), tuple(columns)))
    saved = next((each for each in needs.listing.views(ask.here) if each.name == name), None)
    return Go(f"/referrals?view={saved.id}" if saved else "/referrals", f"The list is kept as {name}.")


def remove_view(ask: Ask, needs: Needs) -> Answer:
    needs.listing.remove_view(ask.here, ask.form.get("view", ""))
    return Go("/referrals", "The list is no longer kept.")


def shown(
    ask: Ask,
    needs: Needs,
    wanted: Filter,
    columns: Sequence[str],
    *,
    view: SavedView | None = None,
    problems: Sequence[Problem] = (),
) -> Page:
    found, count = needs.listing.lines(ask.here, wanted)
    people = needs.listing.owners(ask.here)
    shows = {
        "wanted": wanted, "columns": columns,
        "told": listing.told(wanted),
        "narrowed": listing.narrowing(wanted) != Filter(), "known_columns": listing.COLUMNS,
        "lines": found.lines,
        "count": count, "next": found.next, "next_address": _next(wanted, columns, found.next, view),
        "views": needs.listing.views(ask.here), "view": view, "wrong": problems,
        "people": people, "names": dict(people), "roles": listing.ROLES, "headlines": HEADLINES,
        "urgencies": URGENCIES, "flag_words": listing.FLAGS, "cohort": listing.cohort,
    }  # fmt: skip
    return Page("referrals.html", shows, 422 if problems else 200)


def _next(wanted: Filter, columns: Sequence[str], after: str, view: SavedView | None) -> str:
    """Where the next page is; "" when it has to be posted, or there is none."""
    if not after:
        return ""
    if view:
        return f"/referrals?{urlencode({'view': view.id, 'after': after})}"
    return "" if wanted.text else listing.address(_from(wanted, after), columns)


def _from(wanted: Filter, after: str) -> Filter:
    return replace(wanted, after=after)


def columns_of(ask: Ask) -> tuple[str, ...]:
    return listing.chosen(ask.lists.get("column", []))


def _view(views: Sequence[SavedView], id: str) -> SavedView | None:
    return next((view for view in views if view.id == id), None)
