"""Being forgotten: nothing is used from the first moment, everything is gone after the grace."""

from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Connection, Table, func, select

from bot import erasure, jobs
from bot.channels.base import ChannelName
from bot.effects import apply
from bot.jobs import ExportJob
from bot.store import applications, audit, consents, conversations, roles, timers
from bot.store.store import Store
from bot.store.tables import answer, candidate, classification, consent, enterprise, metadata, person, withdrawal
from bot.turns import Who
from dialogs.effects import ExportScope, Purpose, RecordAnswer
from domain.vocabulary import Role
from tests.bot.intake import Clock, Engineer
from tests.engineer import DISPATCHED, STATEMENT

BEGUN = datetime(2025, 4, 1, 4, 0, tzinfo=UTC)
CAMPAIGN = "2025"


@pytest.fixture
def clock() -> Clock:
    return Clock(BEGUN)


def handed_in(store: Store, clock: Clock, address: str = "wei", phone: str = "13800138000") -> Engineer:
    engineer = Engineer(store, address, clock)
    engineer.hands_in(phone=phone)
    return engineer


def forgets(engineer: Engineer) -> str:
    engineer.says("/forget")
    return engineer.says("确定删除")


def exported(store: Store) -> list[str]:
    rows = store.read_now(lambda c: list(applications.filed(c, CAMPAIGN)))
    return [each.record.candidate.phone for each in rows]


def withdrawn_on_the_export(store: Store, clock: Clock) -> int:
    """What 导出信息 says."""
    job = ExportJob(account=1, person=1, scope=ExportScope.ALL, selected="", eligible_only=False, asked_at=clock.at)
    made = store.read_now(lambda c: jobs.build_export(c, job))
    assert made is not None
    sheet = load_workbook(BytesIO(made.content))["导出信息"]
    facts = {row[0]: row[1] for row in sheet.iter_rows(max_col=2, values_only=True) if row[0]}
    (name,) = (each for each in facts if "撤回" in str(each))
    return int(str(facts[name]))


def fire_due(store: Store, clock: Clock) -> None:
    def work(connection: Any) -> None:
        for each in timers.due(connection, clock.at, [erasure.KIND], [], 10):
            timer = timers.take(connection, each)
            assert timer is not None
            erasure.fire(connection, timer, clock.at)
            timers.fired(connection, timer.id, clock.at)

    store.write_now(work)


def rows_of(connection: Connection, table: Table) -> list[Any]:
    return list(connection.execute(select(table)))


def words_held(store: Store) -> str:
    """Every text of the database, decrypted."""
    held = []
    for table in metadata.sorted_tables:
        for row in store.read_now(partial(rows_of, table=table)):
            held += [each.decode("utf8", "replace") if isinstance(each, bytes) else str(each) for each in row]
    return "\n".join(held)


def count(store: Store, table: Any) -> int:
    return int(store.read_now(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one()))


def test_who_asks_to_be_forgotten_is_exported_no_more_and_counted_as_withdrawn(store: Store, clock: Clock) -> None:
    engineer = handed_in(store, clock)
    handed_in(store, clock, "other", "13900139000")
    assert withdrawn_on_the_export(store, clock) == 0

    said = forgets(engineer)

    assert "7 天后彻底删除" in said
    assert exported(store) == ["+8613900139000"]
    assert withdrawn_on_the_export(store, clock) == 1
    clock.at += timedelta(days=8)
    fire_due(store, clock)
    assert withdrawn_on_the_export(store, clock) == 1


def test_at_the_end_of_the_grace_nothing_of_the_person_is_left(store: Store, clock: Clock) -> None:
    engineer = handed_in(store, clock)
    engineer.says("/ask 我的护照快到期了怎么办")
    engineer.says("1")
    forgets(engineer)

    clock.at += timedelta(days=7)
    fire_due(store, clock)

    held = words_held(store)
    for secret in ("张伟", "13800138000", STATEMENT[:12], "负责桥梁结构设计", "护照", "wei", DISPATCHED["enterprise"]):
        assert secret not in held, secret
    assert count(store, person) == count(store, candidate) == count(store, enterprise) == 0
    assert count(store, withdrawal) == 1
    written = store.read_now(lambda c: audit.latest(c, 50))
    assert [each.entry.action for each in written][:2] == ["erased", "forget"]
    assert store.read_now(audit.problem) == ""


