"""How a patient may be reached, out of the books and into them."""

from referloop.messages import ContactRules, Person
from referloop.referral.problems import Problem
from referloop.storage import contact_rules, forms, roster, worklist
from referloop.storage.contact_rules import Told
from referloop.storage.database import Session
from referloop.storage.search import with_joined
from referloop.wiring.desk import Desk
from referloop.wiring.sights import seen_by
from referloop.workbench.asking import Here
from referloop.workbench.people_needs import NO_RULES_YET, Rules
from referloop.workbench.sight import CLINICIAN, LISTED

_CHANGED = Problem(
    "contact-rules-changed", "contact rules", "Somebody else changed this while you were writing.",
    "Read what holds now, and write yours into it again.",
)  # fmt: skip
_UNKNOWN = Problem("person-unknown", "patient", "There is no such patient here.", "Find them by their name.")


def rules_page(desk: Desk, here: Here, id: str) -> tuple[Person, Rules] | None:
    with desk.database.reading(here.organization) as session:
        found = next((each for each in with_joined(session, id) if each.id == id), None)
        if found is None or not _may_tell(session, here, id):
            return None
        return found.said, rules_of(session, id)


def rules_of(session: Session, id: str) -> Rules:
    """With the name of whoever told it to the books."""
    found = contact_rules.told(session, [id]).get(id, Told())
    if not found.seq:
        return NO_RULES_YET
    names = {user.id: user.name for user in roster.users(session)}
    return Rules(found.seq, found.rules, names.get(found.author, found.author), found.at)


def tell(desk: Desk, here: Here, id: str, seen: int, rules: ContactRules) -> tuple[Problem, ...]:
    with desk.database.transaction(here.organization) as session:
        wait = session.one_at_a_time([f"contact-rules:{id}"])
        if wait:
            session.ask(wait)
        if not any(each.id == id for each in with_joined(session, id)) or not _may_tell(session, here, id):
            return (_UNKNOWN,)
        if forms.before(session, here.form):
            return ()
        if contact_rules.told(session, [id]).get(id, Told()).seq != seen:
            return (_CHANGED,)
        contact_rules.tell(session, id, rules, here.user, here.now)
        forms.keep(session, here.form, id, here.now)
    return ()


def _may_tell(session: Session, here: Here, id: str) -> bool:
    """The desk of every patient; a clinician of whom they or their practice referred, not of one opened."""
    if here.role in LISTED:
        return True
    return here.role == CLINICIAN and bool(worklist.of_patient(session, id, seen_by(session, here)))
