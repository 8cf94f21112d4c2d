"""The secretariat at the chat page: bound by a code, refused without one, the workbook as a download."""

from asyncio import to_thread
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from playwright.async_api import Browser

from tests.browser.person import Person, answers
from tests.engineer import STATEMENT
from tests.program import Program

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("scripted", [True, False], ids=["with a script", "without a script"])
async def test_the_export_holds_exactly_what_was_typed(chrome: Browser, tmp_path: Path, scripted: bool) -> None:
    given = answers()
    with Program(tmp_path / "data") as program:
        engineer = await Person.arrive(chrome, program.address)
        await engineer.take_in(given)
        await engineer.type("/export")
        await engineer.page.locator(".bot", has_text="授权").wait_for()
        await engineer.leave()
        office = await Person.arrive(chrome, program.address, width=1280, height=800, java_script_enabled=scripted)
        await office.type(f"/join {program.code}")
        await office.page.locator(".bot", has_text="绑定成功").wait_for()
        await office.type("/export")
        await office.page.get_by_role("button", name="全部", exact=True).click()
        await office.page.get_by_role("button", name="所有已提交的", exact=True).click()
        link = office.page.locator("a.file")
        await link.wait_for(timeout=60_000)  # without a script the page reloads until it is there
        async with office.page.expect_download() as arriving:
            await link.click()
        download = await arriving.value
        content = await to_thread(Path(await download.path()).read_bytes)
        workbook = load_workbook(BytesIO(content))
        cookies = {each["name"]: each["value"] for each in await office.context.cookies()}
        async with httpx.AsyncClient(cookies=cookies) as browser:
            once_more = await browser.get(download.url)
        await office.leave()

    dispatched, planned = workbook.worksheets[:2]
    cells = [str(cell.value) for row in dispatched.iter_rows() for cell in row if cell.value]
    typed = {"张伟", given["phone"], "土木工程类", "缅甸仰光", "仰光大桥项目", "承包工程", "在建", STATEMENT}
    assert download.suggested_filename.endswith(".xlsx")
    assert typed <= set(cells)
    assert cells.count("张伟") == 1
    assert "张伟" not in [cell.value for row in planned.iter_rows() for cell in row]
    assert once_more.status_code == 410
