"""The desk's pages: signing in, the list, a candidate, decisions, questions, exports, members, audit."""

import re
from datetime import timedelta

import pytest

from bot.desk.lists import ListJob, ListKind, build_list, keep_list
from bot.store import desk_sessions, enquiries, members
from bot.store.consents import record
from dialogs.effects import Purpose
from domain.application import ApplicationStatus
from domain.vocabulary import Role
from tests.bot.desk.browser import DeskBrowser
from tests.bot.desk.office import Office, keys

S = ApplicationStatus


async def test_one_signs_in_once_with_a_code_from_ones_own_chat(office: Office) -> None:
    member = office.hires("王芳")
    browser = DeskBrowser(office)
    code = office.store.write_now(lambda c: desk_sessions.make_code(c, member.person, office.clock()))

    await browser.open("/desk")
    assert browser.last.url.path == "/enter"
    await browser.open(f"/enter?code={code}")
    await browser.open(f"/enter?code={code}")  # a messenger looks at the link for its preview
    answer = await browser.client.post("/enter", data={"csrf": browser.csrf, "code": code})

    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    for part in ("__Host-desk=", "HttpOnly", "SameSite=strict", "Secure", "Path=/"):
        assert part in cookie
    assert (await browser.open("/desk")).status_code == 200
    other = DeskBrowser(office)
    await other.open("/enter")
    await other.post("/enter", code=code)
    assert other.last.status_code == 403


async def test_a_code_lasts_ten_minutes_and_a_session_a_working_day(office: Office) -> None:
    member = office.hires("王芳")
    browser = DeskBrowser(office)
    code = office.store.write_now(lambda c: desk_sessions.make_code(c, member.person, office.clock()))
    office.clock.at += timedelta(minutes=11)
    await browser.open("/enter")
    await browser.post("/enter", code=code)
    assert browser.last.status_code == 403

    await browser.sign_in(member)
    assert browser.last.status_code == 200
    office.clock.at += timedelta(hours=13)
    await browser.open("/desk")
    assert browser.last.url.path == "/enter"


async def test_a_form_without_its_token_or_from_another_site_changes_nothing(office: Office) -> None:
    member = office.hires("王芳")
    _, case = office.takes_in("张伟")
    browser = DeskBrowser(office)
    await browser.sign_in(member)
    fields = {"application": str(case), "version": "1", "to": "recommended"}

    for token in ("", "forged", DeskBrowser(office).csrf):
        await browser.post("/desk/decisions", csrf=token, **fields)
        assert browser.last.status_code == 403
    await browser.open("/desk")
    foreign = await browser.client.post(
        "/desk/decisions", data={"csrf": browser.csrf, **fields}, headers={"Origin": "https://elsewhere.example"}
    )
    assert foreign.status_code == 403
    assert office.standing(case).status is S.SUBMITTED


async def test_a_browser_that_hides_where_a_form_comes_from_is_believed_by_the_forms_token(office: Office) -> None:
    _, case = office.takes_in("张伟")
    browser = DeskBrowser(office)
    await browser.sign_in(office.hires("王芳"))
    await browser.open(f"/desk/candidates/{case}")
    fields = {"csrf": browser.csrf, "application": str(case), "version": "1", "to": "recommended"}
    hidden = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}

    for headers, changed in (
        ({**hidden, "Sec-Fetch-Site": "cross-site"}, 403),
        ({**hidden, "Sec-Fetch-Site": "same-site"}, 403),
        (hidden, 303),
    ):
        fields["version"] = str(office.standing(case).version)
        answer = await browser.client.post("/desk/decisions", data=fields, headers=headers)
        assert answer.status_code == changed, headers


async def test_signing_out_ends_the_session(office: Office) -> None:
    browser = DeskBrowser(office)
    await browser.sign_in(office.hires("王芳"))
    kept = dict(browser.client.cookies)

    await browser.post("/desk/leave")

    browser.client.cookies.update(kept)
    await browser.open("/desk")
    assert browser.last.url.path == "/enter"


