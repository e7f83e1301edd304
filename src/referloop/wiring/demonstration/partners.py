"""The ways in, as partners use them: HTTP with a token, MLLP, and a spreadsheet with an agreed mapping."""

import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from wsgiref.util import setup_testing_defaults

from referloop.exchange.hl7v2.client import send
from referloop.exchange.hl7v2.header import Site
from referloop.exchange.hl7v2.transport import listening
from referloop.exchange.table.proposal import propose
from referloop.exchange.table.sheet import open_sheet
from referloop.referral.problems import ProgramFault
from referloop.wiring.desk import Desk
from referloop.wiring.hl7v2 import receiver
from referloop.wiring.table import import_table, save_mapping
from referloop.wiring.web import application


@dataclass
class Clock:
    """The time in the department while the past is being told."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


def post(desk: Desk, token: str) -> Callable[[bytes], bytes]:
    """Sends a Bundle to the FHIR front door; gives the answer."""
    app = application(desk)

    def send_bundle(body: bytes) -> bytes:
        environ: dict[str, object] = {
            "REQUEST_METHOD": "POST", "PATH_INFO": "/fhir", "CONTENT_TYPE": "application/fhir+json",
            "CONTENT_LENGTH": str(len(body)), "HTTP_AUTHORIZATION": f"Bearer {token}",
            "wsgi.input": io.BytesIO(body),
        }  # fmt: skip
        setup_testing_defaults(environ)
        said: list[str] = []
        answer = b"".join(app(environ, lambda status, headers, error=None: said.append(status)))
        if not said[0].startswith("2"):
            raise ProgramFault(f"the demonstration's message was answered {said[0]}")
        return answer

    return send_bundle


@contextmanager
def over_mllp(desk: Desk, organization: str, clock: Clock) -> Iterator[Callable[[bytes], bytes]]:
    """Sends messages over real connections; gives what each is answered."""
    zone = desk.policy(organization).calendar.zone.key
    with listening("127.0.0.1", 0, receiver(desk, organization, Site(zone=zone)), clock=clock) as port:
        yield lambda frame: send("127.0.0.1", port, frame, 10)


def by_spreadsheet(desk: Desk, organization: str, content: bytes, zone: str) -> None:
    """Agrees on a mapping, saves it, and imports the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "weekly-list.csv"
        path.write_bytes(content)
        sheet, _ = open_sheet(content, path.name)
        if sheet is None:
            raise ProgramFault("the demonstration's spreadsheet cannot be opened")
        proposal, _ = propose(sheet)
        mapping = type(proposal)(
            columns=proposal.columns, zone=zone, authority="urn:example:millbrook", date_order="ymd"
        )
        with desk.database.transaction(organization) as session:
            save_mapping(session, "weekly-list", mapping, desk.clock())
        summary = import_table(desk, organization, path, mapping, all_or_nothing=False, sender="weekly-list")
        if summary.bad_rows or summary.refused:
            raise ProgramFault("the demonstration's spreadsheet was not taken in")
