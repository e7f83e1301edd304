"""A referral is sent and followed over HTTP, on both databases."""

import pytest

from referloop.referral.entry import Author, Draft
from referloop.referral.facts.closure import ReportReceived
from referloop.referral.facts.intake import ReferralTriaged
from referloop.referral.kinds import ReferralId
from referloop.wiring.recording import Place, record
from tests.fhir_http.client import START, Came, Json, Site
from tests.fhir_http.made import bundle, entry, patient, referral, request, task

BUSINESS = "http://hl7.org/fhir/uv/cow/CodeSystem/temp"


def places(came: Came) -> list[str]:
    assert came.status == 200, came.body
    return [each["response"]["location"].partition("/_history")[0] for each in came.json["entry"]]


def change(site: Site, place: str, client: str = "performer", **changes: object) -> Came:
    """Read it, change it, send it back."""
    read = site.get(place)
    return site.put(place, read.json | changes, client, if_match=read.headers["ETag"])


def referral_of(site: Site) -> ReferralId:
    with site.database.reading("desk") as session:
        return ReferralId(session.ask(("SELECT id FROM referrals", ()))[0][0][0])


def shown(came: Came) -> tuple[str, str, str]:
    told = came.json
    business = told.get("businessStatus", {"coding": [{"code": ""}]})["coding"][0]["code"]
    return told["status"], business, told.get("statusReason", {}).get("text", "")


def test_a_bundle_becomes_one_referral_that_is_read_searched_and_followed(either: Site):
    patient_, _, _, asked, followed = places(either.post("", referral()))
    assert (either.count("referrals"), either.count("people"), either.count("resources")) == (1, 1, 5)
    told = either.get(asked).json
    assert told["subject"] == {"reference": patient_}
    assert told["identifier"] == request()["identifier"]
    found = either.get(f"Task?focus={asked}&_include=Task:focus&_include=Task:patient")
    assert [f"{one['resourceType']}/{one['id']}" for one in found.resources] == [followed, asked, patient_]
    assert (found.json["total"], found.json["entry"][0]["search"]) == (1, {"mode": "match"})
    assert shown(either.get(followed)) == ("requested", "", "")


def test_the_task_tells_how_the_referral_goes(either: Site):
    *_, followed = places(either.post("", referral()))
    assert change(either, followed, status="received").status == 200
    assert shown(either.get(followed)) == ("received", "", "")
    asks = {"status": "on-hold", "statusReason": {"text": "Please send the ECG"}}
    assert change(either, followed, **asks).status == 200
    assert shown(either.get(followed)) == ("on-hold", "awaiting-information", "Please send the ECG")


def test_a_report_comes_back_as_the_output_of_the_task(either: Site):
    *_, followed = places(either.post("", referral()))
    referral_ = referral_of(either)
    with either.desk.books("desk") as books:
        books.keep_evidence("a" * 64, "text/plain", b"All is well.")
        log = books.log(referral_)
        assert log is not None
        fact = ReportReceived(document="a" * 64, title="Consult note")
        books.append(log, [Draft(fact, START)], Author("partner", "performer"))
    told = either.get(followed)
    assert (told.json["status"], told.json["output"]) == (
        "completed",
        [
            {
                "type": {"text": "Report"},
                "valueReference": {"reference": f"Binary/{'a' * 64}", "display": "Consult note"},
            }
        ],
    )
    assert either.get(f"Binary/{'a' * 64}").json == {
        "resourceType": "Binary", "id": "a" * 64, "contentType": "text/plain", "data": "QWxsIGlzIHdlbGwu",
    }  # fmt: skip
    assert either.get(f"Binary/{'a' * 64}", client="stranger").status == 404
    # Sent back as it was read, it says nothing new.
    log_before = either.count("entries")
    assert change(either, followed, note=[{"text": "Seen."}]).status == 200
    assert either.count("entries") == log_before


