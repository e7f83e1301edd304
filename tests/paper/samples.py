"""Documents as they come: printed, faxed, photographed, broken and hostile."""

import zlib
from io import BytesIO

from PIL import Image
from pypdf import PdfReader

SIZE = (170, 220)


def pdf(pages: int = 1, words: str = "Seen in clinic") -> bytes:
    """A PDF with words on each page, written out by hand so that nothing is hidden in it."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number in range(pages):
        drawn = f"BT /F1 24 Tf 72 700 Td ({words}, page {number + 1}) Tj ET".encode()
        page = (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"
            f" /Contents {5 + 2 * number} 0 R >>"
        )
        objects += [page.encode(), b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn)]
    return filed(objects)


def filed(objects: list[bytes]) -> bytes:
    """Objects as a PDF file, numbered from 1, the first its catalogue."""
    into, places = BytesIO(b"%PDF-1.7\n"), []
    into.seek(0, 2)
    for number, each in enumerate(objects, 1):
        places.append(into.tell())
        into.write(b"%d 0 obj\n%s\nendobj\n" % (number, each))
    start = into.tell()
    into.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        into.write(b"%010d 00000 n \n" % place)
    into.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return into.getvalue()


def acting_pdf() -> bytes:
    """Runs a script when it is opened, and has a link that starts a program."""
    return filed(
        [
            b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /AA << /O << /S /JavaScript /JS (1) >> >>"
            b" /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 99 99]"
            b" /A << /S /Launch /F (calc.exe) >> >>] >>",
        ]
    )


def bomb_pdf() -> bytes:
    """Two kilobytes that become gigabytes of nothing when they are unpacked."""
    packed = b"\0" * 300_000_000
    for _ in range(2):
        packed = zlib.compress(packed, 9)
    image = (
        b"<< /Type /XObject /Subtype /Image /Width 30000 /Height 30000 /ColorSpace /DeviceRGB"
        b" /BitsPerComponent 8 /Filter [/FlateDecode /FlateDecode] /Length %d >>\nstream\n%s\nendstream"
        % (len(packed), packed)
    )
    return filed(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R"
            b" /Resources << /XObject << /I 4 0 R >> >> >>",
            image,
            b"<< /Length 26 >>\nstream\nq 612 0 0 792 0 0 cm /I Do Q\nendstream",
        ]
    )


def circular_pdf() -> bytes:
    """A tree of pages that is its own branch."""
    return filed(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 9 /Parent 2 0 R >>"]
    )


def fax(pages: int = 3) -> bytes:
    into = BytesIO()
    sheets = [Image.new("1", SIZE, number % 2) for number in range(pages)]
    sheets[0].save(into, "TIFF", save_all=True, append_images=sheets[1:], compression="group4")
    return into.getvalue()


def photograph(colour: str = "red") -> bytes:
    """Lying on its side, and saying where it was taken."""
    into, said = BytesIO(), Image.Exif()
    said[0x0112] = 6
    said[0x010E] = "taken at home"
    Image.new("RGB", SIZE, colour).save(into, "JPEG", exif=said)
    return into.getvalue()


def picture(kind: str = "PNG") -> bytes:
    into = BytesIO()
    Image.new("RGBA", SIZE, (0, 0, 0, 0)).save(into, kind)
    return into.getvalue()


def huge_picture() -> bytes:
    """A header of sixty thousand by sixty thousand dots, with nothing behind it."""
    head = b"IHDR" + (60_000).to_bytes(4) + (60_000).to_bytes(4) + b"\x08\x02\0\0\0"
    return (
        b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + head + zlib.crc32(head).to_bytes(4)
        + b"\0\0\0\0IDAT" + zlib.crc32(b"IDAT").to_bytes(4)
        + b"\0\0\0\0IEND" + zlib.crc32(b"IEND").to_bytes(4)
    )  # fmt: skip


def text_of(content: bytes) -> str:
    """The words of a PDF, one space between them."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())
