"""What a sender labels is restricted from the first moment, once, and not against what somebody decided."""

from dataclasses import replace

from referloop.intake.request import document_id
from referloop.messages import Attachment, ProgressSaid
from referloop.referral.entry import Author, Draft
from referloop.referral.facts.fact import in_words
from referloop.referral.facts.intake import DocumentUnlabelled, SensitivityLifted
from referloop.referral.kinds import ReferralId
from tests.desks import TestDesk
from tests.intake.test_receive import REQUEST, send, words

LABELLED = replace(
    REQUEST,
    labels=("hiv", "psychotherapy-notes"),
    attachments=(
        Attachment(id="a", title="Notes", content=b"Seen.", labels=("psychotherapy-notes",)),
        Attachment(id="b", title="Plan", content=b"Plan."),
    ),
)


def facts_of(here: TestDesk, referral: ReferralId, *words: str) -> list[str]:
    with here.desk.books(here.organization) as books:
        log = books.log(referral)
        assert log
        found = [entry for entry in log.entries if entry.word in words]
        assert {str(entry.author) for entry in found} <= {"partner:northside", "person:kim/lead"}
        return [f"{in_words(entry.fact)} {entry.evidence.partition(':')[0]}".strip() for entry in found]


def test_what_the_sender_labels_is_restricted_before_anybody_looks(here: TestDesk):
    [referral] = send(here, "m1", LABELLED).kept.referrals
    assert facts_of(here, referral, "sensitivity-labelled", "document-labelled") == [
        "Restricted: hiv, as the sender labelled it inbox",
        "Restricted: other, as the sender labelled it inbox",
        "Document restricted: psychotherapy-notes, as the sender labelled it inbox",
    ]


def test_the_same_labels_again_restrict_nothing_twice_nor_what_somebody_let_go(here: TestDesk):
    [referral] = send(here, "m1", LABELLED).kept.referrals
    kim = Author("person", "kim", "lead")
    document = document_id(LABELLED.attachments[0])
    lifted = [
        SensitivityLifted(label="hiv", reason="a slip"),
        DocumentUnlabelled(document=document, label="psychotherapy-notes", reason="a slip"),
    ]
    with here.desk.books(here.organization) as books:
        log = books.log(referral)
        assert log
        books.append(log, [Draft(fact, books.at) for fact in lifted], kim)
    changed = replace(LABELLED, action="change", labels=("hiv", "psychotherapy-notes", "violence"))
    send(here, "m2", changed)
    assert facts_of(here, referral, "sensitivity-labelled", "document-labelled")[3:] == [
        "Restricted: violence, as the sender labelled it inbox"
    ]


def test_a_report_comes_with_its_label(here: TestDesk):
    [referral] = send(here, "m1", REQUEST).kept.referrals
    assert REQUEST.placer
    report = ProgressSaid(
        referral=(REQUEST.placer,), progress="report", sent_at=None,
        attachments=(Attachment(id="r", title="Report", content=b"Seen.", labels=("substance-use",)),),
    )  # fmt: skip
    send(here, "m2", report)
    assert words(here, referral)[-2:] == ["report-received", "document-labelled"]
    send(here, "m3", replace(report, attachments=(replace(report.attachments[0], labels=("hiv",)),)))
    assert facts_of(here, referral, "document-labelled") == [
        "Document restricted: substance-use, as the sender labelled it inbox",
        "Document restricted: hiv, as the sender labelled it inbox",
    ]
