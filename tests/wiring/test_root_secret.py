"""The root secret: given or read from a file, and refused where others could have it."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from referloop.referral.problems import Problem
from referloop.settings import Settings
from referloop.wiring.root_secret import desk_keys, make, rotate
from referloop.workbench.signin.keys import FACTORS, PAGES, Keys

ONE, TWO = "1" * 32, "2" * 32


@pytest.fixture
def chosen(tmp_path: Path) -> Settings:
    return Settings(
        database=f"sqlite:{tmp_path / 'books.sqlite3'}", secret_file=str(tmp_path / "keys" / "secret")
    )


def code(found: Keys | Problem) -> str:
    return found.code if isinstance(found, Problem) else ""


def test_the_file_is_its_owner_s_alone_and_made_once(chosen: Settings):
    assert (make(chosen, ONE), make(chosen, TWO)) == (True, False)
    assert stat.S_IMODE(Path(chosen.secret_file).stat().st_mode) == 0o400
    assert desk_keys(chosen) == Keys((ONE.encode(),))


def test_a_new_secret_comes_first_and_the_old_one_still_opens(chosen: Settings):
    make(chosen, ONE)
    before = desk_keys(chosen)
    assert isinstance(before, Keys)
    sealed = before.seal(FACTORS, "a secret")
    rotate(chosen, TWO)
    after = desk_keys(chosen)
    assert after == Keys((TWO.encode(), ONE.encode()))
    assert after.opened(FACTORS, sealed) == "a secret"
    assert stat.S_IMODE(Path(chosen.secret_file).stat().st_mode) == 0o400


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o644, 0o460])
def test_a_file_that_others_may_read_is_refused(chosen: Settings, mode: int):
    make(chosen, ONE)
    Path(chosen.secret_file).chmod(mode)
    assert code(desk_keys(chosen)) == "secret-exposed"


def test_a_secret_beside_the_books_is_refused(chosen: Settings, tmp_path: Path):
    beside = replace(chosen, secret_file=str(tmp_path / "secret"))
    make(beside, ONE)
    assert code(desk_keys(beside)) == "secret-beside-books"


def test_without_a_file_the_desk_says_how_to_make_one(chosen: Settings):
    found = desk_keys(chosen)
    assert isinstance(found, Problem)
    assert (found.code, found.remedy) == ("secret-missing", "`referloop secret make` makes one.")


def test_the_environment_s_secret_counts_before_the_file(chosen: Settings):
    make(chosen, ONE)
    assert desk_keys(replace(chosen, secret=f"{TWO}, {ONE}")) == Keys((TWO.encode(), ONE.encode()))


@pytest.mark.parametrize("secret", ["short", f"{ONE},short", ","])
def test_a_short_secret_is_refused(chosen: Settings, secret: str):
    assert code(desk_keys(replace(chosen, secret=secret))) == "secret-short"


def test_each_purpose_has_a_key_of_its_own_and_no_key_is_printed():
    keys = Keys((ONE.encode(),))
    assert keys.derived(PAGES) != keys.derived(FACTORS)
    assert keys.opened(PAGES, keys.seal(FACTORS, "x")) is None
    assert repr(keys) == "Keys()"
