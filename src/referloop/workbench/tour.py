"""What the sign-in of each role shows best, for those who look at a demonstration."""

from collections.abc import Mapping

GOOD_FOR: Mapping[str, str] = {
    "junior": "a short list to begin with",
    "specialist": "my work: calls, bookings, permissions",
    "senior": "denials, appeals, questions of identity",
    "lead": "the team: its flow, waits and workload",
    "nurse": "triage, and patients at risk",
    "clinician": "her own referrals, her questions, her reports",
    "receiving-office": "what was sent to it, and nothing else",
    "compliance": "who looked at what, and why",
    "administrator": "people, rules and connections",
}
