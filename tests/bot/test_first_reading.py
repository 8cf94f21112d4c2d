"""What is made ready before the first person answers."""

import subprocess
import sys

SCRIPT = """
import sys
from datetime import UTC, datetime
from bot.first_reading import read_once
assert "pypinyin" not in sys.modules
read_once(datetime.now(UTC))
assert "pypinyin" in sys.modules
from dialogs.parsers import gazetteer
assert gazetteer._pattern.cache_info().currsize == 1
"""


def test_word_tables_patterns_and_names_are_loaded_by_it() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
