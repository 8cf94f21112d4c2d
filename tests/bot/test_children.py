"""Slow work in processes of its own, and how far it is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import progress
from bot.channels.base import ChannelName
from bot.children import Children
from bot.errors import ChildFailedError
from bot.jobs import EXPORT, ExportJob, Packed, build_export
from bot.progress import ProgressNote
from bot.settings import Settings
from bot.store import people, roles
from bot.store.schema import migrate
from bot.store.store import Store
from bot.store.tables import outbox
from dialogs.cards import Card
from dialogs.effects import ExportScope
from domain.vocabulary import Role
from tests.bot.test_annex3_import import take
from tests.exports.people import INFO, annex3_bytes, many

NOW = datetime(2025, 5, 1, 8, tzinfo=UTC)
SECRET = "a secret of the tests that is long enough to be one"


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder, secret_key=SECRET)  # type: ignore[arg-type]


@pytest.fixture
def made(tmp_path: Path) -> Store:
    wanted = settings(tmp_path)
    store = Store(wanted.database, wanted.keys)
    migrate(store.engine)
    return store


def somebody(store: Store) -> people.Account:
    where = (ChannelName.TELEGRAM, "1")
    return store.write_now(lambda c: people.find_or_make(c, [where], NOW)[where])


def test_a_child_makes_the_same_file_as_this_process(made: Store, tmp_path: Path) -> None:
    clerk = somebody(made)
    made.write_now(lambda c: roles.grant(c, clerk.person, Role.SECRETARIAT, NOW))
    take(made, annex3_bytes(many(20), info=INFO))
    job = ExportJob(
        account=clerk.id, person=clerk.person, scope=ExportScope.ALL, selected="", eligible_only=False, asked_at=NOW
    )

    built = Packed.unpacked(Children(settings(tmp_path)).work(EXPORT, job.model_dump(mode="json"), lambda _, __: None))

    assert built is not None
    assert built == made.read_now(lambda c: build_export(c, job))
    assert (built.dispatched, built.planned) == (16, 4)
    made.close()


def test_a_child_that_fails_says_so_to_its_parent_only(made: Store, tmp_path: Path) -> None:
    with pytest.raises(ChildFailedError):
        Children(settings(tmp_path)).work("no such work", {}, lambda _, __: None)
    made.close()


def test_nothing_is_begun_once_the_program_ends(made: Store, tmp_path: Path) -> None:
    children = Children(settings(tmp_path))
    children.end()
    with pytest.raises(ChildFailedError):
        children.work(EXPORT, {}, lambda _, __: None)
    made.close()


def test_progress_is_one_message_changed_now_and_then(made: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk, clock = somebody(made), [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    note = ProgressNote(made, clerk.id, "export 1", "export.progress")
    for second in range(10):
        clock[0] = 100.0 + second
        note(second * 100, 1000)

    rows = made.read_now(lambda c: c.execute(select(outbox).order_by(outbox.c.id)).all())

    assert [row.state.value for row in rows] == ["cancelled", "cancelled", "waiting"]
    assert {row.coalesce_key for row in rows} == {"progress export 1"}
    assert Card.model_validate_json(rows[-1].card).lines[0].args == {"done": 900, "total": 1000, "percent": 90}
    made.close()
