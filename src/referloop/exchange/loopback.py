"""A transport that goes nowhere: it keeps what it was given, for demonstrations and for tests."""

from collections import deque

from referloop.ports import ExchangeError, Outgoing, Sent


class Loopback:
    """Keeps every effect once, by its key, and every attempt in order.

    `next_outcomes` are what the coming attempts meet, one each; after them, everything is confirmed.
    """

    def __init__(self, *next_outcomes: Sent | ExchangeError) -> None:
        self.received: dict[str, Outgoing] = {}
        self.attempts: list[str] = []
        self.next_outcomes = deque(next_outcomes)

    def __call__(self, outgoing: Outgoing) -> Sent:
        self.attempts.append(outgoing.id)
        outcome = self.next_outcomes.popleft() if self.next_outcomes else Sent()
        if isinstance(outcome, ExchangeError):
            raise outcome
        self.received[outgoing.id] = outgoing
        return outcome
