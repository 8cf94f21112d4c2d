"""Lanes: nothing lost, nothing twice, in order, nobody waits for somebody else."""

from typing import Any

from sqlalchemy import event

from bot.channels.base import ChannelName
from bot.store import conversations, people
from bot.store.store import Store
from dialogs.conversation import Conversation
from tests.bot.running import running, until
from tests.bot.tiny import TinyChannel, arrival


def conversation_of(store: Store, address: str) -> Conversation:
    def work(connection: Any) -> Conversation:
        account = people.find(connection, ChannelName.TELEGRAM, address)
        assert account is not None
        return conversations.find(connection, account.person)

    return store.read_now(work)


def words(conversation: Conversation) -> list[Any]:
    return [answer.value for answer in conversation.main.answers.values()]


async def test_every_message_is_answered_once_in_the_order_of_its_person(store: Store) -> None:
    channel = TinyChannel()
    async with running(store, channel) as bot:
        for number in range(60):
            await bot.take_in([arrival(number, f"p{number % 6}", f"word {number}")])
        await until(lambda: len(channel.sent) == 60)
    for person in range(6):
        expected = [f"word {number}" for number in range(person, 60, 6)]
        assert words(conversation_of(store, f"p{person}")) == expected
        assert channel.texts(f"p{person}") == expected


async def test_a_turn_begins_once_the_platform_can_have_its_answer(sqlite_store: Store) -> None:
    channel = TinyChannel()
    async with running(sqlite_store, channel) as bot:
        await bot.take_in([arrival(1, "p1", "word")])
        assert bot.workers.busy == 0
        await until(lambda: channel.texts("p1") == ["word"])


async def test_what_is_acknowledged_and_what_is_sent_waited_for_the_disk_and_nothing_else_does(
    sqlite_store: Store,
) -> None:
    levels: list[int] = []

    def note(connection: Any) -> None:
        if not connection.get_execution_options().get("reads_only"):
            levels.append(connection.connection.driver_connection.execute("PRAGMA synchronous").fetchone()[0])

    channel = TinyChannel()
    async with running(sqlite_store, channel) as bot:
        await bot.sender.driving.wait()
        event.listen(sqlite_store.engine, "commit", note)
        await bot.take_in([arrival(1, "p1", "word")])
        # taken in (FULL), turn (NORMAL), marked (FULL), recorded (NORMAL); an empty look at the outbox may come before
        await until(lambda: "2121" in "".join(map(str, levels)))
