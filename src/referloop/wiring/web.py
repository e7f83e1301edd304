"""The WSGI application: machines at the FHIR front door, people at the workbench, and whether all is well."""

from collections.abc import Callable, Iterable
from functools import partial
from secrets import token_bytes
from typing import Any
from urllib.parse import urlsplit

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from referloop.exchange.fhir.transport import respond
from referloop.settings import Settings
from referloop.storage.database import Away, Database
from referloop.storage.one_reading import OneReading
from referloop.wiring.desk import Desk
from referloop.wiring.fhir import Front, answer
from referloop.wiring.signing import members, page_secrets, place
from referloop.wiring.signing import ready as everybody
from referloop.workbench.needs import Needs
from referloop.workbench.signin.keys import PAGES, Keys
from referloop.workbench.signin.mounted import MOUNTED, Mounted
from referloop.workbench.site import Wsgi, configure, workbench
from referloop.workbench.turns import in_turn

_FRONT, _PUBLIC_URL = "referloop.front", "referloop.public_url"
_MACHINES = ("/fhir", "/healthz", "/readyz")
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})


def application(
    desk: Desk,
    *,
    public_url: str = "",
    secrets: tuple[bytes, ...] = (),
    hosts: frozenset[str] = frozenset(),
    needs: Needs | None = None,
    settings: Settings | None = None,
) -> Wsgi:
    """With `needs` the workbench is at `/`; its sign-ins are where the settings say.

    Processes that share a port have to share the root secrets, or pages of one are unknown to the other.
    """
    keys, chosen = Keys(secrets or (token_bytes(32),)), settings or Settings()
    configure(
        place(chosen) if needs else None,
        secrets=page_secrets(keys), secure=public_url.startswith("https:"), proxies=chosen.proxies,
    )  # fmt: skip
    front = Front(desk, keys.derived(PAGES)[0], hosts)
    machines = _Bare()
    seat = _mounted(desk, needs, chosen, keys, public_url) if needs else None
    people = _people(seat, public_url, desk.database) if seat else machines

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(_MACHINES) or not needs:
            environ[_FRONT], environ[_PUBLIC_URL] = front, public_url.rstrip("/")
            return machines(environ, start_response)  # type: ignore[no-any-return]
        return people(environ, start_response)

    return application


def _mounted(desk: Desk, needs: Needs, chosen: Settings, keys: Keys, public_url: str) -> Mounted:
    hosts = {chosen.host, urlsplit(public_url).hostname or ""} - {""} | _THIS_MACHINE
    shown = everybody(desk, chosen.organization) if chosen.demo else ()
    return Mounted(
        needs, members(desk), desk.clock, chosen.organization, frozenset(hosts), keys,
        chosen.second_factor, shown, chosen.demo,
    )  # fmt: skip


def _people(it: Mounted, public_url: str, books: Database) -> Wsgi:
    inner, secure = in_turn(workbench()), public_url.startswith("https:")

    def people(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[MOUNTED] = it
        if secure:  # whoever stands in front of us ended the encryption
            environ["wsgi.url_scheme"] = "https"
        # A form may ask others before it writes: no transaction waits for them.
        if environ["REQUEST_METHOD"] != "GET" or not isinstance(books, OneReading):
            return inner(environ, start_response)
        with books.at_once():
            return inner(environ, start_response)

    return people


class _Request(WSGIRequest):  # type: ignore[misc]  # Django ships no types
    urlconf = __name__


class _Bare(WSGIHandler):  # type: ignore[misc]
    """Django without sessions or anything else around a request: machines need none of it."""

    request_class = _Request

    def load_middleware(self, is_async: bool = False) -> None:
        nothing_around: list[Any] = []
        self._view_middleware = self._exception_middleware = nothing_around
        self._template_response_middleware = nothing_around
        self._middleware_chain = convert_exception_to_response(self._get_response)


def fhir(request: HttpRequest) -> HttpResponse:
    return respond(request, partial(answer, request.META[_FRONT]), request.META[_PUBLIC_URL])


def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse(b"ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """The books answer too."""
    front: Front = request.META[_FRONT]
    try:
        front.desk.database.by_credential("")
    except Away:
        return HttpResponse(b"the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse(b"ok\n", content_type="text/plain")


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"There is nothing here.\n", status=404, content_type="text/plain")


urlpatterns = [
    path("healthz", live),
    path("readyz", ready),
    re_path(r"^fhir(?:/.*)?$", fhir),
    re_path(r"", nothing),
]
