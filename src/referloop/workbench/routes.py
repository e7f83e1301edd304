"""Every page and every action, with its address, its permission and its function: there are no others."""

from collections.abc import Callable
from dataclasses import dataclass

from referloop.workbench.asking import Answer, Ask
from referloop.workbench.needs import Needs
from referloop.workbench.pages import (
    acting,
    aside,
    batch,
    call_sheet,
    compliance,
    contact_rules,
    directory,
    disclosures,
    exports,
    find,
    glass,
    home,
    inbox,
    new_referral,
    packet,
    patient,
    preview,
    referral,
    referral_documents,
    referral_questions,
    referrals,
    reports,
    settings,
    settings_calendar,
    settings_connections,
    settings_policy,
    settings_proposals,
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
    fresh: bool = False  # dangerous: wants a sign-in that is minutes old


# What the rail shows: address, words, picture, the key after `g`, and what one must be allowed.
RAIL = (
    ("/", "My work", "list-checks", "w", "work"),
    ("/inbox", "Inbox", "inbox", "i", "inbox"),
    ("/referrals", "Referrals", "files", "r", "lists"),
    ("/find", "Patients", "user-search", "f", "lists"),
    ("/directory", "Directory", "book-user", "d", "directory"),
    ("/team", "Team", "users", "t", "team"),
    ("/reports", "Reports", "chart-no-axes-column", "p", "reports"),
    ("/compliance", "Compliance", "shield-check", "l", "audit"),
    ("/settings", "Settings", "settings", "s", "settings-read"),
)

_BOTH, _POST = ("GET", "POST"), ("POST",)

ROUTES: tuple[Route, ...] = (
    Route("", "work", home.home, place="/"),
    Route("call-sheet", "record", call_sheet.call_sheet, place="/"),
    Route("referrals/<str:referral>/aside", "record", aside.aside, _BOTH, "/"),
    Route("referrals/<str:referral>/aside/back", "record", aside.back, _POST, "/"),
    Route("referrals/<str:referral>/preview", "read-referral", preview.preview),
    # the inbox
    Route("inbox", "inbox", inbox.inbox, place="/inbox"),
    Route("inbox/items/<str:id>", "inbox", inbox.question, place="/inbox"),
    Route("inbox/items/<str:id>/close", "inbox", inbox.close, _POST, "/inbox"),
    Route("inbox/items/<str:id>/identity", "inbox", inbox.settle, _POST, "/inbox"),
    Route("inbox/outgoing/<str:id>", "inbox", inbox.outgoing, _POST, "/inbox"),
    Route("inbox/<str:id>", "inbox", inbox.message, place="/inbox"),
    Route("inbox/<str:id>/replay", "inbox", inbox.replay, _POST, "/inbox"),
    # a new referral, finding people, the directory
    Route("referrals/new", "request", new_referral.new_referral, _BOTH, "/referrals"),
    Route("lookup/codes/<str:code_set>", "request", new_referral.codes, _POST),
    Route("lookup/people", "request", find.lookup, _POST),
    Route("lookup/parties", "request", directory.lookup, _POST),
    Route("find", "lists", find.find, _BOTH, "/find"),
    Route("patients/<str:id>", "lists", patient.patient),
    Route("patients/<str:id>/disclosures", "audit", disclosures.of_patient),
    Route("patients/<str:id>/contact", "reach", contact_rules.contact_rules, _BOTH),
    Route("glass", "break-glass", glass.glass, _BOTH, fresh=True),
    Route("glass/close", "break-glass", glass.close, _POST),
    Route("directory", "directory", directory.directory, place="/directory"),
    Route("directory/party", "directory", directory.party, place="/directory"),
    # the list of referrals
    Route("referrals", "lists", referrals.referrals, _BOTH, "/referrals"),
    Route("referrals/views", "lists", referrals.save_view, _POST, "/referrals"),
    Route("referrals/views/remove", "lists", referrals.remove_view, _POST, "/referrals"),
    Route("referrals/export", "files", exports.export, _POST, "/referrals", fresh=True),
    Route("referrals/batch", "record", batch.batch, _POST, "/referrals"),
    Route("exports", "files", exports.exports, place="/referrals"),
    Route("exports/ask", "files", exports.request, _POST, "/referrals"),
    Route("exports/<str:id>", "approve-export", exports.decide, _POST, "/referrals"),
    Route("exports/<str:id>/take", "files", exports.take, _POST, "/referrals", fresh=True),
    # who looked
    Route("compliance", "audit", compliance.looked, place="/compliance"),
    Route("compliance/unusual", "audit", compliance.unusual, place="/compliance"),
    Route("compliance/glass", "audit", compliance.glass, place="/compliance"),
    Route("compliance/glass/reviewed", "audit", compliance.review, _POST, "/compliance"),
    Route("compliance/exports", "audit", compliance.files, place="/compliance"),
    # the team and the reports
    Route("team", "team", team.team, place="/team"),
    Route("reports", "reports", reports.reports, place="/reports"),
    Route("reports/waited", "reports", reports.waited, place="/reports"),
    # settings
    Route("settings", "settings-read", settings.people, place="/settings"),
    Route("settings/person", "settings", settings.person, place="/settings"),
    Route("settings/people", "settings", settings.change_person, _POST, "/settings", fresh=True),
    Route("settings/people/proposal", "settings-propose", settings_proposals.proposal, place="/settings"),
    Route(
        "settings/people/propose",
        "settings-propose",
        settings_proposals.propose,
        _POST,
        "/settings",
        fresh=True,
    ),
    Route(
        "settings/people/decide", "settings-approve", settings.decide_person, _POST, "/settings", fresh=True
    ),
    Route("settings/people/stands-for", "settings", settings.stand_for, _POST, "/settings", fresh=True),
    Route("settings/people/reset", "settings", settings.reset_factors, _POST, "/settings", fresh=True),
    Route("settings/calendar", "settings-read", settings_calendar.calendar, place="/settings"),
    Route("settings/calendar/preview", "settings", settings_calendar.preview, _POST, "/settings"),
    Route("settings/calendar/change", "settings", settings_calendar.change, _POST, "/settings", fresh=True),
    Route(
        "settings/calendar/withdraw", "settings", settings_calendar.withdraw, _POST, "/settings", fresh=True
    ),
    Route("settings/policy", "settings-read", settings_policy.policy, place="/settings"),
    Route(
        "settings/policy/decide", "settings-approve", settings_policy.decide, _POST, "/settings", fresh=True
    ),
    Route("settings/policy/pack", "settings-read", settings_policy.pack, place="/settings"),
    Route("settings/policy/pack/new", "settings-propose", settings_policy.new_pack, _BOTH, "/settings"),
    Route(
        "settings/policy/pack/propose",
        "settings-propose",
        settings_policy.propose_pack,
        _POST,
        "/settings",
        fresh=True,
    ),
    Route(
        "settings/policy/pack/end",
        "settings-propose",
        settings_policy.end_pack,
        _POST,
        "/settings",
        fresh=True,
    ),
    Route("settings/policy/<str:code>", "settings-read", settings_policy.requirement, place="/settings"),
    Route("settings/policy/<str:code>/owed", "lists", settings_policy.owed, place="/settings"),
    Route("settings/connections", "settings-read", settings_connections.connections, place="/settings"),
    Route("settings/tokens", "settings", settings_connections.create_token, _POST, "/settings", fresh=True),
    Route(
        "settings/tokens/revoke",
        "settings",
        settings_connections.revoke_tokens,
        _POST,
        "/settings",
        fresh=True,
    ),
    Route(
        "settings/destinations",
        "settings",
        settings_connections.add_destination,
        _POST,
        "/settings",
        fresh=True,
    ),
    Route(
        "settings/destinations/decide",
        "settings-approve",
        settings_connections.decide,
        _POST,
        "/settings",
        fresh=True,
    ),
    Route("settings/destinations/try", "settings", settings_connections.try_destination, _POST, "/settings"),
    Route(
        "settings/destinations/remove",
        "settings",
        settings_connections.remove_destination,
        _POST,
        "/settings",
        fresh=True,
    ),
    # one referral; which acts are for whom, `acting` decides
    Route("referrals/<str:referral>", "read-referral", referral.referral, place="/referrals"),
    Route("referrals/<str:referral>/do/<str:word>", "read-referral", acting.act, _POST, "/referrals"),
    Route("referrals/<str:referral>/disclosures", "audit", disclosures.of_referral, place="/referrals"),
    Route("referrals/<str:referral>/merge", "merge", referral_questions.merge, _POST, "/referrals"),
    Route("referrals/<str:referral>/unmerge", "merge", referral_questions.unmerge, _POST, "/referrals"),
    Route("referrals/<str:referral>/documents/<str:digest>", "read-referral", referral_documents.document),
    Route("referrals/<str:referral>/documents/<str:digest>/file", "read-referral", referral_documents.file),
    Route(
        "referrals/<str:referral>/documents/<str:digest>/pages/<str:page>",
        "read-referral",
        referral_documents.picture,
    ),
    Route(
        "referrals/<str:referral>/documents/<str:digest>/small/<str:page>",
        "read-referral",
        referral_documents.small,
    ),
    Route(
        "referrals/<str:referral>/documents/<str:digest>/report",
        "record",
        referral_documents.match,
        _POST,
        "/referrals",
    ),
    Route("referrals/<str:referral>/letter", "request", packet.referral_letter),
    Route("referrals/<str:referral>/packet", "request", packet.packet, _BOTH, "/referrals"),
)
