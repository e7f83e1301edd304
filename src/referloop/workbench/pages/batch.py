"""One action on many referrals: filled in once, its effects seen first, taken back whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from referloop.referral.entry import Draft
from referloop.referral.facts.desk import EntryWithdrawn
from referloop.referral.facts.fact import Fact
from referloop.referral.fields import fact_from
from referloop.referral.problems import Problem
from referloop.referral.tracks import TRACKS
from referloop.workbench.asking import Answer, Ask, Go, Page
from referloop.workbench.lines import Filter, Line
from referloop.workbench.listing_needs import Wish
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.days import WRITE_DAY, day_of, too_far
from referloop.workbench.presenters.listing import ROLES
from referloop.workbench.presenters.timeline import told

MOST = 200
ACTIONS: Mapping[str, tuple[str, str]] = {  # what it is called, and the fact that it records
    "owner": ("Give to somebody", "owner-assigned"),
    "note": ("Add a note", "note-added"),
    "hold": ("Put on hold", "hold-placed"),
    "contact": ("Log a contact attempt", "contact-attempted"),
}
_NEEDED = {
    "owner": ("owner",),
    "note": ("text",),
    "hold": ("track", "waiting_for", "until_on", "reason"),
    "contact": ("channel", "outcome"),
}
_FIELDS = {
    **_NEEDED,
    "note": ("text", "audience"),
    "contact": ("channel", "outcome", "band", "callback_left", "note"),
}
NOTHING_SELECTED = "Nothing was selected, so nothing was done. Mark rows with x or their box first."
_LABELS = {  # as the page calls them
    "owner": "To whom", "text": "Note", "track": "What waits", "waiting_for": "For whom", "until_on": "Until",
    "reason": "Why", "channel": "How", "outcome": "What came of it",
}  # fmt: skip
_OTHER_PATIENT = Problem(
    "batch-patients",
    "patient",
    "This one is for another patient.",
    "One call is about one patient: log it apart.",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One referral of a batch: what would be, or was, recorded on it."""

    line: Line
    sentence: str = ""
    entry: int = 0  # its number, once recorded
    problems: tuple[Problem, ...] = ()


def batch(ask: Ask, needs: Needs) -> Answer:
    """The form, then the effects, then the outcome; `step` says which was asked for."""
    action, step = ask.form.get("action", ""), ask.form.get("step", "")
    if step == "undo":
        return _undone(ask, needs)
    seen = _seen(ask, needs)
    if not seen or action not in ACTIONS:
        return Go("/referrals", NOTHING_SELECTED)
    lines = needs.listing.picked(ask.here, list(seen))
    if not step or step == "change":
        return _page(ask, needs, lines, seen)
    fact = _fact(ask, action, needs)
    if not isinstance(fact, Fact):
        return _page(ask, needs, lines, seen, problems=fact)
    wishes = {line.referral: _wish(line, seen, fact, ask) for line in lines}
    barred = _barred(action, lines)
    open_ones = [wish for referral, wish in wishes.items() if referral not in barred]
    found = {**_outcomes(step, ask, needs, open_ones), **barred}
    rows = [_row(line, wishes[line.referral].draft.fact, found[line.referral]) for line in lines]
    return _page(ask, needs, lines, seen, rows=rows, done=step == "do")


def _outcomes(
    step: str, ask: Ask, needs: Needs, wishes: Sequence[Wish]
) -> Mapping[str, int | tuple[Problem, ...]]:
    if step == "do":
        return needs.listing.recorded(ask.here, wishes)
    return {**needs.listing.foreseen(ask.here, wishes)}


def _undone(ask: Ask, needs: Needs) -> Answer:
    """Each entry of the batch is withdrawn with the reason; it stays readable in its log."""
    reason = ask.form.get("reason", "").strip()
    entries = dict(_pair(each) for each in ask.lists.get("entry", [])[:MOST])
    lines = needs.listing.picked(ask.here, list(entries))
    if not reason:
        problem = Problem("reason-missing", "reason", "It does not say why.", "Write a few words.")
        words = ACTIONS.get(ask.form.get("action", ""), ("",))[0]
        rows = [Row(line, words, entry=entries[line.referral] or 0) for line in lines]
        return _page(ask, needs, lines, {}, rows=rows, done=True, problems=(problem,))
    fact = EntryWithdrawn(reason=reason)
    wishes = [
        Wish(line.referral, None, Draft(fact, ask.here.now, corrects=entries[line.referral]))
        for line in lines
    ]
    found = needs.listing.recorded(ask.here, wishes)
    rows = [_row(line, fact, found[line.referral]) for line in lines]
    return _page(ask, needs, lines, {}, rows=rows, done=True, undone=True)