def test_the_version_of_a_task_changes_when_the_log_grows(either: Site):
    *_, followed = places(either.post("", referral()))
    before = either.get(followed)
    record(
        either.desk,
        Place("desk", referral_of(either)),
        Draft(ReferralTriaged(), START),
        Author("person", "kim"),
    )
    after = either.get(followed)
    assert (shown(before)[0], shown(after)[0]) == ("requested", "received")
    assert (before.headers["ETag"], after.headers["ETag"]) == ('W/"1.2"', 'W/"1.3"')
    stale = either.put(followed, before.json | {"status": "accepted"}, "performer", if_match='W/"1.2"')
    assert (stale.status, stale.issues) == (412, ["conflict"])
    history = either.get(f"{followed}/_history")
    assert [one["meta"]["versionId"] for one in history.resources] == ["1.3", "1"]
    assert either.get(f"{followed}/_history/1.3").json == after.json
    assert either.get(f"{followed}/_history/1").json["status"] == "requested"
    assert either.get(f"{followed}/_history/7").status == 404


def test_a_referral_without_a_task_gets_one(either: Site):
    who = either.post("Patient", patient()).place
    asked = either.post("ServiceRequest", request(subject=who)).place
    found = either.get(f"Task?based-on={asked}")
    assert found.ids == [referral_of(either)]
    assert found.resources[0]["for"] == {"reference": who}
    assert either.get(f"Task/{referral_of(either)}").json == found.resources[0]
    accepted = change(either, f"Task/{referral_of(either)}", status="accepted")
    assert (accepted.status, accepted.json["status"]) == (200, "accepted")


def test_a_task_sent_later_follows_the_same_referral(either: Site):
    who = either.post("Patient", patient()).place
    asked = either.post("ServiceRequest", request(subject=who)).place
    made = either.post("Task", task(asked, status="accepted"), client="performer")
    assert (made.status, made.json["status"]) == (201, "accepted")
    assert either.get(f"Task?focus={asked}&status=accepted").json["total"] == 2


def test_work_that_has_begun_is_ended_by_an_abort_task_only(either: Site):
    *_, followed = places(either.post("", referral()))
    assert change(either, followed, status="in-progress").status == 200
    refused = change(either, followed, "placer", status="cancelled")
    assert (refused.status, refused.issues) == (422, ["business-rule"])
    abort = task(followed) | {"code": {"coding": [{"code": "abort"}]}}
    made = either.post("Task", abort)
    assert (made.status, made.json["status"]) == (201, "requested")
    assert either.get(followed).json["status"] == "in-progress"


def test_what_has_ended_stays_ended(either: Site):
    *_, followed = places(either.post("", referral()))
    assert change(either, followed, status="rejected", statusReason={"text": "No capacity"}).status == 200
    assert shown(either.get(followed)) == ("rejected", "", "No capacity")
    assert change(either, followed, status="accepted").status == 422


def test_the_placer_withdraws_its_request(either: Site):
    *_, asked, _ = places(either.post("", referral()))
    assert change(either, asked, "placer", status="revoked").status == 200
    assert either.get(asked).json["status"] == "revoked"
    assert _words(either)[-1] == "cancellation-requested"


def _words(site: Site) -> list[str]:
    with site.database.reading("desk") as session:
        return [row[0] for row in session.ask(("SELECT word FROM entries ORDER BY seq", ()))[0]]


def test_another_organisation_sees_nothing(either: Site):
    for place in places(either.post("", referral())):
        hidden, absent = either.get(place, client="stranger"), either.get("Patient/999999", client="stranger")
        assert (hidden.status, hidden.body) == (404, absent.body)
        assert either.get(f"{place}/_history", client="stranger").status == 404
    for search in ("Patient?family=Rivera", "Task?status=requested", "ServiceRequest", "Patient"):
        assert either.get(search, client="stranger").json["total"] == 0


def test_a_key_gets_the_same_answer_again(either: Site):
    first = either.post("Patient", patient(), idempotency_key="k-1")
    again = either.post("Patient", patient(), idempotency_key="k-1")
    assert (again.status, again.body, again.headers["Location"], again.headers["ETag"]) == (
        first.status, first.body, first.headers["Location"], first.headers["ETag"],
    )  # fmt: skip
    other = either.post("Patient", patient("2002"), idempotency_key="k-1")
    assert (other.status, other.issues) == (422, ["conflict"])
    elsewhere = either.post("Patient", patient("2002"), client="writer", idempotency_key="k-1")
    assert (elsewhere.status, either.count("resources")) == (201, 2)


