"""The documents of a referral: what came, from when, and the words of those that are text."""

from dataclasses import dataclass
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from referloop.referral.facts.closure import ReportReceived
from referloop.referral.facts.intake import DocumentReceived
from referloop.referral.story import standing
from referloop.workbench.presenters.choices import Choice, plain
from referloop.workbench.presenters.timeline import spoken
from referloop.workbench.restricted import TITLE
from referloop.workbench.workspace_needs import Workspace

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp",
            "text/plain": "txt", "application/pdf": "pdf", "text/html": "html", "text/xml": "xml",
            "application/xml": "xml", "text/rtf": "rtf", "application/rtf": "rtf", "image/tiff": "tif",
            "application/json": "json"}  # fmt: skip
_OF_WORDS = ("text/plain", "text/html", "text/markdown", "application/xml", "text/xml")
_ACTIVE = ("text/html", "text/xml", "application/xml")
_MOST_LETTERS = 400_000


@dataclass(frozen=True, slots=True)
class Paper:
    """`state` is that of a report: received, reviewed, interim ...; `here` whether its content is."""

    digest: str
    title: str
    kind: str
    when: str
    seq: int
    state: str
    critical: bool
    here: bool
    link: str
    words: bool  # text, which is read on its page and has no pages of its own
    labels: tuple[str, ...] = ()  # why it is restricted
    masked: bool = False  # restricted, and not shown to whoever looks


def papers(it: Workspace, zone: ZoneInfo) -> list[Paper]:
    """The latest first; one that came twice stands once."""
    found: dict[str, Paper] = {}
    reports = it.standing.now.reports
    for entry in standing(it.standing.log.entries):
        fact = entry.fact
        if isinstance(fact, DocumentReceived | ReportReceived) and fact.document not in found:
            report = reports.get(fact.document)
            found[fact.document] = Paper(
                digest=fact.document,
                title=TITLE
                if fact.document in it.masked
                else fact.title or ("Report" if report else "Document without a title"),
                kind=plain(fact.kind),
                when=spoken(entry.occurred_at, zone),
                seq=entry.seq,
                state=report.state if report else "",
                critical=isinstance(fact, ReportReceived) and fact.critical,
                here=fact.document in it.kept,
                link=getattr(fact, "link", ""),
                words=getattr(fact, "media_type", "").partition(";")[0] in _OF_WORDS,
                labels=tuple(sorted(it.standing.now.paper_labels.get(fact.document, ()))),
                masked=fact.document in it.masked,
            )
    return list(found.values())[::-1]


def proofs(it: Workspace, zone: ZoneInfo) -> list[Choice]:
    """What an entry can name as its proof: a document or a message of this referral."""
    found = {each.digest: f"{each.title}, {each.when}" for each in papers(it, zone) if not each.masked}
    for entry in it.standing.log.entries:
        if entry.evidence:
            found.setdefault(entry.evidence, f"message of {spoken(entry.occurred_at, zone)}")
    return list(found.items())


def readable(media_type: str, content: bytes) -> str:
    """The words of a document that is text; "" for any other, which is shown as a picture or handed over."""
    kind = media_type.partition(";")[0].strip().lower()
    if kind not in ("text/plain", "text/html", "text/markdown", "application/xhtml+xml"):
        return ""
    text = content[:_MOST_LETTERS].decode("utf-8", "replace").replace("\0", "\ufffd")
    return text if kind in ("text/plain", "text/markdown") else words_of(text)


def words_of(markup: str) -> str:
    """The words of a page without its markup and scripts.

    >>> words_of("<p>Seen.</p><script>alert(1)</script><p>Start apixaban &amp; review.")
    'Seen.\\nStart apixaban & review.'
    """
    found = _Words()
    found.feed(markup)
    found.close()
    lines = ("".join(found.parts)).splitlines()
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


class _Words(HTMLParser):
    _BREAKS = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "h4", "table", "section"})
    _SILENT = frozenset({"script", "style", "head", "template"})

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self._SILENT
        self.parts += ["\n"] if tag in self._BREAKS else [" "] if tag in ("td", "th") else []

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self._SILENT and self.silent > 0
        self.parts += ["\n"] if tag in self._BREAKS else []

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def media_of(media_type: str) -> tuple[str, str]:
    """The type under which content is handed out, and its ending; what could act is only bytes.

    >>> media_of("application/pdf"), media_of("text/html; charset=utf-8")
    (('application/pdf', 'pdf'), ('application/octet-stream', 'html'))
    """
    kind = media_type.partition(";")[0].strip().lower()
    if kind == "text/plain":
        return "text/plain; charset=utf-8", "txt"
    if kind in _ENDINGS and kind not in _ACTIVE:
        return kind, _ENDINGS[kind]
    return "application/octet-stream", _ENDINGS.get(kind, "bin")
