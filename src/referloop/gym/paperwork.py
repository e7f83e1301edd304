"""The papers of the town's offices, made when they are asked for: a report, a fax of two pages, a tracing."""

import json
import math
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO
from unicodedata import normalize

import typst
from PIL import Image, ImageDraw, ImageFont

from referloop.gym.town import ANY_SPECIALIST, SPECIALISTS, Case

PDF, TIFF, PNG = "application/pdf", "image/tiff", "image/png"
_FAX = (1728, 2200)  # dots of a page at the fine resolution of ITU-T T.4
_LETTERS, _FIRST_LINE, _BETWEEN, _MARGIN = 32, 180, 58, 150
_TRACING = (1100, 620)
_FINDINGS = (
    ("Blood pressure", "128/78 mmHg", "below 130/80"), ("Pulse", "76 per minute", "60 to 100"),
    ("Oxygen saturation", "98 %", "95 to 100"), ("Haemoglobin", "13.1 g/dL", "12.0 to 15.5"),
    ("Creatinine", "0.9 mg/dL", "0.6 to 1.1"), ("Thyrotropin", "2.1 mIU/L", "0.4 to 4.0"),
)  # fmt: skip


def consult(it: Case, seen: str, opinion: str) -> bytes:
    """A report of two pages as PDF; `seen` is the day of the visit in words."""
    who = f"{it.resident.given} {it.resident.family}"
    values = {
        "office": "Riverbend Specialty Clinic",
        "address": f"{it.need.specialty} · 1 Harbor Square, Riverbend · telephone 555-0100",
        "patient": who,
        "born": f"{it.resident.born.day} {it.resident.born:%b %Y}",
        "number": it.number,
        "seen": seen,
        "requester": f"Dr. {it.office.clinician}, {it.office.name}",
        "question": it.need.question,
        "first": [
            ("Why you sent them", f"{it.need.reason} ({it.need.icd}). Thank you for asking."),
            ("History", f"{who} tells of the complaint for some months, without fever or loss of weight. "
             "Nobody in the family had the same. Usual medicines were gone through and are unchanged."),
            ("Examination", "In good general condition. Heart and lungs without findings at rest; abdomen "
             "soft; no swelling of the legs. The rest is in the table on the next page."),
        ],
        "findings": _FINDINGS,
        "second": [
            ("Opinion", opinion),
            ("What we ask of you", "Please go on with the medicines above, and send them back to us if "
             "anything changes. A visit with you in four to six weeks is enough."),
        ],
        "signed": f"{SPECIALISTS.get(it.need.specialty, ANY_SPECIALIST)}, {it.need.specialty}. "
        "Signed electronically.",
    }  # fmt: skip
    with as_file(files("referloop.gym") / "consult.typ") as template:
        found: bytes = typst.compile(
            str(template), sys_inputs={"values": json.dumps(values)}, ignore_system_fonts=True
        )
        return found


def fax(it: Case, about: str) -> bytes:
    """Two pages as a fax machine sends them: black and white, and not quite straight."""
    office, who = it.office, it.resident
    cover = (
        f"FAX FROM {office.name.upper()}", "TO: RIVERBEND SPECIALTY CLINIC, REFERRALS", "PAGES: 2", "",
        f"RE: {who.family}, {who.given}", f"BORN: {who.born.isoformat()}", f"OUR NUMBER: {it.number}", "",
        about,
    )  # fmt: skip
    note = (
        "CLINIC NOTE", "", f"Patient: {who.given} {who.family}", f"Seen for: {it.need.reason}", "",
        "Eight visits of physical therapy since August,", "home exercises daily, ibuprofen as needed.",
        "Pain on stairs unchanged; sleep disturbed.", "", "Plan: as referred.", "", f"Dr. {office.clinician}",
    )  # fmt: skip
    pages = [_faxed(lines, number) for number, lines in enumerate((cover, note), 1)]
    into = BytesIO()
    pages[0].save(into, "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=(204, 196))
    return into.getvalue()


def _faxed(lines: tuple[str, ...], number: int) -> Image.Image:
    page = Image.new("L", _FAX, 255)
    draw = ImageDraw.Draw(page)
    letters = ImageFont.load_default(_LETTERS)
    draw.text((60, 24), f"FAX  555-0100  PAGE {number} OF 2", font=letters, fill=0)
    for place, line in enumerate(lines):
        plain = normalize("NFKD", line).encode("ascii", "ignore").decode()  # all that the machine can print
        draw.text((_MARGIN, _FIRST_LINE + place * _BETWEEN), plain, font=letters, fill=0)
    return page.rotate(0.4, fillcolor=255).convert("1", dither=Image.Dither.NONE)


@cache
def tracing() -> bytes:
    """A strip of an electrocardiogram: irregular, and without the small wave before each beat."""
    wide, high = _TRACING
    picture = Image.new("RGB", _TRACING, "#fff8f5")
    draw = ImageDraw.Draw(picture)
    for x in range(0, wide, 10):
        draw.line((x, 0, x, high), fill="#f3b8ae" if x % 50 == 0 else "#fbe3de")
    for y in range(0, high, 10):
        draw.line((0, y, wide, y), fill="#f3b8ae" if y % 50 == 0 else "#fbe3de")
    for place, lead in enumerate(("I", "II", "V1")):
        middle = 120 + place * 190
        draw.text((8, middle - 90), lead, fill="#222222", font=ImageFont.load_default(20))
        draw.line([(x, middle - _beat(x, place)) for x in range(wide)], fill="#222222", width=2)
    into = BytesIO()
    picture.quantize(16).save(into, "PNG", optimize=True)
    return into.getvalue()


def _beat(x: int, lead: int) -> float:
    """How high the line stands there, in dots."""
    trembling = 3 * math.sin(x * 0.31 + lead) + 2 * math.sin(x * 0.53)
    at = 30
    for gap in (128, 171, 96, 150, 210, 118, 160, 140):
        trembling += 70 * math.exp(-(((x - at) / 4) ** 2)) - 18 * math.exp(-(((x - at - 9) / 4) ** 2))
        trembling += 14 * math.exp(-(((x - at - 48) / 14) ** 2))
        at += gap
    return trembling
