"""Every referral that others published is read, and no damage in one stops the reading."""

from collections.abc import Iterator
from typing import Any

import pytest

from referloop.exchange.fhir.bundle import unpack
from referloop.exchange.fhir.codec import read
from referloop.messages import Coded, NotAReferral, Person, ReferralSaid
from tests.exchange.fhir.corpus import needs_corpus, resources

pytestmark = pytest.mark.slow  # reads the whole corpus

Named = list[tuple[str, dict[str, Any]]]
FOLDERS = (
    "bser-2.0.0-ballot",
    "clinical-order-workflow-1.0.0-ballot",
    "cms50-test-cases",
    "davinci-pas-2.0.1",
    "nhs-bars-1.4.0",
    "nhs-e-rs",
    "r4-core",
    "sdoh-clinicalcare-3.0.0",
    "us-core",
)
DAMAGE: tuple[Any, ...] = (
    None,
    "",
    "x",
    0,
    [],
    {},
    [None],
    [[]],
    ["x"],
    [{}],
    {"reference": 1},
    {"coding": "x"},
)


def messages(folder: str) -> Iterator[Named]:
    """Each Bundle of a folder, and all that stands outside of Bundles as one message."""
    alone: dict[str, dict[str, Any]] = {}
    for _, resource in resources(f"fhir/{folder}"):
        if resource["resourceType"] == "Bundle":
            yield [(entry.name, entry.resource) for entry in unpack(resource)[0] if entry.resource]
        else:
            alone[f"{resource['resourceType']}/{resource.get('id')}"] = resource
    yield list(alone.items())


@needs_corpus
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_published_request_is_a_referral_with_patient_and_service(folder: str) -> None:
    seen, odd = 0, []
    for message in messages(folder):
        reading = read(message, {})
        warned = {problem.where for problem in reading.problems}
        said = {one.source: one for one in reading.said}
        for name, resource in message:
            if resource["resourceType"] not in ("ServiceRequest", "ReferralRequest"):
                continue
            seen += 1
            one = said.get(name)
            is_whole = isinstance(one, ReferralSaid) and one.service != Coded()
            has_patient = isinstance(one, ReferralSaid) and one.patient != Person()
            is_laboratory = one == NotAReferral("ServiceRequest (laboratory)", name)
            if not is_laboratory and not (is_whole and (has_patient or f"{name}.subject" in warned)):
                odd.append(name)
    assert (odd, seen > 0) == ([], True)


@needs_corpus
@pytest.mark.parametrize("folder", ["bser-2.0.0-ballot", "nhs-e-rs", "sdoh-clinicalcare-3.0.0"])
def test_damage_in_one_element_never_stops_the_reading(folder: str) -> None:
    for message in messages(folder):
        for place, (name, resource) in enumerate(message):
            for element in resource:
                for damage in DAMAGE:
                    sent = [*message[:place], (name, resource | {element: damage}), *message[place + 1 :]][
                        :40
                    ]
                    assert len(read(sent, {}).said) <= len(sent)
