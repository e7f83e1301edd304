"""The first screen, by role: the desk's work, a clinician's own referrals, or what was sent to an office."""

from collections.abc import Callable, Mapping

from referloop.workbench.asking import Answer, Ask
from referloop.workbench.needs import Needs
from referloop.workbench.pages.my_work import my_work
from referloop.workbench.pages.office import inbound
from referloop.workbench.pages.own_work import own_work
from referloop.workbench.sight import CLINICIAN, OFFICE

_HOMES: Mapping[str, Callable[[Ask, Needs], Answer]] = {CLINICIAN: own_work, OFFICE: inbound}


def home(ask: Ask, needs: Needs) -> Answer:
    return _HOMES.get(ask.here.role, my_work)(ask, needs)
