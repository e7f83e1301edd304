"""The product's own work without HTTP: decisions, one referral with its log, obligations, the board."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.measure import Load, timed, until
from benchmarks.rows import DECIDER, DECISION, NOW, ORGANIZATION, Template, referral_id, templates
from referloop.policy.in_force import PolicyInForce
from referloop.referral.board import standing
from referloop.referral.entry import Draft
from referloop.referral.kinds import ReferralId
from referloop.referral.log import Log, revive
from referloop.referral.obligations import told
from referloop.referral.requirement import Policy
from referloop.referral.story import Story
from referloop.storage.access import Organization
from referloop.storage.board import rebuild
from referloop.storage.database import Database
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.resources import logs
from referloop.storage.sqlite import SqliteDatabase
from referloop.wiring.desk import Desk, calendar, new_id, shipped_policy
from referloop.wiring.recording import Place, record

Step = Callable[[Desk, ReferralId], None]


def desk_over(kind: str, address: str) -> Desk:
    database: Database = PostgresDatabase(address, size=8) if kind == "postgres" else SqliteDatabase(address)
    desk = Desk(database, lambda: NOW, new_id, shipped_policy())
    desk.policy(ORGANIZATION)
    return desk


def policy_of_templates() -> Policy:
    """The policy over the calendar of the bench's organisation, without books."""
    return PolicyInForce(shipped_policy(), calendar(Organization(ORGANIZATION, "", "America/New_York")))


def decide(desk: Desk, referral: ReferralId) -> None:
    outcome = record(desk, Place(ORGANIZATION, referral), Draft(DECISION, NOW), DECIDER)
    if isinstance(outcome, tuple):
        raise RuntimeError(", ".join(each.code for each in outcome))


def look_at(desk: Desk, referral: ReferralId) -> None:
    """What a person sees who opens it: the log, and everything that follows from it."""
    with desk.database.reading(ORGANIZATION) as session:
        log = logs(session, [referral])[referral]
    standing(log, desk.policy(ORGANIZATION), NOW)


def rate(kind: str, address: str, step: Step, numbers: range, seconds: float) -> Load:
    """Eight clients: two processes for a server, one for a file."""
    processes = 2 if kind == "postgres" else 1
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        parts = [numbers[at::processes] for at in range(processes)]
        futures = [pool.submit(_rate, kind, address, step, part, 8 // processes, seconds) for part in parts]
        return Load.together([future.result() for future in futures])


def _rate(kind: str, address: str, step: Step, numbers: range, threads: int, seconds: float) -> Load:
    desk = desk_over(kind, address)
    templates()

    def client(place: int) -> Iterator[float]:
        for number in until(seconds, numbers[place::threads]):
            referral = ReferralId(referral_id(templates()[number % len(templates())], number))
            began = time.perf_counter()
            step(desk, referral)
            yield time.perf_counter() - began

    try:
        return timed([lambda place=place: client(place) for place in range(threads)])  # type: ignore[misc]
    finally:
        desk.database.close()


def obligations(policy: Policy, seconds: float) -> Load:
    """Obligations told from logs, on one core."""
    found = [_log(template) for template in templates()]
    took: list[float] = []
    began = time.monotonic()
    for at in until(seconds, range(10_000_000)):
        story = Story.of(found[at % len(found)].entries, policy.calendar)
        took.extend([0.0] * len(told(story, policy)))
    return Load(began, time.monotonic(), took)


def _log(template: Template) -> Log:
    head, lines = template.intake["referrals"][0], template.intake["entries"]
    return revive(ReferralId(head[1]), head[2], [(row[6], row[7]) for row in lines])


class _Enough(Exception):
    pass


def rebuilding(kind: str, address: str, seconds: float) -> Load:
    """Rows of the board made anew, until all are or the time is up."""
    desk = desk_over(kind, address)
    began = time.monotonic()
    took: list[float] = []

    def progress(done: int) -> None:
        took.extend([0.0] * (done - len(took)))
        if time.monotonic() - began > seconds:
            raise _Enough

    try:
        rebuild(desk.database, ORGANIZATION, desk.policy(ORGANIZATION), NOW, new_id, progress)
    except _Enough:
        pass
    finally:
        desk.database.close()
    return Load(began, time.monotonic(), took)
