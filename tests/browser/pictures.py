"""Takes the pictures of the documentation: `python -m tests.browser.pictures docs/pictures [chat|desk]`."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, async_playwright

from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.office import office_of
from tests.browser.person import Person, answers
from tests.program import Program


@dataclass(frozen=True, slots=True)
class Picture:
    """Which step of the intake, on which screen."""

    name: str
    until: str
    width: int
    height: int
    scheme: str
    language: str = "zh-CN"


PICTURES = (
    Picture("chat-phone-light", "posting", 360, 640, "light"),
    Picture("chat-phone-dark", "level", 360, 640, "dark"),
    Picture("chat-phone-statement", "statement", 360, 640, "light"),
    Picture("chat-phone-narrow", "specialty", 320, 568, "light"),
    Picture("chat-desktop-light", "review", 1280, 800, "light"),
    Picture("chat-desktop-dark", "specialty", 1280, 800, "dark"),
)


async def take(chrome: Browser, program: Program, picture: Picture) -> bytes:
    """The picture as PNG."""
    person = await Person.arrive(
        chrome,
        program.address,
        width=picture.width,
        height=picture.height,
        color_scheme=picture.scheme,
        locale=picture.language,
        device_scale_factor=2 if picture.width < 600 else 1,
        reduced_motion="reduce",
    )
    given = answers()
    await person.take_in(given, until=picture.until)
    if picture.until == "statement":
        await person.page.locator("#text").fill(given["statement"])
    await person.page.locator("#text").blur()
    await person.page.wait_for_timeout(200)
    image = await person.page.screenshot()
    await person.leave()
    return image


@dataclass(frozen=True, slots=True)
class DeskPicture:
    """Which of the secretariat's pages, on which screen. `name` of a candidate: their page."""

    file: str
    path: str
    width: int
    height: int
    name: str = ""
    scheme: str = "light"


DESK_PICTURES = (
    DeskPicture("desk-list", "/desk", 1280, 640),
    DeskPicture("desk-case", "/desk?text=张伟", 1280, 800, "张伟"),
    DeskPicture("desk-stats", "/desk/stats", 1280, 800),
    DeskPicture("desk-broadcasts", "/desk/broadcasts", 1280, 560),
    DeskPicture("desk-phone", "/desk", 360, 640),
    DeskPicture("desk-phone-case", "/desk?text=张伟", 360, 640, "张伟", "dark"),
)


async def take_desk(chrome: Browser, program: Program, link: str, pictures: Sequence[DeskPicture]) -> dict[str, bytes]:
    """Those pictures as PNG, by one who has signed in once."""
    person = await Person.at(chrome, program.address, width=1280, height=800, reduced_motion="reduce")
    page = person.page
    await page.goto(link)
    await page.get_by_role("button", name="登录").click()
    await page.locator(".filters").wait_for()
    state = await person.context.storage_state()
    taken = {}
    for picture in pictures:
        each = await Person.at(
            chrome,
            program.address,
            width=picture.width,
            height=picture.height,
            color_scheme=picture.scheme,
            storage_state=state,
        )
        await each.page.goto(f"{program.address}{picture.path}")
        if picture.name:
            await each.page.get_by_role("link", name=picture.name).first.click()
            await each.page.locator(".facts").first.wait_for()
        taken[picture.file] = await each.page.screenshot()
        await each.leave()
    await person.leave()
    return taken


async def desk_link(chrome: Browser, program: Program) -> str:
    """The one-time link that the lead's own chat shows."""
    lead = await Person.arrive(chrome, program.address)
    await lead.type(f"/join {program.code}")
    await lead.page.locator(".bot", has_text="绑定成功").wait_for()
    await lead.type("/desk")
    said = await lead.page.locator(".bot", has_text="/enter?code=").inner_text()
    await lead.leave()
    return next(word for word in said.split() if "/enter?code=" in word)


async def main(folder: Path, which: str) -> None:
    """Takes them all, or those of the chat or the desk alone."""
    async with async_playwright() as playwright:
        chrome = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        if which in ("", "chat"):
            with TemporaryDirectory() as data, Program(Path(data) / "data") as program:
                for picture in PICTURES:
                    (folder / f"{picture.name}.png").write_bytes(await take(chrome, program, picture))
        if which in ("", "desk"):
            with TemporaryDirectory() as data, office_of(Path(data) / "data") as program:
                link = await desk_link(chrome, program)
                for name, image in (await take_desk(chrome, program, link, DESK_PICTURES)).items():
                    (folder / f"{name}.png").write_bytes(image)
        await chrome.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""))
