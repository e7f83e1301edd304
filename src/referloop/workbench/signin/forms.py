"""The forms of second factors, in a desk's words; a code may be guessed a few times a day and no more."""

from typing import Any

from allauth.account.adapter import get_adapter as accounts
from allauth.core import context, ratelimit
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.core.exceptions import ValidationError

_NUMERIC = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


def _plain(form: Any, label: str, help_text: str) -> None:
    field = form.fields["code"]
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(_NUMERIC)


class _Counted:
    """Wrong codes are counted for each account over a day."""

    user: Any

    def clean_code(self) -> str:
        key = f"code-{self.user.pk}"
        if not ratelimit.consume(context.request, action="code_failed", key=key):
            raise accounts().validation_error("too_many_codes")
        code: str = super().clean_code()  # type: ignore[misc]
        ratelimit.clear(context.request, action="code_failed", key=key)
        return code


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _plain(self, "Code", "The six digits your app shows now, or one of your recovery codes.")


class CodeAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _plain(self, "Code", "The six digits your app shows now, or one of your recovery codes.")


class AppForm(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _plain(self, "Code", "The six digits the app shows for this desk now.")


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """Every passkey proves who holds it, so each of them opens without a password."""

    passwordless = None

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["name"].label = "Name of the passkey"
        self.fields["name"].help_text = "So that you know it among several, such as work laptop."
        self.fields["name"].max_length = 60

    def clean(self) -> Any:
        if not self.cleaned_data.get("credential"):
            raise ValidationError("The browser made no passkey. Press the button and follow what it asks.")
        return super().clean()
