"""The policy's pages out of the books, and back: own packs checked, foreseen, and decided by two."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files as package_files

from referloop.policy import cases as case_files
from referloop.policy.calendar import BusinessCalendar
from referloop.policy.pack import problems_of
from referloop.policy.reading import code_of, read
from referloop.referral.problems import Problem
from referloop.referral.requirement import Requirement
from referloop.storage import forms, roster, worklist
from referloop.storage.access import Organization, organization
from referloop.storage.database import Session
from referloop.storage.open_referrals import owing
from referloop.storage.packs import Pack, end_pack, keep_pack, pack, packs, publish_pack
from referloop.storage.proposals import Proposal, decide, propose
from referloop.storage.rule_changes import RuleChange, note_change
from referloop.wiring.desk import Desk
from referloop.wiring.lines import lines_of
from referloop.wiring.pack_impacts import pack_impact
from referloop.wiring.rules import base_calendar
from referloop.wiring.second_person import open_one, refusal, shown
from referloop.wiring.sights import seen_by
from referloop.workbench.asking import Here
from referloop.workbench.lines import Line
from referloop.workbench.policy_needs import OwnPack, PackImpact, PolicyCases
from referloop.workbench.proposal_needs import Asked

_CASES_ARE_OF = Organization("cases", "", "America/New_York")  # the calendar the shipped ones are written in
_KINDS = ("pack", "pack-end")
_GONE = Problem("pack-unknown", "", "There is no such pack.", "Go back to the list.")
_PAST = Problem("from-past", "valid_from", "This day is past.", "Choose today or a later day.")


class PolicyOfDesk:
    """See `workbench.policy_needs.PolicyNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def requirements(self, here: Here) -> Sequence[Requirement]:
        versions = self.desk.policy(here.organization).versions
        return sorted((each for each in versions if each.after), key=lambda each: (each.code, each.since))

    def on(self, here: Here, day: date) -> Sequence[Requirement]:
        return self.desk.policy(here.organization).on(day)

    def cases(self, here: Here, code: str) -> PolicyCases:
        if code not in {each.code for each in self.desk.policy(here.organization).versions}:
            return PolicyCases([], [])
        name = f"{code}.cases.toml"
        with self.desk.database.reading(here.organization) as session:
            own = [each for each in packs(session) if name in each.files and _holds(each, _today(here))]
            calendar = _calendar_of_cases(session)
        text = own[-1].files[name] if own else _shipped_cases(name)
        calendar = calendar if own else base_calendar(_CASES_ARE_OF)
        if not text:
            return PolicyCases([], [])
        versions = self._versions(own[-1] if own else None, code)
        return PolicyCases(
            tomllib.loads(text).get("case", []), case_files.check(name, text, versions, calendar)
        )

    def owing(self, here: Here, code: str) -> int:
        with self.desk.database.reading(here.organization) as session:
            return len(owing(session, code, worklist.MANY + 1))

    def owed_on(self, here: Here, code: str) -> Sequence[Line]:
        with self.desk.database.reading(here.organization) as session:
            ids = owing(session, code, 50)
            return lines_of(session, here, worklist.picked(session, ids, seen_by(session, here)))

    def packs(self, here: Here) -> Sequence[OwnPack]:
        with self.desk.database.reading(here.organization) as session:
            asked, settled = shown(session, *_KINDS)
            waiting = [each for one in asked if (each := pack(session, one.about)) and not each.published_at]
            return [
                self._shown(session, here, each, asked, settled)
                for each in (*waiting, *reversed(packs(session)))
            ]

    def pack(self, here: Here, id: str) -> OwnPack | None:
        with self.desk.database.reading(here.organization) as session:
            found = pack(session, id)
            return self._shown(session, here, found, *shown(session, *_KINDS)) if found else None

    def check(
        self, here: Here, name: str, files: Mapping[str, str], valid_from: date | None
    ) -> Sequence[Problem]:
        with self.desk.database.reading(here.organization) as session:
            found = problems_of(files, self._codes(session), _calendar_of_cases(session))
        return (*_named(name), *_day_faults(valid_from, _today(here)), *found)

    def keep(self, here: Here, name: str, files: Mapping[str, str], valid_from: date) -> str:
        id = self.desk.new_id()
        with self.desk.database.transaction(here.organization) as session:
            if sent := forms.before(session, here.form):
                return next(iter(sent))
            keep_pack(session, Pack(id, name, dict(files), valid_from, here.now, here.user))
            forms.keep(session, here.form, id, here.now)
        return id

    def impact(self, here: Here, id: str) -> PackImpact:
        policy = self.desk.policy(here.organization)
        with self.desk.database.reading(here.organization) as session:
            found = pack(session, id)
            codes = self._codes(session)
            return pack_impact(session, policy, found.files if found else {}, codes, here.now, _today(here))

    def propose(self, here: Here, id: str, why: str) -> Sequence[Problem]:
        with self.desk.database.transaction(here.organization) as session:
            if forms.before(session, here.form):
                return ()
            found = pack(session, id)
            if found is None or found.published_at:
                return (_GONE,)
            if problems := (*_day_faults(found.valid_from, _today(here)), *_why(why)):
                return problems
            propose(session, Proposal(self.desk.new_id(), "pack", id, "", why, here.now, here.user))
            forms.keep(session, here.form, id, here.now)
        return ()

    def propose_end(self, here: Here, id: str, until: date | None, why: str) -> Sequence[Problem]:
        with self.desk.database.transaction(here.organization) as session:
            if forms.before(session, here.form):
                return ()
            found = pack(session, id)
            if found is None or not found.published_at or found.valid_until:
                return (_GONE,)
            problems = (*_day_faults(until, _today(here), "until"), *_why(why))
            if problems or until is None:
                return problems
            said = until.isoformat()
            propose(session, Proposal(self.desk.new_id(), "pack-end", id, said, why, here.now, here.user))
            forms.keep(session, here.form, id, here.now)
        return ()

    def decide(self, here: Here, proposal: str, outcome: str, reason: str) -> Sequence[Problem]:
        with self.desk.database.transaction(here.organization) as session:
            if forms.before(session, here.form):
                return ()
            it = open_one(session, proposal, *_KINDS)
            found = pack(session, it.about) if it else None
            problem = refusal(here, it, outcome, reason)
            if problem or it is None or found is None:
                return (problem or _GONE,)
            if outcome == "approved":
                if problems := self._against(session, here, it, found):
                    return problems
                self._carry_out(session, here, it, found)
            decide(session, it.id, here.user, outcome, reason, here.now)
            forms.keep(session, here.form, it.id, here.now)
        self.desk.rules_changed(here.organization)
        return ()

    def _against(self, session: Session, here: Here, it: Proposal, found: Pack) -> Sequence[Problem]:
        """Whoever wrote a pack does not approve it, and what was right then must be right now."""
        if it.kind == "pack" and found.written_by == here.user:
            says = "Nobody approves what they wrote themselves."
            return (Problem("pack-own", "", says, "Ask a lead, an administrator or a compliance officer."),)
        day = found.valid_from if it.kind == "pack" else date.fromisoformat(it.said)
        problems = _day_faults(day, _today(here))
        if it.kind == "pack":
            problems += problems_of(found.files, self._codes(session), _calendar_of_cases(session))
        return problems

    def _carry_out(self, session: Session, here: Here, it: Proposal, found: Pack) -> None:
        if it.kind == "pack":
            publish_pack(session, found.id, here.now)
        else:
            end_pack(session, found.id, date.fromisoformat(it.said))
        change = RuleChange(self.desk.new_id(), it.kind, found.id, here.user, it.why, here.now)
        note_change(session, change)

    def _codes(self, session: Session) -> set[str]:
        own = {code_of(name) for each in packs(session) for name in each.files}
        return {each.code for each in self.desk.requirements} | own

    def _versions(self, own: Pack | None, code: str) -> Sequence[Requirement]:
        """The pack's own dated values, or those that ship: cases are about files."""
        if own is None:
            return [each for each in self.desk.requirements if each.code == code]
        found = read(f"{code}.toml", own.files[f"{code}.toml"])
        return [each for each in found if isinstance(each, Requirement)]

    def _shown(
        self, session: Session, here: Here, it: Pack, asked: Sequence[Asked], settled: Sequence[Asked]
    ) -> OwnPack:
        names = {user.id: user.name for user in roster.users(session)}
        waits = next((each for each in asked if each.about == it.id), None)
        problems = problems_of(it.files, self._codes(session), _calendar_of_cases(session))
        return OwnPack(
            it.id, it.name, it.files, it.valid_from, it.valid_until, it.written_at,
            names.get(it.written_by, it.written_by), _state(it, waits, _today(here)), problems, waits,
            [each for each in settled if each.about == it.id],
        )  # fmt: skip


def _state(it: Pack, waits: Asked | None, today: date) -> str:
    if not it.published_at:
        return "waiting" if waits else "draft"
    if it.valid_until and it.valid_until <= today:
        return "ended"
    return "in-force" if it.valid_from <= today else "to-come"


def _holds(it: Pack, today: date) -> bool:
    return _state(it, None, today) == "in-force"


@lru_cache(maxsize=256)
def _shipped_cases(name: str) -> str:
    file = package_files("referloop.policy") / "library" / name
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _calendar_of_cases(session: Session) -> BusinessCalendar:
    """Cases of a desk's own are counted without its own closing days, which come and go."""
    return base_calendar(organization(session) or _CASES_ARE_OF)


def _named(name: str) -> list[Problem]:
    if name and name.isprintable() and len(name) <= 80:
        return []
    remedy = "Write one, such as Northside rules 2027; 80 letters at most."
    return [Problem("pack-name", "name", "The pack has no name.", remedy)]


def _day_faults(day: date | None, today: date, place: str = "valid_from") -> list[Problem]:
    if day is None:
        return [Problem("from-missing", place, "It does not say from when.", "Choose a day.")]
    return [Problem(_PAST.code, place, _PAST.says, _PAST.remedy)] if day < today else []


def _why(why: str) -> list[Problem]:
    remedy = "Write a few words, for those who decide and those who ask later."
    return [] if why else [Problem("why-missing", "why", "It does not say why.", remedy)]


def _today(here: Here) -> date:
    return here.today
