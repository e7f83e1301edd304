"""What a well-formed request may not do, and what of it is ignored."""

import pytest

from tests.fhir_http.client import Site, in_memory
from tests.fhir_http.made import MRN, bundle, entry, patient, referral, request


def test_f22_f23_an_absent_and_a_foreign_target_look_the_same(site: Site):
    foreign = site.post("Patient", patient(), client="stranger").place
    absent = site.post("ServiceRequest", request(subject="Patient/999999"))
    hidden = site.post("ServiceRequest", request(subject=foreign))
    assert (absent.status, absent.issues) == (422, ["not-found"])
    assert absent.json["issue"][0]["expression"] == ["ServiceRequest.subject.reference"]
    assert (hidden.status, hidden.body) == (absent.status, absent.body)
    assert (site.count("resources"), site.count("referrals")) == (0, 0)


def test_f24_another_servers_address_is_refused(site: Site):
    came = site.post("ServiceRequest", request(subject="http://169.254.169.254/Patient/1"))
    assert (came.status, came.issues) == (422, ["business-rule"])


def test_f24_a_listed_servers_address_is_kept_as_text():
    site = in_memory(hosts=frozenset({"ehr.example"}))
    made = site.post("ServiceRequest", request(subject="https://ehr.example/fhir/Patient/1"))
    assert site.get(made.place).json["subject"] == {"reference": "https://ehr.example/fhir/Patient/1"}


def test_our_own_address_is_a_relative_reference(site: Site):
    place = site.post("Patient", patient()).place
    made = site.post("ServiceRequest", request(subject=f"http://desk.example/fhir/{place}"))
    assert site.get(made.place).json["subject"] == {"reference": place}


def test_f25_a_security_label_is_never_taken_away(site: Site):
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
    made = site.post("Patient", patient(meta={"security": [label]}))
    told = {**patient(), "id": made.json["id"]}
    came = site.put(made.place, told, if_match='W/"1"')
    assert (came.status, came.issues) == (403, ["security"])
    assert site.get(made.place).json["meta"]["security"] == [label]
    kept = site.put(made.place, told | {"meta": {"security": [label]}}, if_match='W/"1"')
    assert kept.status == 200


def test_f26_version_and_time_are_ours(site: Site):
    extension = [{"url": "https://x.example/tenant", "valueString": "other"}]
    meta = {"versionId": "77", "lastUpdated": "2001-01-01T00:00:00Z", "tag": [{"code": "x"}]}
    made = site.post("Patient", patient(meta=meta, extension=extension))
    assert made.json["meta"] == {
        "versionId": "1", "lastUpdated": "2026-03-02T09:00:00Z", "tag": [{"code": "x"}],
    }  # fmt: skip
    assert (site.count("resources"), site.count("resources", "other")) == (1, 0)


def test_f27_two_ids_are_refused(site: Site):
    came = site.put("Patient/a", patient(id="b"))
    assert (came.status, came.issues) == (400, ["invalid"])


def test_a_put_of_something_new_makes_it_under_its_own_id(site: Site):
    came = site.put("Patient/mine", patient(id="mine"))
    assert (came.status, came.headers["Location"]) == (
        201,
        "http://desk.example/fhir/Patient/mine/_history/1",
    )


def test_f28_an_update_names_what_it_changes(site: Site):
    site.put("Patient/a", patient(id="a"))
    came = site.put("Patient/a", patient(id="a"))
    assert (came.status, came.issues) == (428, ["conflict"])


def test_f29_a_stale_update_is_refused(site: Site):
    for version in range(5):
        site.put("Patient/a", patient(id="a"), **({"if_match": f'W/"{version}"'} if version else {}))
    came = site.put("Patient/a", patient(id="a"), if_match='W/"3"')
    assert (came.status, came.issues) == (412, ["conflict"])
    assert site.get("Patient/a").headers["ETag"] == 'W/"5"'


def test_if_match_on_something_absent_is_refused(site: Site):
    assert site.put("Patient/a", patient(id="a"), if_match='W/"1"').status == 412


def test_f30_a_conditional_create_finds_none_one_or_several(site: Site):
    site.post("Patient", patient(), client="stranger")
    condition = f"identifier={MRN}|1001"
    first = site.post("Patient", patient(), if_none_exist=condition)
    again = site.post("Patient", patient(), if_none_exist=condition)
    assert (first.status, again.status, again.place) == (201, 200, first.place)
    site.post("Patient", patient())
    several = site.post("Patient", patient(), if_none_exist=condition)
    assert (several.status, several.issues) == (412, ["multiple-matches"])


@pytest.mark.parametrize("condition", ["family=x", "identifier=1001", "nonsense", "identifier=a|1,a|2", "?"])
def test_another_condition_is_refused(site: Site, condition: str):
    came = site.post("Patient", patient(), if_none_exist=condition)
    assert (came.status, came.issues) == (400, ["not-supported"])


def test_a_condition_within_a_bundle_leads_its_references_to_what_exists(site: Site):
    known = site.post("Patient", patient()).place
    body = referral()
    body["entry"][0]["request"]["ifNoneExist"] = f"identifier={MRN}|1001"
    came = site.post("", body)
    first, *_, asked, _ = (each["response"] for each in came.json["entry"])
    assert (first["status"], first["location"]) == ("200 OK", f"{known}/_history/1")
    assert site.get(asked["location"].partition("/_h")[0]).json["subject"] == {"reference": known}


