"""A pack that cannot be taken is refused before its rules are read."""

from referloop.policy.pack import MOST_FILES, MOST_LETTERS, problems_of
from tests.policy.library import NEW_YORK


def codes(files: dict[str, str]) -> list[str]:
    return [each.code for each in problems_of(files, (), NEW_YORK)]


def test_a_pack_has_a_requirement_and_only_so_much():
    assert codes({"a-rule.cases.toml": ""}) == ["pack-empty"]
    assert codes({f"rule-{each}.toml": "" for each in range(MOST_FILES + 1)}) == ["pack-large"]
    assert codes({"a-rule.toml": "#" * (MOST_LETTERS + 1)}) == ["pack-large"]


def test_files_are_named_after_the_codes_of_their_requirements():
    found = codes({"Rule 1.toml": "", "b-rule.cases.toml": "", "c-rule.toml": ""})
    assert found[:3] == ["pack-name", "pack-cases-alone", "pack-cases-missing"]
