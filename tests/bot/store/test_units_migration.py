"""Revision 0003 makes tables of SQLite anew: nothing that refers to them may lose its reference."""

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, select, text

from bot.store import schema
from bot.store.columns import Moment
from bot.store.crypto import EncryptedText
from bot.store.store import Store
from bot.store.tables import application, enterprise, project
from tests.postgres import RING

NOW = datetime(2025, 5, 1, tzinfo=UTC)


def at_0002(store: Store) -> None:
    """The schema before, with one application on one project."""
    with store.engine.connect() as connection, connection.begin():
        command.upgrade(schema.config(connection), "0002")
        _fill(connection)


def _fill(connection: Connection) -> None:
    moment = Moment().process_bind_param(NOW, connection.dialect)

    def sealed(words: str, column: str) -> bytes | None:
        return EncryptedText(column).process_bind_param(words, connection.dialect)

    contact = {"n": sealed("王五", "enterprise.contact_name"), "p": sealed("", "enterprise.contact_phone")}
    connection.execute(
        text("INSERT INTO enterprise (id, name, contact_name, contact_phone) VALUES (7, '甲公司', :n, :p)"), contact
    )
    connection.execute(text("INSERT INTO project (id, enterprise_id, name, country) VALUES (9, 7, '大桥', '缅甸')"))
    names = ("name", "phone", "major", "present_location", "statement")
    values = {name: sealed("x", f"candidate.{name}") for name in names}
    connection.execute(
        text(
            "INSERT INTO candidate (id, campaign, name, phone, major, field, specialty, present_location, statement,"
            " created_at, updated_at) VALUES (1, '2025', :name, :phone, :major, '', '', :present_location, :statement,"
            " :at, :at)"
        ),
        {**values, "at": moment},
    )
    connection.execute(
        text(
            "INSERT INTO application (id, candidate_id, campaign, status, enterprise_id, project_id, confirmed,"
            " version, updated_at) VALUES (1, 1, '2025', 'imported', 7, 9, false, 1, :at)"
        ),
        {"at": moment},
    )


def test_applications_keep_their_enterprise_and_project(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}", RING)
    at_0002(store)
    assert schema.migrate(store.engine)

    def look(connection: Connection) -> list[tuple[object, ...]]:
        query = (
            select(application.c.enterprise_id, application.c.project_id, enterprise.c.contact_name, project.c.name)
            .join(enterprise, enterprise.c.id == application.c.enterprise_id)
            .join(project, project.c.id == application.c.project_id)
        )
        return [tuple(row) for row in connection.execute(query)]

    assert store.read_now(look) == [(7, 9, "王五", "大桥")]
    store.close()


def test_foreign_keys_are_watched_again_afterwards(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}", RING)
    schema.migrate(store.engine)
    watched = store.read_now(lambda c: c.execute(text("PRAGMA foreign_keys")).scalar())
    assert watched == 1
    store.close()
