"""`referloop policy explain`: the rules of the organisation at hand, and what ships when asked or alone."""

from datetime import date
from pathlib import Path

import pytest

from referloop.storage.packs import Pack, end_pack, keep_pack, publish_pack
from referloop.storage.sqlite import SqliteDatabase
from tests.cli.commands import Terminal
from tests.desks import NOW

CODE = "receipt-acknowledge"
OWN = """title  = "The requester hears of us within the hour"
says   = "Call the practice: it is here"
stage  = "intake"
track  = "intake"
after  = ["referral-received"]
owed   = ["receipt-acknowledged"]
owner  = "specialist"
harm   = 2
effort = 2

[[in_force]]
from     = 2025-01-01
within   = { any = "1 h" }
citation = "Board of Riverbend, 3 March 2025"
"""


@pytest.fixture
def with_pack(terminal: Terminal) -> Terminal:
    change(terminal, publish=True)
    return terminal


def change(terminal: Terminal, *, publish: bool = False, until: date | None = None) -> None:
    database = SqliteDatabase(terminal.books)
    with database.transaction("desk") as session:
        if publish:
            files = {f"rules/{CODE}.toml": OWN}
            keep_pack(session, Pack("p1", "Riverbend", files, date(2025, 3, 3), NOW, "lead"))
            publish_pack(session, "p1", NOW)
        if until:
            end_pack(session, "p1", until)
    database.close()


def test_a_pack_in_force_is_what_is_explained_and_named(with_pack: Terminal):
    said = with_pack("policy", "explain", CODE).out
    assert said.startswith(f"{CODE}: The requester hears of us within the hour\n")
    assert said.endswith("  pack        Riverbend, from 2025-03-03\n\n")


def test_what_ships_is_shown_when_asked_for_and_where_no_books_are(with_pack: Terminal, tmp_path: Path):
    asked = with_pack("policy", "explain", CODE, "--shipped")
    alone = Terminal(tmp_path / "none.sqlite3")("policy", "explain", CODE)
    assert asked == alone
    assert (asked.code, "Riverbend" in asked.out) == (0, False)


def test_a_pack_that_ended_explains_nothing(with_pack: Terminal):
    change(with_pack, until=date(2025, 4, 1))
    assert with_pack("policy", "explain", CODE) == with_pack("policy", "explain", CODE, "--shipped")


def test_a_code_that_nobody_wrote_is_refused_with_those_there_are(with_pack: Terminal):
    said = with_pack("policy", "explain", "nonsense")
    assert (said.code, "[requirement-unknown]" in said.err, CODE in said.err) == (2, True, True)
