"""Coming and going, written down among what people looked at."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from referloop.workbench.asking import Noted
from referloop.workbench.signin.mounted import MOUNTED, here_of, mounted


def _came(request: HttpRequest | None, user: Any, **signal: object) -> None:
    _note(request, user, "signed-in")


def _went(request: HttpRequest | None, user: Any, **signal: object) -> None:
    _note(request, user, "signed-out")


def _note(request: HttpRequest | None, user: Any, act: str) -> None:
    """Whoever the books no longer know leaves no line: they are nobody of this desk."""
    if request is None or user is None or MOUNTED not in request.META:
        return
    it = mounted(request)
    if here := here_of(it, user.get_username()):
        it.needs.accesses.note(here, Noted(act))


def listen() -> None:
    """Called once the addresses are read; a second call changes nothing."""
    user_logged_in.connect(_came, dispatch_uid="referloop.came")
    user_logged_out.connect(_went, dispatch_uid="referloop.went")
