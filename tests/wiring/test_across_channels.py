"""What came by one channel and waits is read when another channel brings what it waited for."""

from pathlib import Path

from referloop.exchange.hl7v2.header import Site
from referloop.storage.inbox import counts
from referloop.wiring.hl7v2 import receiver
from referloop.wiring.imports import Import, run
from tests.desks import TestDesk

ACCEPTED = (
    '{"resourceType":"Task","id":"t","status":"accepted","intent":"order",'
    '"focus":{"type":"ServiceRequest","identifier":{"system":"NORTH","value":"R1"}}}'
)
REQUEST = (
    "MSH|^~\\&|EHR|NORTH|REF|DESK|20261124100000-0500||REF^I12^REF_I12|M1|P|2.5.1\r"
    "RF1||R|||||\rPRD|RP|Osei^Ruth\rPRD|RT|Amin^Lena\rPID|1||100^^^NORTH^MR||Reed^Ann||19610203|F\r"
).replace("RF1||R|||||", "RF1||R||||R1^NORTH")


def test_a_task_from_a_file_waits_for_the_request_that_comes_over_mllp(here: TestDesk, tmp_path: Path):
    file = tmp_path / "task.json"
    file.write_text(ACCEPTED)
    run(Import(here.desk, here.organization, "file", 0), [file], None)
    with here.desk.database.reading(here.organization) as session:
        assert {state: n for state, n in counts(session).items() if n} == {"held": 1}
    answer = receiver(here.desk, here.organization, Site(zone="America/New_York"))(REQUEST.encode(), "peer")
    assert answer
    assert b"MSA|AA|M1" in answer
    with here.desk.database.reading(here.organization) as session:
        assert {state: n for state, n in counts(session).items() if n} == {"done": 2}
        sql = "SELECT word FROM entries WHERE organization_id = ? ORDER BY seq"
        [words] = session.ask((sql, (here.organization,)))
    assert [word for (word,) in words] == ["referral-received", "referral-accepted"]