def test_eight_identical_posts_at_once_are_one(either: Site):
    came = either.together([lambda: either.post("", referral(), idempotency_key="k-1")] * 8)
    assert {(each.status, each.body) for each in came} == {(200, came[0].body)}
    assert (either.count("referrals"), either.count("resources")) == (1, 5)


def test_twelve_first_messages_about_one_patient_make_one_patient(either: Site):
    works = [lambda number=number: either.post("", referral(f"A-{number}")) for number in range(12)]  # type: ignore[misc]
    came = either.together(works)
    assert [each.status for each in came] == [200] * 12
    assert (either.count("referrals"), either.count("people"), either.count("items")) == (12, 1, 0)


def test_of_eight_updates_at_once_one_wins(either: Site):
    place = either.post("Patient", patient()).place
    told = patient(id=place.partition("/")[2])
    came = either.together([lambda: either.put(place, told, if_match='W/"1"')] * 8)
    assert sorted(each.status for each in came) == [200, *[412] * 7]
    assert either.get(place).headers["ETag"] == 'W/"2"'


def test_of_eight_conditional_creates_at_once_one_creates(either: Site):
    condition = "identifier=https://hospital.example/mrn|1001"
    came = either.together([lambda: either.post("Patient", patient(), if_none_exist=condition)] * 8)
    assert sorted(each.status for each in came) == [*[200] * 7, 201]
    assert either.count("resources") == 1


def test_an_invisible_failure_leaves_nothing_of_a_transaction(either: Site):
    body = referral()
    body["entry"].append(entry(request("A-2", subject="Patient/999999"), "urn:uuid:x"))
    came = either.post("", body)
    assert (came.status, came.issues) == (422, ["not-found"])
    tables = ("resources", "resource_names", "referrals", "people", "entries")
    assert [either.count(table) for table in tables] == [0] * 5


def message(*resources: Json, header: str = "m-1") -> Json:
    head = {
        "resourceType": "MessageHeader",
        "id": header,
        "eventUri": "https://example.org/servicerequest-request",
        "source": {"endpoint": "https://sender.example"},
        "focus": [{"reference": "urn:uuid:r"}],
    }
    wrapped = [{"fullUrl": f"urn:uuid:{url}", "resource": one} for url, one in resources]
    return bundle({"fullUrl": "urn:uuid:h", "resource": head}, *wrapped, kind="message")


@pytest.mark.parametrize("path", ["", "$process-message"])
def test_a_message_becomes_a_referral_once(either: Site, path: str):
    sent = message(("p", patient(id="p1")), ("r", request(id="r1")))
    first, again = either.post(path, sent), either.post(path, sent)
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    header = first.json["entry"][0]["resource"]
    assert header["response"] == {"identifier": "m-1", "code": "ok"}
    assert (either.count("referrals"), either.count("resources")) == (1, 3)


def test_a_later_message_changes_the_same_request(either: Site):
    who = ("p", patient(id="p1"))
    either.post("", message(who, ("r", request(id="r1"))))
    changed = either.post("", message(who, ("r", request(id="r1", priority="stat")), header="m-2"))
    assert (changed.status, either.count("referrals")) == (200, 1)
    found = either.get("ServiceRequest?identifier=https://hospital.example/orders|A-1")
    assert [(one["priority"], one["meta"]["versionId"]) for one in found.resources] == [("stat", "2")]


def test_a_message_with_a_dangling_reference_is_taken_in_with_a_warning(either: Site):
    came = either.post("", message(("r", request(subject="Patient/nowhere"))))
    assert (came.status, either.count("referrals")) == (200, 1)
    issues = came.json["entry"][1]["resource"]["issue"]
    assert {issue["severity"] for issue in issues} == {"warning"}
    assert "not-found" in [issue["code"] for issue in issues]


def test_only_messages_are_processed_as_messages(either: Site):
    assert either.post("$process-message", referral()).status == 400


def test_another_client_answers_a_message_by_the_name_it_was_sent_with(either: Site):
    either.post("", message(("p", patient(id="p1")), ("r-77", request(id="r1", subject="urn:uuid:p"))))
    about = {"type": "ServiceRequest", "reference": "urn:uuid:r-77"}
    answer = message(("t", task(status="accepted") | {"focus": about}), header="m-9")
    came = either.post("", answer, client="performer")
    assert (came.status, _words(either)[-1]) == (200, "referral-accepted")