async def test_who_loses_the_role_is_out_at_the_next_click(office: Office) -> None:
    member, lead = office.hires("王芳"), office.hires("陈主任", Role.LEAD)
    hers, his = DeskBrowser(office), DeskBrowser(office)
    await hers.sign_in(member)
    await his.sign_in(lead)
    await his.open("/desk/people")

    await his.post("/desk/people/revoke", person=str(member.person), role="secretariat")

    assert "已撤销" in his.text
    await hers.open("/desk")
    assert hers.last.url.path == "/enter"


async def test_the_last_lead_cannot_be_revoked(office: Office) -> None:
    lead = office.hires("陈主任", Role.LEAD)
    browser = DeskBrowser(office)
    await browser.sign_in(lead)
    await browser.open("/desk/people")

    await browser.post("/desk/people/revoke", person=str(lead.person), role="lead")

    assert "最后一位负责人" in browser.text
    assert Role.LEAD in office.store.read_now(lambda c: members.roles_of(c, lead.person))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=张伟", "张伟"),
        ("text=zhangwei", "张伟"),
        ("text=zw", "张伟"),
        ("text=8000", "张伟"),
        ("text=13800138000", "张伟"),
        ("text=土木", "张伟"),
        ("status=submitted", "张伟"),
        ("field=土木工程类&level=professional", "张伟"),
        ("eligible=yes", "张伟"),
        ("text=李四", ""),
        ("status=registered", ""),
        ("text=张伟 水利", ""),
    ],
)
async def test_the_list_finds_by_every_form_of_a_name_number_field_and_filter(
    office: Office, query: str, found: str
) -> None:
    office.takes_in("张伟")
    browser = DeskBrowser(office)
    await browser.sign_in(office.hires("王芳"))

    await browser.open(f"/desk?{query}")

    assert browser.last.status_code == 200
    assert ("张伟" in re.sub(r"<form.*?</form>", "", browser.last.text, flags=re.DOTALL)) == bool(found)


async def test_the_list_says_how_many_there_are(office: Office) -> None:
    for number in range(3):
        office.takes_in(f"p{number}", phone=f"1380013800{number}")
    browser = DeskBrowser(office)
    await browser.sign_in(office.hires("王芳"))

    assert "共 3 人" in (await browser.open("/desk")).text
    assert "共 3 人" in (await browser.open("/desk?text=张伟")).text
    assert "共 0 人" in (await browser.open("/desk?status=registered")).text


