"""The sheet for the phone, out of the books: a page of work with logs and people in one statement each."""

from collections.abc import Sequence

from referloop.messages import Person
from referloop.referral.board import standing
from referloop.storage import contact_rules, worklist
from referloop.storage.contact_rules import Told
from referloop.storage.resources import logs
from referloop.wiring.desk import Desk
from referloop.wiring.lines import lines_page
from referloop.workbench.asking import Here
from referloop.workbench.call_needs import ToCall
from referloop.workbench.lines import Filter


class CallsOfDesk:
    """See `workbench.call_needs.CallNeeds`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def sheet(self, here: Here, wanted: Filter) -> Sequence[ToCall]:
        policy = self.desk.policy(here.organization)
        with self.desk.database.reading(here.organization) as session:
            lines = [each for each in lines_page(session, here, wanted).lines if not each.hidden]
            told = logs(session, [line.referral for line in lines])
            people = worklist.people(session, [line.patient for line in lines])
            rules = contact_rules.told(session, [line.patient for line in lines])
        return [
            ToCall(
                line,
                standing(told[line.referral], policy, here.now),
                people.get(line.patient, Person()),
                rules.get(line.patient, Told()).rules,
            )
            for line in lines
        ]
