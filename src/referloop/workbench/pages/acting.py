"""Recording by hand: a form becomes an entry, or comes back with everything that stands against it."""

from collections.abc import Mapping

from referloop.referral.board import Standing
from referloop.referral.entry import Draft
from referloop.referral.facts.desk import OwnerAssigned
from referloop.referral.facts.fact import Fact
from referloop.referral.problems import Problem
from referloop.workbench.asking import NOT_HERE, Answer, Ask, Go, Page
from referloop.workbench.needs import Needs
from referloop.workbench.pages.header import given, instead
from referloop.workbench.pages.referral import before_of, opened, shown
from referloop.workbench.pages.uploads import upload_of, wrong_upload
from referloop.workbench.presenters.acts import ACTS, Act
from referloop.workbench.presenters.days import ahead, out_of_order
from referloop.workbench.presenters.forms import UPLOADS, inputs, is_there
from referloop.workbench.presenters.ladder import ladder
from referloop.workbench.presenters.own import who
from referloop.workbench.presenters.papers import proofs
from referloop.workbench.presenters.typed import band_of, fact_of, moment_of, refused_to_role
from referloop.workbench.sight import CLINICIAN, OFFICE
from referloop.workbench.workspace_needs import Upload, Workspace

_NOTHING_THERE = Problem(
    code="thing-missing",
    where="",
    says="There is nothing here that this could be about.",
    remedy="Record what comes before it first, or choose something else.",
)


def act(ask: Ask, needs: Needs) -> Answer:
    """Record one fact on a referral."""
    it = needs.workspace.open(ask.here, ask.path["referral"])
    found = ACTS.get(ask.path["word"])
    if found is None:
        return NOT_HERE
    if it is None:
        page = given(ask, needs) if found.word == OwnerAssigned.word else instead(ask, needs)
        refused = isinstance(page, Page) and page.status == 403 and not found.allowed(ask.here.role)
        return not_for_role(found) if refused else page
    if not found.allowed(ask.here.role):
        return not_for_role(found)
    if needs.workspace.sent_before(ask.here, ask.path["referral"]):
        return Go(_after(found, it.standing, ask), _said(found, it.standing, ask, needs))
    upload = upload_of(ask, found)
    draft = _draft(ask, needs, found, it, upload)
    if isinstance(draft, Draft):
        outcome = needs.workspace.record(ask.here, ask.path["referral"], seen_in(ask), draft, upload)
        if isinstance(outcome, Standing):
            return Go(_after(found, outcome, ask), _said(found, outcome, ask, needs))
        draft = list(outcome)
    it = needs.workspace.open(ask.here, ask.path["referral"]) or it
    form = opened(found, ask.here, needs, it, ask.form, corrects=corrects_in(ask), problems=draft)
    return shown(ask, needs, it, form)


def _after(found: Act, it: Standing, ask: Ask) -> str:
    """Where one goes on; what an office sent away is no longer there for it."""
    gone = ask.here.role == OFFICE and found.word in ("referral-declined", "referral-redirected")
    return "/" if gone else f"/referrals/{it.log.referral}"


def not_for_role(found: Act) -> Page:
    says = f"Your role does not record this: {found.words.lower()}."
    return Page("refused.html", {"says": says, "remedy": "Ask a specialist or your lead."}, 403)


