"""What the child process is asked, and what it answers: plain values, sent as MessagePack."""

import msgspec

# The caps of one document.
MOST_PAGES = 300
MOST_PIXELS = 50_000_000  # of a picture, known from its header before it is decoded
MOST_DRAWN = 16_000_000  # of a page as we draw it
MOST_LETTERS = 40_000  # of one page's words


class Read(msgspec.Struct, tag=True, frozen=True):
    """One page of a document, drawn this wide, with its words; the first page is 1."""

    kind: str
    content: bytes
    page: int
    width: int


class Strip(msgspec.Struct, tag=True, frozen=True):
    """Small pictures of several pages, from the first one named."""

    kind: str
    content: bytes
    first: int
    count: int
    width: int


class Count(msgspec.Struct, tag=True, frozen=True):
    """How many pages each of these has; media type and bytes."""

    papers: list[tuple[str, bytes]]


class Join(msgspec.Struct, tag=True, frozen=True):
    """One PDF out of several documents, in this order; `sizes` is how many pages each was said to have."""

    title: str
    papers: list[tuple[str, bytes]]


class Write(msgspec.Struct, tag=True, frozen=True):
    """A letter as PDF: a template of ours and the values that it shows, never markup."""

    template: str
    values: dict[str, object]


class Page(msgspec.Struct, tag=True, frozen=True):
    """A page as it looks (`picture` is PNG) and reads; `pages` is how many there are."""

    picture: bytes
    wide: int
    high: int
    pages: int
    words: str


class Pictures(msgspec.Struct, tag=True, frozen=True):
    found: list[bytes]


class Counted(msgspec.Struct, tag=True, frozen=True):
    """Page by page count, or the fault that makes a document unreadable."""

    pages: list[int]
    faults: list[str]


class Made(msgspec.Struct, tag=True, frozen=True):
    """A PDF. `unprintable` are the words that no font here can print; the letter says so itself."""

    content: bytes
    pages: int
    unprintable: list[str]


class Fault(msgspec.Struct, tag=True, frozen=True):
    """Why it could not be done: a key of `FAULTS`."""

    code: str


Asked = Read | Strip | Count | Join | Write
Answered = Page | Pictures | Counted | Made | Fault

FAULTS = {
    "unreadable": ("It cannot be read: the file is damaged, or is not what its name says.",
                   "Download it and open it elsewhere, or ask the sender for it again."),
    "locked": ("It is locked with a password.", "Ask the sender for a copy without a password."),
    "pages": (f"It has more than {MOST_PAGES} pages.", "Ask for it in parts, or download it."),
    "pixels": ("Its picture is too large to be shown.", "Download it, or ask for a smaller scan."),
    "too-slow": ("It took too long or too much memory to read, and was stopped.",
                 "Download it and open it elsewhere, or ask the sender for it again."),
    "page-missing": ("It has no such page.", "Go to its first page."),
}  # fmt: skip
