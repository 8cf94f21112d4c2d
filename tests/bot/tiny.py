"""A dialogue and a channel just large enough to see turns through: it notes every word and counts them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from bot.channels.base import Arrival, ChannelName, Message, RemoteFile, Result, Sent, Shipment
from bot.store import conversations
from bot.store.conversations import AnswerVersion
from bot.turns import Turns, Who
from dialogs.cards import Card, Line
from dialogs.conversation import Answer, Conversation
from dialogs.effects import Effect, RecordAnswer, RedeemCode
from dialogs.events import Attached, Commanded, Done, Event, Forged, Pressed, Typed
from domain.vocabulary import Language


@dataclass(frozen=True)
class TinyStep:
    conversation: Conversation
    effects: tuple[Effect, ...]
    cards: tuple[Card, ...]


def now() -> datetime:
    return datetime.now(UTC)


def tiny_step(conversation: Conversation, event: Event, context: Any) -> TinyStep:
    """Every typed word becomes the answer `word<n>`; `/join CODE` redeems; anything else is shown by its name."""
    revision = conversation.revision + 1
    thread = conversation.main
    effects: tuple[Effect, ...] = ()
    shown = type(event).__name__
    match event:
        case Typed("fail"):
            raise ValueError("a defect in the dialogue")
        case Typed(text):
            key = f"word{len(thread.answers)}"
            answer = Answer(value=text, said=text, at=context.now)
            thread = thread.model_copy(update={"answers": {**thread.answers, key: answer}})
            effects = (RecordAnswer("intake", key, text, text),)
            shown = text
        case Commanded("join", code):
            effects = (RedeemCode(code),)
        case Done(key):
            shown = key
        case Attached(references):
            shown = f"{len(references)} files"
        case Pressed() | Forged():
            pass
    after = conversation.model_copy(update={"main": thread, "revision": revision})
    return TinyStep(after, effects, (Card(lines=(Line(key="plain", args={"text": shown}),)),))


@dataclass(frozen=True)
class TinyContext:
    now: datetime


def tiny_context(connection: Connection, who: Who, now: datetime) -> Any:
    return TinyContext(now)


def tiny_apply(
    connection: Connection, who: Who, effect: Effect, conversation: Conversation, now: datetime
) -> Done | None:
    if isinstance(effect, RecordAnswer):
        version = AnswerVersion(effect.script, effect.question, conversation.revision, effect.value, effect.said, now)
        conversations.record_answer(connection, conversation.id, version)
    if isinstance(effect, RedeemCode):
        return Done("welcome")
    return None


def arrival(number: int, sender: str, text: str = "", **more: Any) -> Arrival:
    """A message of the tiny channel."""
    payload = json.dumps({"from": sender, "text": text, **more}).encode()
    return Arrival(ChannelName.TELEGRAM, f"u{number}", sender, payload)


@dataclass
class TinyChannel:
    """Keeps what it was sent; `answers` decides how a send ends."""

    name: ChannelName = ChannelName.TELEGRAM
    sent: list[Shipment] = field(default_factory=list)
    answers: Callable[[Shipment], Result] = lambda _: Sent("m")
    files: dict[str, bytes] = field(default_factory=dict)

    def read(self, payload: bytes) -> Message:
        said = json.loads(payload)
        sender, text = said["from"], said.get("text", "")
        message = Message(sender, Typed(text))
        if text.startswith("/"):
            name, _, argument = text[1:].partition(" ")
            message = Message(sender, Commanded(name, argument))
        if "press" in said:
            message = Message(sender, None, press_token=said["press"])
        if "files" in said:
            files = tuple(RemoteFile(id=each) for each in said["files"])
            message = Message(sender, Attached(()), files=files, album=said.get("album", ""))
        if "blocked" in said:
            message = Message(sender, None, blocked=said["blocked"])
        if "replied_to" in said:
            message = replace(message, replied_to=said["replied_to"])
        if "migrated_to" in said:
            message = Message(sender, None, migrated_to=said["migrated_to"])
        return message

    def parts(self, card: Card, language: Language) -> list[Card]:  # noqa: ARG002 - the protocol's signature
        return [card.model_copy(update={"lines": (line,)}) for line in card.lines]

    async def send(self, shipment: Shipment) -> Result:
        result = self.answers(shipment)
        if isinstance(result, Sent):
            self.sent.append(shipment)
            result = replace(result, message_id=f"m{len(self.sent)}")
        return result

    async def fetch(self, file: RemoteFile, limit: int) -> bytes:
        return self.files[file.id][:limit]

    def texts(self, address: str) -> list[str]:
        """What was said to that address, in order."""
        return [text_of(each.card) for each in self.sent if each.address == address]


def text_of(card: Card) -> str:
    return str(card.lines[0].args.get("text", card.lines[0].key))


def tiny_turns(channel: TinyChannel, **changes: Any) -> Turns:
    """Turns over that channel."""
    made = Turns(
        channels={channel.name: channel},
        step=tiny_step,
        context=tiny_context,
        apply=tiny_apply,
        press_key=b"k" * 32,
        now=now,
    )
    return replace(made, **changes) if changes else made
