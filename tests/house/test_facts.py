"""Every fact of the log can be read by people, is declared safe or not, and is explained."""

import dataclasses
import re
from typing import get_type_hints

from referloop.referral.facts import WORDS
from referloop.referral.kinds import CLEAR, PHI
from tests.house.sources import ROOT


def test_there_are_facts():
    assert WORDS != {}


def test_the_table_gives_each_fact_under_its_own_word():
    assert {word: kind.word for word, kind in WORDS.items()} == {word: word for word in WORDS}


def test_words_are_lower_case_with_hyphens():
    assert [word for word in WORDS if not re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", word)] == []


def test_the_word_of_a_fact_ends_in_the_name_of_its_class():
    strangers = {
        word: kind.__name__
        for word, kind in WORDS.items()
        if not word.replace("-", "").endswith(kind.__name__.lower())
    }
    assert strangers == {}


def test_every_fact_is_a_frozen_dataclass():
    frozen = {word: dataclasses.is_dataclass(kind) and _is_frozen(kind) for word, kind in WORDS.items()}
    assert frozen == dict.fromkeys(WORDS, True)


def test_every_fact_has_a_sentence_for_people():
    assert [word for word, kind in WORDS.items() if not getattr(kind, "sentence", "").strip()] == []


def test_a_sentence_names_only_fields_of_its_fact():
    strangers = {
        word: named - fields
        for word, kind in WORDS.items()
        if (named := set(re.findall(r"\{(\w+)\}", kind.sentence))) - (fields := _fields(kind))
    }
    assert strangers == {}


def test_every_field_says_whether_it_may_speak_about_a_patient():
    undeclared = [
        f"{word}.{field}"
        for word, kind in WORDS.items()
        for field, hint in get_type_hints(kind, include_extras=True).items()
        if field in _fields(kind) and not {PHI, CLEAR} & set(getattr(hint, "__metadata__", ()))
    ]
    assert undeclared == []


def test_every_fact_has_a_line_in_the_glossary():
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    assert [word for word in WORDS if f"[{word}](reference/facts.md#{word})" not in glossary] == []


def _fields(kind: type) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}


def _is_frozen(kind: type) -> bool:
    return bool(kind.__dataclass_params__.frozen)  # type: ignore[attr-defined]