def _seen(ask: Ask, needs: Needs) -> dict[str, int | None]:
    """The referrals that were marked, or everything that one person has, each with the version seen."""
    marked = dict(_pair(each) for each in ask.lists.get("pick", [])[:MOST])
    whose = ask.form.get("whose", "")
    if marked or not whose:
        return marked
    found, _ = needs.listing.lines(ask.here, Filter(owner=whose, limit=MOST))
    return {line.referral: line.version for line in found.lines}


def _pair(text: str) -> tuple[str, int | None]:
    referral, _, number = text.partition("~")
    return referral, int(number) if number.isascii() and number.isdigit() and len(number) < 9 else None


def _fact(ask: Ask, action: str, needs: Needs) -> Fact | tuple[Problem, ...]:
    """What is to be recorded on each, or all that is wrong with what was filled in."""
    said = {name: ask.form.get(name, "").strip() for name in _FIELDS[action]}
    problems = [
        Problem("field-missing", name, f"“{_LABELS[name]}” is empty.", "Fill it in.")
        for name in _NEEDED[action]
        if not said[name]
    ]
    if action == "owner" and said["owner"] and said["owner"] not in dict(needs.listing.owners(ask.here)):
        problems.append(
            Problem("owner-unknown", "owner", "Nobody here has this name.", "Choose from the list.")
        )
    if action == "hold":
        said["hold"] = "hold"
        problems += _in_the_past(said["until_on"], ask)
    if problems:
        return tuple(problems)
    return fact_from(ACTIONS[action][1], {name: value for name, value in said.items() if value}, "form")


def _in_the_past(until_on: str, ask: Ask) -> list[Problem]:
    today, day = ask.here.today, day_of(until_on)
    if until_on and (day is None or too_far(day, today)):
        return [Problem("day-form", "until_on", "The day until which it waits cannot be meant.", WRITE_DAY)]
    if day and day <= today:
        return [Problem("hold-past", "until_on", "A hold ends on a day to come.", "Choose a later day.")]
    return []


def _wish(line: Line, seen: Mapping[str, int | None], fact: Fact, ask: Ask) -> Wish:
    """Each hold is a thing of its own, and one call about several referrals carries one id."""
    own = {}
    if fact.word == "hold-placed":
        own = {"hold": f"hold-{line.version + 1}"}
    elif fact.word == "contact-attempted" and len(seen) > 1:
        own = {"bundle": f"call-{min(seen)}-{int(ask.here.now.timestamp())}"}
    return Wish(line.referral, seen.get(line.referral), Draft(replace(fact, **own), ask.here.now))


def _barred(action: str, lines: Sequence[Line]) -> dict[str, tuple[Problem, ...]]:
    """One call reaches one patient: the one whose referrals are most."""
    if action != "contact":
        return {}
    patients = [line.patient for line in lines]
    called = max(patients, key=patients.count, default="")
    return {line.referral: (_OTHER_PATIENT,) for line in lines if line.patient != called}


def _row(line: Line, fact: Fact, outcome: int | tuple[Problem, ...]) -> Row:
    if isinstance(outcome, int):
        return Row(line, told(fact), entry=outcome)
    return Row(line, told(fact), problems=outcome)


def _page(
    ask: Ask,
    needs: Needs,
    lines: Sequence[Line],
    seen: Mapping[str, int | None],
    *,
    rows: Sequence[Row] = (),
    done: bool = False,
    undone: bool = False,
    problems: Sequence[Problem] = (),
) -> Page:
    action = ask.form.get("action", "")
    shows = {
        "action": action, "title": ACTIONS.get(action, ("Taken back", ""))[0], "lines": lines, "seen": seen,
        "rows": rows, "done": done, "undone": undone, "wrong": problems, "form": ask.form,
        "people": needs.listing.owners(ask.here), "roles": ROLES, "tracks": TRACKS,
        "ready": sum(not row.problems for row in rows), "many": len(lines) >= MOST,
        "fields": _FIELDS.get(action, ()),
    }  # fmt: skip
    return Page("batch.html", shows, 422 if problems else 200)
