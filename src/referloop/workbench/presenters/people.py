"""People, their numbers and the ways to reach them, as pages write them."""

from datetime import date

from referloop.messages import Contact, Identifier, Party, Person
from referloop.workbench.rendering import spoken_day

_NUMBERS = {
    "MR": "medical record", "MB": "member", "SN": "subscriber", "SS": "social security", "NPI": "NPI",
    "MC": "Medicare", "MA": "Medicaid", "DL": "driving licence", "PPN": "passport", "PI": "patient",
}  # fmt: skip
_GUARDED = {"SS"}


def name_of(person: Person, unknown: str = "Name not known") -> str:
    """
    >>> from referloop.messages import Name
    >>> name_of(Person(names=(Name("Alvarez", "Maria"),))), name_of(Person())
    ('Alvarez, Maria', 'Name not known')
    """
    name = person.names[0] if person.names else None
    return ", ".join(part for part in (name.family, name.given) if part) if name else unknown


def spoken_birth(written: str) -> str:
    """A birth date as people write it; one known only to the year stays as it is.

    >>> spoken_birth("1972-03-12"), spoken_birth("1972")
    ('12 Mar 1972', '1972')
    """
    try:
        return spoken_day(date.fromisoformat(written))
    except ValueError:
        return written


def age(born: str, today: date) -> str:
    """Whole years, "" when the birth date is not known to the day.

    >>> age("1972-03-12", date(2026, 11, 24))
    '54'
    """
    try:
        day = date.fromisoformat(born)
    except ValueError:
        return ""
    return str(today.year - day.year - ((today.month, today.day) < (day.month, day.day)))


def about(person: Person, today: date) -> str:
    """
    >>> about(Person(birth_date="1972-03-12", sex="female"), date(2026, 11, 24))
    'female, 54, born 12 Mar 1972'
    """
    day = spoken_birth(person.birth_date)
    return ", ".join(
        each for each in (person.sex, age(person.birth_date, today), day and f"born {day}") if each
    )


def numbers(person: Person) -> list[tuple[str, str]]:
    """What each number is, and the number; one that opens doors elsewhere shows its end alone.

    >>> numbers(Person(identifiers=(Identifier("u", "004881", "MR"), Identifier("s", "123-45-6789", "SS"))))
    [('medical record', '004881'), ('social security', 'ends in 6789')]
    """
    return [
        (
            _NUMBERS.get(each.kind, each.kind or "number"),
            f"ends in {each.value[-4:]}" if _guarded(each) else each.value,
        )
        for each in person.identifiers
        if each.value and not each.system.startswith("urn:referloop:")
    ]


def _guarded(it: Identifier) -> bool:
    return it.kind in _GUARDED


def contacts(them: Person | Party) -> list[tuple[str, str, str]]:
    """Way, value, and the address that a telephone or mail program opens.

    >>> contacts(Person(contacts=(Contact("mobile", "+1 (212) 555-0142"),)))
    [('mobile', '+1 (212) 555-0142', 'tel:+12125550142')]
    """
    return [(each.kind, each.value, _address(each)) for each in them.contacts if each.value]


def _address(it: Contact) -> str:
    if it.kind in ("phone", "mobile"):
        return "tel:" + "".join(letter for letter in it.value if letter.isdigit() or letter == "+")
    return f"mailto:{it.value}" if it.kind == "email" and " " not in it.value else ""


def party_words(party: Party) -> str:
    """
    >>> party_words(Party(practitioner="Ruth Osei", organisation="Northside"))
    'Ruth Osei, Northside'
    """
    return ", ".join(part for part in (party.practitioner, party.organisation) if part) or "Name not known"
