"""The documents of a referral: read page by page as pictures that we draw, handed over only as a download."""

from typing import Any

from referloop.paper.asked import FAULTS, Fault
from referloop.paper.asked import Page as Drawn
from referloop.paper.signs import PAGED, TAKEN, kind_of
from referloop.referral.board import Standing
from referloop.referral.entry import Draft
from referloop.referral.facts.closure import ReportReceived
from referloop.referral.facts.fact import Fact
from referloop.referral.fields import fact_from
from referloop.workbench.asking import Answer, Ask, Download, Go, Page
from referloop.workbench.needs import Needs
from referloop.workbench.pages.header import instead
from referloop.workbench.paper_needs import WIDTHS
from referloop.workbench.presenters.acts import ACTS
from referloop.workbench.presenters.owed import address
from referloop.workbench.presenters.papers import Paper, media_of, papers, readable
from referloop.workbench.presenters.patient import patient_of
from referloop.workbench.presenters.timeline import who
from referloop.workbench.restricted import NOT_SHOWN
from referloop.workbench.sight import WRITES
from referloop.workbench.workspace_needs import Workspace

_REPORT = ACTS["report-received"]
_LABEL, _LIFT = ACTS["document-labelled"], ACTS["document-unlabelled"]
_HIDDEN = Page("refused.html", {"says": NOT_SHOWN.says, "remedy": NOT_SHOWN.remedy}, 403)
_MATCHED = "Recorded as a report."
REPORT_KINDS = ("final", "interim", "procedure", "pathology", "note-to-follow")


def document(ask: Ask, needs: Needs) -> Answer:
    """The page around a document, with the question it may answer beside it."""
    found = _found(ask, needs)
    if found is None:
        return instead(ask, needs)
    return _HIDDEN if found[1].masked else _shown(ask, needs, *found)


def _shown(ask: Ask, needs: Needs, it: Workspace, paper: Paper, problems: Any = ()) -> Page:
    id = it.standing.log.referral
    kept = needs.workspace.contents(ask.here, id, [paper.digest])
    media_type, content = kept.get(paper.digest, ("", b""))
    entry = next(each for each in it.standing.log.entries if each.seq == paper.seq)
    shows = {
        "id": id, "paper": paper, "patient": patient_of(it, ask.here.now.date()), "it": it,
        "request": it.standing.now.request, "text": readable(media_type, content), "against": problems,
        "kind": TAKEN.get(kind_of(content), media_type), "size": len(content), "standing": it.standing,
        "sender": who(entry.author, it) if it.sight != "sent" else "",
        "report_kinds": REPORT_KINDS if _may_match(ask, it, paper) else (),
        "reviewed_here": paper.state == "received" and ACTS["report-reviewed"].allowed(ask.here.role),
        "labels": _labels(ask, it, paper),
        **_pages(ask, needs, paper, kind_of(content)),
    }  # fmt: skip
    return Page("referral_document.html", shows, 422 if problems else 200)


def _labels(ask: Ask, it: Workspace, paper: Paper) -> dict[str, str]:
    """The ways to restrict this document, and to let it be no longer."""
    if it.sight not in ("whole", "own") or not _LABEL.allowed(ask.here.role):
        return {}
    found = {"Restrict this document": address(it, _LABEL.word, {"document": paper.digest})}
    if paper.labels:
        found["No longer restricted"] = address(it, _LIFT.word, {"document": paper.digest})
    return found


def _pages(ask: Ask, needs: Needs, paper: Paper, kind: str) -> dict[str, Any]:
    """The page that is looked at, or why there is none."""
    nothing = {"page": None, "number": 1, "zoom": 0, "zooms": len(WIDTHS), "fault": None}
    if not paper.here or kind not in PAGED:
        return nothing
    number, zoom = _whole(ask.query.get("page", ""), 1), _zoom(ask)
    found = needs.papers.page(ask.here, ask.path["referral"], paper.digest, number, WIDTHS[zoom])
    if isinstance(found, Fault):
        return {**nothing, "fault": FAULTS[found.code], "missing": found.code == "page-missing"}
    return {**nothing, "page": found, "number": number, "zoom": zoom}


