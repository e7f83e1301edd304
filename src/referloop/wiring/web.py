"""The WSGI application: Django routes HTTP to the FHIR front door and tells whether the process is well."""

import logging
import secrets
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from referloop.exchange.fhir.transport import respond
from referloop.storage.database import Away
from referloop.wiring.desk import Desk
from referloop.wiring.fhir import Front, answer

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_FRONT, _PUBLIC_URL = "referloop.front", "referloop.public_url"


def application(
    desk: Desk, *, public_url: str = "", secret: bytes = b"", hosts: frozenset[str] = frozenset()
) -> Wsgi:
    """Processes that share a port have to share the secret, or pages of one are unknown to the other."""
    _configure()
    front = Front(desk, secret or secrets.token_bytes(32), hosts)
    inner = get_wsgi_application()

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[_FRONT], environ[_PUBLIC_URL] = front, public_url.rstrip("/")
        return inner(environ, start_response)  # type: ignore[no-any-return]

    return application


def _configure() -> None:
    if settings.configured:
        return
    settings.configure(
        ROOT_URLCONF=__name__,
        SECRET_KEY=secrets.token_urlsafe(32),
        ALLOWED_HOSTS=["*"],  # no address is made from the Host header but those its sender gets back
        MIDDLEWARE=[],
        USE_I18N=False,
        USE_TZ=True,
        LOGGING_CONFIG=None,
        APPEND_SLASH=False,
    )
    django.setup()
    # It would log the address of each refused request, which may name a patient.
    logging.getLogger("django.request").setLevel(logging.CRITICAL)


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
