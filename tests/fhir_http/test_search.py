"""Searches find what fits, tell what they do not know, and never show more than was asked for."""

from datetime import timedelta

import pytest

from tests.fhir_http.client import Site
from tests.fhir_http.made import MRN, ORDERS, patient, referral

NAMES = ("Rivera", "Riverside", "Ríos", "Okafor")


@pytest.fixture
def people(either: Site) -> Site:
    for number, family in enumerate(NAMES):
        made = patient(
            f"100{number}", name=[{"family": family, "given": ["Ana"]}], birthDate=f"198{number}-04-12"
        )
        assert either.post("Patient", made).status == 201
    return either


FOUND = {
    f"identifier={MRN}|1001": ["Riverside"],
    "identifier=1001": ["Riverside"],
    f"identifier={MRN}|1001,{MRN}|1002": ["Riverside", "Ríos"],
    "identifier=|1001": [],
    "identifier=https://elsewhere.example|1001": [],
    "family=river": ["Rivera", "Riverside"],
    "family=rios": ["Ríos"],
    "family:exact=Rivera": ["Rivera"],
    "family:exact=rivera": [],
    "given=ANA&birthdate=1981-04-12": ["Riverside"],
    "birthdate=ge1982": ["Ríos", "Okafor"],
    "birthdate=1980": ["Rivera"],
    "birthdate=lt1981-04": ["Rivera"],
    "birthdate=ne1980-04-12&family=riv": ["Riverside"],
    "_id=000001,000003": ["Rivera", "Riverside"],
    "_lastUpdated=gt2026-03-03": [],
    "_lastUpdated=2026-03-02&family=oka": ["Okafor"],
    "family=Rivera'--": [],
}


def test_patients_are_found_by_what_they_have(people: Site):
    found = {
        query: [one["name"][0]["family"] for one in people.get(f"Patient?{query}").resources]
        for query in FOUND
    }
    assert found == FOUND


def test_a_search_may_be_posted(people: Site):
    form = "application/x-www-form-urlencoded"
    came = people.post("Patient/_search", b"family=okafor", content_type=form)
    assert [one["name"][0]["family"] for one in came.resources] == ["Okafor"]
    assert people.post("Patient/_search", b"{}").status == 415


def test_what_was_replaced_is_not_found_any_more(site: Site):
    made = site.post("Patient", patient())
    renamed = patient("2002", id=made.json["id"])
    site.put(made.place, renamed, if_match='W/"1"')
    assert site.get(f"Patient?identifier={MRN}|1001").ids == []
    assert site.get(f"Patient?identifier={MRN}|2002").ids == [made.json["id"]]
    assert site.post("Patient", patient(), if_none_exist=f"identifier={MRN}|1001").status == 201


def test_requests_and_tasks_are_found(site: Site):
    came = site.post("", referral()).json["entry"]
    who, by, _, asked, followed = (each["response"]["location"].partition("/_h")[0] for each in came)
    ours = {
        f"ServiceRequest?identifier={ORDERS}|A-1": asked,
        f"ServiceRequest?patient={who}": asked,
        f"ServiceRequest?subject={who}&status=active": asked,
        "ServiceRequest?code=http://snomed.info/sct|183519002": asked,
        "ServiceRequest?authored=2026-03-01&code=183519002": asked,
        f"ServiceRequest?requester={by}": asked,
        f"Task?patient={who}": followed,
        f"Task?patient={who.partition('/')[2]}": followed,
        f"Task?focus=http://desk.example/fhir/{asked}": followed,
        f"Task?requester={by}&status=requested": followed,
        f"Coverage?patient={who}": "Coverage/" + came[2]["response"]["location"].split("/")[1],
    }
    found = {
        query: [f"{one['resourceType']}/{one['id']}" for one in site.get(query).resources] for query in ours
    }
    assert found == {query: [place] for query, place in ours.items()}
    assert site.get(f"Task?patient={who}&status=completed").json["total"] == 0


