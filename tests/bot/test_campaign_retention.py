"""A campaign's data go when the time is over that its notice promises."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import campaign_retention
from bot.store import audit, roles
from bot.store.store import Store
from bot.store.tables import application, candidate, inbox, person
from bot.store.timers import Timer
from domain.campaign import campaign, campaigns
from domain.vocabulary import Role
from tests.bot.intake import Clock, Engineer
from tests.bot.test_erasure import words_held

BEGUN = datetime(2025, 4, 1, 4, 0, tzinfo=UTC)
OVER = datetime(2028, 1, 1, 4, 0, tzinfo=UTC)
NEXT = campaign("2025").model_copy(update={"id": "2026", "opens_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)})
TIMER = Timer(id=1, kind=campaign_retention.KIND, subject="campaigns", payload="", due_at=OVER, attempts=0)


@pytest.fixture
def clock() -> Clock:
    return Clock(BEGUN)


def count(store: Store, table: Any) -> int:
    return int(store.read_now(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one()))


def retain(store: Store, now: datetime, known: Any = campaigns) -> None:
    """Fires until there is nothing left to do for a day."""
    fire = campaign_retention.retain(known)
    again = store.write_now(lambda c: fire(c, TIMER, now))
    while again is not None and again - now < timedelta(hours=1):
        again = store.write_now(lambda c: fire(c, TIMER, now))


def test_the_campaign_of_2025_is_kept_to_the_end_of_2027() -> None:
    assert campaign("2025").data_kept_until == date(2027, 12, 31)


def test_nothing_goes_on_the_last_day(store: Store, clock: Clock) -> None:
    Engineer(store, "wei", clock).hands_in()

    retain(store, datetime(2027, 12, 31, 15, 59, tzinfo=UTC))

    assert count(store, application) == 1


def test_on_the_day_after_candidates_and_drafts_are_gone_and_the_audit_says_so(store: Store, clock: Clock) -> None:
    Engineer(store, "wei", clock).hands_in()
    draft = Engineer(store, "li", clock)
    for each in ("你好", "中文", "同意", "李娜"):
        draft.says(each)

    retain(store, OVER)

    assert count(store, candidate) == count(store, person) == 0
    held = words_held(store)
    assert "张伟" not in held
    assert "李娜" not in held
    (entry,) = [each.entry for each in store.read_now(audit.latest) if each.entry.action == "retention"]
    assert (entry.subject, entry.detail) == ("campaign 2025", "candidates 1; persons 2")


def test_who_is_at_work_in_the_next_campaign_stays(store: Store, clock: Clock) -> None:
    engineer = Engineer(store, "wei", clock)
    engineer.hands_in()
    clock.at = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
    engineer.says("/status")

    retain(store, OVER, lambda: (*campaigns(), NEXT))

    assert count(store, candidate) == 0
    assert count(store, person) == 1


def test_a_member_of_the_secretariat_stays_a_member(store: Store, clock: Clock) -> None:
    engineer = Engineer(store, "wei", clock)
    engineer.hands_in()
    store.write_now(lambda c: roles.grant(c, engineer.account.person, Role.SECRETARIAT, clock.at))

    retain(store, OVER)

    assert "张伟" not in words_held(store)
    assert [each.role for each in store.read_now(lambda c: roles.of(c, engineer.account.person))] == [Role.SECRETARIAT]


def test_what_was_said_without_consent_is_cleared_after_a_day(store: Store, clock: Clock) -> None:
    refusing, agreeing = Engineer(store, "wei", clock), Engineer(store, "li", clock)
    for each in ("你好", "中文", "不同意"):
        refusing.says(each)
    for each in ("你好", "中文", "同意", "李娜"):
        agreeing.says(each)

    retain(store, clock.at + timedelta(days=2))

    query = select(inbox.c.account_id, func.count(inbox.c.payload)).group_by(inbox.c.account_id)
    rows = store.read_now(lambda c: c.execute(query).all())
    held = {row[0]: row[1] for row in rows}
    assert held == {refusing.account.id: 0, agreeing.account.id: 4}
