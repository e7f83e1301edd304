"""Facts of the second stage: will the plan pay, and has the payer given its permission."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from referloop.referral.facts.fact import Fact
from referloop.referral.kinds import CLEAR, Code, Day, Number, OneOf, Ref, Refs, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageStated(Fact):
    """What the requester or patient says about insurance; nobody has asked the payer yet."""

    word: ClassVar[str] = "coverage-stated"
    sentence: ClassVar[str] = "Coverage stated: {payer}[, member {member_id}]"
    payer: Text
    member_id: Text = ""
    group: Text = ""
    from_on: Day = None
    until_on: Day = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationStated(Fact):
    """A payer's number as the requester gives it, without its limits: to be verified, never relied on."""

    word: ClassVar[str] = "authorization-stated"
    sentence: ClassVar[str] = "Requester states authorization {number}; not verified"
    number: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityChecked(Fact):
    """A dated snapshot of what the payer said; never overwritten."""

    word: ClassVar[str] = "eligibility-checked"
    sentence: ClassVar[str] = "Eligibility[ with {payer}]: {result}[, valid until {valid_until_on}][, {said}]"
    result: Annotated[str, CLEAR, OneOf("active", "inactive", "partial", "other-payer-primary", "unknown")]
    asked: Text = ""
    said: Text = ""
    valid_until_on: Day = None
    payer: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionAssessed(Fact):
    """`unknown` is an answer, and never looks like `not-required`."""

    word: ClassVar[str] = "permission-assessed"
    sentence: ClassVar[str] = "{kind}: {result}[, {basis}]"
    authorization: Ref
    kind: Annotated[str, CLEAR, OneOf("payer-referral", "prior-authorization")]
    result: Annotated[str, CLEAR, OneOf("required", "not-required", "unknown")]
    basis: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionRequested(Fact):
    word: ClassVar[str] = "permission-requested"
    sentence: ClassVar[str] = "Asked the payer for permission[, {codes}][, {pace}]"
    authorization: Ref
    kind: Code = "prior-authorization"
    pace: Annotated[str, CLEAR, OneOf("standard", "expedited")] = ""
    codes: Refs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionPended(Fact):
    word: ClassVar[str] = "permission-pended"
    sentence: ClassVar[str] = "Payer asks for more[: {what}][, by {due_on}]"
    authorization: Ref
    what: Text = ""
    due_on: Day = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionSupplemented(Fact):
    word: ClassVar[str] = "permission-supplemented"
    sentence: ClassVar[str] = "Sent the payer what it asked for[: {what}]"
    authorization: Ref
    what: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionGranted(Fact):
    """A permission is only worth its limits: units, site, performer, codes and days."""

    word: ClassVar[str] = "permission-granted"
    sentence: ClassVar[str] = (
        "Payer permits[: {number}][, {units} units][, from {from_on}][, until {until_on}]"
    )
    authorization: Ref
    number: Text = ""
    extent: Annotated[str, CLEAR, OneOf("full", "partial", "modified")] = "full"
    units: Number = 0
    from_on: Day = None
    until_on: Day = None
    performer: Text = ""
    site: Text = ""
    codes: Refs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionDenied(Fact):
    word: ClassVar[str] = "permission-denied"
    sentence: ClassVar[str] = "Payer denies: {reason}[, appeal by {appeal_by}]"
    authorization: Ref
    reason: Text
    reason_code: Code = ""
    appeal_by: Day = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionEnded(Fact):
    word: ClassVar[str] = "permission-ended"
    sentence: ClassVar[str] = "Permission {how}[: {reason}]"
    authorization: Ref
    how: Annotated[str, CLEAR, OneOf("withdrawn", "void", "exhausted", "expired", "final")]
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionExtended(Fact):
    word: ClassVar[str] = "permission-extended"
    sentence: ClassVar[str] = "Permission extended[ until {until_on}][, {units} units]"
    authorization: Ref
    until_on: Day = None
    units: Number = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerToPeerHeld(Fact):
    word: ClassVar[str] = "peer-to-peer-held"
    sentence: ClassVar[str] = "Peer-to-peer talk: {outcome}"
    authorization: Ref
    outcome: Annotated[str, CLEAR, OneOf("upheld", "overturned", "no-show")]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealFiled(Fact):
    """Always signed by a named person."""

    word: ClassVar[str] = "appeal-filed"
    sentence: ClassVar[str] = "Appeal filed, level {level}[, decision due {decision_due_on}]"
    authorization: Ref
    level: Number = 1
    decision_due_on: Day = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDecided(Fact):
    word: ClassVar[str] = "appeal-decided"
    sentence: ClassVar[str] = "Appeal level {level}: {outcome}"
    authorization: Ref
    level: Number = 1
    outcome: Annotated[str, CLEAR, OneOf("overturned", "upheld", "partly")]
