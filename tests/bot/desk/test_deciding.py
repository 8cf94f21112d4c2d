"""Decisions: one wins, the candidate is told, what is to be mended comes back, everything is on record."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import reminding
from bot.deciding import Decided, NotPossible, Overtaken
from bot.store import cases, people
from bot.store.tables import outbox, timer
from domain.application import ApplicationStatus
from domain.evaluation import Task
from domain.vocabulary import Role
from tests.bot.desk.office import MONDAY, WAY, Office, keys

S = ApplicationStatus


def test_every_step_to_registration_is_told_and_stands_in_the_history(office: Office) -> None:
    member = office.hires("王芳")
    engineer, case = office.takes_in("张伟")

    for status in WAY:
        result = office.decides(member, case, status)
        assert isinstance(result, Decided)
        assert (result.became, result.told) == (status, True)

    told = [key for key in keys(engineer.cards()) if key.startswith("case.told.")]
    assert told == [f"case.told.{each}" for each in WAY]
    history = office.store.read_now(lambda c: cases.history(c, case))
    assert [each.became for each in history] == [S.SUBMITTED, *WAY]
    assert [each.actor for each in history[1:]] == [member.person] * len(WAY)
    assert len(office.audited("decide")) == len(WAY)


def test_of_two_members_deciding_at_once_one_wins_and_the_other_learns_who_did_what(office: Office) -> None:
    first, second = office.hires("王芳"), office.hires("李强")
    engineer, case = office.takes_in("张伟")
    seen = office.standing(case).version

    won = office.decides(first, case, S.RECOMMENDED, version=seen)
    late = office.decides(second, case, S.NOT_PASSED, version=seen, reason="年限不足")

    assert isinstance(won, Decided)
    assert late == Overtaken(by=first.person, status=S.RECOMMENDED, at=MONDAY)
    assert office.standing(case).status is S.RECOMMENDED
    assert "case.told.not_passed" not in keys(engineer.cards())


def test_returning_opens_exactly_the_named_answers_and_handing_in_again_closes_it(office: Office) -> None:
    member = office.hires("王芳")
    engineer, case = office.takes_in("张伟")
    before = len(engineer.cards())

    office.decides(member, case, S.RETURNED, reason="单位名称与公章不一致", questions=["enterprise", "phone"])
    engineer.settle()

    screen = "\n".join(str(card) for card in engineer.cards()[before:])
    assert "单位名称与公章不一致" in screen
    shown = [engineer.cards()[-1]]
    assert shown[0].subject == "phone"
    engineer.says("13900139000")
    assert engineer.cards()[-1].subject == "enterprise"
    engineer.says("中铁海外工程局")
    assert engineer.cards()[-1].subject == "review"
    engineer.says("提交")
    assert office.standing(case).status is S.SUBMITTED


def test_a_mended_answer_that_changed_asks_again_for_what_rests_on_it(office: Office) -> None:
    member = office.hires("王芳")
    engineer, case = office.takes_in("张伟")

    office.decides(member, case, S.RETURNED, reason="请核对年限", questions=["related_years"])
    engineer.settle()
    engineer.says("20")

    assert engineer.cards()[-1].subject == "important_years"


def test_an_answer_that_was_right_is_kept_by_one_press(office: Office) -> None:
    member = office.hires("王芳")
    engineer, case = office.takes_in("张伟")

    office.decides(member, case, S.RETURNED, reason="请核对年限", questions=["related_years"])
    engineer.settle()
    engineer.says("保留不改")

    assert engineer.cards()[-1].subject == "review"


@pytest.mark.parametrize(
    ("to", "reason", "questions", "key"),
    [
        (S.NOT_PASSED, " ", (), "desk.reason_needed"),
        (S.RETURNED, "请修改", (), "desk.questions_needed"),
        (S.RETURNED, "请修改", ("no_such_question",), "desk.questions_needed"),
        (S.REGISTERED, "", (), "desk.not_possible"),
    ],
)
def test_what_is_owed_or_not_in_the_table_changes_nothing(
    office: Office, to: ApplicationStatus, reason: str, questions: tuple[str, ...], key: str
) -> None:
    member = office.hires("王芳")
    _, case = office.takes_in("张伟")

    assert office.decides(member, case, to, reason=reason, questions=questions) == NotPossible(key)
    assert office.standing(case).status is S.SUBMITTED


def test_only_a_lead_puts_a_registration_back_and_a_refusal_is_audited(office: Office) -> None:
    member, lead = office.hires("王芳"), office.hires("陈主任", Role.LEAD)
    _, case = office.takes_in("张伟")
    office.brings_to(member, case, S.REGISTERED)

    assert office.decides(member, case, S.REVIEW, reason="误操作") == NotPossible("desk.not_possible")
    assert (member.person, f"application {case}", "refused") in office.audited("decide")
    assert isinstance(office.decides(lead, case, S.REVIEW, reason="误操作"), Decided)


def test_nobody_decides_on_who_asked_to_be_forgotten(office: Office) -> None:
    member = office.hires("王芳")
    engineer, case = office.takes_in("张伟")
    version = office.standing(case).version
    engineer.says("/forget")
    engineer.says("1")

    assert office.decides(member, case, S.RECOMMENDED, version=version) == NotPossible("desk.case_gone")


def test_the_evaluation_begins_with_screening_and_goes_on_when_returned(office: Office) -> None:
    member = office.hires("王芳")
    _, case = office.takes_in("张伟")
    assert office.standing(case).evaluation_from is None

    office.brings_to(member, case, S.SCREENING)
    office.clock.at += timedelta(days=30)
    office.decides(member, case, S.RETURNED, reason="请补充", questions=["phone"])

    assert office.standing(case).evaluation_from == MONDAY


def test_who_wants_no_notices_gets_none(office: Office) -> None:
    member = office.hires("王芳")
    engineer, case = office.takes_in("张伟")
    office.store.write_now(lambda c: people.opt_out(c, engineer.account.id, MONDAY))

    assert office.decides(member, case, S.RECOMMENDED) == Decided(was=S.SUBMITTED, became=S.RECOMMENDED, told=False)


def test_tasks_are_reminded_of_until_they_are_done(office: Office) -> None:
    member = office.hires("王芳")
    engineer, case = office.takes_in("张伟")
    office.brings_to(member, case, S.ALLOCATED)
    due = []
    for _ in range(3):
        row = office.store.read_now(
            lambda c: c.execute(timer.select().where(timer.c.kind == reminding.KIND, timer.c.state == "waiting")).one()
        )
        due.append((row.due_at - MONDAY).days)
        office.clock.at = row.due_at
        again = office.store.write_now(lambda c, row=row: reminding.fire(c, row, office.clock()))
        if again is not None:
            office.store.write_now(
                lambda c, row=row, again=again: c.execute(
                    timer.update().where(timer.c.id == row.id).values(due_at=again)
                )
            )
    assert due == [3, 10, 24]
    assert again is None
    assert keys(engineer.cards()).count("case.task.join_society") == 3

    office.store.write_now(lambda c: [cases.mark_task(c, case, each, office.clock()) for each in Task])
    assert not office.store.write_now(lambda c: reminding.remind(c, case, office.clock()))


def test_a_reminder_waits_for_the_candidates_morning(office: Office) -> None:
    member = office.hires("王芳")
    _, case = office.takes_in("张伟", country="肯尼亚")
    office.brings_to(member, case, S.ALLOCATED)

    office.store.write_now(lambda c: reminding.remind(c, case, MONDAY))

    newest = select(outbox.c.due_at).order_by(outbox.c.id.desc()).limit(1)
    due = office.store.read_now(lambda c: c.execute(newest).scalar_one())
    assert due == MONDAY.replace(hour=5)  # eight o'clock in Nairobi
