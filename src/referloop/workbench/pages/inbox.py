"""The inbox: what came in by the state it is in, one message whole, and work that has no referral yet."""

from urllib.parse import urlencode

from referloop.messages import Person
from referloop.referral.problems import Problem
from referloop.workbench.access import may
from referloop.workbench.asking import NOT_HERE, Answer, Ask, Go, Page
from referloop.workbench.inbox_needs import Likeness, Question
from referloop.workbench.needs import Needs
from referloop.workbench.presenters.bytes_as_text import as_text
from referloop.workbench.presenters.people import spoken_birth

STATES = {
    "problem": (
        "Could not be read",
        "Messages with something we cannot read. Mend the cause or ask the sender, then press Read again.",
    ),
    "dead": (
        "Failed here",
        "Messages on which the program failed. Report it; when it is mended, press Read again.",
    ),
    "held": (
        "Waiting for another message",
        "Messages about a referral that is not here yet. Each is read again by itself when the other comes.",
    ),
    "refused": (
        "Refused",
        "Messages not taken in. The sender was told why, and what is mended comes as a new message.",
    ),
    "kept": (
        "Kept, no referral",
        "Messages that are well formed and not about a referral. Nothing needs to be done.",
    ),
    "done": ("Done", "Messages that became a referral or moved one. Nothing needs to be done."),
}
_AGAIN = ("problem", "dead")
_WAITING = (*_AGAIN, "held")
_LOOK_ONLY = Page(
    "refused.html", {"says": "Your role looks, and decides nothing here.", "remedy": "Ask the desk."}, 403
)
NOBODY = "none"  # the answer that it is none of those known
_UNDECIDED = Problem(
    "identity-undecided", "same_as", "It does not say who this is.",
    "Choose one of the patients, or that they are different.",
)  # fmt: skip
_SETTLED_MEANWHILE = Problem(
    "item-closed", "item", "This is not open any more.", "Go back to the list; somebody has settled it."
)


def inbox(ask: Ask, needs: Needs) -> Answer:
    """Without a state: the work itself, soonest due first."""
    state = ask.query.get("state", "")
    if state not in STATES:
        return _todo(ask, needs, ())
    found = needs.inbox.messages(ask.here, state, ask.query.get("after", ""))
    shows = {"messages": found.messages, "state": state, "about": STATES[state][1], "again": state in _AGAIN}
    return Page(
        "inbox_messages.html", {**shows, "tabs": _tabs(ask, needs, state), "next": _more(state, found.next)}
    )


def message(ask: Ask, needs: Needs) -> Answer:
    return _message(ask, needs, ())


def replay(ask: Ask, needs: Needs) -> Answer:
    """Read it again; what is wrong still is shown where the message is."""
    if not may(ask.here.role, "record"):
        return _LOOK_ONLY
    found = needs.inbox.replay(ask.here, ask.path["id"])
    if isinstance(found, Problem):
        return _message(ask, needs, (found,))
    words = STATES[found][0].lower() if found in STATES else found
    return Go(f"/inbox/{ask.path['id']}", f"It was read again: {words}.")


def close(ask: Ask, needs: Needs) -> Answer:
    """An item is closed with what came of it, and never without."""
    if not may(ask.here.role, "record"):
        return _LOOK_ONLY
    outcome = ask.form.get("outcome", "").strip()
    if not outcome:
        problem = Problem(
            "outcome-missing", "outcome", "It does not say what came of it.", "Write a few words."
        )
    elif needs.inbox.close(ask.here, ask.path["id"], outcome):
        return Go("/inbox", "Closed.")
    else:
        problem = _SETTLED_MEANWHILE
    return _todo(ask, needs, (problem,))


def question(ask: Ask, needs: Needs) -> Answer:
    """The new person beside those it may be."""
    asked = needs.inbox.question(ask.here, ask.path["id"])
    return _question(asked, ()) if asked else NOT_HERE


def settle(ask: Ask, needs: Needs) -> Answer:
    if not may(ask.here.role, "record"):
        return _LOOK_ONLY
    asked = needs.inbox.question(ask.here, ask.path["id"])
    same_as = ask.form.get("same_as", "")
    if asked is None:
        return _decided(same_as) if needs.inbox.sent_before(ask.here, ask.path["id"]) else NOT_HERE
    if not same_as:
        return _question(asked, (_UNDECIDED,), 422)
    if same_as not in {NOBODY, *(each.id for each in asked.like)}:
        return _question(asked, (_SETTLED_MEANWHILE,), 409)
    if problems := needs.inbox.settle(ask.here, asked, "" if same_as == NOBODY else same_as):
        return _question(asked, problems, 422)
    return _decided(same_as)


