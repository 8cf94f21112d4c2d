"""A copy of all that is held on a person: readable text, JSON, and the files that they sent."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, JsonValue
from sqlalchemy import Connection, select

from bot.channels.base import ChannelName
from bot.store import attachments, inbox, outbox
from bot.store.holdings import Holdings, holdings_of
from bot.store.outbox import Outgoing
from bot.store.store import Store
from bot.store.tables import account
from bot.store.timers import Timer
from bot.timers import Slow
from bot.turns import DONE
from dialogs.cards import Card, Document, Line
from dialogs.events import Done
from dialogs.own_data import own_data_text
from domain.vocabulary import Language

MY_DATA = "mydata"
"""Kind of the timers whose payload is a MyDataJob."""
KEPT = timedelta(days=7)
"""How long the copy can be fetched."""
TEXT, JSON = "text/plain; charset=utf-8", "application/json"


class MyDataJob(BaseModel):
    """Who asked, and where the files go."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: int
    person: int
    asked_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The copy, on its way."""

    text: bytes
    json: bytes
    files: tuple[Document, ...]
    channel: ChannelName
    language: Language


def my_data_of(store: Store) -> Slow:
    """The timer: read in a snapshot, then kept and sent in one transaction."""

    def work(timer: Timer) -> Copy | None:
        job = MyDataJob.model_validate_json(timer.payload)
        return store.read_now(lambda connection: make_copy(connection, job))

    def keep(connection: Connection, timer: Timer, copy: Copy | None, now: datetime) -> None:
        if copy is not None:
            deliver(connection, MyDataJob.model_validate_json(timer.payload), copy, f"mydata {timer.id}", now)

    return Slow(work, keep)


def make_copy(connection: Connection, job: MyDataJob) -> Copy | None:
    """Reads everything; None for somebody who has been forgotten meanwhile, or whose account has moved on."""
    held = holdings_of(connection, job.person)
    where = select(account.c.channel).where(account.c.id == job.account, account.c.person_id == job.person)
    channel = connection.execute(where).scalar_one_or_none()
    if held is None or channel is None:
        return None
    language = held.conversation.language
    files = tuple(Document(reference=each.reference, name=each.name, media_type=each.media_type) for each in held.files)
    return Copy(
        text=_readable(held, job.asked_at).encode(),
        json=json.dumps(_structured(held, job.asked_at), ensure_ascii=False, indent=1).encode("utf8", "replace"),
        files=files,
        channel=channel,
        language=language,
    )


def _readable(held: Holdings, at: datetime) -> str:
    counts = {name: len(rows) for name, rows in held.tables.items()}
    return own_data_text(held.conversation, counts, tuple(each.name for each in held.files), at)


def _structured(held: Holdings, at: datetime) -> dict[str, JsonValue]:
    conversation: JsonValue = held.conversation.model_dump(mode="json")
    tables: dict[str, JsonValue] = {name: list(rows) for name, rows in held.tables.items()}
    return {"made_at": at.isoformat(), "conversation": conversation, **tables}


def deliver(connection: Connection, job: MyDataJob, copy: Copy, key: str, now: datetime) -> bool:
    """Files first, each a message without a question; then the readable copy, after which the dialogue goes on."""

    def put(content: bytes, media_type: str, ending: str) -> Document:
        name = f"hurentong-{job.asked_at:%Y%m%d}.{ending}"
        reference = attachments.put(connection, job.person, name, media_type, content, now, expires_at=now + KEPT)
        return Document(reference=reference, name=name, media_type=media_type)

    said = DONE.dump_json(Done("mydata.ready", file=put(copy.text, TEXT, "txt").model_dump_json()))
    if not inbox.put_internal(connection, key, job.account, job.person, said, now):
        return False
    machine = Card(lines=(Line(key="mydata.machine"),), document=put(copy.json, JSON, "json"))
    files = [Card(lines=(Line(key="mydata.file", args={"name": each.name}),), document=each) for each in copy.files]
    outgoing = [
        Outgoing(account=job.account, channel=copy.channel, language=copy.language, card=card)
        for card in (machine, *files)
    ]
    outbox.put(connection, outgoing, now)
    return True
