"""Backups: whole, encrypted, restorable into either database, useless without the key."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, select

from bot.errors import BackupError, WrongKeyError
from bot.store import applications, audit, schema
from bot.store.audit import Entry
from bot.store.backups import back_up, restore
from bot.store.crypto import KeyRing
from bot.store.store import Store
from bot.store.tables import metadata
from tests.bot.intake import Clock, Engineer
from tests.engineer import STATEMENT
from tests.postgres import RING, postgres_server

NOW = datetime(2025, 4, 1, 4, 0, tzinfo=UTC)
OTHER = KeyRing.from_secret("the secret of somebody else entirely")


@pytest.fixture
def full(store: Store) -> Store:
    Engineer(store, "wei", Clock(NOW)).hands_in()
    Engineer(store, "again", Clock(NOW)).hands_in()
    store.write_now(lambda c: audit.write(c, Entry(action="test", actor=None), NOW))
    return store


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nobody in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'restored.db'}"
        return
    with postgres_server().database() as url:
        yield url


@pytest.fixture
def opened() -> Iterator[Callable[..., Store]]:
    stores: list[Store] = []

    def open_it(url: str, ring: KeyRing = RING) -> Store:
        stores.append(Store(url, ring))
        return stores[-1]

    yield open_it
    for each in stores:
        each.close()


def rows_of(connection: Connection, table: Table) -> list[Any]:
    return [tuple(each) for each in connection.execute(select(table).order_by(*table.primary_key.columns))]


def everything(store: Store) -> dict[str, list[Any]]:
    tables = [each for each in metadata.sorted_tables if each.name != "key_probe"]
    return {each.name: store.read_now(partial(rows_of, table=each)) for each in tables}


def test_a_backup_restores_every_row_into_either_database(
    full: Store, empty: str, tmp_path: Path, opened: Callable[..., Store]
) -> None:
    back_up(full.engine, tmp_path / "a.backup")

    target = opened(empty)
    restore(tmp_path / "a.backup", target.engine)

    assert everything(target) == everything(full)
    assert target.read_now(audit.problem) == ""


def test_life_goes_on_after_a_restore(full: Store, empty: str, tmp_path: Path, opened: Callable[..., Store]) -> None:
    back_up(full.engine, tmp_path / "a.backup")
    target = opened(empty)
    restore(tmp_path / "a.backup", target.engine)

    Engineer(target, "li", Clock(NOW)).hands_in(phone="13900139000")

    phones = [each.record.candidate.phone for each in target.read_now(lambda c: list(applications.filed(c, "2025")))]
    assert phones == ["+8613800138000", "+8613800138000", "+8613900139000"]


def test_a_backup_holds_nothing_in_clear_and_is_readable_by_its_owner_only(full: Store, tmp_path: Path) -> None:
    target = tmp_path / "a.backup"
    back_up(full.engine, target)

    content = target.read_bytes()
    for secret in ("张伟", "13800138000", STATEMENT[:10]):
        assert secret.encode() not in content
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_backup_is_useless_without_the_key(
    full: Store, empty: str, tmp_path: Path, opened: Callable[..., Store]
) -> None:
    back_up(full.engine, tmp_path / "a.backup")

    with pytest.raises(WrongKeyError, match="SECRET_KEY"):
        restore(tmp_path / "a.backup", opened(empty, OTHER).engine)


def test_a_backup_taken_while_people_write_is_whole(full: Store, tmp_path: Path, opened: Callable[..., Store]) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            Engineer(full, f"busy-{number}", Clock(NOW)).says("你好")
            number += 1

    busy = threading.Thread(target=write)
    busy.start()
    try:
        for number in range(3):
            back_up(full.engine, tmp_path / f"{number}.backup")
    finally:
        stop.set()
        busy.join()

    for number in range(3):
        target = opened(f"sqlite:///{tmp_path / f'{number}.db'}")
        restore(tmp_path / f"{number}.backup", target.engine)
        assert len(everything(target)["application"]) == 2


def test_a_backup_overwrites_nothing(full: Store, tmp_path: Path) -> None:
    (tmp_path / "a.backup").write_text("another")

    with pytest.raises(BackupError, match="exists"):
        back_up(full.engine, tmp_path / "a.backup")
    assert (tmp_path / "a.backup").read_text() == "another"


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\0" + b"x" * 5000])
def test_what_is_no_backup_changes_nothing(tmp_path: Path, content: bytes, opened: Callable[..., Store]) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    target = opened(url)
    schema.migrate(target.engine)
    (tmp_path / "wrong").write_bytes(content)

    with pytest.raises(BackupError):
        restore(tmp_path / "wrong", target.engine)
    assert everything(target)["person"] == []
    assert (tmp_path / "wrong").read_bytes() == content


def test_what_stood_there_before_is_kept_beside(tmp_path: Path, opened: Callable[..., Store]) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    first = Store(url, RING)
    schema.migrate(first.engine)
    back_up(first.engine, tmp_path / "empty.backup")
    Engineer(first, "wei", Clock(NOW)).says("你好")
    first.close()

    again = opened(url)
    before = restore(tmp_path / "empty.backup", again.engine)

    assert before is not None
    assert everything(again)["person"] == []
    kept = opened(f"sqlite:///{before}")
    assert len(everything(kept)["person"]) == 1


def test_a_restore_beside_the_running_program_is_refused(tmp_path: Path, opened: Callable[..., Store]) -> None:
    running = opened(f"sqlite:///{tmp_path / 'a.db'}")
    schema.migrate(running.engine)
    back_up(running.engine, tmp_path / "a.backup")
    Engineer(running, "wei", Clock(NOW)).says("你好")

    with pytest.raises(BackupError, match="stop the program"):
        restore(tmp_path / "a.backup", opened(f"sqlite:///{tmp_path / 'a.db'}").engine)
    assert len(everything(running)["person"]) == 1


def test_a_full_postgres_is_not_overwritten(tmp_path: Path, opened: Callable[..., Store]) -> None:
    source = opened(f"sqlite:///{tmp_path / 'a.db'}")
    schema.migrate(source.engine)
    Engineer(source, "wei", Clock(NOW)).says("你好")
    back_up(source.engine, tmp_path / "a.backup")
    with postgres_server().database() as url:
        target = Store(url, RING)
        try:
            Engineer(target, "li", Clock(NOW)).says("你好")
            with pytest.raises(BackupError, match="not empty"):
                restore(tmp_path / "a.backup", target.engine)
        finally:
            target.close()


def test_the_copy_keeps_no_journal(full: Store, tmp_path: Path) -> None:
    back_up(full.engine, tmp_path / "a.backup")

    with closing(sqlite3.connect(tmp_path / "a.backup")) as opened_file:
        assert opened_file.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert sorted(each.name for each in tmp_path.iterdir() if "backup" in each.name) == ["a.backup"]
