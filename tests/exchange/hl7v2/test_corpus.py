"""Real messages that nobody here wrote: all are read, and the referral among them is read whole."""

from datetime import UTC, date, datetime
from pathlib import Path

from referloop.exchange.hl7v2.batch import split
from referloop.exchange.hl7v2.codec import open_frame, read_frame
from referloop.exchange.hl7v2.header import Site
from referloop.messages import (
    Coded,
    Contact,
    Identifier,
    Name,
    NotAReferral,
    Party,
    Person,
    Plan,
    ReferralSaid,
)

SITE = Site(default_charset="utf-8")

REFERRAL = ReferralSaid(
    action="request",
    sent_at=datetime(2022, 1, 25, 16, 20, tzinfo=UTC),
    placer=Identifier("EPIC", "226839", "PLAC"),
    filler=Identifier("EXTID", "11001", "FILL"),
    patient=Person(
        identifiers=(
            Identifier("ADT1", "PATID1234"),
            Identifier("", "123456789"),
            Identifier("http://hl7.org/fhir/sid/us-ssn", "220917255", "SS"),
        ),
        names=(Name("EVERYMAN", "ADAM A"), Name("SMITH", "JOHN")),
        birth_date="1961-06-15",
        sex="male",
        contacts=(Contact("phone", "270 6009800"), Contact("other", "89898989")),
        address="115 MAINSTREET, GOODTOWN, KY 42010, USA",
        postal_code="42010",
        language="en",
    ),
    service=Coded("76164006", "http://snomed.info/sct", "Biopsy of colon (procedure)"),
    category=Coded("Med", "http://terminology.hl7.org/CodeSystem/v2-0281", "Medical"),
    reasons=(
        Coded("K63.3", "http://hl7.org/fhir/sid/icd-10", "Ulcer of Intestine"),
        Coded("O", "http://terminology.hl7.org/CodeSystem/v2-0336", "Provider Ordered"),
    ),
    urgency="routine",
    requester=Party(
        practitioner="ROBERT POWELL",
        organisation="GOOD HEALTH HOSPITAL",
        identifiers=(Identifier("", "PLN1001", "SL"),),
        contacts=(Contact("phone", "(626)555-1234"),),
    ),
    performer=Party(
        practitioner="PAUL McWILLIAMS",
        organisation="RADIANT HEALTH HOSPITAL",
        identifiers=(Identifier("", "PLN5010", "SL"),),
        contacts=(Contact("phone", "(626)555-5678"),),
    ),
    plans=(
        Plan(
            payer="Blue Cross Blue Shield of Texas",
            payer_id="Org-12345",
            member_id="548851236L",
            group="Grp-12345",
            kind="HMO",
            from_on=date(1998, 11, 1),
        ),
    ),
    authorizations=("HL71001111111111", "HL72001111111111"),
    notes=(
        "Referral to Specialist",
        "Lab Test for Ulcer",
        "Test Positive.Infection indicates presence of ulcer",
        "Lab test",
        "Helicobacter pylori Ab[Presence] in Serum: Positive",
    ),
)


def test_the_referral_of_the_corpus_is_read_whole(corpus: Path):
    content = (corpus / "hl7v2/ms-fhir-converter/REF-I12-01.hl7").read_bytes()
    assert read_frame(content, SITE).said == (REFERRAL,)


def test_no_message_of_the_corpus_makes_the_reader_fail(corpus: Path):
    files = [path for path in sorted((corpus / "hl7v2").rglob("*")) if path.suffix in (".hl7", ".txt")]
    unread = set()
    kinds = set()
    for path in files:
        for frame in split(path.read_bytes()).frames:
            open_frame(frame.content, SITE)
            said = read_frame(frame.content, SITE).said
            kinds |= {type(one) for one in said}
            if not said:
                unread.add(path.name)
    assert (len(files) > 90, kinds) == (True, {NotAReferral, ReferralSaid})
    assert unread == {
        "Test__Message__msh_present_but_missing_all_fields.hl7",
        "Test__Message__msh_present_but_missing_msh-2.hl7",
    }
