"""Patients that can be found by name: what came about them, and what was done, as the shipped text tells."""

import re
import shlex
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time
from importlib.resources import files
from typing import Any

from referloop.gym.letters import Paper
from referloop.gym.paperwork import PDF, PNG, TIFF, consult, fax, tracing
from referloop.gym.town import OFFICES, Case, Need, Resident

_DAY = re.compile(r"\{([+-]?\d+)\}")


@dataclass(frozen=True, slots=True)
class Act:
    """One line: `does` is a fact's word, or what a verb of its own does."""

    day: int
    clock: time
    who: str
    does: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Planted:
    """A referral and its acts; `came` and `see_by` count business days from today."""

    case: Case
    came: tuple[int, time]
    see_by: int | None
    papers: tuple[str, ...]
    acts: tuple[Act, ...]


def planted() -> list[Planted]:
    """All of them, in the order of the text."""
    text = (files("referloop.wiring.demonstration") / "planted.toml").read_text(encoding="utf-8")
    patients = tomllib.loads(text)["patient"]
    return [
        _planted(resident, each)
        for number, patient in enumerate(patients)
        for resident in [_resident(number, patient)]
        for each in patient["referral"]
    ]


def paper(name: str, it: Case, today: date) -> Paper:
    """A document of this case by its kind."""
    if name == "tracing":
        return Paper("Electrocardiogram", PNG, tracing())
    if name == "fax":
        return Paper("Clinic note, by fax", TIFF, fax(it, "The note you asked for."))
    opinion = f"{it.need.reason}: see the table. We talked it over and agreed on what comes next."
    return Paper("Consultation report", PDF, consult(it, f"{today.day} {today:%b %Y}", opinion))


def filled(value: str, days: dict[int, date]) -> str:
    """With the days it counts written out."""
    return _DAY.sub(lambda found: days[int(found[1])].isoformat(), value)


def _resident(number: int, it: dict[str, Any]) -> Resident:
    family, given = it["name"].split(", ")
    sex, born, language, phone = it["who"].split()
    return Resident(
        number=it.get("number", f"MRN{4_881 + number * 13:05}"), family=family, given=given, sex=sex,
        born=date.fromisoformat(born), phone=phone, street=f"{number + 1} Ferry Lane", language=language,
        plan=it["plan"],
    )  # fmt: skip


def _planted(who: Resident, it: dict[str, Any]) -> Planted:
    specialty, code, reason, icd, question = (each.strip() for each in it["need"].split("|"))
    office = next(each for each in OFFICES if each.name == it["office"])
    need = Need(specialty, code, reason, icd, question, wait=0)
    day, clock = it["came"].split()
    return Planted(
        case=Case(it["number"], who, office, need, it.get("urgency", "routine")),
        came=(int(day), time.fromisoformat(clock)),
        see_by=int(it["see_by"]) if "see_by" in it else None,
        papers=tuple(it.get("papers", ())),
        acts=tuple(act(line) for line in it["done"].strip().splitlines()),
    )


def act(line: str) -> Act:
    """A line of the text."""
    day, clock, who, does, *fields = shlex.split(line)
    named = dict(each.split("=", 1) for each in fields)
    return Act(int(day), time.fromisoformat(clock), who, does, named)


def moment(day: date, clock: time, like: datetime) -> datetime:
    return datetime.combine(day, clock, like.tzinfo)
