"""Reads FHIR resources that came together and tells in our own words what they say about referrals."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from referloop.exchange.fhir.access import Json
from referloop.exchange.fhir.lookup import Lookup, Where, kind_of
from referloop.exchange.fhir.progress import appointment, task
from referloop.exchange.fhir.request import service_request
from referloop.exchange.fhir.stu3 import referral_request
from referloop.messages import NotAReferral, Reading, Said
from referloop.referral.problems import Problem

# What wraps or accompanies a message says nothing of its own.
_ENVELOPES = ("MessageHeader", "Provenance", "Composition")

Read = tuple[list[Said], tuple[Problem, ...]]


def read(resources: Sequence[tuple[str, Json]], known: Mapping[str, Json]) -> Reading:
    """What these resources say; each comes with the name others call it by, `known` are those already stored.

    Structure is not checked here: whatever has the wrong form counts as absent.
    """
    lookup = Lookup(resources, known)
    said: list[Said] = []
    problems: list[Problem] = []
    # In this order: a request comes before the news about it, however they stood in the message.
    for kind, reader in _READERS.items():
        for name, resource in lookup.of_kind(kind):
            lookup.used.add(name)
            told, doubts = reader(lookup, Where(name, resource))
            said += told
            problems += doubts
    return Reading(said=(*said, *_rest(lookup, bool(said))), problems=tuple(problems))


def _rest(lookup: Lookup, has_said: bool) -> Iterator[NotAReferral]:
    for name, resource in lookup.resources:
        kind = kind_of(resource)
        if name not in lookup.used and not (has_said and kind in _ENVELOPES):
            yield NotAReferral(kind, name)


def _service_request(lookup: Lookup, at: Where) -> Read:
    said, problems = service_request(lookup, at)
    return ([said] if said else []), problems


def _referral_request(lookup: Lookup, at: Where) -> Read:
    said, problems = referral_request(lookup, at)
    return [said], problems


def _task(lookup: Lookup, at: Where) -> Read:
    said, is_ours, problems = task(lookup, at)
    return _progress(said, is_ours, at), problems


def _appointment(lookup: Lookup, at: Where) -> Read:
    said, is_ours, problems = appointment(lookup, at)
    return _progress(said, is_ours, at), problems


def _progress(said: Said | None, is_ours: bool, at: Where) -> list[Said]:
    if said is not None:
        return [said]
    return [] if is_ours else [NotAReferral(at.kind, at.name)]


_READERS: dict[str, Callable[[Lookup, Where], Read]] = {
    "ServiceRequest": _service_request,
    "ReferralRequest": _referral_request,
    "Task": _task,
    "Appointment": _appointment,
}
