"""A small referral to vary, written for these tests."""

from datetime import UTC, datetime

from referloop.exchange.hl7v2.header import Site

SITE = Site(zone="America/New_York")
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

SEGMENTS = (
    r"MSH|^~\&|EHR|CLINIC|DESK|HUB|20260302091500-0500||REF^I12^REF_I12|MSG-1|P|2.5.1",
    "RF1||R^Routine^HL70280|Med^Medical^HL70281|||R-77^CLINIC||||Second look|",
    "PRD|RP|STONE^ANNA|||^WPN^PH^^1^555^0100||1234567893^NPI",
    "PRD|RT|REED^TOM",
    "PID|1||4711^^^CLINIC^MR||DOE^JANE||19800101|F",
    "DG1|1||K63.3^Ulcer of intestine^I10C",
    "OBR|1|||99243^Consultation^CPT",
)


def frame(*changes: tuple[str, str], add: tuple[str, ...] = (), version: str = "2.5.1") -> bytes:
    """The referral with texts replaced and segments added at its end."""
    text = "\r".join((*SEGMENTS, *add)) + "\r"
    for old, new in (("|P|2.5.1", f"|P|{version}"), *changes):
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def without(name: str) -> bytes:
    return "".join(f"{segment}\r" for segment in SEGMENTS if not segment.startswith(name)).encode()
