"""The root secret at the command line, and a desk's first minutes."""

from tests.cli.commands import Terminal


def test_beginning_makes_an_administrator_and_says_what_comes_next(tmp_path):
    said = Terminal(tmp_path / "books.sqlite3")("init")
    next_step = "Next: `referloop user password admin --make`"
    assert (said.code, "Administrator: admin." in said.out, next_step in said.out) == (0, True, True)


def test_the_secret_that_is_there_stays(terminal: Terminal):
    file = terminal.books.parent / "keys" / "secret"
    before = file.read_text()
    said = terminal("secret", "make")
    assert (said.code, "nothing was changed" in said.out, file.read_text()) == (0, True, before)


def test_a_rotation_keeps_the_old_one_behind_the_new(terminal: Terminal):
    file = terminal.books.parent / "keys" / "secret"
    before = file.read_text()
    said = terminal("secret", "rotate")
    assert (said.code, "Restart `serve` now" in said.out) == (0, True)
    assert (file.read_text().endswith(before), len(file.read_text().split())) == (True, 2)
    assert before.strip() not in said.out + said.err


def test_an_exposed_secret_stops_the_desk_with_a_remedy(terminal: Terminal):
    file = terminal.books.parent / "keys" / "secret"
    file.chmod(0o444)
    said = terminal("serve")
    assert (said.code, "Others than its owner may read" in said.err, "chmod 400" in said.err) == (
        1,
        True,
        True,
    )


def test_somebody_is_reset_and_whoever_has_no_sign_in_is_said_to_have_none(terminal: Terminal):
    without = terminal("user", "reset", "lead")
    terminal("user", "password", "lead", "--make")
    done = terminal("user", "reset", "lead")
    assert (without.code, "has no sign-in yet" in without.err) == (1, True)
    assert (done.code, "lead is signed out everywhere; second factors taken away: 0." in done.out) == (
        0,
        True,
    )
