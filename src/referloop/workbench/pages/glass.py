"""Break-glass: a patient who is not theirs, opened with a reason, for an hour, to read."""

from collections.abc import Mapping, Sequence

from referloop.referral.problems import Problem
from referloop.workbench.asking import NOT_HERE, Answer, Ask, Go, Here, Page
from referloop.workbench.needs import Needs

REASONS = {
    "emergency": "An emergency: the patient is here now",
    "covering": "I stand in for the clinician",
    "referred-to-me": "The patient's care was handed over to me",
    "asked-by-patient": "The patient asked me to",
    "privacy": "A question or complaint about privacy",
    "other": "Something else",
}
LEAST_WORDS, MOST_LETTERS = 10, 400
_WHY = Problem("glass-why", "why", "There is no reason chosen.", "Choose the one that fits best.")
_WORDS = Problem("glass-words", "words", "It does not say why.", "Write a sentence; compliance reads it.")
_NOBODY = Problem(
    "glass-nobody", "who", "Nobody here is certainly this patient.",
    "Write the whole name and the date of birth, or a medical record number with the name.",
)  # fmt: skip


def offered(ask: Ask, needs: Needs, *, referral: str = "", patient: str = "") -> Page:
    """In place of a page that is not theirs: the way in, where there is one; else nothing is here."""
    found = needs.glass.behind(ask.here, referral, patient)
    if found is None or found.until:
        return NOT_HERE
    return _page({"referral": referral, "patient": patient}, (), 403)


def glass(ask: Ask, needs: Needs) -> Answer:
    """The form by itself asks who it is; opened from a referral or a patient it knows."""
    if not ask.posted:
        return _page({}, ())
    form = {name: value.strip() for name, value in ask.form.items()}
    patient = needs.glass.sent_before(ask.here) or _patient(ask.here, form, needs)
    problems = [
        *([_WHY] if form.get("why") not in REASONS else []),
        *([_WORDS] if len(form.get("words", "")) < LEAST_WORDS else []),
        *([_NOBODY] if not patient and form.get("who") is not None else []),
    ]
    if problems:
        return _page(form, problems, 422)
    if not patient:
        return NOT_HERE
    needs.glass.open(ask.here, patient, form["why"], form["words"][:MOST_LETTERS])
    to = f"/referrals/{form['referral']}" if form.get("referral") else f"/patients/{patient}"
    return Go(to, "Open for an hour, to read. Your lead and compliance know of it.")


def close(ask: Ask, needs: Needs) -> Answer:
    needs.glass.close(ask.here, ask.form.get("patient", ""))
    return Go("/", "Closed.")


def _patient(here: Here, form: Mapping[str, str], needs: Needs) -> str:
    if form.get("who"):
        return needs.glass.named(here, form["who"])
    referral, patient = form.get("referral", ""), form.get("patient", "")
    found = needs.glass.behind(here, referral, patient) if referral or patient else None
    return found.patient if found else ""


def _page(form: Mapping[str, str], problems: Sequence[Problem], status: int = 200) -> Page:
    return Page("glass.html", {"form": form, "against": problems, "reasons": REASONS}, status)
