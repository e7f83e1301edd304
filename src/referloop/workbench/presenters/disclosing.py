"""What may go out of a referral that holds something restricted, and the words that go with it."""

from collections.abc import Collection, Iterable
from datetime import date

from referloop.referral.facts.intake import ConsentRecorded
from referloop.referral.problems import Problem
from referloop.workbench.presenters.choices import plain
from referloop.workbench.presenters.papers import Paper
from referloop.workbench.presenters.restricting import PURPOSES
from referloop.workbench.rendering import spoken_day
from referloop.workbench.restricted import NOT_SHOWN, PART_2, consents, labels_of, uncovered
from referloop.workbench.workspace_needs import Workspace, parties_of

# The second of the two statements of 42 CFR 2.32(a), word for word; what follows it says it in plain words.
PART_2_NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
_PLAIN_NOTICE = (
    "They may not be used against the patient in any civil, criminal, administrative or legislative "
    "proceeding without the patient's consent or an order of a court."
)
_REMEDY = "Record the patient's permission to disclose it to them, or send without it."
_CHOOSE_FIRST = "Choose the performer first, then record the permission."


def to_whom(it: Workspace) -> str:
    """The recipient of a letter or packet of this referral."""
    return parties_of(it.standing.now)[1]


def whole_kept_back(it: Workspace, today: date) -> Problem | None:
    """Why nothing of this referral may go out to its performer; None where it may."""
    says = _not_permitted(it, it.standing.now.labels, today)
    remedy = "Record the patient's permission: it says what may be disclosed, to whom and how long."
    remedy = remedy if to_whom(it) else _CHOOSE_FIRST
    return Problem("disclosure-not-permitted", "referral", says, remedy) if says else None


def kept_back(it: Workspace, paper: Paper, today: date) -> str:
    """Why a document may not go out to the performer; "" where it may."""
    if paper.masked:
        return f"{NOT_SHOWN.says} {NOT_SHOWN.remedy}"
    says = _not_permitted(it, labels_of(it.standing.now, paper.digest), today)
    return f"{says} {_REMEDY if to_whom(it) else _CHOOSE_FIRST}" if says else ""


def _not_permitted(it: Workspace, labels: Iterable[str], today: date) -> str:
    to = to_whom(it)
    missing = uncovered(it.standing.now, labels, to, today)
    if not missing:
        return ""
    classes = " and ".join(plain(each) for each in missing)
    if not to:
        return (
            f"Restricted ({classes}), and no performer was chosen whom the patient could permit to have it."
        )
    return f"Restricted: no permission of the patient is recorded to disclose this to {to}: {classes}."


def notices(it: Workspace, papers: Iterable[str], today: date) -> list[str]:
    """What a recipient is told of restricted content that goes out with the patient's permission."""
    now = it.standing.now
    labels: Collection[str] = now.labels.union(*(labels_of(now, each) for each in papers))
    if PART_2 not in labels:
        return []
    given = [_scope(each) for each in consents(now, to_whom(it), today) if each.label == PART_2]
    return [f"{PART_2_NOTICE} {_PLAIN_NOTICE}", *given]


def _scope(consent: ConsentRecorded) -> str:
    """What 42 CFR 2.32(b) wants beside the notice: the scope of the consent, explained."""
    until = f", until {spoken_day(consent.until_on)}" if consent.until_on else ", until it is taken back"
    what = f"{plain(consent.label)} information to {consent.to}"
    return f"The patient permits to disclose {what}, for {PURPOSES[consent.purpose]}{until}."
