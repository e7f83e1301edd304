"""Named places where the crash rig lets a process die; in every other process they do nothing.

`REFERLOOP_FAILPOINT=name:n` makes this process kill itself the n-th time it reaches that place.
"""

import os
import signal
import sys

VARIABLE = "REFERLOOP_FAILPOINT"

POINTS = {
    "intake-read": "the bytes of a message are here, nothing of them is stored",
    "intake-understood": "the message was read, its transaction has not begun",
    "intake-committed": "the message is in the books, its sender has no answer",
    "decision-made": "a person's decision stands in the books that nobody wrote yet",
    "decision-committed": "the decision is in the log, the person has no answer",
    "watch-claimed": "the watcher knows which dates have come, and has looked at none",
    "watch-noted": "a miss is noted in books that nobody wrote yet",
    "watch-committed": "one referral was looked at, the next was not",
    "outbox-leased": "effects are claimed, none was sent",
    "outbox-unsent": "one effect is about to leave",
    "outbox-sent": "an effect reached its receiver, and the outbox does not know",
    "outbox-settled": "what came of an effect stands in books that nobody wrote yet",
    "outbox-marked": "the outbox knows what came of one effect, and others wait",
    "books-written": "every row of a transaction is written, nothing is committed",
    "statement-written": "one statement of several is written",
    "migration-step": "one change of the schema is made, its record is not committed",
    "rebuilt-page": "one page of the board is made anew, the next is not",
}


def reached(name: str) -> None:
    """Die here when this is the place and the time; otherwise cost next to nothing."""
    if name == _armed:
        _die_in_time()


def arm(setting: str) -> None:
    """`name:n`, or "" for nowhere."""
    global _armed, _left
    name, _, times = setting.partition(":")
    if setting and not (name in POINTS and times.isdigit() and int(times)):
        sys.exit(f"{VARIABLE} wants name:n, with n from 1 and one of these names: {', '.join(POINTS)}")
    _armed, _left = name, int(times or 0)


def _die_in_time() -> None:
    global _left
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


_armed, _left = "", 0
arm(os.environ.get(VARIABLE, ""))
