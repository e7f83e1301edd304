"""Pages of PDF files and pictures, drawn anew: nothing of the original but what can be seen is handed on."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

import pypdfium2
from PIL import Image, ImageOps, ImageSequence
from pypdfium2 import raw

from referloop.paper.asked import (
    MOST_DRAWN,
    MOST_LETTERS,
    MOST_PAGES,
    MOST_PIXELS,
    Count,
    Counted,
    Page,
    Pictures,
    Read,
    Strip,
)
from referloop.paper.signs import PDF, PICTURES

_FORMATS = ("TIFF", "JPEG", "PNG")


class Faulty(Exception):
    """Carries the fault's code."""


def read(asked: Read) -> Page:
    with _opened(asked.kind, asked.content) as paper:
        paper.turn_to(asked.page)
        picture = paper.drawn(asked.width)
        return Page(_png(picture), picture.width, picture.height, paper.pages, paper.words())


def strip(asked: Strip) -> Pictures:
    with _opened(asked.kind, asked.content) as paper:
        last = min(paper.pages, asked.first + asked.count - 1)
        found = []
        for number in range(asked.first, last + 1):
            paper.turn_to(number)
            found.append(_png(paper.drawn(asked.width)))
        return Pictures(found)


def count(asked: Count) -> Counted:
    pages, faults = [], []
    for kind, content in asked.papers:
        found, fault = _counted(kind, content)
        pages.append(found)
        faults.append(fault)
    return Counted(pages, faults)


def _counted(kind: str, content: bytes) -> tuple[int, str]:
    try:
        with _opened(kind, content) as paper:
            return paper.pages, ""
    except Faulty as fault:
        return 0, str(fault)


@contextmanager
def _opened(kind: str, content: bytes) -> Iterator["PdfPaper | PicturePaper"]:
    """The document, if it is one of those that are shown and keeps to the caps."""
    if kind not in (PDF, *PICTURES):
        raise Faulty("unreadable")
    paper = PdfPaper(content) if kind == PDF else PicturePaper(content)
    if paper.pages > MOST_PAGES:
        raise Faulty("pages")
    if not paper.pages:
        raise Faulty("unreadable")
    yield paper


class PdfPaper:
    def __init__(self, content: bytes) -> None:
        try:
            self.document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            locked = raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error)
            raise Faulty("locked" if locked else "unreadable") from None
        self.pages = len(self.document)

    def turn_to(self, number: int) -> None:
        if not 1 <= number <= self.pages:
            raise Faulty("page-missing")
        try:
            self.page = self.document[number - 1]
        except pypdfium2.PdfiumError:
            raise Faulty("unreadable") from None

    def drawn(self, width: int) -> Image.Image:
        wide, high = (max(each, 1.0) for each in self.page.get_size())
        scale = _scale(wide, high, width)
        found: Image.Image = self.page.render(scale=scale, may_draw_forms=False).to_pil()
        return found

    def words(self) -> str:
        text = self.page.get_textpage()
        found: str = text.get_text_range(0, min(text.count_chars(), MOST_LETTERS))
        return "\n".join(line.rstrip() for line in found.replace("\0", "").splitlines()).strip()


class PicturePaper:
    def __init__(self, content: bytes) -> None:
        Image.MAX_IMAGE_PIXELS = MOST_PIXELS
        try:
            self.picture = Image.open(BytesIO(content), formats=_FORMATS)
            self._check()
            self.pages = _frames(self.picture)
        except Image.DecompressionBombError:
            raise Faulty("pixels") from None
        except (OSError, ValueError, SyntaxError, EOFError):
            raise Faulty("unreadable") from None

    def _check(self) -> None:
        if self.picture.width * self.picture.height > MOST_PIXELS:
            raise Faulty("pixels")

    def turn_to(self, number: int) -> None:
        if not 1 <= number <= self.pages:
            raise Faulty("page-missing")
        try:
            self.picture.seek(number - 1)
        except (OSError, EOFError, ValueError, SyntaxError):
            raise Faulty("unreadable") from None
        self._check()

    def drawn(self, width: int) -> Image.Image:
        try:
            found = ImageOps.exif_transpose(self.picture)
            found = _plain(found)
        except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
            raise Faulty("unreadable") from None
        scale = min(_scale(found.width, found.height, width), 1.0)
        size = (max(1, round(found.width * scale)), max(1, round(found.height * scale)))
        return found.resize(size, Image.Resampling.LANCZOS) if size != found.size else found

    def words(self) -> str:
        return ""


def _plain(picture: Image.Image) -> Image.Image:
    """On white, in grey or colour, and without anything that the file says beside its pixels."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        over = picture.convert("RGBA")
        ground = Image.new("RGBA", over.size, "white")
        return Image.alpha_composite(ground, over).convert("RGB")
    if picture.mode.startswith("I") or picture.mode == "F":
        return ImageOps.autocontrast(picture.convert("F").convert("L"))
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _frames(picture: Image.Image) -> int:
    """How many pages a picture has, told no further than one more than we show."""
    if picture.format != "TIFF":
        return 1
    found = 0
    for _ in ImageSequence.Iterator(picture):
        found += 1
        if found > MOST_PAGES:
            break
    picture.seek(0)
    return found


def _scale(wide: float, high: float, width: int) -> float:
    """So wide, unless the page would then be too large to draw."""
    return min(width / wide, math.sqrt(MOST_DRAWN / (wide * high)))


def _png(picture: Image.Image) -> bytes:
    into = BytesIO()
    _bare(picture).save(into, "PNG", compress_level=3)
    return into.getvalue()


def _bare(picture: Image.Image) -> Image.Image:
    picture = picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
    picture.info = {}
    return picture


def as_pages(kind: str, content: bytes, width: int) -> Sequence[Image.Image]:
    """Every page of a picture, bare."""
    with _opened(kind, content) as paper:
        found = []
        for number in range(1, paper.pages + 1):
            paper.turn_to(number)
            found.append(_bare(paper.drawn(width)))
        return found
