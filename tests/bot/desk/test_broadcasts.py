"""Broadcasts on the desk: what each is at, the second member's approval, the brakes."""

import pytest
from sqlalchemy import Connection

from bot import broadcasting
from bot.deciding import Member
from bot.store import broadcasts
from bot.store.broadcasts import Broadcast
from domain.audience import Audience
from domain.broadcast import BroadcastState, Hand
from domain.vocabulary import Role
from tests.bot.desk.browser import DeskBrowser
from tests.bot.desk.office import Office

S = BroadcastState


def written(office: Office, author: Member, state: BroadcastState) -> int:
    """A broadcast to everyone by that member, brought to that state."""

    def work(connection: Connection) -> int:
        now = office.clock()
        draft = broadcasts.draft(connection, author.person, None, "您好，{name}：请尽快提交。", Audience(), now)
        seen = broadcasts.change(connection, draft, S.TESTED, Hand.AUTHOR, now, actor=author.person)
        assert seen is not None
        if state is S.AWAITING_APPROVAL:
            broadcasts.change(connection, seen, state, Hand.AUTHOR, now, actor=author.person)
        else:
            broadcasting.begin(connection, seen, Hand.AUTHOR, now, author.person)
        return draft.id

    return office.store.write_now(work)


def standing(office: Office, number: int) -> Broadcast:
    found = office.store.read_now(lambda c: broadcasts.find(c, number))
    assert found is not None
    return found


async def signed_in(office: Office, member: Member) -> DeskBrowser:
    browser = DeskBrowser(office)
    await browser.sign_in(member)
    await browser.open("/desk/broadcasts")
    return browser


async def test_a_second_member_approves_and_its_author_cannot(office: Office) -> None:
    author, second = office.hires("陈主任", Role.LEAD), office.hires("王芳")
    office.takes_in("张伟")
    number = written(office, author, S.AWAITING_APPROVAL)
    his, hers = await signed_in(office, author), await signed_in(office, second)
    assert "批准发送" not in his.text
    assert "批准发送" in hers.text
    assert "等待另一位成员批准" in hers.text

    await his.post("/desk/broadcasts/approval", broadcast=str(number), move="approve")
    assert "要由另一位成员批准" in his.text
    assert standing(office, number).state is S.AWAITING_APPROVAL
    await hers.post("/desk/broadcasts/approval", broadcast=str(number), move="approve")

    assert standing(office, number).state is S.RUNNING
    assert standing(office, number).approved_by == second.person
    assert "已处理 0 / 1 人" in hers.text
    assert office.audited("approve_broadcast") == [
        (author.person, f"broadcast {number}", "refused"),
        (second.person, f"broadcast {number}", "done"),
    ]


async def test_any_member_brakes_and_a_late_press_changes_nothing(office: Office) -> None:
    author, second = office.hires("陈主任", Role.LEAD), office.hires("王芳")
    office.takes_in("张伟")
    number = written(office, author, S.RUNNING)
    hers = await signed_in(office, second)
    for move, state in (("pause", S.PAUSED), ("resume", S.RUNNING), ("cancel", S.CANCELLED)):
        await hers.post("/desk/broadcasts", broadcast=str(number), move=move)
        assert standing(office, number).state is state, move

    await hers.post("/desk/broadcasts", broadcast=str(number), move="resume")

    assert "没有改动" in hers.text
    assert standing(office, number).state is S.CANCELLED
    assert [outcome for *_, outcome in office.audited("broadcast")] == ["done", "done", "done", "refused"]


@pytest.mark.parametrize("fields", [{"broadcast": "77", "move": "pause"}, {"broadcast": "", "move": "pause"}])
async def test_what_is_not_there_is_said(office: Office, fields: dict[str, str]) -> None:
    browser = await signed_in(office, office.hires("王芳"))

    await browser.post("/desk/broadcasts", **fields)

    assert "没有这条群发" in browser.text


async def test_an_approval_does_not_go_through_the_brakes(office: Office) -> None:
    author, second = office.hires("陈主任", Role.LEAD), office.hires("王芳")
    number = written(office, author, S.AWAITING_APPROVAL)
    hers = await signed_in(office, second)

    await hers.post("/desk/broadcasts", broadcast=str(number), move="approve")

    assert hers.last.status_code == 404
    assert standing(office, number).state is S.AWAITING_APPROVAL
