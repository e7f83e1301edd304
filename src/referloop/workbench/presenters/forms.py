"""Small forms out of the facts' own declarations, filled with what was said already."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, get_args

from referloop.paper.asked import MOST_PAGES
from referloop.paper.signs import MOST_BYTES, TAKEN
from referloop.referral.decisions import WHEN_CLOSED
from referloop.referral.entry import plain as values_of
from referloop.referral.facts import WORDS
from referloop.referral.facts.fact import Fact
from referloop.referral.fields import declared, required
from referloop.referral.kinds import PHI, OneOf
from referloop.workbench.presenters.acts import Act
from referloop.workbench.presenters.choices import Choice, choices, things
from referloop.workbench.workspace_needs import Workspace

UPLOADS = {"report-received", "document-received"}
UPLOAD_HINT = f"{', '.join(TAKEN.values())}; at most {MOST_BYTES // 1_000_000} MB and {MOST_PAGES} pages."
NEW = "+"
_LEFT_OUT = {"zone", "bundle", "transmission", "urgency_raw", "reason_code", "patient"}
_LONG = {"note", "text", "what", "said", "answer", "basis"}
_THINGS = ("leg", "appointment", "document", "request")
# What stands first is no answer; only a call by phone is assumed, so that two keys log it.
_ASSUMED = {("contact-attempted", "channel")}
_LABELS = {
    "valid_until_on": "Valid until", "from_on": "From", "until_on": "Until", "due_on": "By",
    "decision_due_on": "Decision due", "watch_until_on": "Watch until", "closes_on": "Will close on",
    "asked": "Who was asked", "said": "What they said", "codes": "Codes, commas between", "leg": "Sent to",
    "of": "Of whom", "from_": "From", "callback_left": "A number to call back was left",
    "informed": "Told of the risk of not going", "late": "Late cancellation", "tracked": "Tracked letter",
    "critical": "Critical finding", "answers_question": "Answers the question", "by": "By whom",
    "authorization": "Permission", "band": "Part of the day", "other": "Other referral",
    "label": "What kind of information", "consent": "Permission to disclose",
}  # fmt: skip
_HINTS = {
    "units": "Empty when the payer set no limit.",
    "starts": "On the clock where the visit takes place.",
    "band": "Follows from the time when nothing is chosen.",
}
_TYPED: Mapping[Any, str] = {bool: "check", int: "number", date | None: "day", tuple[str, ...]: "text"}


@dataclass(frozen=True, slots=True)
class Input:
    """One field of a form; `kind` is how it is typed: text, area, radio, pick, day, local, check, number,
    file, or keys for buttons with numbers."""

    name: str
    label: str
    kind: str
    value: str = ""
    options: tuple[Choice, ...] = ()
    required: bool = False
    hint: str = ""


def inputs(
    act: Act, role: str, it: Workspace, said: Mapping[str, str], before: Mapping[str, str] | None = None
) -> list[Input]:
    """The fields of an act; `before` is what the entry that is corrected says."""
    found = []
    for name, hint in declared(act.word).items():
        if act.word in UPLOADS and name == "document" and not before:
            found.append(Input("file", "The document", "file", required=True, hint=UPLOAD_HINT))
        elif not (name in _LEFT_OUT or (act.word in UPLOADS and name in ("document", "media_type", "link"))):
            options = choices(act, name, role, it)
            if before and options and before.get(name, "") not in ("", *(value for value, _ in options)):
                options = [(before[name], "as before"), *options]
            found.append(_input(act, name, get_args(hint), options, {**(before or {}), **said}))
    return [each for each in found if each.kind != "none"]


def _input(act: Act, name: str, hint: Any, options: list[Choice], said: Mapping[str, str]) -> Input:
    needed = name in required(act.word)
    default = "" if needed else _default(act, name)
    kind = _kind(act, name, hint, options)
    first = options[0][0] if options and name in (act.about, *_THINGS) else ""
    if kind == "pick" and needed and not _known(act, name, options):
        options = [("", "choose one"), *options]
    options = _with_open_end(act, name, kind, needed or bool(default), options)
    label = _LABELS.get(name) or name.removesuffix("_on").replace("_", " ").capitalize()
    value = said.get(name, first or default)
    return Input(name, label, kind, value, tuple(options), needed, _HINTS.get(name, ""))


def _with_open_end(act: Act, name: str, kind: str, needed: bool, options: list[Choice]) -> list[Choice]:
    """The choices and, where one may, that it is none of them."""
    if name == act.new:
        return [*options, (NEW, "a new one")]
    if needed or kind not in ("pick", "radio"):
        return options
    return [*options, ("", "none in particular")] if name in _THINGS else [("", "not said"), *options]


def _known(act: Act, name: str, options: list[Choice]) -> bool:
    """Whether the first choice may stand there before anybody chose."""
    return len(options) == 1 or name in (act.about, *_THINGS) or (act.word, name) in _ASSUMED


def _kind(act: Act, name: str, hint: Any, options: list[Choice]) -> str:
    if name == act.new and (name != act.about or not options):
        return "none"  # it gets its name when it is recorded
    if act.word == "contact-attempted" and name == "outcome":
        return "keys"
    if typed := _TYPED.get(hint[0]):
        return typed
    if "wall clock" in hint:
        return "local"
    if options:
        return "radio" if len(options) <= 4 and any(isinstance(each, OneOf) for each in hint) else "pick"
    return "none" if name in _THINGS else "area" if name in _LONG and PHI in hint else "text"


def _default(act: Act, name: str) -> str:
    value = next(field.default for field in fields(WORDS[act.word]) if field.name == name)
    return str(value) if isinstance(value, str | int) and value else ""


def said_of(fact: Fact) -> dict[str, str]:
    """A recorded fact as its form would hold it."""
    return {
        name: ", ".join(map(str, value))
        if isinstance(value, list)
        else "yes"
        if value is True
        else str(value)
        for name, value in values_of(fact).items()
    }


def possible(act: Act, it: Workspace) -> bool:
    """Whether what the act is about is there, and the referral is in a state for it."""
    now = it.standing.now
    if act.word == "referral-reopened":
        return bool(now.closed)
    if (now.closed or now.rests_in) and not issubclass(WORDS[act.word], WHEN_CLOSED):
        return False
    if act.word == "cancellation-answered":
        return now.cancel_asked
    return is_there(act, it)


def is_there(act: Act, it: Workspace) -> bool:
    """Whether there is something that the act could be about."""
    return act.new != "" or not act.about or bool(things(act, act.about, it))
