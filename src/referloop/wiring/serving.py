"""One process for a desk: the web in workers of its own, and beside it MLLP, the watcher and the outbox."""

import gc
import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from referloop.exchange.fhir.hook import post
from referloop.exchange.hl7v2.header import Site
from referloop.exchange.hl7v2.sending import transmit
from referloop.exchange.hl7v2.transport import listening
from referloop.ports import Transport
from referloop.referral.problems import Problem, ProgramFault
from referloop.settings import Settings, from_environment
from referloop.storage.one_reading import OneReading
from referloop.wiring.desk import Desk, open_desk
from referloop.wiring.hl7v2 import quarantine, receiver
from referloop.wiring.loops import deliver, watch
from referloop.wiring.root_secret import desk_keys
from referloop.wiring.web import application
from referloop.wiring.workbench import WorkbenchNeeds
from referloop.workbench.site import Wsgi

_log = logging.getLogger("referloop")
TRANSPORTS: Mapping[str, Transport] = {"hl7v2": transmit, "fhir": post}


def wsgi() -> Wsgi:
    """What each web process starts with; its settings come from the environment."""
    settings = from_environment(os.environ)
    keys = desk_keys(settings)
    if isinstance(keys, Problem):  # `serve` looked before it started us
        raise ProgramFault(keys.says)
    desk = open_desk(settings)
    desk = replace(desk, database=OneReading(desk.database))
    made = application(
        desk,
        public_url=settings.public_url,
        secrets=keys.roots,
        needs=WorkbenchNeeds(desk),
        settings=settings,
    )
    gc.collect()
    gc.freeze()  # what lives as long as the process: no later search for garbage walks through it
    return made


def serve_web(settings: Settings) -> None:
    """Serve HTTP until told to stop."""
    # Never forked: a thread beside us may hold one of SQLite's locks at that moment, and the child would
    # wait for it for ever.
    multiprocessing.set_start_method("spawn", force=True)
    Granian(
        "referloop.wiring.serving:wsgi", address=settings.host, port=settings.port, interface=Interfaces.WSGI,
        factory=True, workers=settings.workers, blocking_threads=settings.threads,
        log_level=LogLevels.warning,
    ).serve()  # fmt: skip


@contextmanager
def beside(desk: Desk, settings: Settings, *, loops: bool = True) -> Iterator[int]:
    """MLLP, the watcher and the outbox in threads for as long as the block runs; gives the port of MLLP."""
    stop = threading.Event()
    with ExitStack() as stack:
        port = stack.enter_context(listener(desk, settings))
        threads = _loops(desk, stop) if loops else []
        try:
            yield port
        finally:
            stop.set()
            for thread in threads:
                thread.join()


@contextmanager
def listener(desk: Desk, settings: Settings) -> Iterator[int]:
    """The MLLP listener of the settings' organisation; gives its port, 0 where none is wanted."""
    if settings.mllp_port == 0:
        yield 0
        return
    organization = settings.organization
    with listening(
        settings.host, settings.mllp_port, receiver(desk, organization, site(desk, settings)),
        clock=desk.clock, dropped=quarantine(desk, organization),
    ) as port:  # fmt: skip
        yield port


def site(desk: Desk, settings: Settings) -> Site:
    """What was agreed with the senders of this organisation."""
    zone = desk.policy(settings.organization).calendar.zone.key
    return Site(zone=zone, processing_ids=frozenset(settings.processing_ids.split(",")))


def run_watch(desk: Desk, stop: threading.Event) -> None:
    watch(desk, stop=stop, sleep=stop.wait, tell=_tell)


def run_outbox(desk: Desk, stop: threading.Event) -> None:
    deliver(desk, TRANSPORTS, stop=stop, sleep=stop.wait, tell=_tell)


def until_stopped(work: Callable[[threading.Event], None]) -> None:
    """Run until Ctrl-C, then let the step at hand end."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,))
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.5)
    except KeyboardInterrupt:
        stop.set()
        thread.join()


def wait_for_stop() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return


def _loops(desk: Desk, stop: threading.Event) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, args=(desk, stop)) for work in (run_watch, run_outbox)]
    for thread in threads:
        thread.start()
    return threads


def _tell(fault: Exception) -> None:
    # Only its type: the words of a failure may quote a message.
    _log.error("a loop failed and goes on: %s", type(fault).__name__)
