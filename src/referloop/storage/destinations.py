"""Where a sender of referrals is told how they go: one address for each sender of an organisation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from referloop.referral.problems import Problem
from referloop.storage.database import Session, insert_sql

_WRITE = "Write mllp://HOST:PORT or https://HOST/PATH."


@dataclass(frozen=True, slots=True)
class Destination:
    """`sender` is named as the inbox names it: a FHIR client, or `MSH-3/MSH-4` of HL7 v2."""

    sender: str
    address: str

    @property
    def channel(self) -> str:
        return channel_of(self.address)


def channel_of(address: str) -> str:
    """The channel whose transport reaches this address."""
    return "hl7v2" if address.startswith("mllp:") else "fhir"


def destination(sender: str, address: str) -> Destination | tuple[Problem, ...]:
    """The destination that was typed, or everything that is wrong with it."""
    problems = (*_sender_faults(sender.strip()), *_address_faults(address.strip()))
    return problems or Destination(sender.strip(), address.strip())


def add_destination(session: Session, it: Destination, at: datetime) -> None:
    """A sender has one address: a new one takes the place of the old one."""
    columns = ("organization_id", "sender", "address", "created_at")
    tail = "ON CONFLICT (organization_id, sender) DO UPDATE SET address = excluded.address"
    values = (session.organization, it.sender, it.address, at)
    session.write((insert_sql("destinations", columns, 1, tail), values))


def remove_destination(session: Session, sender: str) -> bool:
    sql = "DELETE FROM destinations WHERE organization_id = ? AND sender = ?"
    return session.write((sql, (session.organization, sender))) == [1]


def destinations(session: Session) -> list[Destination]:
    """All of an organisation, by sender."""
    sql = "SELECT sender, address FROM destinations WHERE organization_id = ? ORDER BY sender"
    return [Destination(*row) for row in session.ask((sql, (session.organization,)))[0]]


def _sender_faults(sender: str) -> Iterator[Problem]:
    if not sender or not sender.isprintable():
        remedy = "`referloop inbox done` shows what senders are called."
        yield Problem("destination-sender", "SENDER", "This is no name of a sender.", remedy)


def _address_faults(address: str) -> Iterator[Problem]:
    parts = _parts(address)
    if parts is None or not parts.hostname or parts.scheme not in ("mllp", "https", "http"):
        yield Problem("destination-address", "ADDRESS", "This is no address we can send to.", _WRITE)
        return
    if parts.username is not None or parts.query or parts.fragment:
        says = "An address is kept in clear and shown: it has no user, password, query or fragment."
        yield Problem("destination-secret", "ADDRESS", says, _WRITE)
    if parts.scheme == "mllp" and (not parts.port or parts.path.strip("/")):
        says, remedy = "MLLP needs a host and a port, and nothing else.", "Write mllp://HOST:PORT."
        yield Problem("destination-mllp", "ADDRESS", says, remedy)
    if parts.scheme == "http" and not _is_here(parts.hostname):
        says = "Plain HTTP is only for receivers on this machine."
        yield Problem("destination-plain", "ADDRESS", says, "Use https://.")


def _parts(address: str) -> SplitResult | None:
    if not address.isascii() or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port, parts.hostname  # only read when asked for, and then refused
    except ValueError:
        return None
    return parts


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
