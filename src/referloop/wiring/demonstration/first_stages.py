"""What the desk does while a referral is read, covered, permitted and taken on."""

from referloop.referral.facts.coverage import PermissionAssessed
from referloop.wiring.demonstration.people import MORGAN, OSEI
from referloop.wiring.demonstration.turns import Answer, Step, Turn, ours

_PRIOR = {
    "Harbor Health PPO": 0.1, "Harbor Health HMO": 0.2, "Lakeside Advantage": 0.15, "State Medicaid": 0.2,
    "Union Benefit Fund": 0.3,
}  # fmt: skip
_REFERRAL = {"Harbor Health HMO": 0.95, "Lakeside Advantage": 0.5, "State Medicaid": 0.3}
_MISSING = ("the latest laboratory results", "the medication list", "the imaging report", "the clinic note")
_DENIED = (
    ("medical necessity is not shown", "criteria"), ("records are missing", "missing-information"),
    ("conservative care was not tried", "step"), ("out of network", "network"),
)  # fmt: skip
_SENT = "permission-supplemented"
_WINDOWS = (30,) * 3 + (60,) * 8 + (90,) * 6 + (180,) * 3  # days for which a permission holds
_DECLINED = ("another subspecialty fits better", "we do not take this plan", "no capacity in time")


def _acknowledge(turn: Turn) -> Step:
    return ours(turn, "receipt-acknowledged", channel=turn.pick(["fhir", "fax", "phone"], "channel"))


def _triage(turn: Turn) -> Step:
    if turn.happens(0.18, "missing") and not turn.said("information-requested"):
        what = turn.pick(_MISSING, "what")
        return ours(turn, "information-requested", request="ask-1", of="requester", what=what)
    if not turn.standing.now.owner and turn.happens(0.75, "owner"):
        return Step("owner-assigned", {"owner": turn.clerk.id}, MORGAN)
    return ours(turn, "referral-triaged", urgency=turn.standing.now.urgency)


def _information(turn: Turn) -> Step | None:
    if turn.fated(0.1, "late") and turn.said("information-requested") < 2:
        return None  # until somebody asks again
    return ours(turn, "information-received", request=turn.about, what="sent by the practice")


def _chase(turn: Turn) -> Step:
    what = turn.pick(_MISSING, "what")
    asked = turn.said("information-requested") + 1
    return ours(turn, "information-requested", request=f"ask-{asked}", of="requester", what=what)


def _eligibility(turn: Turn) -> Step:
    result = "active"
    if turn.happens(0.06, "coverage"):
        result = turn.pick(["inactive", "inactive", "other-payer-primary", "unknown"], "how")
    payer = turn.case.resident.plan
    return ours(turn, "eligibility-checked", result=result, payer=payer)


def _mend(turn: Turn) -> Step | None:
    if turn.happens(0.3, "lost"):
        return ours(turn, "referral-closed", reason="coverage-lost", note="No plan pays; the patient knows.")
    return ours(turn, "eligibility-checked", result="active", payer=turn.case.resident.plan)


def _assess(turn: Turn) -> Step:
    plan = turn.case.resident.plan
    if turn.happens(_REFERRAL.get(plan, 0), "payer-referral"):
        kind, result = "payer-referral", "required"
    else:
        kind = "prior-authorization"
        result = "required" if turn.happens(_PRIOR.get(plan, 0), "prior") else "not-required"
    if turn.happens(0.05, "unclear"):
        result = "unknown"
    fields = {"authorization": "auth-1", "kind": kind, "result": result, "basis": f"{plan}: its list"}
    return Step("permission-assessed", fields, turn.clerk)


def _resolve(turn: Turn) -> Step:
    fields = {"kind": "prior-authorization", "result": turn.pick(["required", "not-required"], "answer")}
    return ours(turn, "permission-assessed", authorization=turn.about, **fields)


def _request(turn: Turn) -> Step:
    permission = turn.standing.now.permissions.get(turn.about)
    kind = permission.fact.kind if permission and isinstance(permission.fact, PermissionAssessed) else ""
    fields = {"authorization": turn.about} | ({"kind": kind} if kind else {})
    return Step("permission-requested", fields, turn.clerk)


