"""What of a referral or of a patient went to whom: for those who watch over it, and when a patient asks."""

from referloop.workbench.asking import NOT_HERE, Answer, Ask, Go, Page
from referloop.workbench.disclosure_needs import Ledger
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.disclosed import owed_by_law, rows
from referloop.workbench.presenters.people import name_of, spoken_birth

_PIECE = 100  # so many rows on one page


def of_referral(ask: Ask, needs: Needs) -> Answer:
    id = ask.path["referral"]
    found = needs.disclosures.of_referral(ask.here, id)
    if found is None:
        return NOT_HERE
    return _page(ask, found, f"/referrals/{id}", id)


def of_patient(ask: Ask, needs: Needs) -> Answer:
    id = ask.path["id"]
    found = needs.disclosures.of_patient(ask.here, id)
    if found is None:
        return NOT_HERE
    if isinstance(found, str):
        return Go(f"/patients/{found}/disclosures", "This patient was found to be the one shown here.")
    return _page(ask, found, f"/patients/{id}")


def _page(ask: Ask, it: Ledger, about: str, referral: str = "") -> Page:
    every = rows(it, ask.here.zone)
    law = ask.query.get("show") == "law"
    wanted = owed_by_law(every, ask.here.now) if law else every
    said = ask.query.get("older", "")
    first = int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else 0
    shows = {
        "it": it, "referral": referral, "line": it.lines.get(referral), "name": name_of(it.person),
        "born": spoken_birth(it.person.birth_date),
        "about": about, "at": f"{about}/disclosures", "law": law, "count": len(wanted),
        "rows": wanted[first : first + _PIECE],
        "older": first + _PIECE if len(wanted) > first + _PIECE else 0,
        "all_seen": ask.here.role == "compliance",
    }  # fmt: skip
    return Page("disclosures.html", shows)
