"""Which forms were recorded already: one sent twice, in one process or in two, has one effect."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from referloop.storage.database import Query, Session, insert_sql

KEPT = timedelta(days=2)  # longer than any session, and so than any page that could send it again
_COLUMNS = ("organization_id", "form", "about", "entry", "at")


def recorded(session: Session, form: str, about: str) -> int | None:
    """The version of the log after this form was recorded; None when it was not, or is no form."""
    if not form:
        return None
    sql = "SELECT entry FROM forms WHERE organization_id = ? AND form = ? AND about = ?"
    rows = session.ask((sql, (session.organization, form, about)))[0]
    return rows[0][0] if rows else None


def entries(session: Session, form: str) -> Mapping[str, int]:
    """All that this form was recorded on, each with its version after it."""
    if not form:
        return {}
    sql = "SELECT about, entry FROM forms WHERE organization_id = ? AND form = ?"
    return dict(session.ask((sql, (session.organization, form)))[0])


def before(session: Session, form: str) -> Mapping[str, int]:
    """As `entries`, for effects that no lock guards: of two at once the second waits here for the first."""
    if form and (query := session.one_at_a_time([f"form {form}"])):
        session.ask(query)
    return entries(session, form)


def keep(session: Session, form: str, about: str, at: datetime, entry: int = 0) -> None:
    """Written beside the effect, in its transaction."""
    if queries := recording(session.organization, form, about, entry, at):
        session.write(*queries)


def recording(organization: str, form: str, about: str, entry: int, at: datetime) -> Sequence[Query]:
    """What keeps it in mind, in the transaction of its effect; forms that nobody can send any more go."""
    if not form:
        return ()
    over: Query = ("DELETE FROM forms WHERE organization_id = ? AND at < ?", (organization, at - KEPT))
    again = "ON CONFLICT DO NOTHING"  # the log is locked; without one, the effect itself is single
    return over, (insert_sql("forms", _COLUMNS, 1, again), (organization, form, about, entry, at))