def test_within_the_grace_everything_can_be_taken_back(store: Store, clock: Clock) -> None:
    engineer = handed_in(store, clock)
    forgets(engineer)
    clock.at += timedelta(days=6)

    assert "2025-04-08" in engineer.says("你好")
    assert "撤回" in engineer.says("/forget")
    said = engineer.says("恢复")

    assert "已恢复" in said
    assert exported(store) == ["+8613800138000"]
    clock.at += timedelta(days=30)
    fire_due(store, clock)
    assert exported(store) == ["+8613800138000"]
    assert "已提交" in engineer.says("/status")


def test_who_begins_anew_within_the_grace_loses_the_old_data_at_once_and_keeps_the_new(
    store: Store, clock: Clock
) -> None:
    engineer = handed_in(store, clock)
    forgets(engineer)
    clock.at += timedelta(days=1)

    engineer.hands_in(name="李娜", phone="13700137000")

    assert exported(store) == ["+8613700137000"]
    clock.at += timedelta(days=30)
    fire_due(store, clock)
    assert exported(store) == ["+8613700137000"]
    held = words_held(store)
    assert "张伟" not in held
    assert "13800138000" not in held
    assert "李娜" in held
    assert count(store, consent) == 2


def test_a_member_of_the_secretariat_is_forgotten_as_a_candidate_only(store: Store, clock: Clock) -> None:
    engineer = handed_in(store, clock)
    who = engineer.account.person
    store.write_now(lambda c: roles.grant(c, who, Role.SECRETARIAT, clock.at))
    forgets(engineer)

    clock.at += timedelta(days=8)
    fire_due(store, clock)

    assert count(store, candidate) == 0
    assert "张伟" not in words_held(store)
    assert [each.role for each in store.read_now(lambda c: roles.of(c, who))] == [Role.SECRETARIAT]


def test_who_takes_the_consent_back_is_exported_no_more(store: Store, clock: Clock) -> None:
    who = handed_in(store, clock).account.person
    handed_in(store, clock, "other", "13900139000")

    store.write_now(lambda c: consents.record(c, who, Purpose.EVALUATION, "2025-1", clock.at, given=False))

    assert exported(store) == ["+8613900139000"]
    assert withdrawn_on_the_export(store, clock) == 1


def test_a_second_person_with_the_same_number_takes_the_place_of_the_forgotten(store: Store, clock: Clock) -> None:
    first, second = handed_in(store, clock), handed_in(store, clock, "second")
    forgets(first)
    clock.at += timedelta(days=8)
    fire_due(store, clock)

    columns = (candidate.c.person_id, candidate.c.duplicate_of, candidate.c.phone_index)
    ((owner, duplicate_of, index),) = store.read_now(lambda c: c.execute(select(*columns)).all())
    assert owner == second.account.person
    assert duplicate_of is None
    assert index is not None


def test_nothing_of_what_is_said_before_consent_becomes_an_answer(store: Store, clock: Clock) -> None:
    engineer = Engineer(store, "wei", clock)

    for text in ("你好", "中文", "我叫张伟，手机13800138000，本科，学土木工程，工作八年", "13800138000", "不同意"):
        engineer.says(text)

    query = select(answer.c.question, answer.c.value, answer.c.said)
    rows = store.read_now(lambda c: c.execute(query).all())
    assert {row.question for row in rows} <= {"language", "consent"}
    assert not any("张伟" in row.said or "13800138000" in row.said for row in rows)
    assert count(store, candidate) == 0
    stands = store.read_now(lambda c: conversations.find(c, engineer.account.person))
    assert set(stands.main.answers) <= {"language", "consent"}
    assert stands.main.proposed == {}
    assert count(store, classification) == 0


def test_an_answer_without_consent_is_not_kept_whatever_the_dialogue_says(store: Store, clock: Clock) -> None:
    engineer = Engineer(store, "wei", clock)
    engineer.says("你好")
    who = Who(
        person=engineer.account.person,
        account=engineer.account.id,
        channel=ChannelName.TELEGRAM,
        conversation=store.read_now(lambda c: conversations.find(c, engineer.account.person)).id,
        message=1,
    )

    def work(connection: Connection) -> None:
        talk = conversations.find(connection, who.person)
        apply(connection, who, RecordAnswer("intake", "name", "张伟", "张伟"), talk, clock.at)

    store.write_now(work)

    kept = store.read_now(lambda c: c.execute(select(answer.c.question)).scalars().all())
    assert "name" not in kept
