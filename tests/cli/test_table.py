"""CSV and XLSX with a saved mapping: good rows go in, bad rows come back with their reasons."""

from pathlib import Path

from tests.cli.commands import Terminal

HEADER = "Referral number,MRN,Last name,First name,DOB,Specialty,Priority\n"
GOOD = "A1,100,Reed,Ann,1961-02-03,Cardiology,routine\n"
BAD = "A2,101,Okafor,Ben,1970-13-45,=HYPERLINK(1),urgent\n"


def with_mapping(terminal: Terminal, path: Path) -> None:
    saved = path.parent / "north.json"
    assert (
        terminal("mapping", "propose", str(path), "--authority", "urn:north", "--out", str(saved)).code == 0
    )
    assert terminal("mapping", "save", "north", str(saved)).out == "Saved as north.\n"


def test_good_rows_go_in_and_bad_rows_come_back(terminal: Terminal, tmp_path: Path):
    path = tmp_path / "list.csv"
    path.write_text(HEADER + GOOD + BAD)
    with_mapping(terminal, path)
    said = terminal("import", str(path), "--mapping", "north")
    rejects = Path(f"{path}.rejects.csv").read_text(encoding="utf-8-sig")
    assert said.code == 1
    assert said.out.splitlines()[0] == f"{path}: 2 rows, 1 new, 0 changed, 0 had come before, 1 bad"
    assert '"A2","101","Okafor","Ben","1970-13-45","\'=HYPERLINK(1)","urgent","3"' in rejects
    assert "A1" not in rejects


def test_one_bad_row_can_keep_all_others_out(terminal: Terminal, tmp_path: Path):
    path = tmp_path / "list.csv"
    path.write_text(HEADER + GOOD + BAD)
    with_mapping(terminal, path)
    said = terminal("import", str(path), "--mapping", "north", "--all-or-nothing")
    assert said.out.splitlines()[0] == f"{path}: 2 rows, nothing went in, 1 bad"
    assert terminal("owing", "--json").out == "[]\n"


def test_the_same_rows_again_have_no_second_effect(terminal: Terminal, tmp_path: Path):
    path = tmp_path / "list.csv"
    path.write_text(HEADER + GOOD)
    with_mapping(terminal, path)
    terminal("import", str(path), "--mapping", "north")
    said = terminal("import", str(path), "--mapping", "north")
    assert (said.code, said.out) == (0, f"{path}: 1 row, 0 new, 0 changed, 1 had come before, 0 bad\n")


def test_a_preview_shows_what_rows_would_become(terminal: Terminal, tmp_path: Path):
    path = tmp_path / "list.csv"
    path.write_text(HEADER + GOOD)
    with_mapping(terminal, path)
    said = terminal("mapping", "preview", str(path), "--mapping", "north")
    shown = dict(line.split(maxsplit=1) for line in said.out.splitlines()[1:] if line.strip())
    assert said.code == 0
    assert (shown["family_name"].strip(), shown["service"].strip()) == ("Reed", "Cardiology")


def test_a_table_without_a_mapping_is_kept_and_the_way_on_is_told(terminal: Terminal, tmp_path: Path):
    path = tmp_path / "list.csv"
    path.write_text(HEADER + GOOD)
    said = terminal("import", str(path))
    assert said.code == 1
    assert "referloop mapping propose" in said.err
    assert "kept, not a referral: table 1" in said.out


def test_a_mapping_nobody_saved_is_told(terminal: Terminal, tmp_path: Path):
    path = tmp_path / "list.csv"
    path.write_text(HEADER + GOOD)
    said = terminal("import", str(path), "--mapping", "south")
    assert (said.code, "[mapping-unknown]" in said.err) == (2, True)
