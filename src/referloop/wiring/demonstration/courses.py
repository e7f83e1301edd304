"""One referral on its way: again and again somebody turns to what is owed, until nothing is or time is up."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from referloop.gym.letters import Paper, fhir_report
from referloop.gym.paperwork import PDF, consult
from referloop.gym.town import Case, chosen
from referloop.referral.board import Standing
from referloop.referral.entry import Draft
from referloop.referral.fields import fact_from
from referloop.referral.kinds import ReferralId
from referloop.referral.obligations import Obligation
from referloop.referral.problems import ProgramFault
from referloop.wiring.demonstration.agenda import Department
from referloop.wiring.demonstration.first_stages import FIRST
from referloop.wiring.demonstration.last_stages import LAST, report_comes
from referloop.wiring.demonstration.people import done_at, in_hours
from referloop.wiring.demonstration.turns import Answer, Step, Turn
from referloop.wiring.recording import Place, record

_ANSWERS: dict[str, Answer] = FIRST | LAST
_REPORTS = ("report-owed", "report-question")
# Nobody turns to these while something else stands before the decision.
_DECISIONS = {
    "booked": "book", "rebook": "book", "waitlist-look": "book", "permission-request": "request-permission",
    "loop-close": "close-complete", "closure-carry-out": "close",
}  # fmt: skip
_A_WHILE = timedelta(minutes=4)
_LATER = timedelta(days=2)
_PATIENCE = 6  # so often somebody turns to the same thing
_WORDS = "Seen and examined. My findings, what I think of them and the plan are below. Thank you."
_OPINION = "Nothing that threatens. We agreed on treatment without surgery and on a review in three months."


@dataclass
class Course:
    """`tried` is how often somebody turned to a thing in vain, and when they will again."""

    case: Case
    referral: ReferralId
    standing: Standing
    tried: dict[tuple[str, str, int], tuple[int, datetime]] = field(default_factory=dict)

    def vain(self, owed: Obligation) -> tuple[int, datetime]:
        return self.tried.get((*owed.key, self.standing.log.version), (0, owed.opens_at))


def begin(it: Department, one: Case) -> ReferralId:
    """Work on a referral that has just come."""
    referral = it.named(one)
    _go_on(it, Course(one, referral, it.standing(referral)))
    return referral


def _go_on(it: Department, course: Course) -> None:
    """Plan what happens next: somebody does something, or the time for something runs out."""
    now = it.clock.at
    turns = [(_when(it, course, each), each) for each in _possible(course)]
    at, next_one = min(turns, key=lambda turn: turn[0], default=(None, None))
    missed = min((each.due for each in course.standing.owed if each.due > now), default=None)
    if missed and (at is None or missed < at):
        it.plan(missed, lambda: _missed(it, course))
    elif at and next_one:
        it.plan(at, lambda: _turn_to(it, course, next_one))


def _possible(course: Course) -> list[Obligation]:
    owed = course.standing.owed
    blocked = {decision for each in owed for decision in each.requirement.blocks}
    return [
        each
        for each in owed
        if (each.requirement.code in _ANSWERS or each.requirement.code in _REPORTS)
        and course.vain(each)[0] < _PATIENCE
        and _DECISIONS.get(each.requirement.code) not in blocked
    ]


def _when(it: Department, course: Course, each: Obligation) -> datetime:
    at = max(done_at(each, it.zone, it.seed, course.case.number), it.clock.at + _A_WHILE)
    return max(at, course.vain(each)[1])


def _missed(it: Department, course: Course) -> None:
    course.standing = it.standing(course.referral, watched=True)
    _go_on(it, course)


def _turn_to(it: Department, course: Course, owed: Obligation) -> None:
    vain = course.vain(owed)[0]
    turn = Turn(it.seed, course.case, course.standing, owed, it.clock.at, it.zone, vain)
    if owed.requirement.code in _REPORTS:
        done = _reported(it, course, turn)
    else:
        step = _ANSWERS[owed.requirement.code](turn)
        done = step is not None and _recorded(it, course, step)
    if not done:
        again = in_hours(it.clock.at + _LATER, it.zone, it.seed, course.case.number, vain)
        course.tried[(*owed.key, course.standing.log.version)] = (vain + 1, again)
    _go_on(it, course)


def _reported(it: Department, course: Course, turn: Turn) -> bool:
    """The performer's system sends its report, if ever."""
    if not report_comes(turn):
        return False
    before = course.standing.log.version
    it.send(fhir_report(course.case, it.clock.at - _A_WHILE, _report(it, course)))
    course.standing = it.standing(course.referral)
    return course.standing.log.version > before


def _report(it: Department, course: Course) -> Paper | str:
    """One in three offices sends a printed report, the others a few words."""
    if chosen(range(3), it.seed, course.case.number, "paper"):
        return _WORDS
    seen = (it.clock.at - timedelta(days=2)).astimezone(it.zone)
    return Paper("Consultation report", PDF, consult(course.case, f"{seen.day} {seen:%b %Y}", _OPINION))


def _recorded(it: Department, course: Course, step: Step) -> bool:
    """Whether it could be recorded: a question may stand in the way, as in life."""
    fact = fact_from(step.word, step.fields)
    if isinstance(fact, tuple):
        raise ProgramFault(f"the demonstration's {step.word} is wrong: {fact[0]}")
    draft = Draft(fact, it.clock.at, step.proof)
    outcome = record(it.desk, Place(it.organization, course.referral), draft, step.by)
    if isinstance(outcome, tuple):
        return False
    course.standing = outcome
    return True
