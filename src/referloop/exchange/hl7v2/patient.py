"""The PID segment as a patient."""

from collections.abc import Iterator

from referloop.exchange.hl7v2.datatypes import SSN, address, contacts, identifiers, name, partial_day
from referloop.exchange.hl7v2.grammar import Message, Segment, Value
from referloop.messages import Identifier, Name, Person
from referloop.referral.problems import Problem

_SEXES = {"F": "female", "M": "male", "O": "other", "A": "other", "X": "other", "N": "other", "U": "unknown"}
_NAMES_IN_USE = {"": 0, "L": 0, "D": 0, "C": 1}
_NOT_A_HOME = {"BA", "BR", "BDL", "N", "F"}  # bad address, where somebody was born

# Three-letter codes that partners still send; BCP 47 wants the two-letter one where there is one.
_LANGUAGES = {
    "eng": "en", "spa": "es", "fre": "fr", "fra": "fr", "ger": "de", "deu": "de", "ita": "it", "por": "pt",
    "rus": "ru", "chi": "zh", "zho": "zh", "jpn": "ja", "kor": "ko", "vie": "vi", "ara": "ar", "hin": "hi",
    "pol": "pl", "tgl": "tl", "hat": "ht", "per": "fa", "fas": "fa", "urd": "ur", "ben": "bn", "som": "so",
    "ukr": "uk", "amh": "am", "nep": "ne", "guj": "gu", "pan": "pa", "heb": "he", "gre": "el", "ell": "el",
}  # fmt: skip


def read_patient(message: Message) -> tuple[Person, tuple[Problem, ...]]:
    pid = message.first("PID")
    home = _home(pid)
    person = Person(
        identifiers=_numbers(pid),
        names=_names(pid),
        birth_date=partial_day(pid.code(7)) or "",
        sex=_SEXES.get(pid.code(8).upper(), pid.code(8)),
        contacts=contacts(pid, 13, 14, 40),
        address=address(home),
        postal_code=home.part(5).strip(),
        language=_language(pid.code(15)),
        birth_order=_birth_order(pid),
        died=pid.code(30).upper() == "Y" or bool(pid.code(29)),
    )
    return person, tuple(_problems(message, pid))


def _problems(message: Message, pid: Segment) -> Iterator[Problem]:
    if not message.has("PID"):
        says, remedy = "There is no patient in this message.", "Add a PID segment."
        yield Problem("hl7-patient-missing", "PID", says, remedy)
        return
    if not any(value.part(1).strip() for value in pid.values(3)):
        says, remedy = "The patient has no identifier.", "Send the patient's number in PID-3."
        yield Problem("hl7-patient-id-missing", pid.place(3), says, remedy)
    if pid.code(7) and partial_day(pid.code(7)) is None:
        says, remedy = "The birth date is not a date.", "Write it as YYYYMMDD."
        yield Problem("hl7-birth-date", pid.place(7), says, remedy)
    if pid.code(8) and pid.code(8).upper() not in _SEXES:
        says, remedy = "The sex is not a code we know; it was kept.", "Use a code of table 0001."
        yield Problem("hl7-sex", pid.place(8), says, remedy, "warning")


def _numbers(pid: Segment) -> tuple[Identifier, ...]:
    social = pid.code(19)
    found = (
        *identifiers(pid.values(3)),
        *identifiers(pid.values(2)),
        *((Identifier(SSN, social, "SS"),) if social else ()),
    )
    return tuple(dict.fromkeys(found))


def _names(pid: Segment) -> tuple[Name, ...]:
    values = sorted(pid.values(5), key=lambda value: _NAMES_IN_USE.get(value.part(7).strip().upper(), 2))
    found = (name(value) for value in (*values, *pid.values(9)))
    return tuple(dict.fromkeys(one for one in found if one != Name()))


def _home(pid: Segment) -> Value:
    for value in pid.values(11):
        if value.part(7).strip().upper() not in _NOT_A_HOME and address(value):
            return value
    return Value("", pid.delimiters)


def _language(code: str) -> str:
    return _LANGUAGES.get(code.lower(), code.lower().replace("_", "-"))


def _birth_order(pid: Segment) -> str:
    said, number = pid.code(24).upper(), pid.code(25)
    if said == "N":
        return ""
    return number or ("yes" if said == "Y" else "")
