"""What keeps running: the web, the listener, the watcher and the outbox, together or each by itself."""

import os
import socket
import threading

from referloop.cli.app import app, settings
from referloop.cli.desk import at_desk
from referloop.cli.output import refuse, say
from referloop.cli.secret import keys_of
from referloop.referral.problems import Problem
from referloop.settings import Settings
from referloop.storage.gate import faults
from referloop.storage.postgres import PostgresDatabase
from referloop.storage.sqlite import SqliteDatabase
from referloop.wiring.desk import Desk


@app.command()
def serve() -> None:
    """Run the whole desk: web, MLLP listener, watcher and outbox. Ctrl-C stops it."""
    chosen = settings()
    with at_desk() as at:
        check(at.desk)
        serve_until_stopped(at.desk, chosen)


def serve_until_stopped(desk: Desk, chosen: Settings) -> None:
    """The web in this process' care, everything else beside it."""
    from referloop.wiring.serving import beside, serve_web
    from referloop.wiring.signing import open_signins

    keys = keys_of(chosen)
    refuse_taken(chosen)
    if found := open_signins(chosen, keys):
        refuse(*found)
    os.environ["REFERLOOP_DATABASE"] = chosen.database
    os.environ["REFERLOOP_ORGANIZATION"] = chosen.organization
    os.environ["REFERLOOP_DEMO"] = chosen.demo
    os.environ["REFERLOOP_SECOND_FACTOR"] = chosen.second_factor
    if chosen.secret:
        os.environ["REFERLOOP_SECRET"] = chosen.secret
    with beside(desk, chosen) as port:
        say(f"The workbench: {address(chosen)}/  FHIR: {address(chosen)}/fhir")
        if port:
            say(f"MLLP on port {port}.")
        serve_web(chosen)


def refuse_taken(chosen: Settings) -> None:
    """End with a sentence where another program listens already."""
    found = []
    for name, port in (("REFERLOOP_PORT", chosen.port), ("REFERLOOP_MLLP_PORT", chosen.mllp_port)):
        with socket.socket() as asked:
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                asked.bind((chosen.host, port))
            except OSError:
                says = f"Another program listens on port {port} already."
                found.append(Problem("port-taken", name, says, f"End it, or set {name} to another port."))
    if found:
        refuse(*found)


def address(chosen: Settings) -> str:
    """Where a browser on this machine finds it; passkeys want a name rather than a number."""
    host = "localhost" if chosen.host == "127.0.0.1" else chosen.host
    return chosen.public_url.rstrip("/") or f"http://{host}:{chosen.port}"


def check(desk: Desk) -> None:
    """Refuse to start where the books would not be safe."""
    if isinstance(desk.database, SqliteDatabase | PostgresDatabase) and (found := faults(desk.database)):
        refuse(*found)


@app.command()
def watch() -> None:
    """Run only the watcher: deadlines that pass are written into the logs."""
    from referloop.wiring.serving import run_watch, until_stopped

    with at_desk() as at:
        check(at.desk)
        until_stopped(lambda stop: run_watch(at.desk, stop))


@app.command()
def work() -> None:
    """Run only the outbox: what others are to be told is sent, with retries."""
    from referloop.wiring.serving import run_outbox, until_stopped

    with at_desk() as at:
        check(at.desk)
        until_stopped(lambda stop: run_outbox(at.desk, stop))


@app.command()
def listen() -> None:
    """Run only the MLLP listener for HL7 v2 messages."""
    from referloop.wiring.serving import listener, until_stopped

    chosen = settings()
    with at_desk() as at:
        check(at.desk)
        with listener(at.desk, chosen) as port:
            say(f"MLLP on port {port}.")
            until_stopped(_wait)


def _wait(stop: threading.Event) -> None:
    stop.wait()
