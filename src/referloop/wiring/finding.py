"""A referral by as much of its id as a person types: its whole, its beginning or its ending."""

from referloop.referral.kinds import ReferralId
from referloop.referral.problems import Problem
from referloop.storage.database import Session

_SEVERAL = 5


def find(session: Session, typed: str) -> ReferralId | Problem:
    """The one referral that is meant, or what to type instead."""
    text = "".join(each for each in typed.strip().upper() if each.isalnum())
    sql = "SELECT id FROM referrals WHERE organization_id = ? AND (id = ? OR id LIKE ? OR id LIKE ?) LIMIT ?"
    values = (session.organization, text, f"{text}%", f"%{text}", _SEVERAL + 1)
    found = sorted(row[0] for row in session.ask((sql, values))[0]) if text else []
    if text in found:
        return ReferralId(text)
    if len(found) == 1:
        return ReferralId(found[0])
    if not found:
        remedy = "`referloop owing` lists the referrals there are."
        return Problem("referral-unknown", "ID", "There is no such referral here.", remedy)
    remedy = f"Type more of it: {', '.join(found[:_SEVERAL])}{', ...' if len(found) > _SEVERAL else ''}."
    return Problem("referral-several", "ID", "Several referrals fit this.", remedy)