def picture(ask: Ask, needs: Needs) -> Answer:
    """One page as we drew it: nothing of the file itself reaches the browser."""
    number, digest = _whole(ask.path["page"], 0), ask.path["digest"]
    found = needs.papers.page(ask.here, ask.path["referral"], digest, number, WIDTHS[_zoom(ask)])
    if not isinstance(found, Drawn):
        return _missing(ask, needs)
    return Download(f"page-{number}.png", "image/png", found.picture, inline=True)


def small(ask: Ask, needs: Needs) -> Answer:
    """One page so small that it can be found and not be read."""
    number = _whole(ask.path["page"], 0)
    found = needs.papers.small(ask.here, ask.path["referral"], ask.path["digest"], number)
    return Download(f"page-{number}.png", "image/png", found, inline=True) if found else _missing(ask, needs)


def file(ask: Ask, needs: Needs) -> Answer:
    """Its bytes as they came, as a download; a browser shows none of them by itself."""
    digest = ask.path["digest"]
    content = needs.workspace.contents(ask.here, ask.path["referral"], [digest]).get(digest)
    if content is None:
        return _missing(ask, needs)
    media_type, ending = media_of(content[0])
    return Download(f"document-{digest[:12]}.{ending}", media_type, content[1])


def match(ask: Ask, needs: Needs) -> Answer:
    """This document, which is here already, is a report."""
    found = _found(ask, needs)
    if found is None:
        return instead(ask, needs)
    it, paper = found
    if paper.masked:
        return _HIDDEN
    if not _may_match(ask, it, paper):
        sent = needs.workspace.sent_before(ask.here, ask.path["referral"])
        return Go(_address(ask), _MATCHED if sent else "")
    said = {name: ask.form[name] for name in ("kind", "answers_question", "critical") if ask.form.get(name)}
    fact = fact_from(ReportReceived.word, {**said, "document": paper.digest, "title": paper.title})
    if not isinstance(fact, Fact):
        return _shown(ask, needs, it, paper, fact)
    draft = Draft(fact, ask.here.now, paper.digest)
    seen = _whole(ask.form.get("seen", ""), 0)
    outcome = needs.workspace.record(ask.here, ask.path["referral"], seen, draft)
    if isinstance(outcome, Standing):
        return Go(_address(ask), _MATCHED)
    return _shown(ask, needs, it, paper, outcome)


def _may_match(ask: Ask, it: Workspace, paper: Paper) -> bool:
    return paper.here and not paper.state and it.sight in WRITES and _REPORT.allowed(ask.here.role)


def _found(ask: Ask, needs: Needs) -> tuple[Workspace, Paper] | None:
    """A document is only found through a referral that names it."""
    it = needs.workspace.open(ask.here, ask.path["referral"])
    named = papers(it, ask.here.zone) if it else []
    paper = next((each for each in named if each.digest == ask.path["digest"]), None)
    return (it, paper) if it and paper else None


def _missing(ask: Ask, needs: Needs) -> Page:
    """In place of a page or a file: that it is restricted, or what shows of a referral not theirs."""
    found = _found(ask, needs)
    return _HIDDEN if found and found[1].masked else instead(ask, needs)


def _address(ask: Ask) -> str:
    return f"/referrals/{ask.path['referral']}/documents/{ask.path['digest']}"


def _whole(typed: str, otherwise: int) -> int:
    return int(typed) if typed.isdecimal() and typed.isascii() and len(typed) < 6 else otherwise


def _zoom(ask: Ask) -> int:
    return min(_whole(ask.query.get("zoom", ""), 0), len(WIDTHS) - 1)
