"""Takes the pictures of the documentation: `python -m tests.browser.pictures docs/pictures`."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, async_playwright

from tests.browser.conftest import ARGUMENTS, chromium
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


async def main(folder: Path) -> None:
    """Takes them all."""
    with TemporaryDirectory() as data, Program(Path(data) / "data") as program:
        async with async_playwright() as playwright:
            chrome = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            for picture in PICTURES:
                (folder / f"{picture.name}.png").write_bytes(await take(chrome, program, picture))
            await chrome.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
