"""The bad-input table for HL7 v2, as far as one frame decides it."""

from dataclasses import replace

import pytest

from referloop.exchange.hl7v2.acknowledgment import acknowledge
from referloop.exchange.hl7v2.codec import open_frame
from referloop.exchange.hl7v2.header import Site
from referloop.exchange.hl7v2.refusals import refusal
from tests.exchange.hl7v2.samples import AT, SITE, frame, without

OURS = replace(
    SITE, our_applications=frozenset({"DESK"}), our_facilities=frozenset({"HUB"}),
    their_applications=frozenset({"EHR"}), their_facilities=frozenset({"CLINIC"}),
)  # fmt: skip
LATIN = replace(SITE, default_charset="latin-1")
ACCENT = ("DOE^JANE", "DOÉ^JANE")
ED = "OBX|1|ED|18842-5^Summary^LN||EHR^application^pdf^Base64^"


def unicode_said(charset: str) -> tuple[str, str]:
    return "|P|2.5.1", f"|P|2.5.1||||||{charset}"


LINK = "OBX|1|RP|1^Scan^L||http://example.invalid/scan^^application^pdf"
FALSE_UTF_8 = frame(unicode_said("UNICODE UTF-8"), ("JANE", "J~~")).replace(b"~~", b"\xe9")

# fmt: off
ROWS = [
    ("H01 good", frame(), SITE, "AA", []),
    ("H10 two messages", frame() + frame(), SITE, "AR", ["100"]),
    ("H11 no header", b"PID|1||4711\r", SITE, "AR", ["100"]),
    ("H11 empty", b"", SITE, "AR", ["100"]),
    ("H12 three marks", frame((r"|^~\&|", r"|^~\|")), SITE, "AR", ["102"]),
    ("H12 repeated marks", frame((r"|^~\&|", r"|^^\&|")), SITE, "AR", ["102"]),
    ("H12 letters", frame((r"|^~\&|", r"|^~a&|")), SITE, "AR", ["102"]),
    ("H14 type", frame(("REF^I12^REF_I12", "ADT^A04")), SITE, "AR", ["200"]),
    ("H14 event", frame(("REF^I12^REF_I12", "REF^I15")), SITE, "AR", ["201"]),
    ("H15 test message", frame(("|P|2.5.1", "|T|2.5.1")), SITE, "AR", ["202"]),
    ("H15 debug message", frame(("|P|2.5.1", "|D|2.5.1")), SITE, "AR", ["202"]),
    ("H16 version", frame(version="9.9"), SITE, "AR", ["203"]),
    ("H16 no version", frame(version=""), SITE, "AR", ["203"]),
    ("H17 no control id", frame(("|MSG-1|", "||")), SITE, "AE", ["101"]),
    ("H18 long control id", frame(("|MSG-1|", f"|{'9' * 300}|")), SITE, "AE", ["104"]),
    ("H19 ours", frame(), OURS, "AA", []),
    ("H19 not for us", frame(("|DESK|HUB|", "|OTHER|PLACE|")), OURS, "AR", ["204", "204"]),
    ("H19 sender unknown", frame(("|EHR|CLINIC|", "|EVIL|CLINIC|")), OURS, "AR", ["204"]),
    ("H20 no patient", without("PID"), SITE, "AE", ["100"]),
    ("H20 no patient id", frame(("4711^^^CLINIC^MR", "")), SITE, "AE", ["101"]),
    ("H21 birth date", frame(("19800101", "20261332")), SITE, "AE", ["102"]),
    ("H21 number", frame(add=("OBX|1|NM|1^Weight^L||heavy",)), SITE, "AE", ["102"]),
    ("H22 sex", frame(("19800101|F", "19800101|Q")), SITE, "AA", ["hl7-sex"]),
    ("H22 priority", frame(("R^Routine", "Z^Zen")), SITE, "AA", ["hl7-priority"]),
    ("H25 escapes", frame(("Second look", r"a\F\b\X0D\c\.br\d")), SITE, "AA", []),
    ("H26 unclosed", frame(("Second look", r"a\Fb")), SITE, "AA", ["hl7-odd-escape"]),
    ("H26 bad hex", frame(("Second look", r"\Xzz\ ")), SITE, "AA", ["hl7-odd-escape"]),
    ("H26 charset switch", frame(("Second look", r"\C2842\ ")), SITE, "AA", ["hl7-odd-escape"]),
    ("H27 LF", frame().replace(b"\r", b"\n"), SITE, "AA", ["hl7-line-ends"]),
    ("H27 CRLF", frame().replace(b"\r", b"\r\n"), SITE, "AA", ["hl7-line-ends"]),
    ("H28 NUL", frame(("JANE", "JA\0NE")), SITE, "AE", ["102"]),
    ("H28 bell", frame(("JANE", "JA\x07NE")), SITE, "AE", ["102"]),
    ("H29 UTF-8 said and not sent", FALSE_UTF_8,
     SITE, "AE", ["102"]),
    ("H29 UTF-8 said and sent", frame(unicode_said("UNICODE UTF-8"), ACCENT), SITE, "AA", []),
    ("H29 charset unknown", frame(unicode_said("ISO IR87"), ACCENT), SITE, "AE", ["102"]),
    ("H30 agreed", frame(("JANE", "J~~")).replace(b"~~", b"\xe9"), LATIN, "AA", []),
    ("H30 not agreed", frame(ACCENT), SITE, "AE", ["102"]),
    ("H31 UTF-16", frame().decode().encode("utf-16"), SITE, "AR", ["100"]),
    ("H31 UTF-16 without mark", frame().decode().encode("utf-16-le"), SITE, "AR", ["100"]),
    ("H31 EBCDIC", frame().decode().encode("cp037"), SITE, "AR", ["100"]),
    ("H32 17 MB", frame(add=("NTE|1||" + "x" * 17_000_000,)), SITE, "AR", ["104"]),
    ("H33 segments", frame(add=("NTE|1||x",) * 20_001), SITE, "AE", ["104"]),
    ("H33 repetitions", frame(("4711^^^CLINIC^MR", "1~" * 1_000_000)), SITE, "AE", ["104"]),
    ("H33 components", frame(("4711^^^CLINIC^MR", "1^" * 10_000)), SITE, "AE", ["104"]),
    ("H34 bad base64", frame(add=(ED + "JVB?",)), SITE, "AA", ["hl7-attachment-unreadable"]),
    ("H34 empty", frame(add=(ED,)), SITE, "AA", ["hl7-attachment-unreadable"]),
    ("H34 program", frame(add=(ED + "TVqQAAMAAAA=",)), SITE, "AA", ["hl7-attachment-unreadable"]),
    ("H35 link", frame(add=(LINK,)), SITE, "AA", []),
    ("H36 site segment", frame(add=("ZPD|1|anything^at&all", "NTE|1||x|||||||")), SITE, "AA", []),
    ("H37 order", frame().replace(b"\rPRD", b"\rOBX|1|ST|1||x\rPRD", 1), SITE, "AE", ["100"] * 3),
    ("H37 two patients", frame(add=("PID|2||4712",)), SITE, "AE", ["100"]),
    ("no segment", frame(add=("half a line",)), SITE, "AE", ["100"]),
    ("no parties", without("PRD"), SITE, "AA", ["hl7-no-requester", "hl7-no-performer"]),
    ("no number", frame(("R-77^CLINIC", "")), SITE, "AA", ["hl7-referral-number-missing"]),
]
# fmt: on


