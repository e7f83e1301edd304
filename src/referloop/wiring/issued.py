"""Which referrals are new: those whose id was made while somebody watched."""

from dataclasses import replace

from referloop.wiring.desk import Desk


def watching(desk: Desk) -> tuple[Desk, set[str]]:
    """The same desk, and the set in which every referral it begins from now on will be."""
    issued: set[str] = set()

    def new_id() -> str:
        id = desk.new_id()
        issued.add(f"R{id}")
        return id

    return replace(desk, new_id=new_id), issued
