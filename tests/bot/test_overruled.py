import json
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from bot.channels.base import ChannelName
from bot.overruled import report_lines
from bot.store import people
from bot.store.store import Store
from bot.store.tables import classification, conversation

NOW = datetime(2025, 4, 1, tzinfo=UTC)
BRIDGE = ("土木工程类", "结构工程", 0.8, ("桥梁",))


def _store(connection: Connection, number: int, chosen: tuple[str, str] | None) -> None:
    account = people.make(connection, (ChannelName.WEB, f"session-{number}"), NOW)
    talk = connection.execute(select(conversation.c.id).where(conversation.c.person_id == account.person)).scalar_one()
    for field, specialty in [(None, None), chosen or (None, None)]:
        connection.execute(
            insert(classification).values(
                conversation_id=talk,
                text="桥梁检测",
                lexicon_version="7",
                suggested=json.dumps([BRIDGE]),
                chosen_field=field,
                chosen_specialty=specialty,
                at=NOW,
            )
        )


def test_the_report_counts_choices_once_and_names_what_was_overruled(store: Store) -> None:
    store.write_now(lambda connection: _store(connection, 1, ("土木工程类", "结构工程")))
    store.write_now(lambda connection: _store(connection, 2, ("土木工程类", "其他")))
    store.write_now(lambda connection: _store(connection, 3, None))

    lines = list(report_lines(store))

    assert "选定 2 次" in lines[0]
    assert "一致 1 次" in lines[0]
    assert "未选定 1 次" in lines[0]
    assert "土木工程类/结构工程" in lines[-1]
    assert "土木工程类/其他" in lines[-1]
    assert "桥梁×1" in lines[-1]
