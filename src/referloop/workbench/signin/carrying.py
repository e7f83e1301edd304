"""A form that was sent when a sign-in was too old: kept sealed, and shown again after signing in."""

from dataclasses import dataclass

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode

from referloop.workbench.signin.keys import FORMS
from referloop.workbench.signin.mounted import mounted

AGAIN = "/account/again"
_CARRIED = "carried"
_PASSWORDS = ("/account", "/sign-")  # their forms hold passwords and codes, which are never kept
_MOST_BYTES = 64 * 1024
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of a field


@dataclass(frozen=True, slots=True)
class Carried:
    """Where a form was going, who sent it, and what it said; `sends_itself` when only proof was missing."""

    login: str
    to: str
    fields: list[tuple[str, str]]
    files: bool
    sends_itself: bool


def carry(request: HttpRequest, login: str, *, sends_itself: bool) -> bool:
    """Keep what was sent in the session, sealed; whether it could be kept."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name != _TOKEN]
    it = Carried(login, request.get_full_path(), fields, bool(request.FILES), sends_itself)
    body = msgspec.json.encode(it).decode()
    if len(body) > _MOST_BYTES:
        return False
    request.session[_CARRIED] = mounted(request).keys.seal(FORMS, body)
    return True


def carried(request: HttpRequest) -> Carried | None:
    """What this person sent before; never what somebody else did."""
    sealed = request.session.get(_CARRIED)
    text = mounted(request).keys.opened(FORMS, sealed) if sealed else None
    it = msgspec.json.decode(text, type=Carried) if text else None
    return it if it and it.login == request.user.get_username() else None


def drop(request: HttpRequest) -> None:
    request.session.pop(_CARRIED, None)


def prove_first(request: HttpRequest) -> HttpResponse:
    """Ask who is there once more; what was sent goes on afterwards."""
    to = request.get_full_path()
    if request.method == "POST":
        to = AGAIN if carry(request, request.user.get_username(), sends_itself=True) else "/"
    return HttpResponseRedirect(f"/account/confirm?{urlencode({'next': to})}", status=303)


def sign_in_first(request: HttpRequest, login: str) -> HttpResponse | None:
    """After a session ended: what was sent is shown again once its sender is back."""
    if request.method != "POST" or request.path_info.startswith(_PASSWORDS):
        return None
    if not carry(request, login, sends_itself=False):
        return None
    return HttpResponseRedirect(f"/sign-in?{urlencode({'next': AGAIN})}", status=303)
