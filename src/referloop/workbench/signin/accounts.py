"""How allauth is bent to a desk: sign-ins are made by the desk, and stand for one of its people."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from referloop.workbench.http import start_of
from referloop.workbench.signin.keys import FACTORS
from referloop.workbench.signin.mounted import here_of, mounted
from referloop.workbench.signin.proof import is_fresh

_log = logging.getLogger("referloop")
_WAYS = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}


class DeskAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up by themselves; who left the desk does not get in."""

    error_messages = {  # noqa: RUF012  as in the class above
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "The name or the password is not right.",
        "too_many_login_attempts": "Too many attempts were made. Wait a minute, or use a passkey.",
        "too_many_codes": "Too many wrong codes were typed today. Use a passkey, or ask your administrator"
        " to reset your second factor.",
        "incorrect_password": "The password is not right.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Where somebody may be led after signing in: a page of this desk, by its whole path."""
        return url.startswith("/") and "\\" not in url and super().is_safe_url(url)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        here = here_of(mounted(request), request.user.get_username())
        return start_of(here.role) if here else "/"

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Whoever signed in minutes ago is not asked at once again."""
        return not is_fresh(self.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        found = super().get_reauthentication_methods(user)
        return [{**each, "description": _WAYS[each["id"]]} for each in found]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            _log.warning("sign-in: wrong passwords came one after another, and a name or an address waits")
            raise

    def pre_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse | None:
        if here_of(mounted(request), user.get_username()) is None:
            clear_login(request)
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **more)

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        is_fresh(request)  # counted from now, not from the first page
        return super().post_login(request, user, **more)


class DeskFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """How second factors are named, and how their secrets are kept."""

    error_messages = {  # noqa: RUF012  as in the class above
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "The code or the passkey is not right.",
        "unreadable": "This factor cannot be read any more. Ask your administrator to reset it.",
    }

    def encrypt(self, text: str) -> str:
        return mounted(context.request).keys.seal(FACTORS, text)

    def decrypt(self, encrypted_text: str) -> str:
        text = mounted(context.request).keys.opened(FACTORS, encrypted_text)
        if text is None:
            raise self.validation_error("unreadable")
        return text

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return "Passkey"


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """A short name alone means the organisation this desk was started for."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        organization = mounted(self.request).organization
        self.fields["login"].label = "Name"
        self.fields[
            "login"
        ].help_text = f"Your short name at {organization}; at another organisation, name@organisation."
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = "Your administrator sets a new one when it is lost."

    def clean_login(self) -> str:
        typed: str = super().clean_login()
        return typed if "@" in typed else f"{typed}@{mounted(self.request).organization}"
