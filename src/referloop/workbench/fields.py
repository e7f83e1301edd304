"""Which fields each form may have: whatever else is sent is refused by its name, and changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from referloop.referral.fields import declared
from referloop.workbench.presenters.acts import ACTS
from referloop.workbench.presenters.days import TURN


@dataclass(frozen=True, slots=True)
class Fields:
    """`several` may be sent more than once; `open_ended` is for a form that is not listed here."""

    once: frozenset[str] = frozenset()
    several: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    open_ended: bool = False

    def has(self, name: str) -> bool:
        return self.open_ended or name in self.once or name in self.several


def _form(*once: str, several: tuple[str, ...] = (), files: tuple[str, ...] = ()) -> Fields:
    return Fields(frozenset(once), frozenset(several), frozenset(files))


_NARROWED = ("owner", "headline", "urgency", "text", "state", "overdue", "flag", "since", "until", "after")
_LIST = (*_NARROWED, "name", "view", "kind", "purpose")  # one form of the page with several buttons
_LOOKUP = _form("text")
_ACT = ("seen", "corrects", "happened_at", "happened_at" + TURN, "happened_on", "evidence")
_DECIDED = _form("id", "outcome", "reason")
_WEEK = tuple(f"{word}-{number}" for word in ("opens", "closes") for number in range(8))
_CALENDAR = _form(
    "seen", "country", "part", "parts_of", "step", "valid_from", "why",
    several=("own", "day", "name", "kind", "opens", "closes", *_WEEK),
)  # fmt: skip
ACT = "referrals/<str:referral>/do/<str:word>"
FORMS: Mapping[str, Fields] = {
    "referrals/<str:referral>/aside": _form("until", "own", "reason", "other"),
    "referrals/<str:referral>/aside/back": _form(),
    "inbox/items/<str:id>/close": _form("outcome"),
    "inbox/items/<str:id>/identity": _form("same_as"),
    "inbox/outgoing/<str:id>": _form("decision", "reason"),
    "inbox/<str:id>/replay": _form(),
    "referrals/new": _form(
        "form", "patient", "same", "sure", "family", "given", "born", "phone", "sex", "language", "service",
        "requester", "requester_key", "question", "urgency", "diagnosis", "performer", "see_by", "payer",
        "member_id",
    ),
    "lookup/codes/<str:code_set>": _LOOKUP,
    "lookup/people": _LOOKUP,
    "lookup/parties": _LOOKUP,
    "find": _form("text"),
    "patients/<str:id>/contact": _form(
        "seen", "language", "interpreter", "only_by", "only_at", "no_voicemail", "say_as", "times",
        "speaks_for", "speaks_until", "support",
    ),
    "glass": _form("referral", "patient", "who", "why", "words"),
    "glass/close": _form("patient"),
    "referrals": _form(*_LIST, several=("column",)),
    "referrals/views": _form(*_LIST, several=("column",)),
    "referrals/views/remove": _form("view"),
    "referrals/export": _form(*_LIST, several=("column",)),
    "referrals/batch": _form(
        "action", "step", "whose", "owner", "text", "audience", "track", "waiting_for", "until_on", "reason",
        "channel", "outcome", "band", "callback_left", "note",
        several=("pick", "entry"),
    ),
    "exports/ask": _form(*_LIST, several=("column",)),
    "exports/<str:id>": _form("outcome", "reason"),
    "exports/<str:id>/take": _form(),
    "compliance/glass/reviewed": _form("access", "outcome", "words"),
    "settings/people": _form("id", "known", "name", "role", "active", "why", "hand_to"),
    "settings/people/propose": _form("id", "known", "name", "role", "active", "why"),
    "settings/people/decide": _DECIDED,
    "settings/people/stands-for": _form("id", several=("stands_for",)),
    "settings/people/reset": _form("id", "reason"),
    "settings/calendar/preview": _CALENDAR,
    "settings/calendar/change": _CALENDAR,
    "settings/calendar/withdraw": _form("id", "why"),
    "settings/policy/decide": _form("id", "pack", "outcome", "reason"),
    # An empty file field arrives as a text field.
    "settings/policy/pack/new": _form("name", "valid_from", "text", "file", files=("file",)),
    "settings/policy/pack/propose": _form("id", "why"),
    "settings/policy/pack/end": _form("id", "until", "why"),
    "settings/destinations/decide": _DECIDED,
    "settings/destinations/try": _form("sender"),
    "settings/tokens": _form("client", "days", several=("scope",)),
    "settings/tokens/revoke": _form("client"),
    "settings/destinations": _form("sender", "address"),
    "settings/destinations/remove": _form("sender"),
    "referrals/<str:referral>/documents/<str:digest>/report": _form(
        "seen", "kind", "answers_question", "critical"
    ),
    "referrals/<str:referral>/packet": _form("do", several=("with",)),
    "referrals/<str:referral>/merge": _form("seen", "other", "reason", "rests"),
    "referrals/<str:referral>/unmerge": _form("seen", "resting", "reason"),
}  # fmt: skip


def fields_of(pattern: str, path: Mapping[str, str]) -> Fields:
    """What the form of this page may hold; that of an act follows from the fact that it records."""
    if pattern == ACT:
        return act_fields(path.get("word", ""))
    return FORMS.get(pattern, Fields(open_ended=True))


def act_fields(word: str) -> Fields:
    """An act that nobody knows is answered by its page: there is none."""
    if word not in ACTS:
        return Fields(open_ended=True)
    names = declared(word)
    turns = (name + TURN for name, hint in names.items() if "wall clock" in getattr(hint, "__metadata__", ()))
    return _form(*_ACT, *(names.keys() - _NOBODY_TYPES), *turns, files=("file",))


# A document is named by its digest and its kind is read from its bytes; who the patient is follows.
_NOBODY_TYPES = {"zone", "bundle", "transmission", "urgency_raw", "reason_code", "patient", "media_type"}
