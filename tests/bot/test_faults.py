"""Points of death: listed, documented, and out of reach unless this is a test."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot import faults
from bot.errors import SettingsError

ROOT = Path(__file__).parents[2]


def test_every_point_is_documented_and_reached_somewhere() -> None:
    documented = (ROOT / "docs" / "durability.md").read_text("utf8")
    code = "\n".join(file.read_text("utf8") for file in (ROOT / "bot").rglob("*.py"))
    for point in faults.POINTS:
        assert f"`{point}`" in documented
        assert f'reach("{point}")' in code


def run(environment: dict[str, str]) -> int:
    program = "import os; from bot import faults; faults.arm(os.environ); [faults.reach('stored') for _ in range(3)]"
    return subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **environment}, cwd=ROOT, check=False
    ).returncode


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"HURENTONG_FAULT": "stored:3", "HURENTONG_TEST_FAULTS": "1"}, -signal.SIGKILL),
        ({"HURENTONG_FAULT": "stored:4", "HURENTONG_TEST_FAULTS": "1"}, 0),
        ({"HURENTONG_FAULT": "stored"}, 0),
        ({}, 0),
    ],
)
def test_a_process_dies_at_its_point_only_where_this_is_a_test(environment: dict[str, str], code: int) -> None:
    assert run(environment) == code


def test_an_unknown_point_is_refused() -> None:
    with pytest.raises(SettingsError, match="expected one of"):
        faults.arm({"HURENTONG_FAULT": "nowhere", "HURENTONG_TEST_FAULTS": "1"})
    faults.arm({})
