"""Documents of a referral as pages, letters and packets: drawn in a child process, kept for a while."""

from collections.abc import Mapping, Sequence
from typing import Any

from referloop.paper.asked import Asked, Count, Counted, Fault, Join, Made, Page, Pictures, Read, Strip, Write
from referloop.paper.child import ask
from referloop.paper.kept import Kept
from referloop.paper.signs import PDF, kind_of
from referloop.wiring.workspace import WorkspaceOfDesk
from referloop.workbench.asking import Here
from referloop.workbench.paper_needs import SMALL_AT_ONCE

KEPT_BYTES = 64_000_000
_SMALL = 120
_SLIGHT = 500


class PapersOfDesk:
    """See `workbench.paper_needs.PaperNeeds`: each answer asks first what the referral shows."""

    def __init__(self, workspace: WorkspaceOfDesk, kept_bytes: int = KEPT_BYTES) -> None:
        self.workspace = workspace
        self.kept = Kept(kept_bytes)

    def page(self, here: Here, referral: str, digest: str, number: int, width: int) -> Page | Fault | None:
        content = self._content(here, referral, digest)
        if content is None:
            return None
        key = (here.organization, digest, "page", number, width)
        found = self.kept.get(key, lambda: ask(Read(kind_of(content), content, number, width)), _size)
        return found if isinstance(found, Page | Fault) else Fault("unreadable")

    def small(self, here: Here, referral: str, digest: str, number: int) -> bytes | None:
        content = self._content(here, referral, digest)
        if content is None or number < 1:
            return None
        first = number - (number - 1) % SMALL_AT_ONCE
        asked = Strip(kind_of(content), content, first, SMALL_AT_ONCE, _SMALL)
        found = self.kept.get((here.organization, digest, "small", first), lambda: ask(asked), _size)
        pictures = found.found if isinstance(found, Pictures) else []
        return pictures[number - first] if number - first < len(pictures) else None

    def counted(self, here: Here, referral: str, digests: Sequence[str]) -> Mapping[str, int | Fault]:
        kept = self.workspace.contents(here, referral, digests)
        if not kept:
            return {}
        names = tuple(kept)
        papers = [(kind_of(content), content) for _, content in kept.values()]
        key = (here.organization, "count", *names)
        found = self.kept.get(key, lambda: ask(Count(papers)), lambda _: _SLIGHT)
        if not isinstance(found, Counted):
            return {each: found if isinstance(found, Fault) else Fault("unreadable") for each in names}
        pages = zip(names, found.pages, found.faults, strict=True)
        return {name: Fault(fault) if fault else count for name, count, fault in pages}

    def joined(
        self, here: Here, referral: str, title: str, before: Sequence[bytes], digests: Sequence[str]
    ) -> Made | Fault:
        kept = self.workspace.contents(here, referral, digests)
        papers = [(PDF, each) for each in before]
        papers += [(kind_of(kept[each][1]), kept[each][1]) for each in digests if each in kept]
        return _made(Join(title, papers))

    def written(self, template: str, values: Mapping[str, Any]) -> Made | Fault:
        return _made(Write(template, dict(values)))

    def looked_at(self, kind: str, content: bytes) -> Counted | Fault:
        found = ask(Count([(kind, content)]))
        return found if isinstance(found, Counted | Fault) else Fault("unreadable")

    def _content(self, here: Here, referral: str, digest: str) -> bytes | None:
        found = self.workspace.contents(here, referral, [digest]).get(digest)
        return found[1] if found else None


def _made(asked: Asked) -> Made | Fault:
    found = ask(asked)
    return found if isinstance(found, Made | Fault) else Fault("unreadable")


def _size(found: object) -> int:
    if isinstance(found, Page):
        return len(found.picture) + len(found.words)
    return sum(map(len, found.found)) if isinstance(found, Pictures) else _SLIGHT
