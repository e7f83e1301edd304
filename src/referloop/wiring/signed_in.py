"""What is kept for somebody who signs in: their second factors, and the sessions they have open."""

from typing import Any

from django.apps import apps
from django.contrib.auth import SESSION_KEY, get_user_model
from django.db import transaction

from referloop.workbench.signin.keys import FACTORS, Keys

_ENCRYPTED = ("secret", "seed")


def reset_factors(login: str) -> int | None:
    """Take all second factors from somebody and sign them out everywhere; how many factors those were.

    None where nobody has this sign-in. The database of sign-ins must be open.
    """
    account = get_user_model().objects.filter(username__iexact=login).first()
    if account is None:
        return None
    with transaction.atomic():
        theirs = _factors().filter(user=account)
        count: int = theirs.exclude(type="recovery_codes").count()
        theirs.delete()
        _sign_out(str(account.pk))
    return count


def renew(keys: Keys) -> int:
    """Bring the secrets of second factors under the newest key; how many were not under it yet."""
    changed = 0
    for each in _factors().exclude(type="webauthn").iterator():
        found = {
            name: again
            for name in _ENCRYPTED
            if (sealed := each.data.get(name)) and (again := keys.renewed(FACTORS, sealed))
        }
        if found:
            each.data = {**each.data, **found}
            each.save(update_fields=["data"])
            changed += 1
    return changed


def _factors() -> Any:
    return apps.get_model("mfa", "Authenticator").objects.all()


def _sign_out(account: str) -> None:
    """A session says whose it is only inside, so each is looked into."""
    sessions = apps.get_model("sessions", "Session").objects
    theirs = [
        each.session_key for each in sessions.iterator() if each.get_decoded().get(SESSION_KEY) == account
    ]
    sessions.filter(session_key__in=theirs).delete()
