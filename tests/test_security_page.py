"""The page on security promises nothing that no test shows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/security.md").read_text("utf8")
TESTS = "\n".join(each.read_text("utf8") for each in (ROOT / "tests").rglob("test_*.py"))
NAMED = sorted(set(re.findall(r"`(test_\w+)`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| Threat")]


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_the_page_names_exists(name: str) -> None:
    assert re.search(rf"def {name}\(", TESTS)


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_every_threat_has_what_stops_it_and_a_test(row: str) -> None:
    _, threat, stopped, shown, _ = row.split("|")
    assert threat.strip()
    assert stopped.strip()
    assert "`test_" in shown
