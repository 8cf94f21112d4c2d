"""The whole program on WeChat: taken in, invited by a scan, the secretariat's commands by words, the menu."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

from exports.invitation import invitation_png
from tests.engineer import DISPATCHED, question_on
from tests.peers.wechat_platform import WeChatPlatform
from tests.wechat_phone import Phone, program_on

UNIT = "重庆远行建设集团"
PROJECT = DISPATCHED["project"]


@pytest.fixture
async def platform() -> AsyncIterator[WeChatPlatform]:
    async with WeChatPlatform() as running:
        yield running


async def test_an_engineer_is_taken_in_on_wechat_by_the_real_program(tmp_path: Path, platform: WeChatPlatform) -> None:
    with program_on(platform, tmp_path):
        engineer = Phone(platform, "oEngineer")
        await engineer.says("你好")
        await engineer.takes_part()

        assert question_on(engineer.screen) == "home"


async def test_a_scanned_invitation_opens_the_account_with_unit_enterprise_and_project_filled_in(
    tmp_path: Path, platform: WeChatPlatform
) -> None:
    with program_on(platform, tmp_path) as program:
        made = await asyncio.to_thread(program.run, "invite", "unit", UNIT)
        contact = Phone(platform, "oContact")
        assert UNIT in await contact.says(f"/join {made.stdout.strip().splitlines()[-1].split()[-1]}")
        enterprise = (DISPATCHED["enterprise"], "王五", "13700000000")
        await contact.says("/projects", *enterprise, PROJECT, "缅甸", "承包工程", "在建", "12", "30", "9")

        seen = len(contact.person.seen)
        await contact.says("邀请链接", PROJECT)
        told = await contact.shown("微信二维码（", after=seen)
        links = await contact.shown("?start=", after=seen)
        picture, _ = await contact.downloads(told)
        (ticket, scene), *others = platform.interface.scenes.items()
        assert not others
        assert f"{program.address}/?start={scene}" in links
        assert picture == invitation_png(f"http://weixin.qq.com/q/{ticket}", caption=f"{UNIT} {PROJECT}", code=scene)

        engineer = Phone(platform, "oScans")
        await platform.scans(engineer.person, ticket)
        await engineer.shown(UNIT)
        asked = await engineer.takes_part()
        assert not {"enterprise", "project", "country", "project_type", "project_status"} & set(asked)
        assert {"name", "phone", "degree"} <= set(asked)

        follower = Phone(platform, "oFollows")
        await follower.says("你好")
        await platform.scans(follower.person, ticket)
        await follower.shown(UNIT)

        listed = await contact.says("候选人")
        assert "张伟" in listed


async def test_an_invitation_without_a_code_of_wechats_still_has_its_links(
    tmp_path: Path, platform: WeChatPlatform
) -> None:
    platform.interface.faults["qrcode/create"] = [48001]
    with program_on(platform, tmp_path) as program:
        made = await asyncio.to_thread(program.run, "invite", "unit", UNIT)
        contact = Phone(platform, "oContact")
        await contact.says(f"/join {made.stdout.strip().splitlines()[-1].split()[-1]}", "邀请链接", "全单位")
        await contact.shown("?start=")

        assert "/join" in await contact.shown("微信二维码暂时没有生成")


async def test_the_secretariat_gives_its_commands_by_words_and_gets_the_export_as_a_link_that_works_once(
    tmp_path: Path, platform: WeChatPlatform
) -> None:
    with program_on(platform, tmp_path) as program:
        engineer = Phone(platform, "oEngineer")
        await engineer.says("你好")
        await engineer.takes_part()
        secretary = Phone(platform, "oSecretary")
        await secretary.says(f"/join {program.code}")

        await secretary.says("统计")
        assert "1" in await secretary.shown("已提交")
        assert "张伟" in await secretary.says("查找 张伟")
        seen = len(secretary.person.seen)
        await secretary.says("导出")
        await secretary.says("全部", "所有")
        told = await secretary.shown(".xlsx", after=seen)
        book, link = await secretary.downloads(told)
        cells = {cell.value for row in load_workbook(BytesIO(book)).worksheets[0].iter_rows() for cell in row}
        async with httpx.AsyncClient(trust_env=False) as browser:
            again = await browser.post(link)
            forged = await browser.post(link[:-3] + "AAA")

        assert "张伟" in cells
        assert (again.status_code, forged.status_code) == (410, 410)


async def test_the_words_of_the_secretariat_tell_a_candidate_nothing(tmp_path: Path, platform: WeChatPlatform) -> None:
    with program_on(platform, tmp_path):
        engineer, other = Phone(platform, "oEngineer"), Phone(platform, "oOther")
        for each in (engineer, other):
            await each.says("你好", "中文", "同意", "张伟")
        words, nonsense = await engineer.says("统计"), await other.says("嗯哼")

        assert question_on(words) == "phone"
        assert words == nonsense
        assert await engineer.says("13800138000") == await other.says("13800138000")


async def test_the_doctor_sets_the_menu_and_says_what_stands_in_the_way(
    tmp_path: Path, platform: WeChatPlatform
) -> None:
    program = program_on(platform, tmp_path)
    program.folder.mkdir(mode=0o700)
    looked = await asyncio.to_thread(program.run, "doctor")
    assert platform.interface.calls["menu/create"] == 0, "without --fix nothing is changed"
    fixed = await asyncio.to_thread(program.run, "doctor", "--fix")
    labels = [each["name"] for each in platform.interface.menu["button"]]
    below = [each["name"] for each in platform.interface.menu["button"][-1]["sub_button"]]
    platform.interface.faults["menu/create"] = [40164]
    refused = await asyncio.to_thread(program.run, "doctor", "--fix")

    assert (looked.returncode, fixed.returncode, refused.returncode) == (0, 0, 1), fixed.stdout + refused.stdout
    assert [*labels[:2], *below[:2]] == ["申请", "进度", "问答", "宣讲会"]
    assert "申请, 进度, 问答, 宣讲会" in fixed.stdout
    assert "40164" in refused.stdout
    assert "IP白名单" in refused.stdout
