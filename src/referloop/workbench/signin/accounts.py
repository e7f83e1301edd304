"""How allauth is bent to a desk: sign-ins are made by the desk, and stand for one of its people."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse

from referloop.workbench.signin.mounted import here_of, mounted


class DeskAccounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up by themselves; who left the desk does not get in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Where somebody may be led after signing in: a page of this desk, by its whole path."""
        return url.startswith("/") and "\\" not in url and super().is_safe_url(url)

    def pre_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse | None:
        if here_of(mounted(request), user.get_username()) is None:
            clear_login(request)
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **more)


class DeskFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """How second factors are named."""

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
