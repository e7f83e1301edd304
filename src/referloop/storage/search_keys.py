"""Under which keys people, referrals, requesters and performers are found by what somebody types."""

from collections.abc import Iterable, Iterator, Sequence

from referloop.messages import Name, Person
from referloop.referral.entry import Draft, Entry
from referloop.referral.facts.coverage import CoverageStated
from referloop.referral.facts.fact import Fact
from referloop.referral.facts.intake import ReferralChanged, ReferralReceived
from referloop.referral.facts.routing import PerformerChosen
from referloop.referral.log import Log
from referloop.spelling import called, plain, sound

# What the first letter of a key means.
NAME, SOUND, BORN, PHONE, NUMBER = "n", "s", "d", "t", "i"  # of a person
OWN_NUMBER, FROM, TO = "r", "q", "p"  # of a referral
_PHONES = ("phone", "mobile", "fax")
_ASKED = (ReferralReceived, ReferralChanged)
_KNOWN = (*_ASKED, CoverageStated, PerformerChosen)


def keys_of(person: Person) -> set[str]:
    """Every key of a person: names, how they sound, the birth date, phones, numbers."""
    found = {key for name in person.names for key in _of_name(name, person.birth_date)}
    found |= {phone_key(each.value) for each in person.contacts if each.kind in _PHONES}
    found |= {number_key(each.value) for each in person.identifiers}
    return found - {"", f"{PHONE}|", f"{NUMBER}|"}


def _of_name(name: Name, born: str) -> Iterator[str]:
    given = plain(name.given)
    for family in _families(name.family):
        yield f"{NAME}|{family}|{given}"
        yield f"{SOUND}|{sound(family)}|{sound(plain(name.given.split(' ')[0]))}"
    if born:
        yield f"{BORN}|{born}|{plain(name.family)}"


def _families(family: str) -> set[str]:
    """The whole, and each part of one in several parts: people type either."""
    parts = family.replace("-", " ").split()
    return {plain(family), *(each for part in parts if len(each := plain(part)) > 2)} - {""}


def phone_key(number: str) -> str:
    """Backwards, so that the last digits find it.

    >>> phone_key("+1 (212) 555-0142")
    't|2410555212'
    """
    return f"{PHONE}|{called(number)[::-1]}"


def number_key(number: str, kind: str = NUMBER) -> str:
    """
    >>> number_key("mem-00 42")
    'i|MEM0042'
    """
    return f"{kind}|{plain(number).upper()}"


def party_key(name: str, kind: str) -> str:
    return f"{kind}|{plain(name)}"


def keys_of_facts(entries: Iterable[Draft | Entry], log: Log) -> Iterator[tuple[str, str]]:
    """Keys that facts of a referral bring, with whom they find: the referral or its patient."""
    for each in entries:
        if isinstance(each.fact, _KNOWN):
            yield from _of_fact(each.fact, log)


def _of_fact(fact: Fact, log: Log) -> Iterator[tuple[str, str]]:
    if isinstance(fact, CoverageStated):
        if fact.member_id and log.patient:
            yield number_key(fact.member_id), log.patient
        return
    if isinstance(fact, ReferralReceived):
        yield from (
            (number_key(each, OWN_NUMBER), log.referral) for each in (log.referral, fact.number) if each
        )
    if isinstance(fact, _ASKED) and fact.requester:
        yield party_key(fact.requester, FROM), log.referral
    if isinstance(fact, (*_ASKED, PerformerChosen)) and fact.performer:
        yield party_key(fact.performer, TO), log.referral


Span = tuple[str, str]  # from this key on, to before that one


def exactly(key: str) -> Span:
    return key, f"{key}\x01"


def beginning(key: str) -> Span:
    return key, f"{key}\U0010ffff"


def spans(keys: Sequence[str]) -> list[Span]:
    return [exactly(key) for key in keys]
