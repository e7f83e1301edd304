"""How a stored message of any channel is read again, whichever channel brings what it waited for."""

from collections.abc import Callable

import msgspec

from referloop.exchange.fhir.access import Json, text
from referloop.exchange.fhir.bundle import unpack
from referloop.exchange.fhir.codec import read
from referloop.exchange.fhir.pointers import Pointers
from referloop.exchange.fhir.settling import settle
from referloop.exchange.fhir.strict_json import decode
from referloop.exchange.fhir.writes import message
from referloop.exchange.hl7v2.codec import read_frame
from referloop.exchange.hl7v2.header import Site
from referloop.messages import Reading, ReferralSaid
from referloop.ports import Arrival
from referloop.wiring.importing.reading import reread as file_again

ROW = "application/json; referral=row"  # a spreadsheet's row as it was understood
_row = msgspec.json.Decoder(ReferralSaid)


def rereading(zone: str) -> Callable[[Arrival], Reading]:
    """The reader of stored messages, for an organisation in this zone."""

    def reread(held: Arrival) -> Reading:
        if held.channel == "fhir":
            return bundle_again(held)
        if held.channel == "hl7v2":
            return read_frame(held.body, Site(zone=zone))
        if held.media_type == ROW:
            return row_again(held)
        return file_again(held, zone)

    return reread


def row_again(held: Arrival) -> Reading:
    """What a row said, from what was kept of it."""
    return Reading(said=(_row.decode(held.body),))


def bundle_again(arrival: Arrival) -> Reading:
    """A held message, read again when what it waited for has come."""
    value, _ = decode(arrival.body)
    resource: Json = value if isinstance(value, dict) else {}
    if resource.get("resourceType") != "Bundle":
        return read([(f"{text(resource, 'resourceType')}/{text(resource, 'id')}", resource)], {})
    entries, _ = unpack(resource)
    if resource.get("type") != "message":
        return read([(entry.name, entry.resource) for entry in entries], {})
    request = message(entries, arrival.sender)
    whole = settle(request, request.mapping(), Pointers(), {}, {}, frozenset())
    return read(whole.resources(request), whole.known)