def test_f33_an_unknown_parameter_is_refused_or_told_of(people: Site):
    strict = people.get("Patient?colour=red&family=Rivera", prefer="handling=strict")
    assert (strict.status, strict.issues) == (400, ["not-supported"])
    assert people.get("Patient?colour=red").status == 400
    lenient = people.get("Patient?colour=red&family=Rivera", prefer="handling=lenient")
    modes = [(each["search"]["mode"], each["resource"]["resourceType"]) for each in lenient.json["entry"]]
    assert modes == [("match", "Patient"), ("outcome", "OperationOutcome")]
    assert lenient.resources[-1]["issue"][0]["severity"] == "warning"
    nothing = people.get("Patient?colour=red", prefer="handling=lenient")
    assert (nothing.status, nothing.json["total"]) == (200, 0)


@pytest.mark.parametrize("count", ["-1", "abc", "", "1.5"])
def test_f34_a_count_is_a_number(site: Site, count: str):
    came = site.get(f"Patient?_count={count}&family=x")
    assert (came.status, came.issues) == (400, ["value"])


def test_f34_a_huge_count_is_capped(people: Site):
    assert len(people.get("Patient?_count=999999999").resources) == 4


@pytest.mark.parametrize(
    "query",
    ["subject:Patient.family=x", "subject.family=x", "_has:Task:focus:status=x", "_revinclude=Task:focus",
     "_revinclude:iterate=Task:focus", "_include=*", "_include:iterate=Task:focus", "_include=Flag:subject"],
)  # fmt: skip
def test_f35_searches_do_not_reach_through_references(site: Site, query: str):
    came = site.get(f"ServiceRequest?{query}")
    assert (came.status, came.issues) == (403, ["forbidden"])


@pytest.mark.parametrize("query", ["_filter=a eq b", "_query=x", "_sort=name;drop table people", "_text=x"])
@pytest.mark.parametrize("handling", ["strict", "lenient"])
def test_f36_other_languages_are_not_spoken(site: Site, query: str, handling: str):
    came = site.get(f"Patient?{query.replace(' ', '%20')}", prefer=f"handling={handling}")
    assert (came.status, came.issues) == (400, ["not-supported"])


def test_pages_follow_each_other_to_the_end(people: Site):
    seen: list[str] = []
    path = "Patient?given=ana&_count=3"
    while path:
        came = people.get(path)
        seen += came.ids
        following = [link["url"] for link in came.json["link"] if link["relation"] == "next"]
        path = following[0].partition("/fhir/")[2] if following else ""
    assert seen == [each["id"] for each in people.get("Patient").resources]
    assert len(seen) == 4


def test_f37_a_page_belongs_to_one_client_one_search_and_one_hour(people: Site):
    url = people.get("Patient?given=ana&_count=1").json["link"][1]["url"].partition("/fhir/")[2]
    assert people.get(url).status == 200
    hidden = [
        people.get(url, client="reader"),
        people.get(url, client="stranger"),
        people.get(url.replace("given=ana", "given=eve")),
        people.get(url[:-3] + "AAA"),
        people.get(url + "%C3%A9"),
        people.get("Patient?_page="),
        people.get("Patient?_page=x"),
    ]
    assert [each.status for each in hidden] == [404, 404, 404, 404, 404, 200, 404]
    people.clock.at += timedelta(hours=2)
    late = people.get(url)
    assert (late.status, late.issues) == (410, ["not-found"])


def test_fifty_parameters_are_enough(site: Site):
    came = site.get("Patient?" + "&".join(["family=x"] * 51))
    assert (came.status, came.issues) == (400, ["value"])


@pytest.mark.parametrize(
    "query", ["_id=", "birthdate=soon", "birthdate=1980-13", "identifier=", "family=%00"]
)
def test_a_value_that_cannot_be_searched_for_is_refused(site: Site, query: str):
    came = site.get(f"Patient?{query}")
    assert (came.status, came.issues) == (400, ["value"])