async def test_the_list_pages_forth_and_back_without_losing_anybody(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.case_list.page.__kwdefaults__", {"after": None, "before": None, "limit": 2})
    for number in range(5):
        office.takes_in(f"p{number}", phone=f"1380013800{number}", name=f"张伟{'甲乙丙丁戊'[number]}")
        office.clock.at += timedelta(minutes=1)
    browser = DeskBrowser(office)
    await browser.sign_in(office.hires("王芳"))
    for order in ("changed", "waiting", "newest", "oldest"):
        seen: list[str] = []
        await browser.open(f"/desk?order={order}")
        forth = 0
        while True:
            seen += re.findall(r"张伟[甲乙丙丁戊]", browser.text)
            link = re.search(r'href="([^"]+)" rel="next"', browser.last.text)
            if not link:
                break
            forth += 1
            await browser.open(link[1].replace("&amp;", "&"))
        assert len(seen) == len(set(seen)) == 5, order
        for _ in range(forth):
            back = re.search(r'href="([^"]+)" rel="prev"', browser.last.text)
            assert back, order
            await browser.open(back[1].replace("&amp;", "&"))
        assert re.findall(r"张伟[甲乙丙丁戊]", browser.text) == seen[:2], order


async def test_a_candidates_page_shows_everything_and_is_audited(office: Office) -> None:
    member = office.hires("王芳")
    _, case = office.takes_in("张伟")
    browser = DeskBrowser(office)
    await browser.sign_in(member)

    await browser.open(f"/desk/candidates/{case}")

    for expected in (
        "张伟",
        "+8613800138000",
        "土木工程类",
        "符合",
        "重庆某某建设集团有限公司",
        "改为“已推荐”",
        "本人",
    ):
        assert expected in browser.text, expected
    assert (member.person, f"application {case}", "done") in office.audited("view_full_record")
    await browser.open("/desk/candidates/999999")
    assert browser.last.status_code == 404


async def test_a_decision_on_the_page_and_a_late_one_says_who_was_faster(office: Office) -> None:
    first, second = office.hires("王芳"), office.hires("李强")
    engineer, case = office.takes_in("张伟")
    hers, his = DeskBrowser(office), DeskBrowser(office)
    await hers.sign_in(first)
    await his.sign_in(second)
    await hers.open(f"/desk/candidates/{case}")
    await his.open(f"/desk/candidates/{case}")
    version = str(office.standing(case).version)

    await hers.post("/desk/decisions", application=str(case), version=version, to="recommended")
    await his.post("/desk/decisions", application=str(case), version=version, to="not_passed", reason="年限不足")

    assert "已处理" in hers.text
    assert his.last.status_code == 409
    assert "王芳 刚刚处理过，现在的状态是“已推荐”" in his.text
    assert keys(engineer.cards())[-1] == "case.told.recommended"


async def test_returning_on_the_page_names_the_ticked_answers(office: Office) -> None:
    engineer, case = office.takes_in("张伟")
    browser = DeskBrowser(office)
    await browser.sign_in(office.hires("王芳"))
    await browser.open(f"/desk/candidates/{case}")

    await browser.post(
        "/desk/decisions",
        application=str(case),
        version=str(office.standing(case).version),
        to="returned",
        reason="手机打不通",
        question_phone="on",
    )
    engineer.settle()

    assert office.standing(case).status is S.RETURNED
    assert engineer.cards()[-1].subject == "phone"
    assert "手机打不通" in (await browser.open(f"/desk/candidates/{case}")).text


async def test_notes_and_tasks(office: Office) -> None:
    member = office.hires("王芳")
    engineer, case = office.takes_in("张伟")
    office.brings_to(member, case, S.ALLOCATED)
    browser = DeskBrowser(office)
    await browser.sign_in(member)
    await browser.open(f"/desk/candidates/{case}")

    await browser.post(f"/desk/candidates/{case}/notes", text="<b>周三</b>电话确认")
    assert "&lt;b&gt;周三&lt;/b&gt;电话确认" in browser.last.text
    await browser.post("/desk/decisions/tasks", application=str(case), task="join_society", done="1")
    assert "✓ 加入学会" in browser.text
    await browser.post("/desk/decisions/tasks", application=str(case), remind="1")
    assert keys(engineer.cards())[-2:] == ["case.task.hand_in_form", "case.tasks_help"]


async def test_allocation_by_field_with_and_without_a_society(office: Office) -> None:
    member = office.hires("王芳")
    _, case = office.takes_in("张伟")
    office.brings_to(member, case, S.SCREENING)
    browser = DeskBrowser(office)
    await browser.sign_in(member)

    await browser.open("/desk/societies")
    assert "未设置" in browser.text
    assert "分配 1 人" in browser.text
    await browser.post("/desk/societies/allocate", field="土木工程类")

    assert office.standing(case).status is S.ALLOCATED
    assert "提醒加入学会（1 人）" in browser.text


async def test_the_clock_warns_two_months_before_the_end_and_when_it_is_over(office: Office) -> None:
    member = office.hires("王芳")
    _, case = office.takes_in("张伟")
    office.brings_to(member, case, S.SCREENING)
    browser = DeskBrowser(office)
    for days, expected in ((0, "还有 184 天"), (140, "只剩 44 天"), (200, "已超期 16 天")):
        office.clock.at += timedelta(days=days) - (office.clock.at - office.standing(case).evaluation_from)  # type: ignore[operator]
        await browser.sign_in(member)
        await browser.open("/desk/clock")
        assert expected in browser.text


async def test_a_question_is_answered_once_and_goes_to_where_it_was_asked(office: Office) -> None:
    first, second = office.hires("王芳"), office.hires("李强")
    engineer, _ = office.takes_in("张伟")
    engineer.says("/ask 面试可以用英文吗？我在国外")
    engineer.says("1")
    hers, his = DeskBrowser(office), DeskBrowser(office)
    await hers.sign_in(first)
    await his.sign_in(second)
    await hers.open("/desk/questions")
    await his.open("/desk/questions")
    question = str(office.store.read_now(enquiries.waiting)[0].id)

    await hers.post("/desk/questions", question=question, answer="可以，提前告知即可。")
    await his.post("/desk/questions", question=question, answer="不可以。")

    assert "回复已发出" in hers.text
    assert "已有同事回复过" in his.text
    last = engineer.cards()[-1]
    assert [line.key for line in last.lines] == ["case.asked", "case.answered"]
    assert last.lines[1].args["answer"] == "可以，提前告知即可。"


async def test_only_who_agreed_is_put_forward_abroad_and_stands_in_the_list(office: Office) -> None:
    member = office.hires("王芳")
    engineer, case = office.takes_in("张伟", consent_abroad="不同意")
    office.brings_to(member, case, S.REGISTERED)
    browser = DeskBrowser(office)
    await browser.sign_in(member)
    await browser.open(f"/desk/candidates/{case}")
    await browser.post("/desk/partners", application=str(case), partner="ies")
    assert "不能推荐" in browser.text

    person = engineer.account.person
    office.store.write_now(lambda c: record(c, person, Purpose.ABROAD, "1", office.clock(), given=True))
    await browser.post("/desk/partners", application=str(case), partner="ies")
    assert "已推荐" in browser.text
    job = ListJob(kind=ListKind.PARTNERS, person=member.person, asked_at=office.clock())
    made = office.store.read_now(lambda c: build_list(c, job))
    assert made.rows == 1
    office.store.write_now(lambda c: keep_list(c, job, made, office.clock()))
    await browser.open("/desk/exports")
    link = re.search(r'href="(/desk/exports/[0-9a-f]+)"', browser.last.text)
    assert link
    assert (await browser.open(link[1])).content.startswith(b"PK")
    assert ("export" in {row[1].split()[0] for row in office.audited("fetch_export")}) is True


async def test_an_attachment_that_is_no_export_cannot_be_fetched_as_one(office: Office) -> None:
    browser = DeskBrowser(office)
    await browser.sign_in(office.hires("王芳"))

    await browser.open("/desk/exports/" + "0" * 32)

    assert browser.last.status_code == 404


async def test_a_lead_makes_codes_that_bind_and_the_audit_lists_it(office: Office) -> None:
    lead = office.hires("陈主任", Role.LEAD)
    browser = DeskBrowser(office)
    await browser.sign_in(lead)
    await browser.open("/desk/people")
    await browser.post("/desk/people/units", unit="重庆某某公司")
    code = re.search(r"/join ([A-Z0-9-]+)", browser.text)
    assert code
    engineer, _ = office.takes_in("联系人")
    assert "重庆某某公司" in engineer.says(f"/join {code[1]}")

    await browser.open("/desk/audit")

    assert "invite_unit" in browser.text
    assert "陈主任" in browser.text


async def test_every_page_carries_the_policy_and_holds_nothing_inline(office: Office) -> None:
    lead = office.hires("陈主任", Role.LEAD)
    _, case = office.takes_in("张伟")
    browser = DeskBrowser(office)
    await browser.sign_in(lead)
    for path in (
        "",
        "/stats",
        f"/candidates/{case}",
        "/societies",
        "/clock",
        "/partners",
        "/questions",
        "/broadcasts",
        "/exports",
        "/people",
        "/audit",
    ):
        answer = await browser.open(f"/desk{path}")
        assert answer.status_code == 200, path
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?! src=\"/static/desk\.)|<style|\sstyle=|\son[a-z]+=", answer.text), path


async def test_the_list_says_how_many_there_are_without_any_filter(office: Office) -> None:
    for name in ("张伟", "李娜", "王强"):
        office.takes_in(name)
    browser = DeskBrowser(office)
    await browser.sign_in(office.hires("王芳"))

    await browser.open("/desk")

    assert "共 3 人" in browser.text
