"""Around every request: its host and method, who asks, how long a session lasts, and the answer's headers."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import logout
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from referloop.workbench.asking import Here
from referloop.workbench.http import POLICY
from referloop.workbench.limits import limits
from referloop.workbench.signin.carrying import sign_in_first
from referloop.workbench.signin.mounted import here_of, mounted
from referloop.workbench.signin.pages import unasked_host
from referloop.workbench.signin.proof import is_fresh

METHODS = ("GET", "HEAD", "POST")
_STEP = timedelta(minutes=1)  # how exactly the last act is remembered: not every page writes the session
_ASKS_BY_ITSELF = frozenset({"/version", "/account/here"})  # a page that lies open is nobody at work
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
            if here is None or _is_over(request, here):
                request.ended = request.user.get_username() if here else ""
                logout(request)
            else:
                request.here = here
                is_fresh(request, here.now)
        response = next(request)
        if request.method == "POST" and request.user.is_authenticated:
            is_fresh(request)  # it may have been a proof
        return response

    answer.process_view = _ended  # type: ignore[attr-defined]  # runs once a form's token was looked at
    return answer


def _ended(request: HttpRequest, *view: Any) -> HttpResponse | None:
    """A form that came too late is not lost."""
    login = getattr(request, "ended", "")
    return sign_in_first(request, login) if login else None


def _is_ours(request: HttpRequest) -> bool:
    try:
        name, _ = split_domain_port(request.get_host())
    except DisallowedHost:
        return False
    return name in mounted(request).hosts


def _is_over(request: HttpRequest, here: Here) -> bool:
    session, now = request.session, here.now
    idle, longest = limits(here.role)
    began, seen = (_instant(session.get(name), now) for name in (_BEGAN, _SEEN))
    if now - seen >= idle or now - began >= longest:
        return True
    if _BEGAN not in session:
        session[_BEGAN] = session[_SEEN] = now.isoformat()
    elif now - seen >= _STEP and request.path_info not in _ASKS_BY_ITSELF:
        session[_SEEN] = now.isoformat()
    return False


def _instant(text: str | None, now: datetime) -> datetime:
    return datetime.fromisoformat(text) if text else now
