"""One turn: the head of a lane is read, the dialogue steps, and everything it comes to is written in one transaction.

`prepare` reads and steps; `save` writes, or writes nothing where somebody else was faster. On PostgreSQL both run in
one transaction that holds the lane's row; on SQLite they are two, and the snapshot is let go of before the step, so
that a slow one holds neither the writer nor the log.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import Connection

from bot.albums import album_of
from bot.channels.base import Channel, ChannelName, Message
from bot.errors import OvertakenError, TurnError
from bot.faults import reach
from bot.store import conversations, inbox, outbox, people
from bot.store.engine import end_reading
from bot.store.inbox import Waiting
from bot.store.outbox import Outgoing
from bot.store.states import Reachability, Source
from bot.turn_kinds import (
    ContextBuilder,
    EffectApplier,
    FilesWanted,
    LaneHeld,
    NothingWaits,
    Postponed,
    Preparation,
    Prepared,
    Rehomed,
    Step,
    StepFunction,
    Turned,
    Who,
)
from dialogs.cards import Card, Line
from dialogs.case import QUESTION_SUBJECT
from dialogs.conversation import Conversation
from dialogs.events import Attached, Done, Event, Forged, Pressed, Replied, Typed
from dialogs.press import unseal

__all__ = [
    "ATTEMPTS",
    "BACKOFF",
    "DONE",
    "ContextBuilder",
    "EffectApplier",
    "FilesWanted",
    "LaneHeld",
    "NothingWaits",
    "Postponed",
    "Preparation",
    "Prepared",
    "Rehomed",
    "Step",
    "StepFunction",
    "Turned",
    "Turns",
    "Who",
]

ATTEMPTS = 5
"""Failures after which a message is given up."""
BACKOFF = (0.2, 1.0, 5.0, 15.0)
"""Seconds to wait after the first, second … failure."""
FOLLOW_UPS = 8
"""Done events that one turn may feed back; more would be a loop."""

DONE = TypeAdapter(Done)
"""How a Done event is written into the payload of an internal inbox row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """The turn function with all that it depends on. `takes_files`: does the open question want what was sent?"""

    channels: Mapping[ChannelName, Channel]
    step: StepFunction
    context: ContextBuilder
    apply: EffectApplier
    press_key: bytes
    now: Callable[[], datetime]
    takes_files: Callable[[Conversation], bool] = lambda _: False

    def prepare(self, connection: Connection, person: int) -> Preparation:
        """Reads the head of the lane and steps; raises TurnError naming the message that could not be."""
        if connection.dialect.name == "postgresql" and not inbox.lock_lane(connection, person):
            return LaneHeld()
        waiting = inbox.head(connection, person)
        if waiting is None:
            return NothingWaits()
        now = self.now()
        if waiting.not_before is not None and waiting.not_before > now:
            return Postponed(waiting.not_before)
        reach("claimed")
        try:
            return self._prepare(connection, waiting, now)
        except Exception as error:
            raise TurnError(waiting.id, waiting.person, waiting.correlation) from error

    def _prepare(self, connection: Connection, waiting: Waiting, now: datetime) -> Preparation:
        before = conversations.parse(waiting.state)
        message = self._read(waiting)
        if before.revision == 0 and message.language_hint is not None:
            before = before.model_copy(update={"language": message.language_hint})
        album = album_of(connection, waiting, message, self._read, now)
        if isinstance(album, Postponed):
            return album
        files: Attached | None = None
        if message.files and self.takes_files(before):
            if (wanted := album.wanted(connection)) is not None:
                return wanted
            files = album.attached(connection)
        event = _replied(connection, waiting, message) or self._event(message, before, files)
        step = None
        if event is not None:
            context = self.context(connection, _who(waiting), now)
            end_reading(connection)
            step = self.step(before, event, context)
        reach("stepped")
        return Prepared(
            waiting=waiting,
            message=message,
            before=before,
            step=step,
            event=type(event).__name__,
            now=now,
            rest=album.rest,
        )

    def save(self, connection: Connection, prepared: Prepared) -> Turned:
        """Writes the turn; raises OvertakenError where the message or the conversation was not waiting for us."""
        waiting, now = prepared.waiting, prepared.now
        for row in (waiting.id, *prepared.rest):
            if not inbox.handled(connection, row, now):
                raise OvertakenError(f"inbox row {row} is handled already")
        try:
            account = self._note_reachability(connection, prepared)
            cards = 0 if prepared.step is None else self._write(connection, prepared, prepared.step, account)
        except _RehomedError as moved:
            return Turned(waiting=waiting, event=prepared.event, cards=0, wakes=(moved.lane,))
        except OvertakenError:
            raise
        except Exception as error:
            raise TurnError(waiting.id, waiting.person, waiting.correlation) from error
        return Turned(waiting=waiting, event=prepared.event, cards=cards)

    def _write(self, connection: Connection, prepared: Prepared, step: Step, account: int) -> int:
        waiting, now = prepared.waiting, prepared.now
        who = _who(waiting)
        conversation, cards = self._follow(connection, who, step, now)
        if not conversations.save(connection, conversation, prepared.before.revision, now):
            raise OvertakenError(f"conversation {conversation.id} has moved on from {prepared.before.revision}")
        outbox.put(
            connection,
            [
                Outgoing(
                    account=account,
                    channel=waiting.channel,
                    language=conversation.language,
                    card=part,
                    cause=waiting.id,
                )
                for card in cards
                for part in self.channels[waiting.channel].parts(card, conversation.language)
            ],
            now,
        )
        return len(cards)

    def _follow(
        self, connection: Connection, who: Who, step: Step, now: datetime
    ) -> tuple[Conversation, Sequence[Card]]:
        """Applies the effects; what they answer at once is stepped on within the same turn."""
        conversation, effects = step.conversation, step.effects
        cards: Sequence[Card] = step.cards
        for _ in range(FOLLOW_UPS):
            answers = [self.apply(connection, who, effect, conversation, now) for effect in effects]
            effects = ()
            for answer in answers:
                if answer is None:
                    continue
                if isinstance(answer, Rehomed):
                    raise _RehomedError(answer.lane)
                # Roles may just have changed: the dialogue sees the world as it is now.
                following = self.step(conversation, answer, self.context(connection, who, now))
                conversation = following.conversation
                effects += following.effects
                cards = (*_not_repeated(cards, following.cards), *following.cards)
            if not effects:
                return conversation, cards
        raise RuntimeError("effects answer each other without end")

    def _note_reachability(self, connection: Connection, prepared: Prepared) -> int:
        """Keeps the account as the message shows it; returns the account that the cards go to."""
        waiting, message = prepared.waiting, prepared.message
        if message.migrated_to:
            return people.moved(connection, waiting.account, message.migrated_to, prepared.now)
        if message.blocked:
            people.lost_touch(connection, waiting.account, "stopped the bot", prepared.now)
        elif waiting.reachability is Reachability.UNREACHABLE and waiting.source is not Source.INTERNAL:
            people.back_in_touch(connection, waiting.account, prepared.now)
        return waiting.account

    def _read(self, waiting: Waiting) -> Message:
        if waiting.source is Source.INTERNAL:
            return Message(sender="", event=DONE.validate_json(waiting.payload))
        return self.channels[waiting.channel].read(waiting.payload)

    def _event(self, message: Message, conversation: Conversation, files: Attached | None) -> Event | None:
        if message.press_token:
            press = unseal(message.press_token, self.press_key)
            if press is None or press.conversation.hex() != conversation.id:
                return Forged()
            return Pressed(press.subject, press.opening, press.option)
        return files or message.event

    def fail(self, connection: Connection, failure: TurnError) -> datetime | None:
        """Counts a failure; returns when to try again. After ATTEMPTS the message is given up: the person is told
        so, and the lane goes on.
        """
        now = self.now()
        failing = inbox.failing(connection, failure.message)
        if failing is None:
            return None
        if failing.attempts + 1 < ATTEMPTS:
            until = now + timedelta(seconds=BACKOFF[min(failing.attempts, len(BACKOFF) - 1)])
            inbox.put_off(connection, failure.message, until)
            return until
        inbox.give_up(connection, failure.message, type(failure.__cause__).__name__, now)
        apology = Outgoing(
            account=failing.account,
            channel=failing.channel,
            language=failing.language,
            card=Card(lines=(Line(key="turn.failed"),)),
            cause=failure.message,
        )
        outbox.put(connection, [apology], now)
        return now


class _RehomedError(Exception):
    """Leaves the turn; what was written so far stands."""

    def __init__(self, lane: int) -> None:
        super().__init__(lane)
        self.lane = lane


def _not_repeated(cards: Sequence[Card], following: Sequence[Card]) -> Sequence[Card]:
    """The cards that say something which the following ones do not say (and ask) anyway."""
    said = {line.model_dump_json() for card in following for line in card.lines}
    return [card for card in cards if not said.issuperset(line.model_dump_json() for line in card.lines)]


def _replied(connection: Connection, waiting: Waiting, message: Message) -> Replied | None:
    """Words typed as a reply to a forwarded question; a reply to anything else is an ordinary message."""
    if not message.replied_to or not isinstance(message.event, Typed):
        return None
    card = outbox.card_of(connection, waiting.account, message.replied_to)
    if card is None or card.subject != QUESTION_SUBJECT:
        return None
    return Replied(card.subject, card.opening, message.event.text)


def _who(waiting: Waiting) -> Who:
    return Who(
        person=waiting.person,
        account=waiting.account,
        channel=waiting.channel,
        conversation=waiting.conversation,
        message=waiting.id,
    )
