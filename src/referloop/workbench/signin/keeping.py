"""Around every request: its host and method, who asks, how long a session lasts, and the answer's headers."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth import logout
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from referloop.workbench.http import POLICY
from referloop.workbench.signin.mounted import IDLE, LONGEST, here_of, mounted
from referloop.workbench.signin.pages import unasked_host

METHODS = ("GET", "HEAD", "POST")
_STEP = timedelta(minutes=1)  # how exactly the last act is remembered: not every page writes the session
_ASKS_BY_ITSELF = "/version"  # a page that lies open is nobody at work
_BEGAN, _SEEN = "began", "seen"
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_log = logging.getLogger("referloop")
Next = Callable[[HttpRequest], HttpResponse]


def guarded(next: Next) -> Next:
    """The outermost: nothing else sees a request for another host or with a method we do not know."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            response = HttpResponse(status=405, headers={"Allow": ", ".join(METHODS)})
        elif not _is_ours(request):
            response = unasked_host(request)
        else:
            response = next(request)
        if response.status_code == 429:
            _log.warning("sign-in: too many attempts were made and are slowed down")
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    return answer


def kept(next: Next) -> Next:
    """Signs out whoever stayed away too long, and whoever the books no longer know."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            here = here_of(mounted(request), request.user.get_username())
            if here is None or _is_over(request, here.now):
                logout(request)
            else:
                request.here = here
        return next(request)

    return answer


def _is_ours(request: HttpRequest) -> bool:
    try:
        name, _ = split_domain_port(request.get_host())
    except DisallowedHost:
        return False
    return name in mounted(request).hosts


def _is_over(request: HttpRequest, now: datetime) -> bool:
    session = request.session
    began, seen = (_instant(session.get(name), now) for name in (_BEGAN, _SEEN))
    if now - seen >= IDLE or now - began >= LONGEST:
        return True
    if _BEGAN not in session:
        session[_BEGAN] = session[_SEEN] = now.isoformat()
    elif now - seen >= _STEP and request.path_info != _ASKS_BY_ITSELF:
        session[_SEEN] = now.isoformat()
    return False


def _instant(text: str | None, now: datetime) -> datetime:
    return datetime.fromisoformat(text) if text else now
