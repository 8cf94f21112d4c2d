"""The secretariat's work by chat: finding, reviewing, answering, members and codes, the audit."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.stats_picture import STATS_PICTURE, pictures_of
from bot.store import audit, codes, enquiries, members, units
from bot.store.states import CodeKind
from bot.store.tables import application, outbox, timer
from bot.store.timers import Timer
from domain.application import ApplicationStatus
from domain.vocabulary import Role
from tests.bot.desk.office import Office, keys
from tests.bot.intake import Engineer

S = ApplicationStatus


@pytest.fixture
def chat(office: Office) -> Engineer:
    """王芳's own chat."""
    office.hires("王芳")
    return office.chat("王芳")


@pytest.mark.parametrize(
    "words",
    [
        "张伟",
        "伟",
        "zhangwei",
        "zhang wei",
        "zw",
        "ZW",
        "8000",
        "13800138000",
        "+86 138 0013 8000",
        "土木",
        "Civil",
        "张伟 土木",
        "zw 8000",
    ],
)
def test_somebody_is_found_by_name_pinyin_initials_number_and_field(office: Office, chat: Engineer, words: str) -> None:
    office.takes_in("张伟")

    said = chat.says(f"/find {words}")

    if words == "伟":  # one character would be half the country
        assert "张伟" not in said
        return
    assert "张伟 · …8000" in said
    assert "+8613800138000" not in said


def test_somebody_is_found_by_their_unit(office: Office, chat: Engineer) -> None:
    office.takes_in("张伟")
    office.store.write_now(
        lambda c: c.execute(
            update(application).values(unit_id=units.find_or_make_unit(c, "重庆山城设计院", office.clock()))
        )
    )

    assert "张伟" in chat.says("/find 山城设计")
    assert "张伟" not in chat.says("/find 别的设计院")


def test_review_goes_from_one_to_the_next_and_approves_returns_and_notes(office: Office, chat: Engineer) -> None:
    engineers = [
        office.takes_in(name, name=name, phone=f"1380013800{at}") for at, name in enumerate(("张伟", "李娜", "赵敏"))
    ]
    cases = [case for _, case in engineers]

    assert "张伟" in chat.says("/review")
    assert "李娜" in chat.says("通过")  # approved; the next card follows
    assert office.standing(cases[0]).status is S.RECOMMENDED
    assert "赵敏" in chat.says("看下一位")
    assert office.standing(cases[1]).status is S.SUBMITTED
    chat.says("备注")
    chat.says("周三电话核对")
    assert ("note" in {each.entry.action for each in office.store.read_now(audit.latest)}) is True
    chat.says("退回修改")
    chat.says("联系方式")
    chat.says("手机打不通")
    assert office.standing(cases[2]).status is S.RETURNED
    engineers[2][0].settle()
    assert engineers[2][0].cards()[-1].subject == "phone"
    viewed = office.audited("view_full_record")
    assert {subject for _, subject, _ in viewed} == {f"application {case}" for case in cases}


def test_a_question_is_answered_by_replying_to_the_message(office: Office, chat: Engineer) -> None:
    engineer, _ = office.takes_in("张伟")
    engineer.says("/ask 面试可以用英文吗？我在国外")
    engineer.says("1")
    (question,) = office.store.read_now(enquiries.waiting)
    forwarded = chat.cards()[-1]
    assert "面试可以用英文吗" in str(forwarded)
    office.store.write_now(
        lambda c: c.execute(update(outbox).where(outbox.c.account_id == chat.account.id).values(message_id="m77"))
    )

    said = chat.says("可以，提前告知即可。", replied_to="m77")

    assert "已" in said
    last = engineer.cards()[-1]
    assert [line.key for line in last.lines] == ["case.asked", "case.answered"]
    assert last.lines[1].args["answer"] == "可以，提前告知即可。"
    assert office.store.read_now(enquiries.waiting) == []
    assert office.audited("answer_questions") == [(chat.account.person, f"enquiry {question.id}", "done")]


