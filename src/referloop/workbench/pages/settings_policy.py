"""The policy: what holds on a day, on whose authority, and own packs that two people agree on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from referloop.policy.pack import files_of, text_of
from referloop.referral.problems import Problem
from referloop.referral.requirement import Requirement
from referloop.workbench.asking import NOT_HERE, Answer, Ask, Go, Page
from referloop.workbench.needs import Needs
from referloop.workbench.pages.settings import TABS

HERE = "/settings/policy"
_STATES = {
    "draft": ("circle-dashed", "waiting", "draft, without effect"),
    "waiting": ("users", "warning", "waits for a second person"),
    "to-come": ("clock", "info", "to come"),
    "in-force": ("check", "good", "in force"),
    "ended": ("ban", "", "ended"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement as the list shows it: the version of the day, and how many there are."""

    now: Requirement
    versions: int


def policy(ask: Ask, needs: Needs) -> Answer:
    """What holds on a day; today, unless one is named."""
    day = _day(ask.query.get("on", "")) or _today(ask)
    versions = needs.settings.policy.requirements(ask.here)
    counts = {each.code: 0 for each in versions}
    for each in versions:
        counts[each.code] += 1
    stages: dict[str, list[Rule]] = {}
    for each in needs.settings.policy.on(ask.here, day):
        stages.setdefault(each.stage, []).append(Rule(each, counts[each.code]))
    packs = needs.settings.policy.packs(ask.here)
    shows = {"stages": stages, "day": day, "today": _today(ask), "packs": packs, "states": _STATES}
    return Page("settings_policy.html", {"tabs": TABS, "at": HERE, **shows})


def requirement(ask: Ask, needs: Needs) -> Answer:
    """One requirement: what it asks, each dated value with its source, its cases, and who owes it now."""
    code = ask.path["code"]
    versions = [each for each in needs.settings.policy.requirements(ask.here) if each.code == code]
    if not versions:
        return NOT_HERE
    begun = [each for each in versions if each.since <= _today(ask)]
    shows = {
        "versions": versions, "it": (begun or versions[:1])[-1],
        "owing": needs.settings.policy.owing(ask.here, code),
        "cases": needs.settings.policy.cases(ask.here, code), "today": _today(ask),
    }  # fmt: skip
    return Page("settings_requirement.html", {"tabs": TABS, "at": HERE, **shows})


def owed(ask: Ask, needs: Needs) -> Answer:
    """The open referrals that owe it now."""
    code = ask.path["code"]
    versions = [each for each in needs.settings.policy.requirements(ask.here) if each.code == code]
    if not versions:
        return NOT_HERE
    shows = {
        "it": versions[-1], "owing": needs.settings.policy.owing(ask.here, code),
        "lines": needs.settings.policy.owed_on(ask.here, code),
    }  # fmt: skip
    return Page("settings_owed.html", {"tabs": TABS, "at": HERE, **shows})


def new_pack(ask: Ask, needs: Needs) -> Answer:
    """A pack handed in: pasted, or as a file; with nothing wrong, its page shows what it would do."""
    if not ask.posted:
        return _form(ask, {"valid_from": _today(ask).isoformat(), **_of_pack(ask, needs)})
    text = _handed_in(ask)
    files = files_of(text) if isinstance(text, str) else text
    if isinstance(files, Problem):
        return _form(ask, ask.form, (files,))
    name, valid_from = ask.form.get("name", "").strip(), _day(ask.form.get("valid_from", ""))
    problems = needs.settings.policy.check(ask.here, name, files, valid_from)
    if problems or valid_from is None:
        return _form(ask, {**ask.form, "text": text_of(files)}, problems)
    id = needs.settings.policy.keep(ask.here, name, files, valid_from)
    return Go(f"{HERE}/pack?id={id}", "Nothing is wrong with it. Look at what it would do, then propose it.")


def pack(ask: Ask, needs: Needs) -> Answer:
    return _pack(ask, needs, ask.query.get("id", ""))


def propose_pack(ask: Ask, needs: Needs) -> Answer:
    id, why = ask.form.get("id", ""), ask.form.get("why", "").strip()[:500]
    problems = needs.settings.policy.propose(ask.here, id, why)
    return (
        _pack(ask, needs, id, problems) if problems else Go(HERE, "Proposed: it waits for a second person.")
    )


def end_pack(ask: Ask, needs: Needs) -> Answer:
    id, why = ask.form.get("id", ""), ask.form.get("why", "").strip()[:500]
    problems = needs.settings.policy.propose_end(ask.here, id, _day(ask.form.get("until", "")), why)
    said = "Its end is proposed: it waits for a second person."
    return _pack(ask, needs, id, problems) if problems else Go(HERE, said)


def decide(ask: Ask, needs: Needs) -> Answer:
    outcome, reason = ask.form.get("outcome", ""), ask.form.get("reason", "").strip()[:500]
    problems = needs.settings.policy.decide(ask.here, ask.form.get("id", ""), outcome, reason)
    return (
        _pack(ask, needs, ask.form.get("pack", ""), problems) if problems else Go(HERE, f"It is {outcome}.")
    )


def _pack(ask: Ask, needs: Needs, id: str, problems: Sequence[Problem] = ()) -> Answer:
    it = needs.settings.policy.pack(ask.here, id)
    if it is None:
        return Go(HERE, "There is no such pack.")
    undecided = it.state in ("draft", "waiting") and not it.problems
    shows = {
        "pack": it, "states": _STATES, "wrong": problems, "form": ask.form, "text": text_of(it.files),
        "impact": needs.settings.policy.impact(ask.here, id) if undecided else None, "today": _today(ask),
    }  # fmt: skip
    return Page("settings_pack.html", {"tabs": TABS, "at": HERE, **shows}, 422 if problems else 200)


def _form(ask: Ask, form: Mapping[str, str], problems: Sequence[Problem] = ()) -> Page:
    shows = {"tabs": TABS, "at": HERE, "form": form, "wrong": problems}
    return Page("settings_pack_new.html", shows, 422 if problems else 200)


def _of_pack(ask: Ask, needs: Needs) -> dict[str, str]:
    """A pack to begin with."""
    it = needs.settings.policy.pack(ask.here, ask.query.get("like", "")) if ask.query.get("like") else None
    return {"name": it.name, "text": text_of(it.files)} if it else {}


def _handed_in(ask: Ask) -> str | Problem:
    """The text of the file, or the text that was pasted."""
    _, content = ask.files.get("file", ("", b""))
    if not content:
        return ask.form.get("text", "")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Problem("pack-text", "file", "The file is not UTF-8 text.", "Save it as UTF-8, and try again.")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _today(ask: Ask) -> date:
    return ask.here.today
