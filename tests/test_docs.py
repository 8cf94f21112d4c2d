"""What people rely on must be written down: settings, commands, chat commands."""

from pathlib import Path

import pytest
import typer

from bot.cli.main import app
from bot.settings import Settings
from dialogs.commands import HANDLERS
from tests.generated_docs import DOCS, PAGES

ROOT = Path(__file__).parent.parent
OPERATIONS = (ROOT / "docs/operations.md").read_text("utf8")
EXAMPLE = (ROOT / ".env.example").read_text("utf8")
HANDBOOK = (ROOT / "docs/secretariat.zh-CN.md").read_text("utf8")
READMES = (ROOT / "README.md").read_text("utf8") + (ROOT / "README.zh-CN.md").read_text("utf8")

SETTINGS = sorted(f"HURENTONG_{name.upper()}" for name in Settings.model_fields)
COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_is_in_the_example_and_in_the_docs(setting: str) -> None:
    assert f"{setting}=" in EXAMPLE
    assert f"`{setting}`" in OPERATIONS


@pytest.mark.parametrize("line", [line for line in EXAMPLE.splitlines() if line.startswith("HURENTONG_")])
def test_the_example_names_no_setting_that_does_not_exist(line: str) -> None:
    assert line.split("=", maxsplit=1)[0] in SETTINGS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_docs(command: str) -> None:
    assert f"hurentong {command}" in OPERATIONS


@pytest.mark.parametrize("command", sorted(HANDLERS))
def test_every_chat_command_is_in_the_handbook(command: str) -> None:
    assert f"/{command}" in HANDBOOK


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")) + sorted(ROOT.glob("README*.md")))
def test_no_link_leads_nowhere(page: Path) -> None:
    text = page.read_text("utf8")
    links = [part.split(")")[0].split("#")[0] for part in text.split("](")[1:]]
    for link in links:
        if link and "://" not in link and not link.startswith("mailto:"):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_says_what_the_data_say(name: str) -> None:
    assert (DOCS / name).read_text("utf8") == PAGES[name](), "run `python -m tests.generated_docs`"
