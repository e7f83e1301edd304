"""Organisations, users and access tokens; a token's secret is never stored, only its digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from referloop.storage.database import Database, Session, as_instant, insert_sql

SCOPES = frozenset(
    {
        "referral.write",  # send referrals and their resources
        "referral.read",  # follow them
        "progress.write",  # tell how one goes: Task
        "import.write",  # files
    }
)


@dataclass(frozen=True, slots=True)
class Organization:
    """`holidays` is a country or country-subdivision such as `US` or `US-CA`, or "" for none."""

    id: str
    name: str
    zone: str
    holidays: str = "US"


@dataclass(frozen=True, slots=True)
class Access:
    """What a valid credential stands for. The organisation comes from here and from nowhere else."""

    organization: str
    client: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    role: str
    active: bool = True


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def access_of(database: Database, secret: str, at: datetime) -> Access | None:
    """Whose this secret is now; None for one that is unknown, expired or revoked."""
    row = database.by_credential(digest_of(secret))
    if row is None:
        return None
    organization, client, scopes, expires_at, revoked_at = row
    expires = as_instant(expires_at)
    if as_instant(revoked_at) or (expires and expires <= at):
        return None
    return Access(organization, client, frozenset(scopes.split()))


def add_organization(session: Session, it: Organization, at: datetime) -> None:
    columns = ("organization_id", "name", "zone", "holidays", "created_at")
    session.write((insert_sql("organizations", columns, 1), (it.id, it.name, it.zone, it.holidays, at)))


def organization(session: Session) -> Organization | None:
    """The organisation of this session."""
    sql = "SELECT organization_id, name, zone, holidays FROM organizations WHERE organization_id = ?"
    row = next(iter(session.ask((sql, (session.organization,)))[0]), None)
    return Organization(*row) if row else None


def add_token(
    session: Session,
    secret: str,
    client: str,
    scopes: Sequence[str],
    at: datetime,
    expires_at: datetime | None,
) -> None:
    columns = ("digest", "organization_id", "client", "scopes", "created_at", "expires_at")
    values = (digest_of(secret), session.organization, client, " ".join(scopes), at, expires_at)
    session.write((insert_sql("tokens", columns, 1), values))


def revoke_tokens(session: Session, client: str, at: datetime) -> int:
    sql = "UPDATE tokens SET revoked_at = ? WHERE organization_id = ? AND client = ? AND revoked_at IS NULL"
    return session.write((sql, (at, session.organization, client)))[0]


def add_user(session: Session, user: User, at: datetime) -> None:
    columns = ("organization_id", "id", "name", "role", "active", "created_at")
    values = (session.organization, user.id, user.name, user.role, int(user.active), at)
    session.write((insert_sql("users", columns, 1, "ON CONFLICT DO NOTHING"), values))


def user(session: Session, id: str) -> User | None:
    sql = "SELECT id, name, role, active FROM users WHERE organization_id = ? AND id = ?"
    row = next(iter(session.ask((sql, (session.organization, id)))[0]), None)
    return User(row[0], row[1], row[2], bool(row[3])) if row else None


def change_zone(session: Session, zone: str) -> None:
    sql = "UPDATE organizations SET zone = ? WHERE organization_id = ?"
    session.write((sql, (zone, session.organization)))
