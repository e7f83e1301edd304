"""A request in the words of a message becomes facts in the words of the log."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from hashlib import sha256

from referloop.messages import Attachment, Coded, Identifier, Party, Person, ReferralSaid
from referloop.ports import Books, naming
from referloop.referral.entry import Draft
from referloop.referral.facts.closure import PatientDied
from referloop.referral.facts.coverage import AuthorizationStated, CoverageStated
from referloop.referral.facts.fact import Fact
from referloop.referral.facts.intake import (
    DocumentLabelled,
    DocumentReceived,
    ReferralChanged,
    ReferralReceived,
    SensitivityLabelled,
)
from referloop.referral.facts.scheduling import EncounterFinished
from referloop.referral.kinds import LABELS
from referloop.referral.snapshot import Snapshot

_BY_SENDER = "as the sender labelled it"


def names_of(said: ReferralSaid) -> list[str]:
    """The names under which the referral of a message can be found."""
    found = [naming(said.placer, "placer")] if said.placer else []
    found += [naming(said.filler, "filler")] if said.filler else []
    return found + ([f"fhir||{said.source}"] if said.source.startswith("ServiceRequest/") else [])


def awaited_name(identifiers: Iterable[Identifier]) -> str:
    """The one name that the referral these numbers speak of will bear when it comes."""
    for each in identifiers:
        if each.value:
            return naming(each, "fhir" if not each.system and "/" in each.value else "placer")
    return "a referral it does not name"


def any_name(identifiers: Iterable[Identifier]) -> list[str]:
    """Every name that one of these numbers may be."""
    return [naming(each, role) for each in identifiers for role in ("placer", "filler", "fhir")]


def in_words(coded: Coded) -> str:
    """
    >>> in_words(Coded("I48.91", "http://hl7.org/fhir/sid/icd-10-cm", "Atrial fibrillation"))
    'Atrial fibrillation (I48.91)'
    """
    if coded.text and coded.code:
        return f"{coded.text} ({coded.code})"
    return coded.text or coded.code


def party_name(party: Party) -> str:
    return ", ".join(part for part in (party.practitioner, party.organisation) if part)


def party_key(party: Party) -> str:
    """What a requester or performer is known by: its first number, else its name; "" for nobody."""
    number = next((f"{each.system}|{each.value}" for each in party.identifiers if each.value), "")
    return number or party_name(party).casefold()


def received(said: ReferralSaid, patient: str, kind: str) -> ReferralReceived:
    return ReferralReceived(
        service=in_words(said.service) or in_words(said.category) or "service not stated",
        service_code=said.service.code,
        category=in_words(said.category),
        urgency=said.urgency,
        urgency_raw=said.urgency_raw,
        reasons=tuple(in_words(each) for each in said.reasons),
        question=said.question or "; ".join(said.notes),  # FHIR has no element for the question itself
        requester=party_name(said.requester),
        performer=party_name(said.performer),
        see_by=said.see_by,
        kind=kind,
        patient=patient,
        number=said.placer.value if said.placer else "",
        plan=said.plans[0].payer if said.plans else "",
        social="social" in in_words(said.category).casefold() or "sdoh" in in_words(said.category).casefold(),
    )


def changed(said: ReferralSaid, now: Snapshot) -> ReferralChanged | None:
    """What is different from the request as it stands; None when nothing is."""
    request = now.request
    if request is None:
        return None
    told = received(said, "", request.kind)
    known = {field.name for field in fields(ReferralChanged)}
    differ = {
        name: value
        for name in known
        if (value := getattr(told, name)) and value != getattr(request, name) and value != "unknown"
    }
    return ReferralChanged(**differ) if differ else None


def surroundings(said: ReferralSaid, now: Snapshot | None, at: datetime, evidence: str) -> Iterator[Draft]:
    """Coverage, authorizations and documents that came along and are not known yet."""
    known = set(now.documents) if now else set()
    fresh = now is None or now.coverage == "unverified"
    for plan in said.plans if fresh else ():
        if plan.payer or plan.member_id:
            stated = CoverageStated(
                payer=plan.payer or "payer not stated",
                member_id=plan.member_id,
                group=plan.group,
                from_on=plan.from_on,
                until_on=plan.until_on,
            )
            yield Draft(stated, at, evidence)
    for number in said.authorizations if now is None else ():
        yield Draft(AuthorizationStated(number=number), at, evidence)
    for attachment in said.attachments:
        if (document := document_id(attachment)) not in known:
            known.add(document)
            yield Draft(document_fact(attachment), at, evidence)
    yield from labelled(said.labels, said.attachments, now, at, evidence)
    if said.fulfilled and not (now and now.seen):
        yield Draft(EncounterFinished(note="the requester says the request is completed"), at, evidence)
    if said.patient.died and not (now and now.died):
        yield Draft(PatientDied(), at, evidence)


def labelled(
    whole: Iterable[str], attachments: Iterable[Attachment], now: Snapshot | None, at: datetime, evidence: str
) -> Iterator[Draft]:
    """What the sender restricts, less what is so already, and what somebody here decided is not."""
    named = [("", label if label in LABELS else "other") for label in whole]
    named += [(document_id(each), label) for each in attachments for label in each.labels]
    known = {("", label) for label in now.labels} | now.lifted if now else set()
    known |= {(key, label) for key, labels in now.paper_labels.items() for label in labels} if now else set()
    for document, label in dict.fromkeys(named):
        if (document, label) not in known:
            yield Draft(_label(document, label), at, evidence)


def _label(document: str, label: str) -> Fact:
    if document:
        return DocumentLabelled(document=document, label=label, reason=_BY_SENDER)
    return SensitivityLabelled(label=label, reason=_BY_SENDER)


def document_id(attachment: Attachment) -> str:
    """The same content is the same document; a pointer is known by where it points."""
    return sha256(attachment.content or attachment.link.encode() or attachment.id.encode()).hexdigest()


def document_fact(attachment: Attachment) -> DocumentReceived:
    return DocumentReceived(
        document=document_id(attachment),
        title=attachment.title or in_words(attachment.kind),
        kind=attachment.kind.code,
        media_type=attachment.media_type,
        link=attachment.link,
    )


def keep_documents(books: Books, attachments: Iterable[Attachment]) -> None:
    for each in attachments:
        if each.content:
            books.keep_evidence(document_id(each), each.media_type, each.content)


def service_key(said: ReferralSaid) -> str:
    return in_words(said.service).casefold()


def described(person: Person) -> bool:
    """Whether a message says anything by which a person could be known."""
    return bool(person.identifiers or person.names)
