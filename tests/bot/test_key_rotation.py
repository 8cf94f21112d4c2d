"""A new key while the program runs: nothing is lost, nothing is left under the old one."""

import threading
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, func, select

from bot import key_rotation
from bot.errors import SettingsError, WrongKeyError
from bot.key_file import KeyFile, Secrets
from bot.store import applications, audit, codes, schema
from bot.store.crypto import KeyRing
from bot.store.rotation import encrypted_columns, seal_again
from bot.store.signing import signing_secret
from bot.store.states import CodeKind
from bot.store.store import Store
from bot.store.tables import candidate, key_probe, metadata, signing
from tests.bot.intake import Clock, Engineer

NOW = datetime(2025, 4, 1, 4, 0, tzinfo=UTC)
BRIEF = 0.5
"""Seconds that stand for the wait until every process has seen the file; it is looked at every 0.2."""


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    made = KeyFile(tmp_path / "secret_key")
    made.read()
    return made


@pytest.fixture
def running(database: str, file: KeyFile) -> Any:
    """A store that reads the key file by itself, as another process would."""
    store = Store(database, KeyFile(file.path))
    _own_key(store)
    yield store
    store.close()


def _own_key(store: Store) -> None:
    """The databases of the tests come with a probe of another key."""
    with store.engine.begin() as connection:
        connection.execute(delete(key_probe))
    schema.migrate(store.engine)


def rotate(database: str, file: KeyFile) -> key_rotation.Rotated:
    store = Store(database, file)
    try:
        return key_rotation.rotate(store.engine, file, wait=lambda _: time.sleep(BRIEF))
    finally:
        store.close()


def rows_of(connection: Connection, table: Table) -> list[Any]:
    return list(connection.execute(select(table)))


def everything(store: Store) -> int:
    """Reads every value of the database; returns how many rows there were."""
    rows = 0
    for table in metadata.sorted_tables:
        rows += len(store.read_now(partial(rows_of, table=table)))
    return rows


def test_after_a_rotation_the_new_key_alone_opens_everything(database: str, running: Store, file: KeyFile) -> None:
    engineer = Engineer(running, "wei", Clock(NOW))
    engineer.hands_in()
    old = file.read().used[0]

    done = rotate(database, file)

    (new,) = file.read().used
    assert new != old
    assert done.values > 50
    alone = Store(database, KeyRing.from_secret(new))
    try:
        schema.migrate(alone.engine)
        assert everything(alone) > 50
        (found,) = alone.read_now(lambda c: list(applications.filed(c, "2025")))
        assert found.record.candidate.name == "张伟"
    finally:
        alone.close()
    behind = Store(database, KeyRing.from_secret(old))
    try:
        with pytest.raises(WrongKeyError, match="SECRET_KEY"):
            schema.migrate(behind.engine)
    finally:
        behind.close()


def test_a_rotation_under_load_loses_nothing(database: str, running: Store, file: KeyFile) -> None:
    """Two people hand in without a pause, by a process that is told nothing, while the key changes twice."""
    stop, failed = threading.Event(), list[BaseException]()
    handed_in = list[str]()

    def keep_on(lane: int) -> None:
        number = 0
        try:
            while not stop.is_set():
                phone = f"138{lane}{number:07d}"
                Engineer(running, f"{lane}-{number}", Clock(NOW)).hands_in(phone=phone)
                handed_in.append("+86" + phone)
                number += 1
        except BaseException as error:
            failed.append(error)

    people = [threading.Thread(target=keep_on, args=(lane,)) for lane in range(2)]
    for each in people:
        each.start()
    rotate(database, file)
    rotate(database, file)
    stop.set()
    for each in people:
        each.join()

    assert failed == []
    alone = Store(database, KeyRing.from_secret(file.read().used[0]))
    try:
        everything(alone)
        stored = {each.record.candidate.phone for each in alone.read_now(lambda c: list(applications.filed(c, "2025")))}
        assert stored == set(handed_in)
        assert len(handed_in) >= 2
    finally:
        alone.close()


def test_numbers_and_names_are_found_by_the_new_key(database: str, running: Store, file: KeyFile) -> None:
    Engineer(running, "wei", Clock(NOW)).hands_in()
    rotate(database, file)

    Engineer(running, "again", Clock(NOW)).hands_in()

    query = select(func.count()).where(candidate.c.duplicate_of.is_not(None))
    assert running.read_now(lambda c: c.execute(query).scalar_one()) == 1


def test_codes_made_before_a_rotation_still_work(database: str, running: Store, file: KeyFile) -> None:
    engineer = Engineer(running, "wei", Clock(NOW))
    engineer.says("你好")
    code = running.write_now(lambda c: codes.make(c, CodeKind.SECRETARIAT, NOW))

    rotate(database, file)

    assert "秘书处" in engineer.says(f"/join {code}")


def test_what_is_signed_outlives_a_rotation(database: str, running: Store, file: KeyFile) -> None:
    before = running.write_now(lambda c: signing_secret(c, NOW))
    rotate(database, file)

    assert running.write_now(lambda c: signing_secret(c, NOW)) == before
    assert running.read_now(lambda c: c.execute(select(func.count()).select_from(signing)).scalar_one()) == 1


def test_an_interrupted_rotation_is_finished_by_the_next(database: str, running: Store, file: KeyFile) -> None:
    Engineer(running, "wei", Clock(NOW)).hands_in()
    (old,) = file.read().used
    file.write(Secrets((old,), "n" * 20 + "ext announced secret of a test"))
    announced = file.read().announced

    rotate(database, file)

    assert file.read() == Secrets((str(announced),))
    assert everything(running) > 50
    assert old in (file.path.with_name("secret_key.retired")).read_text()


def test_nothing_is_sealed_twice(database: str, running: Store, file: KeyFile) -> None:
    Engineer(running, "wei", Clock(NOW)).hands_in()
    rotate(database, file)

    assert seal_again(running.engine) == 0


def test_a_rotation_is_audited(database: str, running: Store, file: KeyFile) -> None:
    rotate(database, file)

    (newest, *_) = running.read_now(audit.latest)
    assert newest.entry.action == "keys_rotated"


def test_every_column_with_personal_data_is_encrypted() -> None:
    labels = {each.label for each in encrypted_columns()}

    assert labels >= {
        *("candidate.name", "candidate.phone", "candidate.statement", "candidate.major", "answer.value", "answer.said"),
        *("inbox.payload", "outbox.card", "attachment.content", "attachment.name", "conversation.state"),
        *("enterprise.contact_name", "enterprise.contact_phone", "classification.text", "enquiry.text"),
    }
    assert all(each.label == f"{each.table.name}.{each.column.name}" for each in encrypted_columns())


def test_the_key_file_is_readable_by_its_owner_only(file: KeyFile) -> None:
    assert file.path.stat().st_mode & 0o777 == 0o600
    file.write(Secrets(("s" * 40,)))
    assert file.path.stat().st_mode & 0o777 == 0o600
    file.path.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        file.read()


@pytest.mark.parametrize("content", ["", "short\n", "next:" + "x" * 40 + "\n"])
def test_a_damaged_key_file_is_not_replaced_by_a_fresh_secret(file: KeyFile, content: str) -> None:
    file.path.write_text(content)

    with pytest.raises(SettingsError, match="damaged"):
        KeyFile(file.path).read()
    assert file.path.read_text() == content
