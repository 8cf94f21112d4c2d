"""People who go through the whole intake over a bot, answering as soon as its message reaches them."""

import asyncio
from collections import deque
from itertools import count
from time import perf_counter

from bench.bot_api import BotApi, Json, Shown
from dialogs.scripts import SCRIPTS
from dialogs.texts import catalogue
from domain.vocabulary import Language
from tests.engineer import DISPATCHED

END = "home"
PATIENCE = 30.0
"""Seconds until a person without an answer gives the bench up."""
MOST_TURNS = 40
SPREAD = 18
"""Turns that an intake has at least: people of a steady load stand at any of them."""


def _marks() -> dict[str, str]:
    """Of each question the longest piece of its text without a placeholder."""
    found = {}
    for question in SCRIPTS["intake"].questions:
        text = catalogue()[f"{question.id}.ask"][Language.ZH]
        found[question.id] = max(text.replace("}", "{").split("{")[::2], key=len).strip()
    return found


MARKS = _marks()


def question_in(text: str) -> str | None:
    """The question that stands last in the message."""
    places = {text.rfind(mark): question for question, mark in MARKS.items() if mark in text}
    return places[max(places)] if places else None


class Person:
    """One chat."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._from = {"id": number, "is_bot": False, "first_name": "Zhang", "language_code": "zh-hans"}
        self._chat = {"id": number, "type": "private", "first_name": "Zhang"}
        self._message_ids = count(1)
        self._shown: asyncio.Queue[Shown] = asyncio.Queue()
        self._turns = 0

    def see(self, shown: Shown) -> None:
        """A message has come."""
        self._shown.put_nowait(shown)

    async def take_part(self, api: BotApi) -> list[float]:
        """The whole intake; seconds of each turn."""
        update, turns = self.begins(), list[float]()
        while update is not None:
            began = perf_counter()
            await api.send(update)
            update, at = await self.goes_on()
            turns.append(at - began)
        return turns

    def begins(self) -> Json:
        """The first message."""
        return self._says("/start")

    async def goes_on(self) -> tuple[Json | None, float]:
        """Waits for the next question. The answer to it, None at the end; and when the question was there."""
        self._turns += 1
        assert self._turns < MOST_TURNS, "the conversation does not end"
        async with asyncio.timeout(PATIENCE):
            while (question := question_in((shown := await self._shown.get()).text)) is None:
                pass
        return None if question == END else self._answers(question, shown), shown.at

    def _answers(self, question: str, shown: Shown) -> Json:
        answer = DISPATCHED[question]
        buttons = [button for row in shown.markup.get("inline_keyboard", ()) for button in row]
        if not buttons:
            return self._says(answer)
        if answer.isdecimal():
            button = buttons[int(answer) - 1]
        else:
            button = next(each for each in buttons if answer in each["text"])
        return {
            "callback_query": {
                "id": f"{self.number}-{next(self._message_ids)}",
                "from": self._from,
                "chat_instance": "1",
                "data": button["callback_data"],
                "message": self._message() | {"text": shown.text, "reply_markup": shown.markup},
            }
        }

    def _says(self, text: str) -> Json:
        message = self._message() | {"from": self._from, "text": text}
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        return {"message": message}

    def _message(self) -> Json:
        return {"message_id": next(self._message_ids), "date": 1_700_000_000, "chat": self._chat}


class Crowd:
    """People, each with a number of their own, and what the bot says to them."""

    def __init__(self, first: int = 1_000_000) -> None:
        self._people: dict[int, Person] = {}
        self._numbers = count(first)

    def deliver(self, chat: int, shown: Shown) -> None:
        """A message for that chat."""
        self._people[chat].see(shown)

    def another(self) -> Person:
        """Somebody new."""
        person = Person(next(self._numbers))
        self._people[person.number] = person
        return person

    async def pass_through(self, api: BotApi, people: int, *, at_once: int) -> list[float]:
        """So many whole intakes, whoever is done is followed by another; seconds of every turn."""
        left = iter(range(people))
        turns: list[float] = []

        async def place() -> None:
            for _ in left:
                turns.extend(await self.another().take_part(api))

        await asyncio.gather(*(place() for _ in range(at_once)))
        return turns

    async def gather(self, api: BotApi, people: int) -> "deque[tuple[Person, Json]]":
        """So many people with their next messages, evenly spread over the conversation."""
        spread = deque[tuple[Person, Json]]()
        while len(spread) < people:
            person = self.another()
            update: Json | None = person.begins()
            for _ in range(len(spread) % SPREAD):
                assert update is not None
                await api.send(update)
                update, _ = await person.goes_on()
            assert update is not None
            spread.append((person, update))
        return spread

    async def write_at(
        self, api: BotApi, rate: float, seconds: float, ready: "deque[tuple[Person, Json]]"
    ) -> list[float]:
        """So many messages a second whatever the answers take; those who are ready take turns, whoever is done is
        followed by another. Seconds of every request.
        """
        took: list[float] = []

        async def write(person: Person, update: Json) -> None:
            began = perf_counter()
            await api.send(update)
            took.append(perf_counter() - began)
            following, _ = await person.goes_on()
            if following is None:
                person = self.another()
                following = person.begins()
            ready.append((person, following))

        began, written = perf_counter(), list[asyncio.Task[None]]()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - perf_counter()))
            if not ready:
                newcomer = self.another()
                ready.append((newcomer, newcomer.begins()))
            written.append(asyncio.create_task(write(*ready.popleft())))
        await asyncio.gather(*written)
        return took
