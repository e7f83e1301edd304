"""People by what somebody typed, and one person with everything that is theirs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from referloop.messages import ContactRules, Person
from referloop.referral.facts.coverage import CoverageStated
from referloop.referral.log import Log
from referloop.referral.problems import Problem
from referloop.storage import access_lists
from referloop.storage.arrivals import items_naming
from referloop.storage.database import Session
from referloop.storage.items import ItemRow
from referloop.storage.resources import logs
from referloop.storage.search import Hit, board_of, people_and_numbers, with_joined
from referloop.storage.sight import Seen
from referloop.storage.worklist import people, picked
from referloop.wiring import reaching
from referloop.wiring.desk import Desk
from referloop.wiring.inbox_pages import todo_of
from referloop.wiring.lines import lines_of
from referloop.wiring.sights import seen_by, sees_patient
from referloop.wiring.sought import (
    Sought,
    likeness,
    referral_spans,
    slip_spans,
    spans_of,
    understood,
)
from referloop.workbench.asking import Here
from referloop.workbench.lines import Line
from referloop.workbench.people_needs import NO_RULES_YET, Cover, Finding, Found, Patient, Rules
from referloop.workbench.sight import LISTED

_CANDIDATES = 400
_SHOWN = 25
_GOOD = 0.9
_FITS = 0.6
_FAR = 0.25  # so much worse than the best is only noise
_LOGS = 40
_LATELY = 15


class PeopleOfDesk:
    """See `workbench.people_needs.PeopleNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def find(self, here: Here, typed: str) -> Finding:
        sought = understood(typed, here.today)
        if not sought:
            return Finding()
        with self.desk.database.reading(here.organization) as session:
            return found(session, here, sought, seen_by(session, here))

    def lately(self, here: Here) -> Sequence[tuple[str, Person, datetime]]:
        if here.role not in LISTED:
            return []  # of what one sees only in part, one's own screen shows all there is
        with self.desk.database.reading(here.organization) as session:
            seen = access_lists.lately(session, here.user, _LATELY)
            known = people(session, [id for id, _ in seen])
            return [(id, known[id], at) for id, at in seen if id in known]

    def rules(self, here: Here, id: str) -> tuple[Person, Rules] | None:
        return reaching.rules_page(self.desk, here, id)

    def tell_rules(self, here: Here, id: str, seen: int, rules: ContactRules) -> tuple[Problem, ...]:
        return reaching.tell(self.desk, here, id, seen, rules)

    def patient(self, here: Here, id: str) -> Patient | str | None:
        with self.desk.database.reading(here.organization) as session:
            joined = with_joined(session, id)
            it = next((each for each in joined if each.id == id), None)
            ids = [each.id for each in joined]
            seen = sees_patient(session, here, ids)
            rows = board_of(session, ids, seen, open_only=False)
            if it is None or not (rows or seen.everything):
                return None
            if it.same_as:
                return it.same_as
            told = logs(session, [row.referral for row in rows[:_LOGS]])
            asked = _questions(session, ids) if here.role in LISTED else []
            lines, still = lines_of(session, here, rows), {row.referral for row in rows if row.is_open}
            return Patient(
                id=id,
                person=it.said,
                joined=[(each.id, each.said) for each in joined if each.id != id and here.role in LISTED],
                open=[line for line in lines if line.referral in still],
                closed=[line for line in lines if line.referral not in still],
                covers=_covers([line for line in lines if not line.hidden], told),
                questions=[todo_of(row) for row in asked],
                rules=reaching.rules_of(session, id) if here.role in LISTED else NO_RULES_YET,
            )


def _questions(session: Session, ids: Sequence[str]) -> list[ItemRow]:
    """What is open about these people; who opened them behind the glass is for compliance."""
    rows = {row.id: row for each in ids for row in items_naming(session, f"person:{each}")}
    return [row for row in rows.values() if row.closed_at is None and row.kind != "glass"]


def found(session: Session, here: Here, sought: Sought, seen: Seen) -> Finding:
    """Exact keys first; where nobody fits well, names a slip of the pen away."""
    hits, numbers = people_and_numbers(session, spans_of(sought), referral_spans(sought), _CANDIDATES, seen)
    ranked = _ranked(sought, hits)
    if sought.words and not (ranked and ranked[0].likeness >= _GOOD):
        slipped, _ = people_and_numbers(session, slip_spans(sought), [], _CANDIDATES, seen)
        ranked = _ranked(sought, [*hits, *slipped])
    rows = board_of(session, [each.id for each in ranked[:_SHOWN]], seen, open_only=True)
    rows += picked(session, numbers, seen)
    by_patient: dict[str, dict[str, Line]] = defaultdict(dict)
    lines = {line.referral: line for line in lines_of(session, here, rows)}
    for line in lines.values():
        by_patient[line.patient][line.referral] = line
    fitting = [
        Found(each.id, each.person, each.fits, each.likeness, [*by_patient[each.id].values()])
        for each in ranked[:_SHOWN]
    ]
    named = [lines[each] for each in numbers if each in lines]
    return Finding(fitting, named, more=len(ranked) > _SHOWN or len(hits) >= _CANDIDATES)


def _ranked(sought: Sought, hits: Iterable[Hit]) -> list[Found]:
    """Each person once, those who fit best first; somebody found to be another counts as that other."""
    keys: dict[str, list[str]] = defaultdict(list)
    said_of: dict[str, tuple[Person, str]] = {}
    for hit in hits:
        keys[hit.id].append(hit.key)
        said_of[hit.id] = (hit.said, hit.same_as or hit.id)
    best: dict[str, Found] = {}
    for id, (said, known) in said_of.items():
        fit, fits = likeness(sought, said, keys[id])
        if fit >= _FITS and (known not in best or fit > best[known].likeness):
            best[known] = Found(known, said, fits, fit, ())
    least = max((each.likeness for each in best.values()), default=0.0) - _FAR
    return sorted((each for each in best.values() if each.likeness >= least), key=_order)


def _order(each: Found) -> tuple[float, str, str]:
    name = each.person.names[0] if each.person.names else None
    return -round(each.likeness, 3), f"{name.family} {name.given}" if name else "", each.id


def _covers(rows: Sequence[Line], told: dict[str, Log]) -> list[Cover]:
    """What was stated last on each referral, the same cover once."""
    found: dict[tuple[str, str], Cover] = {}
    for row in rows:
        log = told.get(row.referral)
        facts = [entry.fact for entry in log.entries] if log else []
        stated = next((each for each in reversed(facts) if isinstance(each, CoverageStated)), None)
        if stated:
            found.setdefault((stated.payer, stated.member_id), Cover(row.referral, row.service, stated))
    return list(found.values())
