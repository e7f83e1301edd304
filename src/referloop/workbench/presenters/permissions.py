"""What a role may do, in the words of those who give roles."""

from collections.abc import Mapping

# Everybody may look after their own sign-in, so that is not said.
PERMISSION_WORDS: Mapping[str, str] = {
    "work": "see their own work",
    "lists": "find patients and list referrals",
    "read-referral": "read a referral",
    "request": "enter a new referral",
    "record": "record the desk's daily work",
    "reach": "write down how a patient may be reached",
    "decide-permission": "ask the payer and appeal",
    "perform": "answer for a receiving office",
    "clinical": "decide what is clinical",
    "close-any": "close for any reason",
    "merge": "merge two referrals",
    "inbox": "see raw messages and settle the inbox",
    "directory": "see the directory",
    "files": "take a list away as a file",
    "approve-export": "approve longer files",
    "team": "see the team and give work to others",
    "reports": "see the reports",
    "break-glass": "open a patient who is not theirs, with a reason",
    "audit": "see who looked, and what went to whom",
    "settings-read": "see the settings",
    "settings": "change the settings",
    "settings-propose": "propose rules of their own, and people",
    "settings-approve": "approve what another proposed",
}
