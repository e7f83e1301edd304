"""When somebody last proved who they are, by password, passkey or code."""

from datetime import datetime

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from referloop.workbench.limits import FRESH
from referloop.workbench.signin.mounted import mounted

_PROVED = "proved"


def is_fresh(request: HttpRequest, now: datetime | None = None) -> bool:
    """Whether that was minutes ago. Each request passes here, or a proof would count from a later one."""
    now = now or mounted(request).clock()
    records = get_authentication_records(request, request.user)
    last = records[-1]["at"] if records else 0
    known = request.session.get(_PROVED)
    if known is None or known[0] != last:
        if known is not None:
            request.session.cycle_key()  # proved anew: an id that somebody saw before is worth nothing more
        known = request.session[_PROVED] = [last, now.isoformat()]
    return now - datetime.fromisoformat(known[1]) < FRESH
