"""The doctor says what is wrong, and its exit status says whether something must be mended."""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.doctor import Grade, examine, refuse_weak_secrets
from bot.errors import SettingsError
from bot.parts import open_store
from bot.settings import Settings
from bot.store import audit, schema
from bot.store.audit import Entry

RANDOM = "Vb7-qk2LxW_9dNz4Rj1PgTt6HmYc8Es0"


def settings(folder: Path, **given: str) -> Settings:
    return Settings(_env_file=None, data_dir=folder / "data", **given)  # type: ignore[arg-type]


def started(folder: Path, **given: str) -> Settings:
    """Settings of an installation that has run once."""
    made = settings(folder, **given)
    store = open_store(made)
    schema.migrate(store.engine)
    store.write_now(lambda c: audit.write(c, Entry(action="test", actor=None), datetime.now(UTC)))
    store.close()
    return made


def to_mend(made: Settings) -> list[str]:
    return [each.text for each in examine(made) if each.grade is Grade.MEND]


def test_a_first_start_has_nothing_to_mend(tmp_path: Path) -> None:
    assert to_mend(settings(tmp_path)) == []


def test_an_installation_that_has_run_has_nothing_to_mend(tmp_path: Path) -> None:
    made = started(tmp_path)

    assert to_mend(made) == []
    assert "the audit is whole" in [each.text for each in examine(made)]


def test_the_doctor_changes_nothing(tmp_path: Path) -> None:
    made = started(tmp_path)
    before = {each: each.read_bytes() for each in made.data_dir.iterdir() if each.name != "hurentong.db-shm"}

    examine(made)

    assert {each: each.read_bytes() for each in before} == before


@pytest.mark.parametrize(
    "secret", ["changeme-changeme-changeme-changeme", "a" * 40, "hurentong-production-secret-2025"]
)
def test_a_well_known_secret_is_refused_where_others_reach_the_server(tmp_path: Path, secret: str) -> None:
    reachable = settings(tmp_path, secret_key=secret, public_url="https://hrt.example.org", host="0.0.0.0")
    with pytest.raises(SettingsError, match="HURENTONG_SECRET_KEY"):
        refuse_weak_secrets(reachable)
    assert any("HURENTONG_SECRET_KEY" in each for each in to_mend(reachable))

    refuse_weak_secrets(settings(tmp_path, secret_key=secret))


def test_a_random_secret_is_taken_everywhere(tmp_path: Path) -> None:
    refuse_weak_secrets(settings(tmp_path, secret_key=RANDOM, public_url="https://hrt.example.org", host="0.0.0.0"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"host": "0.0.0.0"}, "https://"),
        ({"public_url": "http://hrt.example.org"}, "https://"),
        ({"telegram_token": "1:a", "telegram_mode": "webhook"}, "webhook"),
        ({"wechat_app_id": "wx1"}, "HURENTONG_WECHAT_TOKEN"),
    ],
)
def test_settings_that_cannot_work_are_named(tmp_path: Path, given: Mapping[str, str], said: str) -> None:
    assert any(said in each for each in to_mend(settings(tmp_path, **given)))


@pytest.mark.parametrize("name", ["secret_key", "hurentong.db"])
def test_files_open_to_others_are_named(tmp_path: Path, name: str) -> None:
    made = started(tmp_path)
    (made.data_dir / name).chmod(0o644)

    assert any("chmod 600" in each for each in to_mend(made))


def test_a_wrong_key_is_one_clear_sentence(tmp_path: Path) -> None:
    made = started(tmp_path)
    (made.data_dir / "secret_key").write_text(RANDOM + "\n")

    (said,) = to_mend(settings(tmp_path))
    assert "SECRET_KEY" in said


def test_a_changed_audit_is_noticed(tmp_path: Path) -> None:
    made = started(tmp_path)
    store = open_store(made)
    with store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_is_append_only_update"))
        connection.execute(text("UPDATE audit SET action = 'nothing at all'"))
    store.close()

    assert any("audit" in each for each in to_mend(made))


def hurentong(folder: Path, *arguments: str, **given: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HURENTONG_")}
    own = {f"HURENTONG_{name}": value for name, value in {"DATA_DIR": str(folder / "data"), **given}.items()}
    return subprocess.run(
        [sys.executable, "-m", "bot.cli.main", *arguments],
        env={**kept, **own},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_commands_of_keeping_work_together(tmp_path: Path) -> None:
    assert hurentong(tmp_path, "migrate").returncode == 0
    first = hurentong(tmp_path, "backup", "first.backup")
    assert first.returncode == 0, first.stderr
    rotated = hurentong(tmp_path, "keys", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    assert "secret_key.retired" in rotated.stdout

    behind = hurentong(tmp_path, "restore", "first.backup")
    assert behind.returncode == 1
    assert behind.stderr.startswith("hurentong: ")
    assert "SECRET_KEY" in behind.stderr

    old = (tmp_path / "data/secret_key.retired").read_text().strip()
    restored = hurentong(tmp_path, "restore", "first.backup", SECRET_KEY=old)
    assert restored.returncode == 0, restored.stderr
    assert hurentong(tmp_path, "doctor", SECRET_KEY=old).returncode == 0


def test_a_start_with_the_wrong_key_is_one_sentence_and_status_1(tmp_path: Path) -> None:
    hurentong(tmp_path, "migrate")

    wrong = hurentong(tmp_path, "run", SECRET_KEY=RANDOM, PORT="0")

    assert wrong.returncode == 1
    assert "Traceback" not in wrong.stderr
    assert "SECRET_KEY" in wrong.stderr
    assert hurentong(tmp_path, "doctor", SECRET_KEY=RANDOM).returncode == 1
