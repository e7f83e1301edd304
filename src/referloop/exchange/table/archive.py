"""The zip around a workbook: judged by its directory, unpacked under a cap, and packed anew without extras.

The reader of workbooks then sees only parts that were checked here, whatever the original zip claims.
"""

import io
import re
import zipfile
import zlib

from referloop.referral.problems import Problem

MOST_MEMBERS = 200
MOST_UNPACKED = 100_000_000
MOST_RATIO = 100
SMALL = 500_000  # a part that cannot do harm however well it packs
_EMBEDDED = re.compile(r"(?i)/(externalLinks|embeddings|media|drawings|customXml|activeX)/")
_MACROS = re.compile(r"(?i)(^|/)(vbaProject\.bin|macrosheets/|intlmacrosheets/)")

Parts = dict[str, bytes]


def unpacked(content: bytes) -> Parts | Problem:
    """The XML parts by name, without links to other files, pictures and embedded objects."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if problem := _by_its_directory(members):
                return problem
            parts = {member.filename: archive.read(member) for member in members if _wanted(member)}
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, NotImplementedError, EOFError, OSError):
        return broken()
    return next(filter(None, map(_unsafe, parts.values())), None) or parts


def packed(parts: Parts) -> io.BytesIO:
    """A plain zip of the parts, which are given away one by one: both at once would fill the memory."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name in list(parts):
            archive.writestr(zipfile.ZipInfo(name), parts.pop(name))
    whole.seek(0)
    return whole


def broken() -> Problem:
    return Problem(
        "workbook-unreadable",
        "file",
        "This workbook is damaged or protected by a password.",
        "Open it, save it again as .xlsx and send that.",
    )


def too_large() -> Problem:
    return Problem(
        "workbook-too-large",
        "file",
        "This workbook would unpack to far more than a referral list needs.",
        "Delete empty formatted rows and columns, or divide it, and save it again.",
    )


def _wanted(member: zipfile.ZipInfo) -> bool:
    name = f"/{member.filename}"
    return name.lower().endswith((".xml", ".rels")) and not _EMBEDDED.search(name)


def _by_its_directory(members: list[zipfile.ZipInfo]) -> Problem | None:
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        return too_large()
    large = [member for member in members if member.file_size > SMALL]
    if any(member.file_size > MOST_RATIO * max(member.compress_size, 1) for member in large):
        return too_large()
    if any(_MACROS.search(member.filename) for member in members):
        return macros()
    if len({member.filename.lower() for member in members}) < len(members):
        return broken()  # two parts of one name: readers differ in which one they take
    return None


def macros() -> Problem:
    return Problem(
        "workbook-has-macros", "file", "This workbook holds macros.", "Save it as .xlsx without macros."
    )


def _unsafe(part: bytes) -> Problem | None:
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\0" in part or part[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Problem(
            "workbook-unsafe",
            "file",
            "A part of this workbook declares document types or is not written in UTF-8.",
            "Open it in a spreadsheet program, save it again as .xlsx and send that.",
        )
    return macros() if b"macroEnabled" in part and b"/package/2006/content-types" in part else None
