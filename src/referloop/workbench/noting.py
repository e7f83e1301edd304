"""What each page lets its reader see, and what is therefore written down of an answer."""

from collections.abc import Mapping
from dataclasses import replace

from referloop.workbench.asking import Answer, Go, Noted, Page, Value

NOBODY = "nobody"  # the page shows no patient
_CHANGES = frozenset({"settings-changed", "export-decided"})  # something was done, not read
_SHOWS = frozenset({200, 409, 413, 415, 422})  # a form that is shown again shows what it stands on
_REFUSED, _NOT_HERE = 403, 404
_LONGEST_ID = 40

# Every route by its pattern: a page that is not here fails tests/workbench/test_noting.py.
NOTES: Mapping[str, str] = {
    "": "list-opened",
    "call-sheet": "list-opened",
    "referrals/<str:referral>/aside": "referral-opened",
    "referrals/<str:referral>/aside/back": "list-opened",
    "referrals/<str:referral>/preview": "referral-opened",
    "glass": NOBODY,  # the opening itself is noted with the reason
    "glass/close": NOBODY,
    "inbox": "list-opened",
    "inbox/items/<str:id>": "patient-opened",
    "inbox/items/<str:id>/close": "list-opened",
    "inbox/items/<str:id>/identity": "patient-opened",
    "inbox/outgoing/<str:id>": "list-opened",
    "inbox/<str:id>": "message-opened",
    "inbox/<str:id>/replay": "message-opened",
    "referrals/new": "patient-opened",
    "lookup/codes/<str:code_set>": NOBODY,
    "lookup/people": "found",
    "lookup/parties": NOBODY,
    "find": "found",
    "patients/<str:id>": "patient-opened",
    "patients/<str:id>/disclosures": "audit-opened",
    "patients/<str:id>/contact": "patient-opened",
    "directory": NOBODY,
    "directory/party": "list-opened",
    "referrals": "list-opened",
    "referrals/views": "list-opened",
    "referrals/views/remove": "list-opened",
    "referrals/export": "list-opened",
    "referrals/batch": "list-opened",
    "exports": NOBODY,
    "exports/ask": NOBODY,
    "exports/<str:id>": "export-decided",
    "exports/<str:id>/take": "list-exported",
    "compliance": "audit-opened",
    "compliance/exports": NOBODY,
    "compliance/glass": "audit-opened",
    "compliance/glass/reviewed": "audit-opened",  # the review itself is noted with its outcome
    "compliance/unusual": "audit-opened",
    "team": "list-opened",
    "reports": NOBODY,
    "reports/waited": "list-opened",
    "settings": NOBODY,
    "settings/person": NOBODY,
    "settings/people": "settings-changed",
    "settings/people/proposal": NOBODY,
    "settings/people/propose": "settings-changed",
    "settings/people/decide": "settings-changed",
    "settings/people/reset": "settings-changed",
    "settings/people/stands-for": "settings-changed",
    "settings/calendar": NOBODY,
    "settings/calendar/preview": NOBODY,
    "settings/calendar/change": "settings-changed",
    "settings/calendar/withdraw": "settings-changed",
    "settings/policy": NOBODY,
    "settings/policy/decide": "settings-changed",
    "settings/policy/pack": NOBODY,
    "settings/policy/pack/new": NOBODY,
    "settings/policy/pack/propose": "settings-changed",
    "settings/policy/pack/end": "settings-changed",
    "settings/policy/<str:code>": NOBODY,
    "settings/policy/<str:code>/owed": "list-opened",
    "settings/connections": NOBODY,
    "settings/tokens": "settings-changed",
    "settings/tokens/revoke": "settings-changed",
    "settings/destinations": "settings-changed",
    "settings/destinations/decide": "settings-changed",
    "settings/destinations/try": NOBODY,
    "settings/destinations/remove": "settings-changed",
    "referrals/<str:referral>": "referral-opened",
    "referrals/<str:referral>/do/<str:word>": "referral-opened",
    "referrals/<str:referral>/disclosures": "audit-opened",
    "referrals/<str:referral>/merge": "referral-opened",
    "referrals/<str:referral>/unmerge": "referral-opened",
    "referrals/<str:referral>/documents/<str:digest>": "document-opened",
    "referrals/<str:referral>/documents/<str:digest>/file": "document-taken",
    "referrals/<str:referral>/documents/<str:digest>/pages/<str:page>": "document-opened",
    "referrals/<str:referral>/documents/<str:digest>/small/<str:page>": NOBODY,  # too small to be read
    "referrals/<str:referral>/documents/<str:digest>/report": "document-opened",
    "referrals/<str:referral>/letter": "document-taken",
    "referrals/<str:referral>/packet": "document-taken",
}


def noted(
    pattern: str, method: str, path: Mapping[str, str], said: Mapping[str, str], answer: Answer
) -> Noted | None:
    """What is written down of this answer; None where nobody saw anything. `said` is what the request named.

    >>> noted("referrals/<str:referral>", "GET", {"referral": "R1"}, {}, Page("referral.html", {}))
    Noted(act='referral-opened', patient='', referral='R1', about='', how_many=0, purpose='', reason='')
    >>> noted("reports", "GET", {}, {}, Page("reports.html", {})) is None
    True
    """
    it = answer.noted
    if isinstance(answer, Page) and answer.status == _NOT_HERE and "<" in pattern:
        return Noted("not-here", about=pattern)  # without what was asked for: anything can be typed there
    patient = it.patient or _patient(pattern, path, said)
    act = it.act or _act(_of_page(pattern, method, patient), answer)
    if act in ("", NOBODY):
        return None
    role = said.get("role", "") if act == "settings-changed" else ""
    return replace(
        it,
        act=act,
        patient=patient,
        referral=it.referral or path.get("referral", ""),
        about=it.about or _about(act, pattern, path, said),
        reason=it.reason or role,
    )


def _of_page(pattern: str, method: str, patient: str) -> str:
    """The act of a route; an empty form shows nobody."""
    if pattern == "find" and method == "GET":
        return NOBODY
    if pattern == "referrals/new" and not patient:
        return "found" if method == "POST" else NOBODY
    return NOTES.get(pattern, "list-opened")


def _act(act: str, answer: Answer) -> str:
    """The page's act, when this answer is one; "" otherwise."""
    status = answer.status if isinstance(answer, Page | Value) else 200
    if status == _REFUSED:
        return "refused"
    if act == NOBODY or (isinstance(answer, Go) and act not in _CHANGES):
        return ""
    return act if status == 200 or (status in _SHOWS and act not in _CHANGES) else ""


def _patient(pattern: str, path: Mapping[str, str], said: Mapping[str, str]) -> str:
    if pattern.startswith("patients/"):
        return path.get("id", "")
    named = said.get("patient", "") if pattern in ("referrals/new", "compliance") else ""
    return named if named.isalnum() and len(named) <= _LONGEST_ID else ""


def _about(act: str, pattern: str, path: Mapping[str, str], said: Mapping[str, str]) -> str:
    if act == "settings-changed":
        named = next((said[name] for name in ("id", "client", "sender") if said.get(name)), "")
        return f"{pattern} {named}".strip()
    if pattern.startswith(("referrals/<", "patients/")) and act != "refused":
        return path.get("digest", "")
    return path.get("id", "") or pattern or "my-work"
