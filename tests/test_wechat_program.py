"""The whole program on WeChat: an engineer is taken in by an Official Account's messages."""

from pathlib import Path

from tests.engineer import DISPATCHED, question_on
from tests.peers.wechat_platform import AES_KEY, APP_ID, SECRET, TOKEN, WeChatPlatform
from tests.program import Program

LONGEST = 40


async def test_an_engineer_is_taken_in_on_wechat_by_the_real_program(tmp_path: Path) -> None:
    async with WeChatPlatform() as platform:
        program = Program(
            tmp_path / "data",
            WECHAT_APP_ID=APP_ID,
            WECHAT_APP_SECRET=SECRET,
            WECHAT_TOKEN=TOKEN,
            WECHAT_AES_KEY=AES_KEY,
            WECHAT_BASE_URL=platform.base_url,
        )
        with program:
            platform.webhook = f"{program.address}/wechat"
            engineer = platform.follower("oEngineer")
            await platform.says(engineer, "你好")
            for _ in range(LONGEST):
                question = question_on(engineer.seen[-1].text)
                if question == "home":
                    break
                await platform.says(engineer, DISPATCHED[question])

            assert question_on(engineer.seen[-1].text) == "home"
