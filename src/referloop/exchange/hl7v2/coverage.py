"""The plans a message names (IN1, IN2) and the payer's numbers it states (AUT)."""

from referloop.exchange.hl7v2.datatypes import coded, day
from referloop.exchange.hl7v2.grammar import Message, Segment
from referloop.messages import Plan


def read_plans(message: Message) -> tuple[Plan, ...]:
    found: list[Plan] = []
    in1: Segment | None = None
    for segment in message.segments:
        if segment.name == "IN1":
            in1 = segment
            found.append(_plan(segment))
        elif segment.name == "IN2" and in1 and not found[-1].member_id:
            found[-1] = _plan(in1, segment)
    return tuple(found)


def read_authorizations(message: Message) -> tuple[str, ...]:
    numbers = (aut.code(6) for aut in message.all("AUT"))
    return tuple(dict.fromkeys(number for number in numbers if number))


def _plan(in1: Segment, in2: Segment | None = None) -> Plan:
    product = coded(in1.value(2))
    return Plan(
        payer=in1.code(4) or product.text or product.code,
        payer_id=in1.code(3),
        member_id=in1.code(36) or in1.code(49) or (in2.code(61) if in2 else ""),
        group=in1.code(8),
        kind=in1.code(15),
        from_on=day(in1.code(12)),
        until_on=day(in1.code(13)),
    )
