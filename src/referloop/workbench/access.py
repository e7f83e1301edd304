"""Who may do what: one place decides for every page and action, and refuses whatever it does not list."""

from collections.abc import Mapping

# The closed set of permissions; a route or an action names exactly one.
PERMISSIONS = frozenset(
    {
        "public",  # nobody is signed in yet
        "own-account",  # one's own sign-in and session
        "work",  # lists of referrals and their patients
        "read-referral",
        "record",  # facts of the desk's daily work
        "decide-permission",  # ask the payer, appeal
        "close-any",  # close for any reason
        "clinical",  # what only the referring clinician or a delegate decides
        "merge",
        "inbox",  # raw messages, dead letters
        "directory",
        "team",
        "reports",
        "export",
        "settings-read",
        "settings",
    }
)

_JUNIOR = {"own-account", "work", "read-referral", "record", "directory", "reports"}
_SPECIALIST = _JUNIOR | {"decide-permission", "close-any", "inbox"}
_SENIOR = _SPECIALIST | {"merge", "export"}
_LEAD = _SENIOR | {"team", "settings-read"}

ROLES: Mapping[str, frozenset[str]] = {
    "junior": frozenset(_JUNIOR),
    "specialist": frozenset(_SPECIALIST),
    "senior": frozenset(_SENIOR),
    "lead": frozenset(_LEAD),
    "nurse": frozenset(_SPECIALIST | {"clinical"}),
    "clinician": frozenset({"own-account", "read-referral", "clinical", "work"}),
    "receiving-office": frozenset({"own-account", "read-referral", "work", "record"}),
    "compliance": frozenset(
        {"own-account", "work", "read-referral", "reports", "inbox", "settings-read", "export"}
    ),
    "administrator": frozenset({"own-account", "settings-read", "settings"}),
}


def may(role: str, permission: str) -> bool:
    """Whether somebody in this role may do this; an unknown role may nothing."""
    return permission == "public" or permission in ROLES.get(role, frozenset())
