"""What goes out on paper or by fax: the referral letter, and a packet of cover, letter and chosen documents.

Making one sends nothing and notes nothing as sent; the form for what was sent is offered beside it.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from referloop.messages import Party
from referloop.paper.asked import FAULTS, Fault, Made
from referloop.referral.problems import Problem
from referloop.spelling import party as key_of
from referloop.workbench.asking import NOT_HERE, Answer, Ask, Download, Page
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.acts import ACTS
from referloop.workbench.presenters.disclosing import kept_back, notices, to_whom, whole_kept_back
from referloop.workbench.presenters.letter import Enclosed, Ends, cover, letter
from referloop.workbench.presenters.owed import address
from referloop.workbench.presenters.papers import Paper, papers
from referloop.workbench.presenters.patient import patient_of
from referloop.workbench.workspace_needs import Workspace, parties_of

_WRITES = frozenset({"whole", "own"})
_NO_PAGES = "It is no PDF or picture: send it by itself."
_MOST_PAGES = 600
_SENT, _PERMITS, _CHOOSES = ACTS["referral-sent"], ACTS["consent-recorded"], ACTS["performer-chosen"]


def referral_letter(ask: Ask, needs: Needs) -> Answer:
    it = _opened(ask, needs)
    if it is None:
        return NOT_HERE
    if refused := whole_kept_back(it, _today(ask)):
        return Page("refused.html", {"says": refused.says, "remedy": refused.remedy}, 403)
    named = [
        _titled(each)
        for each in papers(it, ask.here.zone)
        if each.here and not each.state and not kept_back(it, each, _today(ask))
    ]
    made = _letter(ask, needs, it, named)
    if isinstance(made, Fault):
        return _not_made(made)
    return Download(f"referral-{it.standing.log.referral}-letter.pdf", "application/pdf", made.content)


def packet(ask: Ask, needs: Needs) -> Answer:
    """What would be in it, with its pages; then the packet itself."""
    it = _opened(ask, needs)
    if it is None:
        return NOT_HERE
    found = _papers(ask, needs, it)
    chosen = [each for each in found if _is_chosen(each, ask)]
    written = _letter(ask, needs, it, [_titled(each.paper) for each in chosen])
    if isinstance(written, Fault):
        return _not_made(written)
    parts = [("Referral letter", written.pages), *((_titled(each.paper), each.pages) for each in chosen)]
    pages = sum(count for _, count in parts) + 1
    refused = whole_kept_back(it, _today(ask))
    problems = (refused,) if refused else _against(pages) if ask.posted else ()
    if ask.posted and ask.form.get("do") == "make" and not problems:
        made = _packet(ask, needs, it, written, parts, found, chosen)
        if isinstance(made, Made):
            name = f"referral-{it.standing.log.referral}-packet.pdf"
            return Download(name, "application/pdf", made.content)
        problems = _problems(made)
    shows = {
        "id": it.standing.log.referral, "patient": patient_of(it, _today(ask)), "papers": found,
        "chosen": [each.paper.digest for each in chosen], "pages": pages, "letter_pages": written.pages,
        "performer": parties_of(it.standing.now)[1], "against": problems,
        "sent": address(it, _SENT.word) if _SENT.allowed(ask.here.role) else "",
        "permits": _remedy(ask, it),
        "notices": notices(it, [each.paper.digest for each in chosen], _today(ask)),
    }  # fmt: skip
    return Page("packet.html", shows, 422 if problems and ask.posted else 200)


def _remedy(ask: Ask, it: Workspace) -> tuple[str, str] | None:
    """Where whatever is kept back can be let go: address and words."""
    act = _PERMITS if to_whom(it) else _CHOOSES
    words = "Record the permission" if act is _PERMITS else act.words
    return (address(it, act.word), words) if act.allowed(ask.here.role) else None


def _opened(ask: Ask, needs: Needs) -> Workspace | None:
    """Only for those to whom the referral is theirs to work on."""
    it = needs.workspace.open(ask.here, ask.path["referral"])
    return it if it and it.sight in _WRITES else None


def _papers(ask: Ask, needs: Needs, it: Workspace) -> list[Enclosed]:
    named = papers(it, ask.here.zone)[::-1]
    counted = needs.papers.counted(
        ask.here, it.standing.log.referral, [each.digest for each in named if each.here]
    )
    return [_enclosed(each, counted, kept_back(it, each, _today(ask))) for each in named]


def _enclosed(paper: Paper, counted: Mapping[str, int | Fault], kept_back: str) -> Enclosed:
    if kept_back:
        return Enclosed(paper, 0, kept_back, kept_back=True)
    found = counted.get(paper.digest)
    if found is None:
        return Enclosed(paper, 0, "Only its name is here: ask the sender for it.")
    if isinstance(found, Fault):
        return Enclosed(paper, 0, _NO_PAGES if paper.words else FAULTS[found.code][0])
    return Enclosed(paper, found, "")


def _is_chosen(each: Enclosed, ask: Ask) -> bool:
    """What came with the request goes out unless somebody says otherwise; a report does not."""
    if each.fault:
        return False
    return each.paper.digest in ask.lists.get("with", []) if ask.posted else not each.paper.state


def _letter(ask: Ask, needs: Needs, it: Workspace, enclosed: Sequence[str]) -> Made | Fault:
    return needs.papers.written("letter", letter(it, _ends(ask, needs, it), _today(ask), enclosed))


def _packet(
    ask: Ask,
    needs: Needs,
    it: Workspace,
    written: Made,
    parts: Sequence[tuple[str, int]],
    found: Sequence[Enclosed],
    chosen: Sequence[Enclosed],
) -> Made | Fault:
    apart = [f"{_titled(each.paper)}: {each.fault}" for each in found if each.fault and not each.kept_back]
    told = notices(it, [each.paper.digest for each in chosen], _today(ask))
    front = needs.papers.written("cover", cover(it, _ends(ask, needs, it), _today(ask), parts, apart, told))
    if isinstance(front, Fault):
        return front
    digests = [each.paper.digest for each in chosen]
    id = it.standing.log.referral
    return needs.papers.joined(
        ask.here, id, f"Packet of referral {id}", [front.content, written.content], digests
    )


def _ends(ask: Ask, needs: Needs, it: Workspace) -> Ends:
    requester, performer = parties_of(it.standing.now)
    return Ends(
        desk=ask.here.organization_name,
        by=ask.here.name,
        requester=requester,
        asks=_known(ask, needs, requester),
        performer=performer,
        sees=_known(ask, needs, performer),
    )


def _known(ask: Ask, needs: Needs, name: str) -> Party | None:
    """Whoever the directory knows by exactly this name."""
    if not name:
        return None
    found, _ = needs.directory.parties(ask.here, name, "")
    wanted = key_of(name)
    same = [each.party for each in found if key_of(_name(each.party)) == wanted]
    return same[0] if same else None


def _name(party: Party) -> str:
    return ", ".join(each for each in (party.practitioner, party.organisation) if each)


def _titled(paper: Paper) -> str:
    return f"{paper.title}, {paper.when}"


def _against(pages: int) -> Sequence[Problem]:
    if pages <= _MOST_PAGES:
        return ()
    says = f"The packet would have {pages} pages; one has at most {_MOST_PAGES}."
    return (Problem("packet-pages", "with", says, "Choose fewer documents, and make a second packet."),)


def _problems(fault: Fault) -> Sequence[Problem]:
    says, _ = FAULTS[fault.code]
    remedy = "Leave out the document that was chosen last, and send it by itself."
    return (Problem("packet-not-made", "with", f"The packet could not be put together. {says}", remedy),)


def _not_made(fault: Fault) -> Page:
    remedy = f"{FAULTS[fault.code][0]} Go back to the referral and try again."
    return Page("refused.html", {"says": "The letter could not be made.", "remedy": remedy}, 422)


def _today(ask: Ask) -> date:
    return ask.here.today
