"""People who go through the whole intake over a bot, answering as soon as its message reaches them."""

import asyncio
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

    def see(self, shown: Shown) -> None:
        """A message has come."""
        self._shown.put_nowait(shown)

    async def take_part(self, api: BotApi) -> list[float]:
        """The whole intake; seconds of each turn."""
        update, turns = self._says("/start"), list[float]()
        while len(turns) < MOST_TURNS:
            began = perf_counter()
            await api.send(update)
            async with asyncio.timeout(PATIENCE):
                while (question := question_in((shown := await self._shown.get()).text)) is None:
                    pass
            turns.append(shown.at - began)
            if question == END:
                return turns
            update = self._answers(question, shown)
        raise AssertionError("the conversation does not end")

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
    """So many people at once; whoever is done is followed by another."""

    def __init__(self, size: int, first: int = 1_000_000) -> None:
        self._size = size
        self._people: dict[int, Person] = {}
        self._numbers = count(first)

    def deliver(self, chat: int, shown: Shown) -> None:
        """A message for that chat."""
        self._people[chat].see(shown)

    async def pass_through(self, api: BotApi, people: int) -> list[float]:
        """So many whole intakes; seconds of every turn."""
        left = iter(range(people))
        turns: list[float] = []

        async def place() -> None:
            for _ in left:
                person = Person(next(self._numbers))
                self._people[person.number] = person
                turns.extend(await person.take_part(api))

        await asyncio.gather(*(place() for _ in range(self._size)))
        return turns
