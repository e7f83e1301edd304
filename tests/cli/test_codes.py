"""Public code sets are loaded from their publishers' files."""

import gzip

import pytest

from referloop.referral.problems import Problem
from referloop.wiring.code_files import read_files

TABULAR = """<ICD10CM.tabular><chapter><section><diag>
  <name>I48</name><desc>Atrial fibrillation and flutter</desc>
  <diag><name>I48.0</name><desc>Paroxysmal atrial fibrillation</desc></diag>
</diag></section></chapter></ICD10CM.tabular>"""


def test_codes_take_the_words_of_the_index_or_of_the_code_they_refine(tmp_path):
    index, codes = tmp_path / "tabular.xml", tmp_path / "codes.txt.gz"
    index.write_text(TABULAR)
    codes.write_bytes(gzip.compress(b"1\nI30-I5A\nI480\nI4811\nA000    Cholera due to Vibrio\n"))
    assert read_files("icd-10-cm", [index, codes]) == {
        "I48": "Atrial fibrillation and flutter",
        "I48.0": "Paroxysmal atrial fibrillation",
        "I48.11": "Atrial fibrillation and flutter",
        "A00.0": "Cholera due to Vibrio",
    }


def test_a_table_of_codes_is_read_by_its_columns(tmp_path):
    path = tmp_path / "nucc.csv"
    path.write_text('Code,Display\n207RC0000X,"Cardiovascular Disease"\n,nothing\n')
    assert read_files("nucc", [path]) == {"207RC0000X": "Cardiovascular Disease"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe\x00", "codes-unreadable"),
        (b"", "codes-none"),
        (b"<diag>", "codes-none"),
        (b'<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>', "codes-none"),
        (b"name,colour\nx,y\n", "codes-none"),
    ],
)
def test_a_file_without_codes_is_refused_with_its_name(tmp_path, content, code):
    path = tmp_path / "wrong.txt"
    path.write_bytes(content)
    found = read_files("icd-10-cm", [path, tmp_path / "absent.gz"])
    assert isinstance(found, tuple)
    assert [(each.code, each.where) for each in found if isinstance(each, Problem)] == [
        (code, "wrong.txt"),
        ("codes-unreadable", "absent.gz"),
    ]


def test_the_published_files_are_read_whole(corpus):
    names = ("icd-10-cm-2026-04-tabular.xml.gz", "icd-10-cm-2026-04-codes.txt.gz")
    found = read_files("icd-10-cm", [corpus / "codes" / name for name in names])
    assert isinstance(found, dict)
    assert (len(found) > 95_000, found["I48.91"], [code for code, words in found.items() if not words]) == (
        True, "Unspecified atrial fibrillation", [],
    )  # fmt: skip
