"""Two members on the same candidate in the same moment: really at once, in threads, on both databases."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.deciding import Decided, Overtaken, Result
from bot.store import cases, enquiries
from domain.application import ApplicationStatus
from domain.vocabulary import Role
from tests.bot.desk.browser import DeskBrowser
from tests.bot.desk.office import Office, keys

S = ApplicationStatus
ROUNDS = 5


def at_once(*deeds: Callable[[], Result]) -> list[Result]:
    """Each in a thread of its own, all begun in the same moment."""
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Result]) -> Result:
        gate.wait(10)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_of_many_who_decide_in_the_same_moment_one_wins_and_all_others_learn_of_it(office: Office) -> None:
    members = [office.hires(name) for name in ("王芳", "李强", "赵敏", "陈平")]
    for round_ in range(ROUNDS):
        engineer, case = office.takes_in(f"p{round_}", phone=f"1380013900{round_}", name="张伟")
        seen = office.standing(case).version

        results = at_once(
            *(
                lambda member=member, to=to, case=case, seen=seen: office.decides(
                    member, case, to, version=seen, reason="年限不足"
                )
                for member, to in zip(members, (S.RECOMMENDED, S.NOT_PASSED, S.WITHDRAWN, S.RECOMMENDED), strict=True)
            )
        )

        (won,) = [each for each in results if isinstance(each, Decided)]
        winner = members[results.index(won)].person
        late = [each for each in results if isinstance(each, Overtaken)]
        assert len(late) == len(members) - 1
        assert {(each.by, each.status) for each in late} == {(winner, won.became)}
        assert office.standing(case).status is won.became
        history = office.store.read_now(lambda c, case=case: cases.history(c, case))
        assert [(each.actor, each.became) for each in history[1:]] == [(winner, won.became)]
        told = [key for key in keys(engineer.cards()) if key.startswith("case.told.")]
        assert told == [f"case.told.{won.became}"]
    assert len(office.audited("decide")) == ROUNDS


async def test_on_two_desks_at_once_one_wins_and_the_other_is_told_by_whom(office: Office) -> None:
    first, second = office.hires("王芳"), office.hires("李强", Role.LEAD)
    engineer, case = office.takes_in("张伟")
    hers, his = DeskBrowser(office), DeskBrowser(office)
    await hers.sign_in(first)
    await his.sign_in(second)
    await hers.open(f"/desk/candidates/{case}")
    await his.open(f"/desk/candidates/{case}")
    version = str(office.standing(case).version)
    fields = {"application": str(case), "version": version}

    await asyncio.gather(
        hers.post("/desk/decisions", to="recommended", **fields),
        his.post("/desk/decisions", to="not_passed", reason="年限不足", **fields),
    )

    codes = sorted((hers.last.status_code, his.last.status_code))
    assert codes == [200, 409]
    late, faster = (hers, "李强") if hers.last.status_code == 409 else (his, "王芳")
    assert f"{faster} 刚刚处理过" in late.text
    told = [key for key in keys(engineer.cards()) if key.startswith("case.told.")]
    assert len(told) == 1


def test_in_the_chat_who_pressed_on_what_is_old_hears_who_was_faster(office: Office) -> None:
    office.hires("王芳")
    office.hires("李强")
    engineer, case = office.takes_in("张伟")
    hers, his = (office.chat(name) for name in ("王芳", "李强"))
    assert "张伟" in hers.says(f"/review {case}")
    assert "张伟" in his.says(f"/review {case}")

    hers.says("1")
    said = his.says("1")

    assert "王芳 刚刚处理过，现在的状态是“已推荐”" in said
    assert office.standing(case).status is S.RECOMMENDED
    assert [key for key in keys(engineer.cards()) if key.startswith("case.told.")] == ["case.told.recommended"]


@pytest.mark.parametrize("count", [4])
def test_a_question_is_answered_by_one_of_many_who_answer_at_once(office: Office, count: int) -> None:
    from bot import answering_questions  # noqa: PLC0415

    members = [office.hires(f"成员{number}") for number in range(count)]
    engineer, _ = office.takes_in("张伟")
    engineer.says("/ask 面试可以用英文吗？我在国外")
    engineer.says("1")
    question = office.store.read_now(enquiries.waiting)[0].id
    gate = threading.Barrier(count)

    def answer(person: int) -> bool:
        gate.wait(10)
        return office.store.write_now(
            lambda c: answering_questions.answer(c, question, f"答复{person}", person, office.clock())
        )

    with ThreadPoolExecutor(count) as pool:
        sent = list(pool.map(answer, [each.person for each in members]))

    assert sent.count(True) == 1
    assert keys(engineer.cards()).count("case.answered") == 1
