"""A desk on which a clinician and a receiving office have something of theirs, beside what is others'."""

from collections.abc import Mapping
from hashlib import sha256

from referloop.referral.entry import Author, Draft
from referloop.referral.fields import fact_from
from referloop.referral.kinds import ReferralId
from referloop.workbench.access import may
from referloop.workbench.asking import Answer, Ask, Download, Go, Page, Value
from referloop.workbench.routes import ROUTES, Route
from tests.workbench.filled import Filled

SECRET = "Vanterpool"  # in everything that is not theirs
OURS, THEIRS = "R1", "R7"
DANA = Author("person", "dana", "specialist")
HARBOR = Author("person", "receiving-office", "receiving-office")


def say(it: Filled, id: str, word: str, by: Author = DANA, **said: str) -> int:
    """Record it as this person would, and return the number of the entry."""
    fact = fact_from(word, said)
    assert not isinstance(fact, tuple), fact
    with it.test.desk.books(it.test.organization) as books:
        log = books.log(ReferralId(id))
        assert log is not None
        return books.append(log, [Draft(fact, books.at)], by).version


def paper(it: Filled, id: str, words: str, by: Author = DANA, **said: str) -> str:
    """A document of this referral; its digest."""
    digest = sha256(words.encode()).hexdigest()
    with it.test.desk.books(it.test.organization) as books:
        books.keep_evidence(digest, "text/plain", words.encode())
    say(it, id, "document-received", by, document=digest, **said)
    return digest


def ours(it: Filled) -> str:
    """A referral of Dr. Osei's that was sent to Harbor Heart; returns the digest of its letter."""
    it.receive(OURS, "P1", patient="P1", requester="Dr. Osei", question="Anticoagulate?")
    letter = paper(it, OURS, "The letter.", title="Letter", kind="referral letter")
    say(it, OURS, "performer-chosen", leg="leg-1", performer="Harbor Heart")
    say(it, OURS, "referral-sent", leg="leg-1", channel="portal")
    return letter


def theirs(it: Filled) -> str:
    """Another practice's referral of the same patient, sent to another office; the digest of its letter."""
    it.receive(
        THEIRS, "P1", patient="P1", requester=f"Dr. {SECRET}", service=f"{SECRET} clinic", question=SECRET,
        urgency="stat", number=f"{SECRET}1",
    )  # fmt: skip
    it.receive("R8", "P2", patient="P2", requester=f"Dr. {SECRET}", service=f"{SECRET} clinic", number="NUM8")
    letter = paper(it, THEIRS, f"{SECRET}'s letter.", title=SECRET, kind="referral letter")
    say(it, THEIRS, "information-requested", request="ask-1", of="requester", what=SECRET)
    say(it, THEIRS, "coverage-stated", payer=SECRET, member_id=f"{SECRET}2")
    say(it, THEIRS, "referral-sent", leg="leg-1", performer=f"{SECRET} Heart")
    return letter


def allowed(role: str) -> list[tuple[Route, str]]:
    return [(route, method) for route in ROUTES if may(role, route.permission) for method in route.methods]


def answered(it: Filled, role: str, route: Route, method: str, ids: Mapping[str, str], **form: str) -> str:
    """What a browser would get, as text with its status: without what is new in every answer."""
    names = [part[5:-1] for part in route.pattern.split("/") if part.startswith("<str:")]
    patient = route.pattern.startswith("patients")
    path = {name: ids["patient"] if name == "id" and patient else ids.get(name, "x") for name in names}
    lists = {"pick": [f"{ids['referral']}~1"], "column": []}
    asked = Ask(method, it.here(role), path, {}, form if method == "POST" else {}, lists)
    return text_of(it, role, route.view(asked, it.needs))


def text_of(it: Filled, role: str, answer: Answer) -> str:
    match answer:
        case Page():
            return f"{answer.status} {it.drawn(answer, role)}"
        case Go():
            return f"303 {answer.to} {answer.said}"
        case Download() if answer.media_type == "application/pdf":
            return f"200 {answer.name} {len(answer.content)}"  # its time and number are new in each
        case Download():
            return f"200 {answer.name} {answer.content.decode('latin-1')}"
        case Value():
            return f"{answer.status} {answer.value}"