def _decided(same_as: str) -> Go:
    return Go("/inbox", "They are different patients." if same_as == NOBODY else "It is the same patient.")


def outgoing(ask: Ask, needs: Needs) -> Answer:
    """What to do with a notice that did not arrive, or may not have."""
    if not may(ask.here.role, "record"):
        return _LOOK_ONLY
    decision, reason = ask.form.get("decision", ""), ask.form.get("reason", "").strip()
    said = {"replay": "It goes out again.", "confirm": "It arrived.", "withdraw": "It need not go any more."}
    if decision not in said or (decision == "withdraw" and not reason):
        problem = Problem(
            "reason-missing", "reason", "Nothing is withdrawn without a reason.", "Write a few words."
        )
    elif needs.inbox.outgoing(ask.here, ask.path["id"], decision, reason):
        return Go("/inbox", said[decision])
    else:
        problem = _SETTLED_MEANWHILE
    return _todo(ask, needs, (problem,))


def _todo(ask: Ask, needs: Needs, problems: tuple[Problem, ...]) -> Page:
    items, place = needs.inbox.todo(ask.here, ask.query.get("after", ""))
    tabs = _tabs(ask, needs, "")
    waiting = [tab for tab, state in zip(tabs[1:], STATES, strict=True) if state in _WAITING and tab[2]]
    shows = {"tabs": tabs, "waiting": waiting, "items": items, "next": _more("", place), "wrong": problems}
    return Page("inbox.html", {**shows, "form": ask.form}, 422 if problems else 200)


def _tabs(ask: Ask, needs: Needs, state: str) -> list[tuple[str, str, int, bool]]:
    counts = needs.inbox.counts(ask.here)
    states = [
        (f"/inbox?state={name}", words, counts[name], name == state) for name, (words, _) in STATES.items()
    ]
    return [("/inbox", "To do", counts["todo"], not state), *states]


def _message(ask: Ask, needs: Needs, problems: tuple[Problem, ...]) -> Answer:
    it = needs.inbox.read(ask.here, ask.path["id"])
    if it is None:
        return NOT_HERE
    text, note = as_text(it.body) if it.body is not None else ("", "Its bytes were shredded.")
    words, about = STATES.get(it.message.state, (it.message.state, ""))
    shows = {"it": it, "text": text, "note": note, "words": words, "about": about, "wrong": problems}
    return Page(
        "inbox_message.html", {**shows, "again": it.message.state in _AGAIN}, 409 if problems else 200
    )


def _question(asked: Question, problems: tuple[Problem, ...], status: int = 200) -> Page:
    people = [("new", asked.new), *(("known", each) for each in asked.like)]
    rows = _compared([each for _, each in people])
    return Page("identity.html", {"asked": asked, "people": people, "rows": rows, "wrong": problems}, status)


def _compared(people: list[Likeness]) -> list[tuple[str, list[tuple[str, bool]]]]:
    """Each trait with its value for everybody, and whether it is what the new one says."""
    rows = []
    for name, values in zip(
        TRAITS, zip(*(_traits(each.person) for each in people), strict=True), strict=True
    ):
        rows.append((name, [(value, bool(value) and value == values[0]) for value in values]))
    return rows


TRAITS = ("Names", "Birth date", "Sex", "Numbers", "Reached at", "Address", "Language", "Birth order")


def _traits(it: Person) -> tuple[str, ...]:
    numbers = (f"{each.kind or each.system} {each.value}".strip() for each in it.identifiers)
    return (
        "; ".join(", ".join(part for part in (name.family, name.given) if part) for name in it.names),
        spoken_birth(it.birth_date),
        it.sex,
        "; ".join(numbers),
        "; ".join(f"{each.kind} {each.value}" for each in it.contacts),
        ", ".join(part for part in (it.address, it.postal_code) if part),
        it.language,
        it.birth_order,
    )


def _more(state: str, after: str) -> str:
    said = {name: value for name, value in (("state", state), ("after", after)) if value}
    return f"/inbox?{urlencode(said)}" if after else ""
