"""The patient at the head of a page: who it is, how old, and how to reach them."""

from dataclasses import dataclass
from datetime import date

from referloop.workbench.presenters.people import age, name_of, spoken_birth
from referloop.workbench.presenters.reach import is_safe_contact, ways, words_of
from referloop.workbench.workspace_needs import Workspace

_LANGUAGES = {"en": "English", "es": "Spanish", "fr": "French", "pt": "Portuguese", "zh": "Chinese",
              "vi": "Vietnamese", "ar": "Arabic", "ru": "Russian", "ko": "Korean", "tl": "Tagalog",
              "ht": "Haitian Creole", "pl": "Polish", "de": "German"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Patient:
    """Empty where it is not known."""

    id: str
    name: str
    age: str
    sex: str
    born: str
    number: str
    language: str
    reach: tuple[str, ...]  # each way, and whether the patient wants none of it
    died: bool
    rules: tuple[str, ...]  # how they may be reached and spoken with
    safe_contact: bool  # a wrong call could do harm; an office learns what to do, and not why


def patient_of(it: Workspace, today: date) -> Patient:
    person, now = it.person, it.standing.now
    numbers = [each.value for each in person.identifiers if each.kind == "MR"]
    return Patient(
        id=it.person_id,
        name=name_of(person, ""),
        age=age(person.birth_date, today),
        sex=person.sex,
        born=spoken_birth(person.birth_date),
        number=numbers[0] if numbers else "",
        language=language_name(it.rules.language or person.language),
        reach=tuple(ways(person.contacts, it.rules, now.opted_out)),
        died=now.died or person.died,
        rules=tuple(words_of(it.rules, outside=it.sight == "sent")),
        safe_contact=it.sight != "sent" and is_safe_contact(it.rules),
    )


def language_name(tag: str) -> str:
    """
    >>> language_name("es-MX"), language_name("qu")
    ('Spanish', 'qu')
    """
    return _LANGUAGES.get(tag.split("-")[0], tag)
