"""The documents of a referral: read on a page where that is safe, handed over where it is not."""

from referloop.workbench.asking import NOT_HERE, Answer, Ask, Download, Page
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.papers import Paper, media_of, papers, readable
from referloop.workbench.presenters.patient import patient_of
from referloop.workbench.workspace_needs import Workspace


def document(ask: Ask, needs: Needs) -> Answer:
    """The page around a document, with the question it may answer beside it."""
    found = _found(ask, needs)
    if found is None:
        return NOT_HERE
    it, paper = found
    media_type, content = needs.workspace.content(ask.here, paper.digest) or ("", b"")
    _, _, inline = media_of(media_type)
    return Page(
        "referral_document.html",
        {
            "id": it.standing.log.referral, "paper": paper, "patient": patient_of(it, ask.here.now.date()),
            "request": it.standing.now.request, "text": readable(media_type, content), "kind": media_type,
            "picture": inline and media_type.startswith("image/"), "size": len(content),
        },
    )  # fmt: skip


def file(ask: Ask, needs: Needs) -> Answer:
    """Its bytes: pictures and plain text may be shown by the browser, everything else is a download."""
    found = _found(ask, needs)
    content = needs.workspace.content(ask.here, ask.path["digest"]) if found else None
    if content is None:
        return NOT_HERE
    media_type, ending, inline = media_of(content[0])
    return Download(f"document-{ask.path['digest'][:12]}.{ending}", media_type, content[1], inline)


def _found(ask: Ask, needs: Needs) -> tuple[Workspace, Paper] | None:
    """A document is only found through a referral that names it."""
    it = needs.workspace.open(ask.here, ask.path["referral"])
    named = papers(it, ask.here.zone) if it else []
    paper = next((each for each in named if each.digest == ask.path["digest"]), None)
    return (it, paper) if it and paper else None
