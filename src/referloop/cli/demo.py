"""The demonstration: a small invented department, one referral's story, then the desk itself."""

import secrets
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer

from referloop.cli.app import app, settings
from referloop.cli.output import refuse, say, table
from referloop.cli.running import serve_until_stopped
from referloop.cli.setup import migrate_all
from referloop.referral.entry import parse_moment
from referloop.referral.problems import Problem
from referloop.settings import Settings
from referloop.storage.access import SCOPES, Organization, User, add_organization, add_token, add_user
from referloop.storage.board import page
from referloop.storage.codes import replace_set
from referloop.storage.sight import stand_for
from referloop.wiring.code_files import read_files
from referloop.wiring.desk import Desk, open_desk
from referloop.workbench.tour import GOOD_FOR

_PEOPLE = (
    User("dana", "Dana Reyes", "specialist"), User("morgan", "Morgan Blake", "senior"),
    User("osei", "Dr. Ruth Osei", "clinician"), User("lead", "Kim Sato", "lead"),
    User("jules", "Jules Okafor", "junior"), User("noor", "Noor Haddad", "nurse"),
    User("harbor", "Harbor Cardiology", "receiving-office"), User("ines", "Ines Duarte", "compliance"),
    User("admin", "Alex Wirth", "administrator"),
)  # fmt: skip
_STAND_FOR = {"osei": ["Ruth Osei", "Ruth Osei, Northside Family Practice"], "harbor": ["Harbor Cardiology"]}
_LEFT = User("robin", "Robin Keller", "junior", active=False)
TOKEN = "demonstration"  # noqa: S105  it opens invented books on this machine alone


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where its books are kept; they are begun anew.")] = Path(
        "var/demo"
    ),
    seed: Annotated[int, typer.Option(help="Another number is another department.")] = 7,
    now: Annotated[str, typer.Option(help="The moment it is told at; the present when left out.")] = "",
    small: Annotated[bool, typer.Option(help="Five weeks instead of ninety days.")] = False,
    serve: Annotated[bool, typer.Option(help="Serve it until Ctrl-C.")] = True,
    port: Annotated[int, typer.Option(help="The port of HTTP.")] = 8000,
    mllp_port: Annotated[int, typer.Option(help="The port of MLLP; 0 for none.")] = 2575,
) -> None:
    """A workbench full of invented referrals, and one referral's story to the closed loop."""
    from referloop.wiring.demonstration.story import tell_story

    path = folder / "referloop.sqlite3"
    chosen = replace(
        settings(), database=f"sqlite:{path}", organization="riverbend", port=port, mllp_port=mllp_port,
        processing_ids="P,T", demo=f"invented-{secrets.token_hex(3)}", signin_database="",
        second_factor="offered", secret=secrets.token_urlsafe(32),
    )  # fmt: skip
    _begin_anew(path)
    _begin_anew(path.with_name("signin.sqlite3"))
    migrate_all(chosen)
    desk = open_desk(chosen)
    try:
        moment = _moment(now, desk)
        _people(desk, chosen, moment)
        _department(desk, chosen, moment, seed, small=small)
        story = tell_story(desk, chosen.organization, TOKEN, moment, say)
        _afterwards(desk, chosen, story)
        if serve:
            _sign_ins(chosen)
            serve_until_stopped(desk, chosen)
    finally:
        desk.database.close()


def _begin_anew(path: Path) -> None:
    for each in (path, *path.parent.glob(f"{path.name}-*")):
        each.unlink(missing_ok=True)


def _moment(text: str, desk: Desk) -> datetime:
    try:
        moment = parse_moment(text) if text else desk.clock()
    except ValueError:
        moment = date.min
    if not isinstance(moment, datetime):
        remedy = "Write it as 2026-11-24T12:00:00Z."
        refuse(Problem("time-form", "--now", "The time cannot be read.", remedy), code=2)
    return moment


def _people(desk: Desk, chosen: Settings, moment: datetime) -> None:
    riverbend = Organization(chosen.organization, "Riverbend Specialty Clinic", "America/New_York", "US")
    with desk.database.transaction(chosen.organization) as session:
        add_organization(session, riverbend, moment)
        add_token(session, TOKEN, "town", sorted(SCOPES), moment, None)
        for person in (*_PEOPLE, _LEFT):
            add_user(session, person, moment)
        for person_id, names in _STAND_FOR.items():
            stand_for(session, person_id, names)


def _codes(desk: Desk, organization: str) -> None:
    with as_file(files("referloop.gym") / "icd-10-cm-selection.txt.gz") as path:
        found = read_files("icd-10-cm", [path])
    if isinstance(found, tuple):
        refuse(*found)
    with desk.database.transaction(organization) as session:
        replace_set(session, "icd-10-cm", list(found.items()))


def _department(desk: Desk, chosen: Settings, moment: datetime, seed: int, *, small: bool) -> None:
    """Ninety days of it, or five weeks, with what is planted in them."""
    from referloop.wiring.demonstration.department import SMALL, Size, fill
    from referloop.wiring.demonstration.loose_ends import loose_ends
    from referloop.wiring.demonstration.oversight import close_a_day, oversight
    from referloop.wiring.demonstration.planting import plant

    say("Riverbend Specialty Clinic, an invented department. Messages come through the front door:")
    say("FHIR over HTTP, HL7 v2 over MLLP, and a weekly spreadsheet.")
    _codes(desk, chosen.organization)
    close_a_day(desk, chosen.organization, moment)
    came = fill(desk, chosen.organization, TOKEN, moment, seed, SMALL if small else Size())
    places = plant(desk, chosen.organization, TOKEN, moment, seed)
    loose_ends(desk, chosen.organization, TOKEN, moment, seed)
    oversight(desk, chosen.organization, moment, places)
    say(f"{len(came) + len(places)} referrals are here, some of patients you can find by name:")
    say("Alvarez, Maria (three referrals, one call) and Chen, David (denied, an appeal is due).")
    say("One more comes, and this is its story.\n")


def _sign_ins(chosen: Settings) -> None:
    """One for each role, made anew with every demonstration."""
    from referloop.wiring.signing import open_signins, set_password

    if found := open_signins(chosen):
        refuse(*found)
    for person in _PEOPLE:
        set_password(chosen.organization, person.id, chosen.demo)
    say(f"\nSign in to the workbench; for everybody the password is {chosen.demo}")
    rows = [(person.id, person.name, person.role, GOOD_FOR[person.role]) for person in _PEOPLE]
    table(("name", "person", "role", "to see"), rows)


def _afterwards(desk: Desk, chosen: Settings, story: str) -> None:
    say("\nWhat the desk owes now, what matters most first:\n")
    with desk.database.reading(chosen.organization) as session:
        rows = page(session, limit=10)
    table(
        ("referral", "service", "next step", "owner", "why"),
        [(row.referral, row.service, row.says, row.owner, "; ".join(row.reasons)) for row in rows],
    )
    say("\nIn another terminal:")
    say(f"  export REFERLOOP_DATABASE={chosen.database} REFERLOOP_ORGANIZATION={chosen.organization}")
    say("  export REFERLOOP_USER=dana")
    say(f"  referloop show {story} --sentences")
    say("  referloop owing")
    say(f"FHIR: http://{chosen.host}:{chosen.port}/fhir with `Authorization: Bearer {TOKEN}`")
    say(f"HL7 v2 over MLLP: {chosen.host}:{chosen.mllp_port}")
