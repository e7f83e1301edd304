"""A new referral: five things at most, and what may be here already is shown before anything is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from referloop.messages import Coded, Person, ReferralSaid
from referloop.referral.problems import Problem
from referloop.workbench.asking import NOT_HERE, Answer, Ask, Go, Here, Page, Value
from referloop.workbench.lines import Line
from referloop.workbench.needs import Needs
from referloop.workbench.people_needs import Found
from referloop.workbench.presenters.people import about, name_of, party_words
from referloop.workbench.presenters.request_form import (
    NEEDED,
    SEXES,
    URGENCIES,
    missing,
    person_of,
    request_of,
    wrong,
)
from referloop.workbench.rendering import service_name
from referloop.workbench.sight import CLINICIAN, stands_for_names

_ENTERED = "The referral is entered."
_SETS = ("icd-10-cm", "nucc")
_NOT_THEIRS = Problem(
    "request-requester", "requester", "You do not refer in this name.", "Choose yourself or your practice."
)


def new_referral(ask: Ask, needs: Needs) -> Answer:
    if ask.posted:
        return _posted(ask, needs)
    id = ask.query.get("patient", "")
    person = needs.requests.person(ask.here, id) if id else None
    if id and person is None:
        return NOT_HERE
    names = _in_whose_name(ask.here, needs)
    form = {"patient": id, "form": needs.requests.fresh(ask.here), "requester": names[0] if names else ""}
    return _page(ask.here, form, person, names=names)


def _in_whose_name(here: Here, needs: Needs) -> Sequence[str]:
    """A clinician refers for themselves or their practice; the desk enters a referral for anybody."""
    return needs.own.stands_for(here) if here.role == CLINICIAN else ()


def _posted(ask: Ask, needs: Needs) -> Answer:
    """First what is wrong, then who it may be, then what it may repeat; only then it goes in."""
    here, form = ask.here, dict(ask.form)
    if before := needs.requests.entered(here):
        return Go(f"/referrals/{before}", _ENTERED)
    form["form"] = form.get("form") or needs.requests.fresh(here)
    chosen = form.get("same", "")
    id = chosen if chosen not in ("", "new") else form.get("patient", "")
    person = needs.requests.person(here, id) if id else None
    form["patient"] = id if person else ""
    today = here.today
    names = _in_whose_name(here, needs)
    problems = wrong(form, today, known=person is not None)
    if here.role == CLINICIAN and not stands_for_names(names, form.get("requester", "")):
        problems = (*problems, _NOT_THEIRS)
    if problems:
        return _page(here, form, person, problems=problems, names=names, status=422)
    if person is None and chosen != "new" and (alike := needs.requests.alike(here, person_of(form))):
        return _page(here, form, person, alike=alike, names=names, status=409)
    said = _said(here, form, needs)
    doubles = needs.requests.doubles(here, id, said) if person and not form.get("sure") else ()
    if doubles:
        return _page(here, form, person, doubles=doubles, names=names, status=409)
    taken = needs.requests.take(here, form["form"], said, form["patient"])
    if isinstance(taken, tuple):
        return _page(here, form, None, problems=taken, names=names, status=409)
    return Go(f"/referrals/{taken}", _ENTERED)


def _said(here: Here, form: Mapping[str, str], needs: Needs) -> ReferralSaid:
    """The form as a message, with the words that a code and a known requester bring."""
    key = form.get("requester_key", "")
    known = needs.requests.party(here, key) if key else None
    same = known is not None and party_words(known) == form.get("requester", "").strip()
    said = request_of(form, known if same else None)
    return replace(said, reasons=tuple(_worded(here, each, needs) for each in said.reasons))


def _worded(here: Here, reason: Coded, needs: Needs) -> Coded:
    if not reason.code or reason.text:
        return reason
    known = needs.requests.code(here, _SETS[0], reason.code)
    return replace(reason, text=known.words) if known else reason


def _page(
    here: Here, form: Mapping[str, str], person: Person | None, *, problems: Sequence[Problem] = (),
    alike: Sequence[Found] = (), doubles: Sequence[Line] = (), names: Sequence[str] = (), status: int = 200,
) -> Page:  # fmt: skip
    today = here.today
    shows: dict[str, Any] = {
        "form": form,
        "person": (name_of(person), about(person, today)) if person else None,
        "found": problems,
        "invalid": {each.where for each in problems},
        "alike": [(each, name_of(each.person), about(each.person, today)) for each in alike],
        "doubles": doubles,
        "names": names,
        "missing": missing(form, known=person is not None),
        "needed": NEEDED,
        "urgencies": URGENCIES,
        "sexes": SEXES,
        "today": today.isoformat(),
    }
    return Page("new_referral.html", shows, status)


def codes(ask: Ask, needs: Needs) -> Answer:
    """What a form's combobox offers: codes of a public set, and before those what the desk often asks for."""
    code_set, text = ask.path["code_set"], ask.form.get("text", "")[:80]
    found = needs.requests.codes(ask.here, code_set, text) if code_set in _SETS else ()
    if code_set == _SETS[0]:  # a diagnosis is written with its code, a service in words
        return Value([_offer(each.code, f"{each.code} {each.words}".strip()) for each in found])
    often = _once(needs.requests.services(ask.here, text)) if code_set in _SETS else []
    offers = [_offer(words, words, "asked for often here") for words in often]
    return Value([*offers, *(_offer(each.code, each.words) for each in found if each.words not in often)])


def _once(services: Sequence[str]) -> list[str]:
    """A service with its code and the same without are one; what is asked for more often stands for both.

    >>> _once(["Cardiology consultation (183519002)", "Cardiology consultation", "MRI knee"])
    ['Cardiology consultation (183519002)', 'MRI knee']
    """
    found: dict[str, str] = {}
    for each in services:
        found.setdefault(service_name(each), each)
    return list(found.values())


def _offer(id: str, words: str, note: str = "") -> dict[str, str]:
    return {"id": id, "words": words, "note": note}
