"""The emulator as a process of its own, driven over its control API."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import telegram
from telegram.error import NetworkError

from tests.peers.telegram_scenarios import scenario_named, scenarios
from tests.peers.telegram_server import TOKEN, RemoteTelegram

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def remote() -> Iterator[RemoteTelegram]:
    port = free_port()
    command = [sys.executable, "-m", "tests.peers.telegram_server", "--port", str(port), "--scenario", "calm"]
    with (
        subprocess.Popen(command, cwd=ROOT) as process,
        RemoteTelegram(f"http://127.0.0.1:{port}/control") as running,
    ):
        try:
            running.wait_until_up()
            yield running
        finally:
            process.terminate()


async def test_a_process_serves_bot_and_people_alike(remote: RemoteTelegram) -> None:
    engineer = remote.person(42, "王芳")
    engineer.say("/start")
    async with telegram.Bot(TOKEN, base_url=remote.base_url) as bot:
        [update] = await bot.get_updates(timeout=5)
        await bot.send_message(42, "您好")
        remote.faults(down=True)
        with pytest.raises(NetworkError):
            await bot.send_message(42, "您好")

    assert update.message is not None
    assert update.message.text == "/start"
    assert engineer.wait_for_message().text == "您好"
    assert remote.statistics()["statuses"] == {"200": 3, "0": 1}


def test_a_mistaken_action_is_named(remote: RemoteTelegram) -> None:
    with pytest.raises(RuntimeError, match="no such action"):
        remote.call("nonsense")
    with pytest.raises(RuntimeError, match="unexpected keyword"):
        remote.call("pending", colour="red")


def test_the_named_scenarios_are_complete() -> None:
    named = scenarios()

    assert set(named) == {"calm", "limits", "rough", "bench"}
    assert named["rough"].limits.enabled
    assert named["rough"].faults.blocked == 0.01
    assert not named["bench"].limits.enabled


def test_a_scenario_may_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "storm.toml"
    path.write_text("faults = { server_error = 0.5, only = ['sendMessage'] }", encoding="utf-8")

    assert scenario_named(str(path)).faults.only == ("sendmessage",)
    with pytest.raises(ValueError, match="there are bench, calm"):
        scenario_named("sunny")