def test_waiting_questions_stand_by_age_and_are_answered_by_number(office: Office, chat: Engineer) -> None:
    for number, words in enumerate(("面试可以用英文吗？我在国外", "护照过期了还能报名吗？正在换发")):
        engineer, _ = office.takes_in(f"p{number}", phone=f"1380013800{number}")
        engineer.says(f"/ask {words}")
        engineer.says("1")
        office.clock.at += timedelta(days=2)

    said = chat.says("/questions")
    assert said.index("面试") < said.index("护照")
    assert "4 天" in said
    assert "2 天" in said
    number = re.search(r"#(\d+)[^#]*护照", said)
    assert number
    chat.says(f"/questions {number[1]}")
    chat.says("可以，换发后补交。")
    assert "护照" not in chat.says("/questions")
    assert keys(engineer.cards())[-1] == "case.answered"


def test_a_code_is_used_once_and_expires(office: Office) -> None:
    lead = office.hires("陈主任", Role.LEAD)
    said = office.chat("陈主任").says("/invite")
    code = re.search(r"/join ([A-Z0-9-]+)", said)
    assert code
    first, second, third = (office.chat(name) for name in ("甲", "乙", "丙"))
    for each in (first, second, third):
        each.says("你好")
    assert "绑定成功" in first.says(f"/join {code[1]}")
    assert "绑定成功" not in second.says(f"/join {code[1]}")
    assert office.member(second.account.person).role is Role.CANDIDATE
    later = office.store.write_now(lambda c: codes.make(c, CodeKind.SECRETARIAT, office.clock(), made_by=lead.person))
    office.clock.at += codes.LASTS + timedelta(seconds=1)
    assert "绑定成功" not in third.says(f"/join {later}")
    assert office.member(third.account.person).role is Role.CANDIDATE
    assert office.audited("invite_secretariat") == [(lead.person, "", "done")]


def test_who_lists_everybody_with_a_role_and_revoking_ends_it_at_once(office: Office, chat: Engineer) -> None:
    lead = office.hires("陈主任", Role.LEAD)
    person = chat.account.person
    boss = office.chat("陈主任")
    said = boss.says("/who")
    assert f"#{person} 王芳 · 秘书处成员" in said
    assert f"#{lead.person} 陈主任 · 秘书处负责人" in said

    assert "已撤销" in boss.says(f"/revoke {person}")

    assert "王芳" not in boss.says("/who")
    assert "授权" in chat.says("/find 张伟")
    assert office.audited("revoke") == [(lead.person, f"person {person}", "done")]
    assert "最后一位" in boss.says(f"/revoke {lead.person}")
    assert Role.LEAD in office.store.read_now(lambda c: members.roles_of(c, lead.person))


def test_the_audit_by_chat_tells_who_did_what_and_its_chain_is_whole(office: Office, chat: Engineer) -> None:
    office.takes_in("张伟")
    chat.says("/review")
    chat.says("通过")

    said = chat.says("/audit")

    assert "王芳 view_full_record application 1 完成" in said
    assert "王芳 decide application 1 完成" in said
    assert "张伟" not in said
    assert office.store.read_now(audit.problem) == ""


def test_stats_come_as_numbers_and_as_a_picture(office: Office, chat: Engineer) -> None:
    office.takes_in("张伟")
    assert "土木工程类 1" in chat.says("/stats")
    row = office.store.read_now(lambda c: c.execute(timer.select().where(timer.c.kind == STATS_PICTURE)).one())
    waiting = Timer(
        id=row.id, kind=row.kind, subject=row.subject, payload=row.payload, due_at=row.due_at, attempts=row.attempts
    )
    slow = pictures_of(office.store)
    made = slow.work(waiting)
    office.store.write_now(lambda c: slow.keep(c, waiting, made, office.clock()))
    chat.settle()

    assert made.startswith(b"\x89PNG")
    assert [each.document.media_type for each in chat.cards() if each.document] == ["image/png"]
