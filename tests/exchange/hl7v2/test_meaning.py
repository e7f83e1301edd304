"""What the parts of REF and RRI mean in our words."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from referloop.exchange.hl7v2.codec import open_frame
from referloop.messages import (
    Attachment,
    Coded,
    Contact,
    Identifier,
    Name,
    Party,
    Person,
    Plan,
    ProgressSaid,
    ReferralSaid,
)
from tests.exchange.hl7v2.samples import SITE, frame

NEW_YORK = ZoneInfo("America/New_York")

SAID = ReferralSaid(
    action="request",
    sent_at=datetime(2026, 3, 2, 14, 15, tzinfo=UTC),
    placer=Identifier("CLINIC", "R-77", "PLAC"),
    patient=Person(
        identifiers=(Identifier("CLINIC", "4711", "MR"),),
        names=(Name("DOE", "JANE"),),
        birth_date="1980-01-01",
        sex="female",
    ),
    service=Coded("99243", "http://www.ama-assn.org/go/cpt", "Consultation"),
    category=Coded("Med", "http://terminology.hl7.org/CodeSystem/v2-0281", "Medical"),
    reasons=(
        Coded("K63.3", "http://hl7.org/fhir/sid/icd-10-cm", "Ulcer of intestine"),
        Coded(text="Second look"),
    ),
    urgency="routine",
    requester=Party(
        practitioner="ANNA STONE",
        identifiers=(Identifier("http://hl7.org/fhir/sid/us-npi", "1234567893", "NPI"),),
        contacts=(Contact("phone", "+1 555 0100"),),
    ),
    performer=Party(practitioner="TOM REED"),
)


def said(*changes: tuple[str, str], add: tuple[str, ...] = ()) -> ReferralSaid:
    (one,) = open_frame(frame(*changes, add=add), SITE).reading.said
    assert isinstance(one, ReferralSaid)
    return one


def test_a_referral_is_read_whole():
    assert said() == SAID


@pytest.mark.parametrize(("event", "action"), [("I12", "request"), ("I13", "change"), ("I14", "cancel")])
def test_the_event_says_what_is_to_happen(event: str, action: str):
    assert said(("REF^I12", f"REF^{event}")).action == action


@pytest.mark.parametrize(
    ("code", "urgency", "raw"),
    [
        ("S", "stat", ""), ("A", "expedited", ""), ("r", "routine", ""), ("", "unknown", ""),
        ("Z", "unknown", "Z"),
    ],
)  # fmt: skip
def test_an_unknown_priority_is_kept_and_not_guessed(code: str, urgency: str, raw: str):
    one = said(("R^Routine^HL70280", code))
    assert (one.urgency, one.urgency_raw) == (urgency, raw)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("20260302091500-0500", datetime(2026, 3, 2, 14, 15, tzinfo=UTC)),
        ("202603020915", datetime(2026, 3, 2, 9, 15, tzinfo=NEW_YORK)),
        ("20260302091500.1234+0000", datetime(2026, 3, 2, 9, 15, 0, 123400, tzinfo=UTC)),
        ("20260302", None), ("20261302091500", None), ("yesterday", None), ("", None),
    ],
)  # fmt: skip
def test_a_time_without_an_offset_is_one_of_the_site(written: str, read: datetime | None):
    assert said(("20260302091500-0500", written)).sent_at == read


def test_the_number_of_the_order_stands_in_for_the_number_of_the_referral():
    assert said(("R-77^CLINIC", ""), ("OBR|1||", "OBR|1|O-5^EHR|")).placer == Identifier("EHR", "O-5", "PLAC")


def test_a_universal_id_is_the_system_of_a_number():
    one = said(("4711^^^CLINIC^MR", "4711^^^CLINIC&1.2.3&ISO^MR~9^^^^SS~8^^^&http://x.invalid/id&URI"))
    assert one.patient.identifiers == (
        Identifier("urn:oid:1.2.3", "4711", "MR"),
        Identifier("", "9", "SS"),
        Identifier("http://x.invalid/id", "8"),
    )


def test_the_name_in_use_comes_first():
    one = said(("DOE^JANE", "ROE^JANE^^^^^M~DOE&van^JANE^Q^^^^L"))
    assert one.patient.names == (Name("DOE", "JANE Q"), Name("ROE", "JANE"))


def test_the_rest_of_the_patient_is_read():
    pid = (
        "19800101|F|||1 Main St&Main St&1^Apt 2^Troy^NY^12180^USA^H||"
        "^PRN^CP^^1^518^5550100~^NET^Internet^j@x.invalid|(518)555-0101^WPN^FX|SPA|||||||||Y|2||||20260101|Y"
    )
    assert said(("19800101|F", pid)).patient == replace(
        SAID.patient,
        contacts=(
            Contact("mobile", "+1 518 5550100"),
            Contact("email", "j@x.invalid"),
            Contact("fax", "(518)555-0101"),
        ),
        address="1 Main St, Apt 2, Troy, NY 12180, USA",
        postal_code="12180",
        language="es",
        birth_order="2",
        died=True,
    )


def test_plans_and_authorizations_are_read():
    in1 = "IN1|1|HMO^Gold|P-9|Acme Health||||G-1||||20260101|20261231||HMO"
    in2 = "IN2" + "|" * 61 + "M-5"
    one = said(add=(in1, in2, "AUT||X||||A-1^ACME", "AUT||X||||A-1^ACME"))
    assert one.plans == (
        Plan(
            payer="Acme Health", payer_id="P-9", member_id="M-5", group="G-1", kind="HMO",
            from_on=date(2026, 1, 1), until_on=date(2026, 12, 31),
        ),
    )  # fmt: skip
    assert one.authorizations == ("A-1",)


def test_documents_links_and_results_are_read():
    one = said(
        add=(
            "OBX|1|ED|18842-5^Summary^LN||EHR^application^pdf^Base64^JVBERg==",
            "OBX|2|RP|1^Scan^L||http://x.invalid/s^^application^pdf",
            "OBX|3|TX|2^History^L||first line",
            "OBX|4|TX|2^History^L||second line",
            "OBX|5|NM|3^Weight^L||71.5|kg",
        )
    )
    assert one.attachments == (
        Attachment(
            id="OBX[1]", title="Summary", kind=Coded("18842-5", "http://loinc.org", "Summary"),
            media_type="application/pdf", content=b"%PDF",
        ),
        Attachment(
            id="OBX[2]", title="Scan", kind=Coded("1", "L", "Scan"), media_type="application/pdf",
            link="http://x.invalid/s",
        ),
    )  # fmt: skip
    assert one.notes == ("History: first line\nsecond line", "Weight: 71.5 kg")


def answer(status: str, event: str = "I12", msa: str = "AA") -> bytes:
    return (
        f"MSH|^~\\&|DESK|HUB|EHR|CLINIC|20260303100000+0000||RRI^{event}^RRI_I12|9|P|2.5.1\r"
        f"MSA|{msa}|MSG-1\rRF1|{status}|||||R-77^CLINIC||||No capacity|F-3^HUB\rPRD|RT|REED^TOM\r"
    ).encode()


@pytest.mark.parametrize(
    ("content", "progress"),
    [
        (answer("A"), "accepted"), (answer("R"), "declined"), (answer("P"), "received"),
        (answer("E"), "failed"), (answer(""), "received"), (answer("A", "I14"), "cancelled"),
        (answer("A", msa="AE"), "failed"),
    ],
)  # fmt: skip
def test_an_answer_to_a_referral_is_progress(content: bytes, progress):
    assert open_frame(content, SITE).reading.said == (
        ProgressSaid(
            referral=(Identifier("CLINIC", "R-77", "PLAC"), Identifier("HUB", "F-3", "FILL")),
            progress=progress,
            sent_at=datetime(2026, 3, 3, 10, tzinfo=UTC),
            by=Party(practitioner="TOM REED"),
            reason="No capacity",
        ),
    )


def test_a_refused_cancellation_is_not_a_refused_referral():
    reading = open_frame(answer("R", "I14"), SITE).reading
    assert [type(one).__name__ for one in reading.said] == ["NotAReferral"]
    assert [one.code for one in reading.problems] == ["hl7-cancellation-open"]