def _draft(ask: Ask, needs: Needs, found: Act, it: Workspace, upload: Upload | None) -> Draft | list[Problem]:
    """What was typed as a draft, or all that is wrong with it."""
    here, corrects = ask.here, corrects_in(ask)
    if not corrects and not is_there(found, it):
        return [_NOTHING_THERE]
    before = before_of(it, found, corrects)
    problems = [
        *_wrong_correction(found, it, ask, before is None),
        *wrong_upload(found, upload, needs, fresh=before is None),
    ]
    refused = refused_to_role(found, ask.form, here.role)
    problems += [refused] if refused else []
    when = moment_of(ask.form, here.now, here.zone)
    if isinstance(when, Problem):
        problems.append(when)
    fact = fact_of(
        found,
        inputs(found, here.role, it, ask.form, before),
        *_form(ask, found, upload, before),
        it,
        here.zone,
    )
    if isinstance(fact, list):
        problems += [each for each in fact if not refused or each.where != refused.where]
    if problems or isinstance(when, Problem) or not isinstance(fact, Fact):
        return problems
    booked = it.standing.now.booked()
    if wrong := out_of_order(fact, when, here.now, here.zone) + ahead(fact, booked, when, here.zone):
        return wrong
    if before is not None and not (ask.form.get("happened_at") or ask.form.get("happened_on")):
        when = next(each.occurred_at for each in it.standing.log.entries if each.seq == corrects)
    return Draft(fact, when, _proof(ask, it, upload), corrects or None)


def _form(
    ask: Ask, found: Act, upload: Upload | None, before: Mapping[str, str] | None
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What was typed, and what nobody types: the part of the day, the document's digest."""
    form = dict(ask.form)
    if found.word == "contact-attempted" and not form.get("band"):
        form["band"] = band_of(ask.here.now.astimezone(ask.here.zone)) if not _earlier(ask) else ""
    more = {**(before or {})}
    if found.word in UPLOADS and before is None:
        digest, media_type = (upload.digest, upload.media_type) if upload else ("none", "")
        more |= {"document": digest, "media_type": media_type}
    if found.word == "identity-settled" and form.get("answer") == "same":
        more["patient"] = form.get("question", "").partition("-")[2]
    return form, more


def _earlier(ask: Ask) -> bool:
    return bool(ask.form.get("happened_at") or ask.form.get("happened_on"))


def _wrong_correction(found: Act, it: Workspace, ask: Ask, other_word: bool) -> list[Problem]:
    """A correction says the same kind of thing; one takes back only what is one's own."""
    seq = corrects_in(ask)
    entry = next((each for each in it.standing.log.entries if each.seq == seq), None)
    if found.word == "entry-withdrawn" and entry:
        if entry.author.kind == "person" and entry.author.id == ask.here.user:
            act_of = ACTS.get(entry.word)
            return [] if act_of and act_of.allowed(ask.here.role) else [_not_withdrawn()]
        return [_not_withdrawn()]
    if seq and other_word:
        remedy = "Open the entry in the timeline and correct it there."
        return [Problem("correction-word", "corrects", "This does not correct that entry.", remedy)]
    return []


def _not_withdrawn() -> Problem:
    says = "One takes back only what one recorded oneself."
    return Problem("withdraw-own", "corrects", says, "Correct the entry, or ask who made it.")


def corrects_in(ask: Ask) -> int:
    typed = ask.form.get("corrects", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def seen_in(ask: Ask) -> int:
    """The version that was on the screen; a form without one has seen nothing."""
    typed = ask.form.get("seen", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def _proof(ask: Ask, it: Workspace, upload: Upload | None) -> str:
    """The document or message of this referral that proves it; a correction keeps its own."""
    if upload:
        return upload.digest
    chosen, corrects = ask.form.get("evidence", ""), corrects_in(ask)
    if chosen in {value for value, _ in proofs(it, ask.here.zone)}:
        return chosen
    return next((each.evidence for each in it.standing.log.entries if each.seq == corrects), "")


def _said(found: Act, it: Standing, ask: Ask, needs: Needs) -> str:
    """No word of the patient: it is kept with the session until it is read."""
    said = "Recorded."
    if it.now.labels:  # they may not read it any more
        return said
    if found.word == "contact-attempted":
        rungs = ladder(it.log.entries, needs.calendar(ask.here))
        last = rungs[-1] if rungs else None
        said += (f" {last.why}" if last.why else f" It counts as attempt {last.place}.") if last else ""
    if it.step is None or ask.here.role == OFFICE:
        return said
    by = f"Next, {who(it.step.owner)}" if ask.here.role == CLINICIAN else "Next"
    return f"{said} {by}: {it.step.says}."