@pytest.mark.parametrize(
    ("content", "site", "code", "told"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_a_frame_gets_the_answer_the_table_gives(content: bytes, site: Site, code: str, told: list[str]):
    opened = open_frame(content, site)
    said = [
        refusal(problem)[1] if problem.severity == "error" else problem.code
        for problem in opened.reading.problems
    ]
    assert (opened.code, said) == (code, told)
    assert bool(opened.reading.said) == (code == "AA")


@pytest.mark.parametrize(("content", "site"), [row[1:3] for row in ROWS], ids=[row[0] for row in ROWS])
def test_every_frame_is_answered_without_a_word_about_the_patient(content: bytes, site: Site):
    answer = acknowledge(open_frame(content, site), at=AT, control_id="A-1")
    assert answer.startswith(b"MSH|^~\\&|")
    assert [word for word in (b"DOE", b"JANE", b"4711", b"19800101", b"20261332") if word in answer] == []


@pytest.mark.parametrize("version", ["2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8"])
def test_a_referral_of_every_supported_version_is_read_alike(version: str):
    assert open_frame(frame(version=version), SITE).reading == open_frame(frame(), SITE).reading


def test_unusual_marks_say_the_same():
    text = frame().decode().translate(str.maketrans("|^~", "#*%"))
    assert open_frame(text.encode(), SITE).reading == open_frame(frame(), SITE).reading


def test_every_problem_of_a_frame_is_told_at_once():
    content = frame(("4711^^^CLINIC^MR", ""), ("19800101|F", "1980-1|Q"))
    assert [problem.where for problem in open_frame(content, SITE).reading.problems] == [
        "PID-3",
        "PID-7",
        "PID-8",
    ]


def test_every_unsupported_thing_of_a_header_is_told_at_once():
    content = frame(("REF^I12^REF_I12", "ADT^A04"), ("|P|2.5.1", "|T|9"))
    assert [one.where for one in open_frame(content, SITE).refusals] == ["MSH-9", "MSH-11", "MSH-12"]


def test_the_header_of_a_frame_is_read_as_written():
    header = open_frame(frame(), SITE).header
    assert (header.kind, header.version, header.control_id) == ("REF^I12", "2.5.1", "MSG-1")
    assert (header.sending_application, header.receiving_facility) == ("EHR", "HUB")
    assert header.security == ""
