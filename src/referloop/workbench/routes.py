"""Every page and every action, with its address, its permission and its function: there are no others."""

from collections.abc import Callable
from dataclasses import dataclass

from referloop.workbench.asking import Answer, Ask
from referloop.workbench.needs import Needs
from referloop.workbench.pages import (
    acting,
    batch,
    directory,
    find,
    inbox,
    my_work,
    new_referral,
    patient,
    referral,
    referral_documents,
    referral_questions,
    referrals,
    reports,
    settings,
    team,
)

View = Callable[[Ask, Needs], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """`pattern` is in Django's path syntax; `methods` are those it answers."""

    pattern: str
    permission: str
    view: View
    methods: tuple[str, ...] = ("GET",)
    place: str = ""  # the screen of the rail that it belongs to


# What the rail shows: address, words, picture, the key after `g`, and what one must be allowed.
RAIL = (
    ("/", "My work", "list-checks", "w", "work"),
    ("/inbox", "Inbox", "inbox", "i", "inbox"),
    ("/referrals", "Referrals", "files", "r", "work"),
    ("/directory", "Directory", "book-user", "d", "directory"),
    ("/team", "Team", "users", "t", "team"),
    ("/reports", "Reports", "chart-no-axes-column", "p", "reports"),
    ("/settings", "Settings", "settings", "s", "settings-read"),
)

_BOTH, _POST = ("GET", "POST"), ("POST",)

ROUTES: tuple[Route, ...] = (
    Route("", "work", my_work.my_work, place="/"),
    # the inbox
    Route("inbox", "inbox", inbox.inbox, place="/inbox"),
    Route("inbox/items/<str:id>", "inbox", inbox.question, place="/inbox"),
    Route("inbox/items/<str:id>/close", "inbox", inbox.close, _POST, "/inbox"),
    Route("inbox/items/<str:id>/identity", "inbox", inbox.settle, _POST, "/inbox"),
    Route("inbox/outgoing/<str:id>", "inbox", inbox.outgoing, _POST, "/inbox"),
    Route("inbox/<str:id>", "inbox", inbox.message, place="/inbox"),
    Route("inbox/<str:id>/replay", "inbox", inbox.replay, _POST, "/inbox"),
    # a new referral, finding people, the directory
    Route("referrals/new", "record", new_referral.new_referral, _BOTH, "/referrals"),
    Route("lookup/codes/<str:code_set>", "record", new_referral.codes, _POST),
    Route("lookup/people", "record", find.lookup, _POST),
    Route("lookup/parties", "record", directory.lookup, _POST),
    Route("find", "work", find.find, _BOTH),
    Route("patients/<str:id>", "read-referral", patient.patient),
    Route("directory", "directory", directory.directory, place="/directory"),
    Route("directory/party", "directory", directory.party, place="/directory"),
    # the list of referrals
    Route("referrals", "work", referrals.referrals, _BOTH, "/referrals"),
    Route("referrals/views", "work", referrals.save_view, _POST, "/referrals"),
    Route("referrals/views/remove", "work", referrals.remove_view, _POST, "/referrals"),
    Route("referrals/export", "work", referrals.export, _POST, "/referrals"),
    Route("referrals/batch", "record", batch.batch, _POST, "/referrals"),
    # the team and the reports
    Route("team", "team", team.team, place="/team"),
    Route("reports", "reports", reports.reports, place="/reports"),
    # settings
    Route("settings", "settings-read", settings.people, place="/settings"),
    Route("settings/people", "settings", settings.change_person, _POST, "/settings"),
    Route("settings/calendar", "settings-read", settings.calendar, place="/settings"),
    Route("settings/policy", "settings-read", settings.policy, place="/settings"),
    Route("settings/policy/<str:code>", "settings-read", settings.requirement, place="/settings"),
    Route("settings/connections", "settings-read", settings.connections, place="/settings"),
    Route("settings/tokens", "settings", settings.create_token, _POST, "/settings"),
    Route("settings/tokens/revoke", "settings", settings.revoke_tokens, _POST, "/settings"),
    Route("settings/destinations", "settings", settings.add_destination, _POST, "/settings"),
    Route("settings/destinations/remove", "settings", settings.remove_destination, _POST, "/settings"),
    # one referral; which acts are for whom, `acting` decides
    Route("referrals/<str:referral>", "read-referral", referral.referral, place="/referrals"),
    Route("referrals/<str:referral>/do/<str:word>", "read-referral", acting.act, _POST, "/referrals"),
    Route("referrals/<str:referral>/merge", "merge", referral_questions.merge, _POST, "/referrals"),
    Route("referrals/<str:referral>/unmerge", "merge", referral_questions.unmerge, _POST, "/referrals"),
    Route("referrals/<str:referral>/documents/<str:digest>", "read-referral", referral_documents.document),
    Route("referrals/<str:referral>/documents/<str:digest>/file", "read-referral", referral_documents.file),
)
