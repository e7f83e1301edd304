"""Who must have which second factor, and that nothing else is open until they have it."""

from collections.abc import Callable

from allauth.mfa.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from referloop.workbench.signin.mounted import mounted

REQUIRED, OFFERED = "required", "offered"
FIRST = "/account/first-factor"
_PASSKEY_ONLY = frozenset({"administrator", "compliance"})  # they could open the desk to others
_PASSKEY, _APP = "webauthn", "totp"
_ADDED_AT = {_PASSKEY: "/account/factors/webauthn/add/", _APP: "/account/factors/totp/activate/"}
_PROVED_AT = (
    "/account/confirm", "/account/factors/reauthenticate/", "/account/factors/webauthn/reauthenticate/",
)  # fmt: skip
_ALWAYS = frozenset({FIRST, *_PROVED_AT, "/sign-out"})
Next = Callable[[HttpRequest], HttpResponse]


def accepted(role: str) -> tuple[str, ...]:
    """The kinds of factor of which this role must have one."""
    return (_PASSKEY,) if role in _PASSKEY_ONLY else (_PASSKEY, _APP)


def owes_factor(request: HttpRequest) -> bool:
    """Whether somebody who is signed in has yet to add the factor that their role must have."""
    if mounted(request).second_factor != REQUIRED:
        return False
    return not get_adapter().is_mfa_enabled(request.user, types=accepted(request.here.role))


def enrolled(next: Next) -> Next:
    """Leads whoever owes a factor to adding one, whatever they ask for."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and owes_factor(request) and not _is_open(request):
            return HttpResponseRedirect(FIRST, status=303)
        return next(request)

    return answer


def _is_open(request: HttpRequest) -> bool:
    adds = {_ADDED_AT[kind] for kind in accepted(request.here.role)}
    return request.path_info in _ALWAYS | adds
