"""The calendar: a change is seen first, counts from its day on, and leaves past deadlines as they were."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from referloop.storage.board import row_of
from referloop.storage.due import look
from referloop.storage.rule_changes import rule_changes
from referloop.wiring.desk import RULES_FOR, Desk
from referloop.wiring.loops import look_after_change
from referloop.workbench.asking import Go, Page
from referloop.workbench.pages import settings_calendar as pages
from tests.desks import POLICY, TestDesk
from tests.workbench.filled import Filled, filled

WEEK = {f"opens-{day}": "08:00" for day in range(5)} | {f"closes-{day}": "17:00" for day in range(5)}
FORM = {**WEEK, "country": "US", "parts_of": "US", "valid_from": "2026-11-25", "why": "As the board decided"}
FRIDAY = "2026-11-27|||Day after Thanksgiving"


@pytest.fixture
def it(here: TestDesk) -> Filled:
    found = filled(here)
    found.receive("R1")
    return found


def preview(it: Filled, own: list[str] = [FRIDAY], **form: str) -> Page:  # noqa: B006
    answer = it.ask(pages.preview, role="administrator", form={**FORM, **form}, lists={"own": own})
    assert isinstance(answer, Page)
    return answer


def lay_down(it: Filled, own: list[str] = [FRIDAY], **form: str) -> object:  # noqa: B006
    seen = preview(it, own, **form).shows["seen"]
    asked = {**FORM, **form, "seen": seen}
    return it.ask(pages.change, role="administrator", form=asked, lists={"own": own})


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Page)
    return [each.code for each in answer.shows["wrong"]]


def due(it: Filled, code: str) -> datetime:
    with it.test.desk.books(it.test.organization) as books:
        log = books.log("R1")  # type: ignore[arg-type]
        assert log is not None
        return next(each.due for each in books.standing(log).owed if each.requirement.code == code)


def open_code(it: Filled) -> tuple[str, datetime]:
    """Something that is due on Friday or later."""
    with it.test.desk.books(it.test.organization) as books:
        log = books.log("R1")  # type: ignore[arg-type]
        assert log is not None
        friday = datetime(2026, 11, 27, 12, tzinfo=UTC)
        each = next(each for each in books.standing(log).owed if each.due > friday)
        return each.requirement.code, each.due


def test_a_change_shows_which_deadlines_move_before_anything_moves(it: Filled):
    code, before = open_code(it)
    impact = preview(it).shows["impact"]
    [moved] = impact.first
    change = next(each for each in moved.changes if each.code == code)
    assert (moved.referral, impact.open, impact.looked_at, impact.whole) == ("R1", 1, 1, True)
    assert (change.was, change.becomes) == (before, datetime(2026, 11, 30, 22, tzinfo=UTC))
    assert due(it, code) == before


def test_what_was_laid_down_counts_and_is_kept_with_who_and_why(it: Filled):
    code, _ = open_code(it)
    assert lay_down(it) == Go("/settings/calendar", "Laid down: it holds from 2026-11-25 on.")
    assert due(it, code) == datetime(2026, 11, 30, 22, tzinfo=UTC)
    [laid] = it.needs.settings.calendar.calendars(it.here("administrator")).laid
    assert (laid.valid_from, laid.by, laid.why, laid.begun) == (
        date(2026, 11, 25), "administrator", "As the board decided", False,
    )  # fmt: skip
    with it.test.desk.database.reading(it.test.organization) as session:
        changes = [(each.kind, each.about, each.by) for each in rule_changes(session)]
    assert changes == [("calendar", laid.id, "administrator")]


def test_what_was_not_looked_at_is_not_laid_down(it: Filled):
    form = {**FORM, "seen": "something else", "why": " "}
    answer = it.ask(pages.change, role="administrator", form=form, lists={"own": [FRIDAY]})
    assert codes(answer) == ["calendar-other", "why-missing"]
    assert it.needs.settings.calendar.calendars(it.here()).laid == []


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"valid_from": ""}, ["from-missing"]),
        ({"valid_from": "2026-11-23"}, ["from-past"]),
        ({"valid_from": "2099-01-01"}, ["from-far"]),
        ({"country": "XX", "parts_of": "XX"}, ["holidays-unknown"]),
        ({"opens-2": "17:00", "closes-2": "08:00"}, ["hours-backwards"]),
        ({"opens-2": "noon"}, ["hours-form"]),
        ({f"{side}-{day}": "" for day in range(5) for side in ("opens", "closes")}, ["week-closed"]),
        ({"day": "2026-12-24"}, ["day-name"]),
        ({"day": "tomorrow", "name": "x"}, ["day-form"]),
        ({"day": "2026-12-05", "name": "Clinic", "kind": "open"}, ["hours-missing"]),
    ],
)
def test_what_is_wrong_with_a_calendar_is_said_and_what_was_typed_stays(
    it: Filled, form: dict[str, str], expected: list[str]
):
    answer = preview(it, **form)
    assert codes(answer) == expected
    assert answer.status == 422
    assert {name: answer.shows["form"][name] for name in form} == form


def test_a_day_is_added_and_the_form_goes_on(it: Filled):
    answer = preview(
        it, step="add", day="2026-12-05", name="Saturday clinic", kind="open", opens="09:00", closes="12:00"
    )
    assert [text for text, _ in answer.shows["own"]] == [FRIDAY, "2026-12-05|09:00|12:00|Saturday clinic"]
    assert "name" not in answer.shows["form"]


def test_a_saturday_clinic_is_a_business_day_with_hours_of_its_own(it: Filled):
    lay_down(it, ["2026-12-05|09:00|12:00|Saturday clinic"])
    calendar = it.test.desk.policy(it.test.organization).calendar
    here = it.needs.settings.calendar.calendars(it.here())
    assert calendar.hours(date(2026, 12, 12)) is None
    assert calendar.closes(date(2026, 12, 5)) == datetime(2026, 12, 5, 17, tzinfo=UTC)
    assert [(each.name, each.hours) for each in here.coming if each.ours] == [
        ("Saturday clinic", "09:00 to 12:00")
    ]


def test_a_later_calendar_does_not_undo_one_that_is_to_come_unless_it_is_withdrawn(it: Filled):
    lay_down(it, valid_from="2026-12-01")
    assert codes(preview(it)) == ["from-before-last"]
    [laid] = it.needs.settings.calendar.calendars(it.here()).laid
    without = it.ask(pages.withdraw, role="administrator", form={"id": laid.id, "why": ""})
    assert codes(without) == ["why-missing"]
    form = {"id": laid.id, "why": "Typed wrong"}
    assert it.ask(pages.withdraw, role="administrator", form=form) == Go(
        "/settings/calendar", "Withdrawn: what held before goes on."
    )
    assert it.needs.settings.calendar.calendars(it.here()).laid == []
    assert codes(preview(it)) == []


def test_a_calendar_that_has_begun_is_not_withdrawn(it: Filled):
    lay_down(it, valid_from="2026-11-24")
    [laid] = it.needs.settings.calendar.calendars(it.here()).laid
    it.ask(pages.withdraw, role="administrator", form={"id": laid.id, "why": "x"})
    assert [each.id for each in it.needs.settings.calendar.calendars(it.here()).laid] == [laid.id]


def test_another_process_counts_with_it_within_seconds(it: Filled):
    it.test.clock.forward(seconds=1)
    other = Desk(it.test.desk.database, it.test.clock, it.test.desk.new_id, POLICY)
    friday = date(2026, 11, 27)
    assert other.policy(it.test.organization).calendar.is_business_day(friday)
    lay_down(it)
    assert other.policy(it.test.organization).calendar.is_business_day(friday)
    it.test.clock.forward(seconds=RULES_FOR.seconds)
    assert not other.policy(it.test.organization).calendar.is_business_day(friday)


def test_the_watcher_brings_the_board_to_the_new_deadlines(it: Filled):
    code, before = open_code(it)
    desk, organization = it.test.desk, it.test.organization
    lay_down(it)
    assert (look_after_change(desk, organization), board(it, code)) == (0, before)
    it.test.clock.forward(seconds=11)
    assert look_after_change(desk, organization) == 1
    look(desk.database, organization, desk.policy(organization), it.test.clock(), desk.new_id)
    assert board(it, code) == datetime(2026, 11, 30, 22, tzinfo=UTC)
    assert look_after_change(desk, organization) == 0


def board(it: Filled, code: str) -> datetime | None:
    with it.test.desk.database.reading(it.test.organization) as session:
        assert row_of(session, "R1") is not None
        sql = "SELECT due_at FROM obligations WHERE organization_id = ? AND code = ?"
        found = session.ask((sql, (session.organization, code)))[0][0][0]
    return datetime.fromisoformat(found) if isinstance(found, str) else found


def test_the_page_shows_the_parts_of_a_country(it: Filled):
    page = preview(it, step="parts", country="GB")
    assert ("ENG", "England") in page.shows["parts"]
    assert page.shows["country"] == "GB"


def test_the_calendar_names_the_holidays_to_come(it: Filled):
    found = it.needs.settings.calendar.calendars(it.here())
    assert (found.zone, found.now.holidays, found.coming[0].name) == (
        ZoneInfo("America/New_York").key, "US", "Thanksgiving Day",
    )  # fmt: skip
