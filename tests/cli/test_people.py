"""Who works at the desk, by hand: added, changed, sent away, and given a password."""

from pathlib import Path

import pytest

from referloop.storage.sqlite import SqliteDatabase
from tests.cli.commands import Terminal

UNKNOWN = "Nobody of this name works at this desk."


def test_somebody_is_added_and_changed(terminal: Terminal):
    said = [
        terminal("user", "add", "dana", "--role", "nurse", "--name", "Dana Reyes"),
        terminal("user", "add", "dana", "--role", "senior"),
    ]
    assert [(each.code, each.out) for each in said] == [
        (0, "dana works at the desk as nurse.\n"),
        (0, "dana works at the desk as senior.\n"),
    ]


def test_somebody_outside_is_said_to_stand_for_a_practice_or_an_office(terminal: Terminal):
    add = ("user", "add", "osei", "--role", "clinician")
    said = [
        terminal(*add),
        terminal(*add, "--stands-for", "Ruth Osei, Northside", "--stands-for", "Eastgate"),
        terminal(*add),
        terminal(*add, "--stands-for", ""),
    ]
    assert [each.out.splitlines()[1:] for each in said] == [
        ["Stands for: nobody yet, and so sees no referral."],
        ["Stands for: Ruth Osei, Northside; Eastgate."],
        ["Stands for: Ruth Osei, Northside; Eastgate."],
        ["Stands for: nobody yet, and so sees no referral."],
    ]


def test_other_names_with_the_same_number_are_told_and_not_given(terminal: Terminal):
    database = SqliteDatabase(terminal.books)
    with database.transaction("desk") as session:
        for name in ("Ruth Osei", "Ruth Osei, Northside"):
            session.write(("INSERT INTO party_names VALUES ('desk', 'npi|9990000018', ?)", (name,)))
    database.close()
    said = terminal("user", "add", "osei", "--role", "clinician", "--stands-for", "Ruth Osei")
    assert said.out.splitlines()[1:] == [
        "Stands for: Ruth Osei.",
        "Referrals name them so too, with the same number: Ruth Osei, Northside.",
        "None of that counts before it is given with --stands-for as well.",
    ]


@pytest.mark.parametrize("wrong", [("dana", "--role", "boss"), ("dana@desk",), ("",)])
def test_a_role_or_name_that_cannot_be_is_refused(terminal: Terminal, wrong: tuple[str, ...]):
    said = terminal("user", "add", *wrong)
    assert (said.code, "This person cannot be added so." in said.err) == (2, True)


def test_who_was_sent_away_records_nothing_until_taken_back(terminal: Terminal):
    dana = Terminal(terminal.books, "dana")
    note = ("record", "R1", "note-added", "text=Called back.")
    terminal("user", "add", "dana")
    assert terminal("user", "end", "dana").out == "dana no longer works at the desk.\n"
    assert UNKNOWN in dana(*note).err
    terminal("user", "add", "dana")
    assert UNKNOWN not in dana(*note).err


@pytest.mark.parametrize("command", ["end", "password", "reset"])
def test_somebody_unknown_is_said_to_be_so(terminal: Terminal, command: str):
    said = terminal("user", command, "nobody")
    assert (said.code, UNKNOWN in said.err) == (1, True)


def test_a_password_is_typed_twice(terminal: Terminal):
    said = terminal("user", "password", "lead", piped=b"a quiet harbour\na quiet harbour\n")
    assert (said.code, "lead signs in as lead@desk." in said.out) == (0, True)
    assert "harbour" not in said.out + said.err
    assert (terminal.books.parent / "signin.sqlite3").exists()


def test_a_weak_password_is_refused_with_every_reason(terminal: Terminal):
    said = terminal("user", "password", "lead", piped=b"password\npassword\n")
    assert (said.code, "too short" in said.err, "too common" in said.err) == (1, True, True)


def test_a_password_can_be_made(terminal: Terminal):
    said = terminal("user", "password", "lead", "--make")
    assert (said.code, "Password (shown once): " in said.out) == (0, True)


def test_serving_a_desk_without_books_says_so(tmp_path: Path):
    said = Terminal(tmp_path / "none.sqlite3")("user", "password", "lead", "--make")
    assert (said.code, "There are no books here yet." in said.err) == (1, True)