def _decision(turn: Turn) -> Step | None:
    it = {"authorization": turn.about}
    if not turn.said("permission-pended") and turn.happens(0.18, "pended"):
        asked = it | {"what": turn.pick(_MISSING, "pend"), "due_on": turn.day(10)}
        return Step("permission-pended", asked, turn.clerk)
    if turn.said("permission-pended") > turn.said("permission-supplemented") or turn.just_said(_SENT):
        return None  # the payer waits for what it asked for, and then reads it
    if not turn.said("appeal-filed") and turn.happens(0.11, "denied"):
        reason, code = turn.pick(_DENIED, "reason")
        denied = it | {"reason": reason, "reason_code": code, "appeal_by": turn.day(60)}
        return Step("permission-denied", denied, turn.clerk)
    return _granted(turn)


def _granted(turn: Turn) -> Step:
    limits = {
        "number": f"A-{turn.case.number[4:]}{turn.count}",
        "units": turn.pick([1] * 7 + [2, 4, 8], "units"),
        "until_on": turn.day(turn.pick(_WINDOWS, "window")),
    }
    return ours(turn, "permission-granted", authorization=turn.about, **limits)


def _extend(turn: Turn) -> Step | None:
    """Nobody asks for more days while the visit lies inside those there are."""
    last = turn.permitted_until()
    if last and any(day <= last.isoformat() for day in turn.booked_for()):
        return None
    return ours(turn, "permission-extended", authorization=turn.about, until_on=turn.day(60))


def _supplement(turn: Turn) -> Step:
    return ours(turn, "permission-supplemented", authorization=turn.about, what="what it asked for")


def _denial(turn: Turn) -> Step | None:
    it = {"authorization": turn.about}
    if turn.happens(0.35, "talk") and not turn.said("peer-to-peer-held"):
        outcome = turn.pick(["overturned", "overturned", "upheld"], "talk")
        return Step("peer-to-peer-held", it | {"outcome": outcome}, OSEI)
    if turn.happens(0.5, "appeal"):
        return Step("appeal-filed", it | {"level": "1", "decision_due_on": turn.day(30)}, MORGAN)
    return None


def _appeal(turn: Turn) -> Step:
    outcome = turn.pick(["overturned"] * 7 + ["upheld"] * 3, "appeal-decided")
    return Step("appeal-decided", {"authorization": turn.about, "level": "1", "outcome": outcome}, MORGAN)


def _next(turn: Turn) -> Step:
    if turn.happens(0.7, "next"):
        return _granted(turn)
    note = "The payer's refusal stands; the patient knows."
    return Step("referral-closed", {"reason": "coverage-lost", "note": note}, MORGAN)


def _accept(turn: Turn) -> Step:
    if turn.happens(0.05, "declines"):
        return ours(turn, "referral-declined", reason=turn.pick(_DECLINED, "why"))
    return ours(turn, "referral-accepted")


def _declined(turn: Turn) -> Step:
    return ours(turn, "message-sent", to="requester", channel="fax", text="We cannot take this referral on.")


def _duplicate(turn: Turn) -> Step | None:
    if turn.fated(0.3, "open") and turn.vain < 1:
        return None
    return ours(turn, "duplicate-dismissed", other=turn.about, reason="another question")


def _identity(turn: Turn) -> Step:
    return ours(turn, "identity-settled", question=turn.about, answer="same")


FIRST: dict[str, Answer] = {
    "receipt-acknowledge": _acknowledge,
    "stat-acknowledge": _acknowledge,
    "referral-triage": _triage,
    "information-requester": _information,
    "information-chase": _chase,
    "eligibility-check": _eligibility,
    "eligibility-again": _eligibility,
    "eligibility-before-visit": _eligibility,
    "coverage-mend": _mend,
    "permission-assess": _assess,
    "permission-assess-stat": _assess,
    "permission-resolve": _resolve,
    "permission-request": _request,
    "permission-decision": _decision,
    "permission-supplement": _supplement,
    "denial-answer": _denial,
    "denial-told": lambda turn: ours(turn, "patient-told", what="denial", channel="phone"),
    "appeal-decision": _appeal,
    "permission-next": _next,
    "permission-use": _extend,
    "referral-accept": _accept,
    "declined-tell": _declined,
    "duplicate-settle": _duplicate,
    "identity-settle": _identity,
}
