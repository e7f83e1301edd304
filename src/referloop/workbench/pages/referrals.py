"""The list of referrals: narrowed, kept under a name, taken away as a file."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlencode

from referloop.referral.kinds import URGENCIES
from referloop.referral.problems import Problem
from referloop.referral.stages import HEADLINES
from referloop.workbench.access import may
from referloop.workbench.asking import Answer, Ask, Download, Go, Page
from referloop.workbench.lines import Filter
from referloop.workbench.listing_needs import SavedView
from referloop.workbench.needs import Needs
from referloop.workbench.presenters import listing

WITHOUT_EXPORT, MOST = 500, 10_000
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def referrals(ask: Ask, needs: Needs) -> Answer:
    """What was typed never stands in an address: such a list is posted, any other has its own address."""
    if ask.posted:
        wanted, columns = listing.wanted(ask.form), _columns(ask)
        return _shown(ask, needs, wanted, columns) if wanted.text else Go(listing.address(wanted, columns))
    view = _view(needs.listing.views(ask.here), ask.query.get("view", ""))
    if view:
        wanted = _from(view.wanted, ask.query.get("after", ""))
        return _shown(ask, needs, wanted, view.columns, view=view)
    return _shown(
        ask, needs, listing.wanted(ask.query), listing.chosen(ask.query.get("columns", "").split(","))
    )


def save_view(ask: Ask, needs: Needs) -> Answer:
    wanted, columns, name = listing.wanted(ask.form), _columns(ask), ask.form.get("name", "").strip()[:80]
    if not name:
        problem = Problem("view-name", "name", "The list has no name.", "Write one, such as “Urgent, mine”.")
        return _shown(ask, needs, wanted, columns, problems=(problem,))
    same = next((each.id for each in needs.listing.views(ask.here) if each.name == name), "")
    needs.listing.save_view(ask.here, SavedView(same, name, listing.narrowing(wanted), tuple(columns)))
    saved = next((each for each in needs.listing.views(ask.here) if each.name == name), None)
    return Go(f"/referrals?view={saved.id}" if saved else "/referrals", f"The list is kept as {name}.")


def remove_view(ask: Ask, needs: Needs) -> Answer:
    needs.listing.remove_view(ask.here, ask.form.get("view", ""))
    return Go("/referrals", "The list is no longer kept.")


def export(ask: Ask, needs: Needs) -> Answer:
    """All of the list, or a refusal: a file never ends early without saying so."""
    wanted, columns = listing.wanted(ask.form), _columns(ask)
    kind = ask.form.get("kind", "csv")
    most = MOST if may(ask.here.role, "export") else WITHOUT_EXPORT
    whole = replace(wanted, limit=most, after="")
    found, _ = needs.listing.lines(ask.here, whole)
    if found.next or kind not in _TYPES:
        remedy = "Narrow the list" + (", or ask somebody whose role may export more." if most < MOST else ".")
        problem = Problem("export-many", "list", f"This list has more than {most:,} referrals.", remedy)
        return _shown(ask, needs, wanted, columns, problems=(problem,))
    header = ["Referral", *(listing.COLUMNS[name] for name in columns)]
    rows = [listing.row(line, columns, ask.here.zone) for line in found.lines]
    day = ask.here.now.astimezone(ask.here.zone).date().isoformat()
    return Download(f"referrals-{day}.{kind}", _TYPES[kind], needs.listing.table(kind, header, rows))


def _shown(
    ask: Ask,
    needs: Needs,
    wanted: Filter,
    columns: Sequence[str],
    *,
    view: SavedView | None = None,
    problems: Sequence[Problem] = (),
) -> Page:
    found, count = needs.listing.lines(ask.here, wanted)
    shows = {
        "wanted": wanted, "columns": columns,
        "narrowed": listing.narrowing(wanted) != Filter(), "known_columns": listing.COLUMNS,
        "lines": found.lines,
        "count": count, "next": found.next, "next_address": _next(wanted, columns, found.next, view),
        "views": needs.listing.views(ask.here), "view": view, "wrong": problems,
        "people": needs.listing.owners(ask.here), "roles": listing.ROLES, "headlines": HEADLINES,
        "urgencies": URGENCIES, "flag_words": listing.FLAGS,
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


def _columns(ask: Ask) -> tuple[str, ...]:
    return listing.chosen(ask.lists.get("column", []))


def _view(views: Sequence[SavedView], id: str) -> SavedView | None:
    return next((view for view in views if view.id == id), None)
