"""The workbench as it is served, opened by eight at once: each page beside its own statements run bare."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from benchmarks.browsing import PASSWORD, READERS, Seat, Visit, browse, signed_in, weight
from benchmarks.measure import Load
from benchmarks.rows import NOW, ORGANIZATION, referral_id, templates
from benchmarks.seeding import FIRST
from benchmarks.server import Running, serving
from benchmarks.statements import Asked, Heard, limits
from benchmarks.work import desk_over
from referloop.settings import Settings
from referloop.storage.access import User, add_user
from referloop.wiring.desk import Desk
from referloop.wiring.signing import migrate_signins, set_password
from referloop.wiring.workbench import WorkbenchNeeds
from referloop.workbench.asking import Ask, Here
from referloop.workbench.noting import noted
from referloop.workbench.routes import ROUTES, Route

MOST_MS, MOST_BYTES, DEARER = 50.0, 150 * 1024, 1.5
ROUNDS = 3  # the middle one counts
RARE = ("reports",)  # opened now and then: how long it takes is shown, and has no target
Result = TypeVar("Result")
_SPREAD = 400  # so many referrals and people take turns


def target_of(page: str) -> str:
    weight = f"{MOST_BYTES // 1024} KiB"
    return weight if page in RARE else f"{MOST_MS:.0f} ms, {weight}"


@dataclass(frozen=True)
class Opened:
    """A page in one place: how many a second, how long, and what it asks of the books."""

    page: str
    per_second: float
    p50_ms: float
    p95_ms: float
    raw: float
    statements: int
    bytes: int
    server_ms: float  # of a core, in the server's processes
    client_ms: float
    errors: tuple[str, ...]

    @property
    def kept(self) -> bool:
        return not self.errors and (self.p95_ms <= MOST_MS or self.page in RARE) and self.bytes <= MOST_BYTES


def visits(size: int) -> dict[str, list[Visit]]:
    """The pages people live in; those of one referral or person take turns among many."""
    numbers = [FIRST + at for at in range(0, size, max(size // _SPREAD, 1))]
    ids = [referral_id(templates()[number % len(templates())], number) for number in numbers]
    nothing = urlencode({"text": "no service is called this", "state": "open"})
    return {
        "my work": [Visit("/")],
        "referrals": [Visit("/referrals")],
        "referrals, text that nothing has": [Visit("/referrals", nothing)],
        "team board": [Visit("/team")],
        "reports": [Visit("/reports")],
        "workspace": [Visit(f"/referrals/{id}") for id in ids],
        "search by name": [
            Visit("/find", urlencode({"text": f"family{number:08} given"})) for number in numbers
        ],
        "search by number": [Visit("/find", urlencode({"text": f"MR{number:08}"})) for number in numbers],
    }


def opened(
    kind: str, address: str, folder: Path, size: int, seconds: float
) -> tuple[list[Opened], dict[int, int]]:
    """Every page at this size, and the memory of the server's processes afterwards."""
    database = address if kind == "postgres" else f"sqlite:{address}"
    _alone(_prepared, kind, address, database)
    asked = _alone(_all_asked, kind, address, [few[0] for few in visits(size).values()])
    raws = limits(kind, address, [statements for statements, _ in asked], seconds / 2)
    workers, threads = (2, 4) if kind == "postgres" else (1, 4)
    with serving(database, folder, workers=workers, threads=threads) as server:
        seats = [signed_in(server.port, login) for login in READERS]
        found = [
            _measured(server, seats, page, its, raw, seconds)
            for page, its, raw in zip(visits(size).items(), asked, raws, strict=True)
        ]
        return found, server.memory()


def _measured(
    server: Running,
    seats: Sequence[Seat],
    page: tuple[str, Sequence[Visit]],
    asked: tuple[Asked, int],
    raw: Load,
    seconds: float,
) -> Opened:
    name, few = page
    # New connections fall on the web processes by chance, evenly or not.
    rounds = [browse(server.process.pid, seats, few, seconds) for _ in range(ROUNDS)]
    found = sorted(rounds, key=lambda each: each.load.p95_ms)[ROUNDS // 2]
    load, ordered = found.load, sorted(found.load.took) or [0.0]
    return Opened(
        name, load.per_second, 1000 * ordered[len(ordered) // 2], load.p95_ms, raw.per_second,
        len(asked[0]) + asked[1], weight(seats[0], few[0]), found.server_ms, found.client_ms,
        tuple(load.errors),
    )  # fmt: skip


def _alone(work: Callable[..., Result], *given: object) -> Result:
    """In a process that is gone afterwards, with its pools and its Django."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def _prepared(kind: str, address: str, database: str) -> None:
    """People who may see all of these pages, with a password."""
    desk = desk_over(kind, address)
    with desk.database.transaction(ORGANIZATION) as session:
        for login in READERS:
            add_user(session, User(login, "A reader", "lead"), NOW)
    desk.database.close()
    migrate_signins(Settings(database=database, organization=ORGANIZATION))
    for login in READERS:
        if wrong := set_password(ORGANIZATION, login, PASSWORD):
            raise SystemExit(wrong[0].says)


def _all_asked(kind: str, address: str, visits: Sequence[Visit]) -> list[tuple[Asked, int]]:
    desk = desk_over(kind, address)
    desk.policy(ORGANIZATION)  # remembered for seconds: a page pays for it now and then
    try:
        return [_asked(desk, visit) for visit in visits]
    finally:
        desk.database.close()


def _asked(desk: Desk, visit: Visit) -> tuple[Asked, int]:
    """What the books are asked for this page, and how many statements write down that it was seen."""
    heard = Heard(desk.database)
    needs = WorkbenchNeeds(replace(desk, database=heard))
    here = Here(
        ORGANIZATION, "The bench's desk", READERS[0], "A reader", "lead", NOW, ZoneInfo("America/New_York")
    )
    route, path = _route_of(visit.path)
    form = dict(parse_qsl(visit.typed))
    method = "POST" if form else "GET"
    answer = route.view(Ask(method, here, path, {}, form, {}), needs)
    if note := noted(route.pattern, method, path, form, answer):
        needs.accesses.note(here, note)
    needs.version(here, visit.path)
    return heard.asked, heard.written


def _route_of(path: str) -> tuple[Route, dict[str, str]]:
    for route in ROUTES:
        pattern = re.sub(r"<str:(\w+)>", r"(?P<\1>[^/]+)", route.pattern)
        if found := re.fullmatch(pattern, path.removeprefix("/")):
            return route, found.groupdict()
    raise LookupError(path)
