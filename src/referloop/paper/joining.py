"""Several documents as one PDF: pages of PDF files without what acts, and pictures one to a page."""

from io import BytesIO

import pypdfium2
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject
from pypdfium2 import raw

from referloop.paper.asked import Join, Made
from referloop.paper.drawing import Faulty, PdfPaper, as_pages
from referloop.paper.signs import PDF

_WIDE, _DOTS = 1_700, 200.0  # of a picture's page: letter size at 200 dots an inch
_ACTS = ("/AA", "/Annots", "/A")


def join(asked: Join) -> Made:
    whole = pypdfium2.PdfDocument.new()
    for kind, content in asked.papers:
        part = PdfPaper(content if kind == PDF else _pictured(kind, content)).document
        for page in part:
            raw.FPDFPage_Flatten(page, raw.FLAT_PRINT)
        try:
            whole.import_pages(part)
        except pypdfium2.PdfiumError:
            raise Faulty("unreadable") from None
    into = BytesIO()
    whole.save(into)
    return Made(_finished(into.getvalue(), asked.title), len(whole), [])


def _pictured(kind: str, content: bytes) -> bytes:
    pages = as_pages(kind, content, _WIDE)
    into = BytesIO()
    pages[0].save(into, "PDF", save_all=True, append_images=pages[1:], resolution=_DOTS)
    return into.getvalue()


def _finished(content: bytes, title: str) -> bytes:
    """With a title and a language, and without links, scripts and other actions."""
    try:
        writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
        for page in writer.pages:
            for name in _ACTS:
                if name in page:
                    del page[name]
        writer.add_metadata({"/Title": title})
        writer.root_object[NameObject("/Lang")] = TextStringObject("en")
        writer.root_object[NameObject("/ViewerPreferences")] = DictionaryObject(
            {NameObject("/DisplayDocTitle"): BooleanObject(True)}
        )
        into = BytesIO()
        writer.write(into)
    except (PyPdfError, ValueError, KeyError, RecursionError):
        raise Faulty("unreadable") from None
    return into.getvalue()
