"""Two organisations in the same books, each with everything that has an address, and people of each role."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from referloop.gym.letters import fhir_report, fhir_request
from referloop.gym.town import Case, Office, case
from referloop.referral.entry import Author, Draft
from referloop.referral.facts.intake import DocumentReceived
from referloop.referral.facts.routing import ReferralSent
from referloop.settings import Settings
from referloop.storage.access import SCOPES, User, add_token, add_user
from referloop.storage.database import Database
from referloop.storage.export_requests import Request, add, decide
from referloop.storage.sight import stand_for
from referloop.wiring.demonstration.partners import post
from referloop.wiring.signing import set_password
from referloop.workbench.access import ROLES
from tests.desks import NOW, TestDesk, desk_over
from tests.workbench.browser import PASSWORD, Site

ASKED_BY = "senior"  # whose file it is
OFFICE = "Harbor Heart"  # to which each organisation sent its referral
SECRET = "Vanterpool"  # the other organisation's patient, and the practice that sent them


@dataclass(frozen=True)
class Town:
    """`ours`, `others` and `theirs` are ids by what they are of."""

    site: Site
    ours: Mapping[str, str]
    others: Mapping[str, str]  # of the same organisation, between a practice and an office of nobody here
    theirs: Mapping[str, str]


def two_organisations(database: Database, chosen: Settings) -> Town:
    here, there = desk_over(database), desk_over(database)
    with database.transaction(here.organization) as session:
        for role in ROLES:
            add_user(session, User(role, f"A {role}", role), NOW)
        stand_for(session, "clinician", [f"Ruth Okonkwo, Okonkwo Practice {number}" for number in (1, 3)])
        stand_for(session, "receiving-office", [OFFICE])
    for role in ROLES:
        assert set_password(here.organization, role, PASSWORD) == ()
    ours, theirs = things(here, "Okonkwo", 1), things(there, SECRET, 2)
    others = things(here, "Lindqvist", 5, "Eastgate Heart")
    return Town(Site(here, replace(chosen, organization=here.organization)), ours, others, theirs)


def things(test: TestDesk, family: str, number: int, office: str = OFFICE) -> Mapping[str, str]:
    """A referral with a report, and a second one for somebody who may be the same patient."""
    it, other = _case(family, number), _case(family, number + 2)
    token = f"token of {test.organization} for {family}"
    with test.desk.database.transaction(test.organization) as session:
        add_token(session, token, "clinic", sorted(SCOPES), NOW, None)
    send = post(test.desk, token)
    send(fhir_request(it, NOW))
    send(fhir_report(it, NOW, f"A report about {family}."))
    alike = replace(other.resident, given=it.resident.given, born=it.resident.born)
    send(fhir_request(replace(other, resident=alike), NOW))
    with test.desk.books(test.organization) as books:
        referral = books.referrals_named([f"placer|{it.office.system}|{it.number}"])[0]
        log = books.log(referral)
        assert log is not None
        digest = next(iter(books.standing(log).now.reports))
        sent = (DocumentReceived(document=digest), ReferralSent(leg="leg-1", performer=office))
        books.append(log, [Draft(fact, NOW) for fact in sent], Author("partner", "clinic"))
    found = {"referral": referral, "patient": log.patient, "digest": digest}
    found["export"] = a_file(test)
    tables = {"message": ("inbox", "id"), "item": ("items", "id"), "party": ("parties", "key")}
    with test.desk.database.reading(test.organization) as session:
        for name, (table, column) in tables.items():
            sql = f"SELECT min({column}) FROM {table} WHERE organization_id = ?"
            found[name] = session.ask((sql, (test.organization,)))[0][0][0]
    return found


def a_file(test: TestDesk) -> str:
    """One that somebody asked for and a lead approved."""
    id = test.desk.new_id()
    with test.desk.database.transaction(test.organization) as session:
        add(session, Request(id, ASKED_BY, "{}", "[]", "csv", 600, "a report", NOW))
        assert decide(session, id, "lead", "approved", "", NOW)
    return id


def _case(family: str, number: int) -> Case:
    it = case(7, number)
    name = f"{family} Practice {number}"
    office = Office(name, f"Ruth {family}", f"999000010{number}", f"urn:example:{number}")
    return replace(it, resident=replace(it.resident, family=family), office=office)
