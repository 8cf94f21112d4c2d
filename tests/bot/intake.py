"""An engineer who answers the real dialogue, straight through the turns: no channel, no network."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import Connection, select

from bot.channels.base import Arrival, ChannelName
from bot.effects import apply
from bot.store import inbox, people
from bot.store.store import Store
from bot.store.tables import outbox
from bot.turns import NothingWaits, Prepared, Turns
from bot.world import context_of
from dialogs.cards import Card
from dialogs.engine import step
from dialogs.rendering import render
from domain.vocabulary import Language
from tests.bot.tiny import TinyChannel
from tests.engineer import DISPATCHED, take_in

_numbers = count()


@dataclass
class Clock:
    """A moment that the test moves."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Engineer:
    """One account; `says` takes a message in, gives it its turn, and returns what was answered."""

    store: Store
    address: str
    clock: Callable[[], datetime]

    @property
    def turns(self) -> Turns:
        return Turns(
            channels={ChannelName.TELEGRAM: TinyChannel()},
            step=step,
            context=context_of,
            apply=apply,
            press_key=b"k" * 32,
            now=self.clock,
        )

    @property
    def account(self) -> people.Account:
        found = self.store.read_now(lambda c: people.find(c, ChannelName.TELEGRAM, self.address))
        assert found is not None
        return found

    def says(self, text: str, **more: str) -> str:
        payload = json.dumps({"from": self.address, "text": text, **more}, ensure_ascii=False).encode()
        arrival = Arrival(ChannelName.TELEGRAM, f"m{next(_numbers)}", self.address, payload)
        last = self._last_card()
        self.store.write_now(lambda c: inbox.take_in(c, [arrival], self.clock()))
        self.settle()
        return "\n".join(render(each, Language.ZH).text for each in self.cards(last))

    def settle(self) -> None:
        """Every waiting message of the lane gets its turn."""
        while True:
            person = self.account.person
            if not self.store.write_now(partial(self._turn, person=person)):
                return

    def _turn(self, connection: Connection, person: int) -> bool:
        prepared = self.turns.prepare(connection, person)
        if isinstance(prepared, NothingWaits):
            return False
        assert isinstance(prepared, Prepared), prepared
        self.turns.save(connection, prepared)
        return True

    def _last_card(self) -> int:
        newest = select(outbox.c.id).order_by(outbox.c.id.desc()).limit(1)
        return self.store.read_now(lambda c: c.execute(newest).scalar_one_or_none()) or 0

    def cards(self, after: int = 0) -> Sequence[Card]:
        query = select(outbox.c.card).where(outbox.c.id > after, outbox.c.account_id == self.account.id)
        rows: Any = self.store.read_now(lambda c: c.execute(query.order_by(outbox.c.id)).scalars().all())
        return [Card.model_validate_json(each) for each in rows if each is not None]

    def hands_in(self, **own: str) -> list[str]:
        """A whole intake; returns the questions that were asked."""
        shown = [self.says("你好")]
        answers = {**DISPATCHED, **own}
        return take_in(answers, lambda: shown[-1], lambda text: shown.append(self.says(text)))