def test_a_conditional_reference_leads_to_the_one_it_fits(site: Site):
    sought = f"Patient?identifier={MRN}|1001"
    none = site.post("ServiceRequest", request(subject=sought))
    known = site.post("Patient", patient()).place
    one = site.post("ServiceRequest", request(subject=sought))
    site.post("Patient", patient())
    two = site.post("ServiceRequest", request(subject=sought))
    assert [none.status, one.status, two.status] == [422, 201, 412]
    assert one.json["subject"] == {"reference": known}


def test_f38_nothing_is_deleted(site: Site):
    made = site.post("", referral())
    place = made.json["entry"][3]["response"]["location"].partition("/_history")[0]
    came = site.call("DELETE", place)
    assert (came.status, came.issues) == (405, ["not-supported"])
    assert "Void it instead" in came.json["issue"][0]["details"]["text"]
    assert site.get(place).status == 200


def test_a_request_not_to_be_performed_is_refused(site: Site):
    known = site.post("Patient", patient()).place
    came = site.post("ServiceRequest", request(subject=known, doNotPerform=True))
    assert (came.status, came.issues, site.count("referrals")) == (422, ["business-rule"], 0)


def test_only_its_placer_changes_a_request(site: Site):
    made = site.post("", referral())
    place = made.json["entry"][3]["response"]["location"].partition("/_history")[0]
    told = site.get(place).json
    for client, status in (("performer", 403), ("writer", 403), ("placer", 200)):
        assert site.put(place, told, client=client, if_match='W/"1"').status == status


SCOPES = {
    "placer": (201, 200, 201),
    "performer": (403, 200, 201),
    "reader": (403, 200, 403),
    "writer": (201, 403, 201),
    "nobody": (403, 403, 403),
}


@pytest.mark.parametrize("client", SCOPES)
def test_a_token_allows_what_its_scopes_say(site: Site, client: str):
    doctor = {"resourceType": "Practitioner", "name": [{"family": "Okafor"}]}
    came = (
        site.post("Patient", patient(), client=client),
        site.get("Patient?identifier=x|1", client=client),
        site.post("Practitioner", doctor, client=client),
    )
    assert tuple(each.status for each in came) == SCOPES[client]


@pytest.mark.parametrize("client", ["", "unknown"])
def test_without_a_valid_token_there_is_nothing(site: Site, client: str):
    for came in (site.get("Patient/1", client=client), site.post("Patient", patient(), client=client)):
        assert (came.status, came.issues) == (401, ["login"])
        assert came.headers["WWW-Authenticate"] == 'Bearer realm="fhir"'


def test_a_batch_carries_out_each_entry_on_its_own(site: Site):
    entries = [
        entry(patient(), "urn:uuid:1"),
        entry(patient(gender="none"), "urn:uuid:2"),
        {"request": {"method": "GET", "url": "Patient/999999"}},
        {"request": {"method": "DELETE", "url": "Patient/999999"}},
        entry(request(subject="Patient/999999"), "urn:uuid:3"),
    ]
    came = site.post("", bundle(*entries, kind="batch"))
    assert came.status == 200
    assert [each["response"]["status"] for each in came.json["entry"]] == ["201", "422", "404", "405", "422"]
    assert site.count("resources") == 1


def test_the_entries_of_a_batch_need_their_own_scopes(site: Site):
    asks = [entry(patient(), "urn:uuid:1"), {"request": {"method": "GET", "url": "Patient?identifier=a|b"}}]
    came = site.post("", bundle(*asks, kind="batch"), client="writer")
    assert [each["response"]["status"] for each in came.json["entry"]] == ["201", "403"]


@pytest.mark.parametrize(
    "path", ["Nothing", "Patient/a/b", "Patient/a/_history/1/2", "$everything", "Bundle"]
)
def test_what_is_not_there_is_not_found(site: Site, path: str):
    came = site.get(path)
    assert (came.status, came.issues) == (404, ["not-found"])


def test_every_answer_forbids_keeping_and_guessing(site: Site):
    came = site.get("Patient/1")
    assert (came.headers["Cache-Control"], came.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_two_requests_that_are_one_referral_share_its_task(site: Site):
    who = site.post("Patient", patient()).place
    asked = request(subject=who)
    came = site.post("", bundle(entry(asked, "urn:uuid:1"), entry(asked, "urn:uuid:2")))
    assert (came.status, site.count("referrals"), len(site.get("Task").ids)) == (200, 1, 1)


def test_a_transaction_writes_a_resource_once(site: Site):
    put = entry(patient(id="a"), method="PUT", url="Patient/a")
    came = site.post("", bundle(put, put))
    assert (came.status, came.issues) == (400, ["invalid"])


def test_a_batch_holds_no_bundles(site: Site):
    came = site.post("", bundle(entry(patient(), "urn:uuid:1", url=""), kind="batch"))
    assert [each["response"]["status"] for each in came.json["entry"]] == ["403"]


def test_a_stored_role_tells_who_asks(site: Site):
    doctor = {"resourceType": "Practitioner", "name": [{"family": "Okafor", "given": ["Chidi"]}]}
    by = site.post("Practitioner", doctor).place
    role = site.post(
        "PractitionerRole", {"resourceType": "PractitionerRole", "practitioner": {"reference": by}}
    )
    who = site.post("Patient", patient()).place
    site.post("ServiceRequest", request(subject=who, requester={"reference": role.place}))
    with site.database.reading("desk") as session:
        known = session.ask(("SELECT practitioner FROM parties", ()))[0]
    assert known == [("Chidi Okafor",)]
