"""Who may do what: one place decides for pages, actions and the API, and refuses what it does not list."""

from collections.abc import Iterable, Mapping

# The closed set of permissions; a route or an action names exactly one.
PERMISSIONS = frozenset(
    {
        "public",  # nobody is signed in yet
        "own-account",  # one's own sign-in and session
        "work",  # one's own work, first thing
        "lists",  # lists of referrals, finding patients: as many of them as `sight` shows
        "files",  # take a list away
        "read-referral",
        "request",  # enter a new referral
        "record",  # facts of the desk's daily work
        "reach",  # how a patient may be reached and spoken with
        "perform",  # what an office to which a referral was sent says of it
        "break-glass",  # open with a reason what is not theirs, restricted, or not theirs to read
        "decide-permission",  # ask the payer, appeal
        "close-any",  # close for any reason
        "clinical",  # what only the referring clinician or a delegate decides
        "merge",
        "inbox",  # raw messages, dead letters
        "directory",
        "team",
        "reports",
        "approve-export",  # longer lists, taken away by somebody else
        "audit",  # who looked
        "settings-read",
        "settings",
        "settings-propose",  # a pack of policy or a person, which a second person has to approve
        "settings-approve",  # what somebody else proposed
    }
)

_JUNIOR = {
    *("own-account", "work", "lists", "read-referral", "request", "record", "reach", "directory", "reports"),
}
_SPECIALIST = _JUNIOR | {"decide-permission", "close-any", "inbox", "break-glass"}
_SENIOR = _SPECIALIST | {"merge", "files"}
_LEAD = _SENIOR | {
    *("team", "settings-read", "settings-propose", "settings-approve", "audit", "approve-export"),
}

ROLES: Mapping[str, frozenset[str]] = {
    "junior": frozenset(_JUNIOR),
    "specialist": frozenset(_SPECIALIST),
    "senior": frozenset(_SENIOR),
    "lead": frozenset(_LEAD),
    "nurse": frozenset(_SPECIALIST | {"clinical"}),
    "clinician": frozenset(
        {"own-account", "work", "lists", "read-referral", "request", "reach", "clinical", "break-glass"}
    ),
    "receiving-office": frozenset({"own-account", "work", "read-referral", "perform"}),
    "compliance": frozenset(
        {"own-account", "lists", "read-referral", "reports", "inbox", "settings-read"}
        | {"files", "approve-export", "audit", "settings-approve", "directory", "break-glass"}
    ),
    "administrator": frozenset(
        {"own-account", "settings-read", "settings", "settings-propose", "settings-approve"}
    ),
}


# What a token's scopes open, by FHIR's own word for the interaction; whoever reports sends reports alone.
API: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("read", "vread", "history", "search"), frozenset({"referral.read"})),
    **dict.fromkeys(
        ("create", "update", "bundle", "process-message"), frozenset({"referral.write", "progress.write"})
    ),
}
REPORTED = frozenset(
    {
        "Appointment", "Binary", "Communication", "DiagnosticReport", "DocumentReference", "Encounter",
        "Location", "Observation", "Organization", "Practitioner", "PractitionerRole", "Procedure",
        "Provenance", "Task",
    }
)  # fmt: skip


def token_may(scopes: Iterable[str], interaction: str, kinds: Iterable[str] = ()) -> bool:
    """Whether a token with these scopes may do this to resources of these kinds.

    >>> [token_may({"progress.write"}, "create", [kind]) for kind in ("Task", "Patient")]
    [True, False]
    """
    opens = API.get(interaction, frozenset()).intersection(scopes)
    return bool(opens) and (opens != {"progress.write"} or REPORTED.issuperset(kinds))


def may(role: str, permission: str) -> bool:
    """Whether somebody in this role may do this; an unknown role may nothing."""
    return permission == "public" or permission in ROLES.get(role, frozenset())
