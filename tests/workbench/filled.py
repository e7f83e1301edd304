"""A desk with a few referrals on it, and views called as the workbench calls them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from referloop.messages import Contact, Identifier, Name, Person
from referloop.ports import Item
from referloop.referral.entry import Author, Draft
from referloop.referral.facts.fact import Fact
from referloop.referral.facts.intake import IdentityQuestioned, ReferralReceived
from referloop.referral.fields import fact_from
from referloop.referral.kinds import ReferralId
from referloop.storage.access import User, add_user
from referloop.storage.arrivals import counts
from referloop.storage.sight import stand_for
from referloop.wiring.workbench import WorkbenchNeeds
from referloop.workbench.access import may
from referloop.workbench.asking import Answer, Ask, Here, Page
from referloop.workbench.http import ROLE_WORDS
from referloop.workbench.rendering import render
from referloop.workbench.routes import RAIL, View
from tests.desks import NOW, TestDesk

CLINIC = Author("partner", "clinic")
ADA = Person(names=(Name("Okafor", "Ada"),), birth_date="1980-02-29", sex="female")
BEN = Person(names=(Name("Chen", "Ben"),), birth_date="1965-07-01", sex="male")


# Those who are not of the desk, and for whom they stand.
STAND_FOR = {"clinician": ["Dr. Osei"], "receiving-office": ["Harbor Heart"]}


@dataclass
class Filled:
    """The desk, and the way in for somebody with a role."""

    test: TestDesk
    needs: WorkbenchNeeds

    def here(self, role: str = "lead") -> Here:
        zone = ZoneInfo("America/New_York")
        organization = self.test.organization
        return Here(
            organization, "Northside referral desk", role, f"A {role}", role, self.test.clock.now, zone
        )

    def ask(
        self,
        view: View,
        *,
        role: str = "lead",
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        lists: Mapping[str, list[str]] | None = None,
    ) -> Answer:
        method = "GET" if form is None and lists is None else "POST"
        asked = Ask(method, self.here(role), path or {}, query or {}, form or {}, lists or {})
        return view(asked, self.needs)

    def page(self, view: View, **said: object) -> str:
        """The page as a browser gets it."""
        answer = self.ask(view, **said)  # type: ignore[arg-type]
        assert isinstance(answer, Page)
        role = str(said.get("role", "lead"))
        return self.drawn(answer, role)

    def drawn(self, answer: Page, role: str) -> str:
        around = {
            "here": self.here(role), "place": "", "rail": [entry[:4] for entry in RAIL],
            "role_words": ROLE_WORDS, "said": "", "csrf": Markup(""), "theme": "", "static": str,
            "version": "", "idle": 900, "may": lambda permission: may(role, permission),
        }  # fmt: skip
        return render(answer.template, {**around, **answer.shows})

    def receive(self, id: str, person: str = "P1", **said: str) -> str:
        """A referral of this patient."""
        with self.test.desk.books(self.test.organization) as books:
            fact = ReferralReceived(**{"service": "Cardiology", "urgency": "routine", **said})  # type: ignore[arg-type]
            log = books.new_referral(ReferralId(id), person, fact.service)
            books.append(log, [Draft(fact, books.at)], CLINIC)
        return id

    def record(self, id: str, word: str, **said: str) -> None:
        fact = fact_from(word, said)
        assert isinstance(fact, Fact)
        with self.test.desk.books(self.test.organization) as books:
            log = books.log(ReferralId(id))
            assert log is not None
            books.append(log, [Draft(fact, books.at)], CLINIC)

    def words(self, id: str) -> Sequence[str]:
        """The words of a referral's log."""
        with self.test.desk.books(self.test.organization) as books:
            log = books.log(ReferralId(id))
            return [entry.word for entry in log.entries] if log else []

    def counts(self) -> Mapping[str, int]:
        with self.test.desk.database.reading(self.test.organization) as session:
            return {state: count for state, count in counts(session).items() if count}


def filled(test: TestDesk) -> Filled:
    """Two patients, two people who work here."""
    with test.desk.books(test.organization) as books:
        books.add_person("P1", ADA, ["name|okafor|ada|1980-02-29"])
        books.add_person("P2", BEN, [])
    with test.desk.database.transaction(test.organization) as session:
        for user in (User("lead", "Kim Sato", "lead"), User("dana", "Dana Reyes", "specialist")):
            add_user(session, user, NOW)
        for user, stands_for in STAND_FOR.items():
            add_user(session, User(user, f"A {user}", user), NOW)
            stand_for(session, user, stands_for)
    return Filled(test, WorkbenchNeeds(test.desk))


def a_doubtful_patient(it: Filled) -> str:
    """Somebody new who may be Ada, with a referral; the item that asks."""
    like_ada = Person(
        names=(Name("Okafor", "Ada"),),
        birth_date="1980-02-29",
        identifiers=(Identifier("urn:x", "77", "MR"),),
        contacts=(Contact("phone", "555"),),
    )
    with it.test.desk.books(it.test.organization) as books:
        books.add_person("P3", like_ada, [])
        log = books.new_referral(ReferralId("R3"), "P3", "Podiatry")
        asked = IdentityQuestioned(question="P3-P1", why="name-and-birth-date-only")
        received = ReferralReceived(service="Podiatry", urgency="routine", patient="P3")
        books.append(log, [Draft(received, books.at), Draft(asked, books.at)], CLINIC)
        books.open_item(
            Item(
                id="I1", kind="identity", about="person:P3 like person:P1", says="Perhaps a known patient.",
                remedy="Compare.", owner="specialist", created_at=books.at, due_at=books.at,
            )
        )  # fmt: skip
    return "I1"
