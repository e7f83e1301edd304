"""Whatever comes in, an answer goes out."""

from hypothesis import given
from hypothesis import strategies as st

from referloop.exchange.hl7v2.acknowledgment import acknowledge
from referloop.exchange.hl7v2.batch import split
from referloop.exchange.hl7v2.codec import open_frame, semantic_digest
from tests.exchange.hl7v2.samples import AT, SITE, frame

GOOD = frame(
    add=(
        "IN1|1|HMO^Gold|P-9|Acme||||G-1||||20260101|20261231",
        "CTD|RP||||555",
        "OBX|1|ED|1^S^L||E^application^pdf^Base64^JVBERg==",
        "OBX|2|NM|2^W^L||7\\F\\1",
    )
)
MARKS = st.sampled_from(
    [b"|", b"^", b"~", b"\\", b"&", b"\r", b"\n", b'""', b"MSH", b"\xe9", b"\x00", b"I14", b"9"]
)
HITS = st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 20), MARKS), max_size=6)


def damaged(hits: list[tuple[int, int, bytes]]) -> bytes:
    content = GOOD
    for at, length, instead in hits:
        content = content[:at] + instead + content[at + length :]
    return content


@given(st.one_of(st.binary(), HITS.map(damaged)))
def test_any_bytes_are_answered(content: bytes):
    opened = open_frame(content, SITE)
    answer = acknowledge(opened, at=AT, control_id="A-1")
    assert (answer[:3], opened.code in ("AA", "AE", "AR")) in ((b"MSH", True), (b"", True))


@given(st.one_of(st.binary(), HITS.map(damaged)))
def test_any_file_is_cut_without_losing_a_line(content: bytes):
    kept = b"".join(one.content for one in split(content).frames)
    assert {line for line in content.splitlines() if b"DOE" in line} <= {*kept.splitlines()}
    assert len(semantic_digest(content)) == 64
