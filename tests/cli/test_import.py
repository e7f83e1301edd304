"""`referloop import`: every file is in the inbox, and every referral on the desk."""

import gzip
import json
from pathlib import Path

import pytest

from tests.cli.commands import Terminal

REQUEST = {
    "resourceType": "ServiceRequest",
    "id": "one",
    "status": "active",
    "intent": "order",
    "code": {"text": "Cardiology consultation"},
    "subject": {"reference": "Patient/ann"},
}
PATIENT = {"resourceType": "Patient", "id": "ann", "name": [{"family": "Reed", "given": ["Ann"]}]}
CORPUS = {
    # what was published: new referrals, changes, news, held for a request that was not published
    "fhir/us-core": (8, 0, 0, 0),
    "fhir/sdoh-clinicalcare-3.0.0": (1, 0, 2, 0),
    "fhir/bser-2.0.0-ballot": (1, 1, 1, 0),
    "fhir/clinical-order-workflow-1.0.0-ballot": (1, 0, 1, 0),
    "fhir/nhs-bars-1.4.0": (2, 0, 0, 1),
    "fhir/nhs-e-rs": (8, 11, 0, 4),
    "fhir/synthea-r4": (0, 0, 0, 0),
    "hl7v2/ms-fhir-converter": (1, 0, 0, 0),
}


def written(folder: Path, **files: object) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return folder


def summary(terminal: Terminal, *words: str, piped: bytes | None = None) -> dict[str, object]:
    found: dict[str, object] = json.loads(terminal("import", "--json", *words, piped=piped).out)
    return found


@pytest.mark.parametrize("folder", CORPUS)
def test_what_others_published_goes_in_and_nothing_is_lost(terminal: Terminal, corpus: Path, folder: str):
    found = summary(terminal, str(corpus / folder))
    counts = tuple(found[name] for name in ("new", "changed", "progress", "held"))
    inbox = json.loads(terminal("inbox", "--json").out)
    referrals = json.loads(terminal("owing", "--json", "--limit", "1000").out)
    assert counts == CORPUS[folder]
    assert sum(inbox.values()) == int(str(found["messages"])) - int(str(found["again"]))
    assert len(referrals) == CORPUS[folder][0]


def test_a_request_and_its_patient_in_two_files_belong_together(terminal: Terminal, tmp_path: Path):
    folder = written(tmp_path / "sent", a_request=REQUEST, b_patient=PATIENT)
    said = terminal("import", str(folder))
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "2 files, 2 messages",
        "          1  new referrals",
        "  kept, not a referral: Patient 1",
    ]


def test_the_same_file_again_has_no_second_effect_and_says_so(terminal: Terminal, tmp_path: Path):
    folder = written(tmp_path / "sent", request=REQUEST, patient=PATIENT)
    terminal("import", str(folder))
    said = terminal("import", str(folder))
    assert said.out.splitlines() == [
        "2 files, 2 messages",
        "          0  new referrals",
        "          2  had come before: no second effect",
    ]


def test_the_same_number_in_two_folders_is_two_patients(terminal: Terminal, tmp_path: Path):
    other = PATIENT | {"name": [{"family": "Okafor", "given": ["Ben"]}]}
    (tmp_path / "sent").mkdir()
    written(tmp_path / "sent" / "north", request=REQUEST, patient=PATIENT)
    written(tmp_path / "sent" / "south", request=REQUEST, patient=other)
    found = summary(terminal, str(tmp_path / "sent"))
    assert (found["new"], found["again"], found["doubts"]) == (2, 0, 0)


def test_a_name_that_means_two_patients_is_never_guessed(terminal: Terminal, tmp_path: Path):
    other = PATIENT | {"name": [{"family": "Okafor", "given": ["Ben"]}]}
    folder = written(tmp_path / "sent", request=REQUEST, patient=PATIENT, patient2=other)
    said = terminal("import", str(folder))
    assert said.code == 1
    assert "request.json: Patient/ann: The files of this folder have different resources" in said.err


def test_news_that_comes_before_its_request_is_joined_to_it(terminal: Terminal, tmp_path: Path):
    task = {"resourceType": "Task", "status": "accepted", "intent": "order"}
    folder = written(
        tmp_path / "sent", a_task=task | {"focus": {"reference": "ServiceRequest/one"}}, b=REQUEST, c=PATIENT
    )
    terminal("import", str(folder))
    words = [line.split()[1] for line in terminal("show", terminal.referral()).out.splitlines()]
    assert words == ["referral-received", "referral-accepted"]


def test_the_format_is_seen_from_the_content_whatever_the_name(terminal: Terminal, tmp_path: Path):
    lines = "\n".join(json.dumps(each) for each in (PATIENT, REQUEST)).encode()
    (tmp_path / "list.txt").write_bytes(gzip.compress(lines))
    assert summary(terminal, str(tmp_path / "list.txt"))["new"] == 1


def test_what_is_piped_in_is_imported(terminal: Terminal):
    lines = "\n".join(json.dumps(each) for each in (PATIENT, REQUEST)).encode()
    assert summary(terminal, "-", piped=lines)["new"] == 1


def test_a_bad_line_is_told_with_its_place_and_the_others_go_in(terminal: Terminal, tmp_path: Path):
    path = tmp_path / "list.ndjson"
    path.write_text(f'{json.dumps(PATIENT)}\n{json.dumps(REQUEST)}\n{{"resourceType": "Patient", secret\n')
    said = terminal("import", str(path))
    assert said.code == 1
    assert "list.ndjson, line 3: line 1, column 29: The body is not valid JSON from here on." in said.err
    assert "secret" not in said.err
    assert "1  new referrals" in said.out


def test_a_batch_of_hl7_with_a_wrong_count_is_told_and_its_messages_are_kept(
    terminal: Terminal, tmp_path: Path, corpus: Path
):
    message = (corpus / "hl7v2/ms-fhir-converter/REF-I12-01.hl7").read_bytes().strip()
    path = tmp_path / "batch.hl7"
    path.write_bytes(b"BHS|^~\\&|A|B\r" + message + b"\rBTS|2\r")
    said = terminal("import", str(path))
    assert said.code == 1
    assert "BTS does not count what came: 1." in said.err
    assert "1  new referrals" in said.out


def test_a_file_that_is_not_there_is_told(terminal: Terminal):
    said = terminal("import", "nowhere.json")
    assert (said.code, said.err) == (
        2,
        "  nowhere.json: There is no such file. Check the path. [file-missing]\n",
    )


def test_many_lines_are_read_by_several_processes(terminal: Terminal, tmp_path: Path):
    path = tmp_path / "many.ndjson"
    padding = {"note": [{"text": "x" * 3000}]}
    with path.open("w") as file:
        for number in range(1_500):
            subject = {"subject": {"display": "Ann Reed"}, "id": f"r{number}"}
            file.write(json.dumps(REQUEST | subject | padding) + "\n")
    found = summary(terminal, str(path))
    assert (found["messages"], found["new"], found["faults"]) == (1_500, 1_500, 0)
