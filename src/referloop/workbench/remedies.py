"""What to press where a remedy speaks of words of the log, as the command line does."""

from collections.abc import Mapping

from referloop.referral.problems import Problem

_PRESSED: Mapping[str, str] = {
    "referral-closed": "Press “Reopen” under “The referral itself” first.",
    "merge-patients": "Answer “Is this the patient we know?” on the referral first.",
    "merge-closed": "Press “Reopen” on it, or “Undo the merge” where it rests.",
    "referral-unknown": "Look for it with the search at the top.",
    "urgency-clinician": "Ask the referring clinician, or press “Performer proposes another urgency”.",
    "correction-of": "Press “undo” or “correct” beside the entry in the timeline.",
    "fact-unknown": "Choose one of the buttons on the referral.",
    "field-unknown": "Open the page again and fill in its own form.",
    "sender-unknown": "The inbox shows what senders are called.",
}


def remedy(problem: Problem) -> str:
    """The remedy as it can be done on a page.

    >>> remedy(Problem("still-owed", "book", "", "Check the coverage; then record eligibility-checked."))
    'Check the coverage: its button stands under “What is owed” on the referral.'
    """
    if problem.code == "still-owed":
        owed = problem.remedy.partition("; then record")[0]
        return f"{owed}: its button stands under “What is owed” on the referral."
    return _PRESSED.get(problem.code, problem.remedy)
