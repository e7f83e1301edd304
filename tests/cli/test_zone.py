"""The time zone is changed by a command that first says what it changes."""

from tests.cli.commands import Terminal


def test_the_zone_changes_only_for_who_has_read_what_that_does(terminal: Terminal):
    unread = terminal("zone", "Europe/London")
    unknown = terminal("zone", "Mars/Olympus", "--yes", "--why", "x")
    assert (unread.code, unknown.code, terminal("zone").out) == (2, 2, "America/New_York\n")
    assert "past ones too" in unread.err
    done = terminal("zone", "Europe/London", "--yes", "--why", "The desk moved")
    assert (done.code, terminal("zone").out) == (0, "Europe/London\n")
