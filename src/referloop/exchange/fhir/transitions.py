"""Which changes of a Task's status are let through: what has ended stays so, what has begun is not undone."""

from referloop.referral.problems import Problem

ENDED = frozenset({"rejected", "cancelled", "completed", "failed", "entered-in-error"})
_BEGINS = ("draft", "requested")
# http://hl7.org/fhir/R4/task.html#statemachine: once work has begun, one side alone does not end it.
_NOT_FROM_WORK = ("cancelled", "rejected", "received")


def objection(before: str, after: str, where: str) -> Problem | None:
    """Why a Task may not go from one status to the other, or None when it may."""
    if after in (before, "entered-in-error"):
        return None
    if before in ENDED:
        return _no(where, "This Task has ended.", "Create a new Task for what is to be done now.")
    if before == "in-progress" and after in _NOT_FROM_WORK:
        remedy = "Create a Task with code abort and this Task as its focus, and await the answer."
        return _no(where, "Work on this Task has begun.", remedy)
    if after in _BEGINS and before != "draft":
        return _no(where, "This Task is past that status.", "Send a status that comes later.")
    return None


def _no(where: str, says: str, remedy: str) -> Problem:
    return Problem("fhir-transition", where, says, remedy)
