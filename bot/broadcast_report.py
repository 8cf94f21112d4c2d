"""The end of a broadcast: its figures and, in a workbook, whom it did not reach, with their numbers, to be called."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Connection

from bot.broadcasting import account_of
from bot.children import Children, Progress
from bot.store import attachments, broadcasts, deliveries, outbox
from bot.store.outbox import Outgoing
from bot.store.people import person_of
from bot.store.recipients import addressees
from bot.store.states import Kind
from bot.store.store import Store
from bot.store.timers import Timer
from bot.store.windows import ways_of
from bot.timers import Slow
from dialogs.broadcast import report_lines
from dialogs.cards import Arg, Card, Document, Line
from domain.audience import audience_text
from domain.broadcast import NOT_REACHED
from domain.campaign import current_campaign
from domain.errors import HurentongError

NOT_REACHED_LIST = "not_reached"
"""Kind of the work of a child process."""
KEPT = timedelta(days=30)
PAGE = 500


class NoBroadcastError(HurentongError):
    """There is no such broadcast, or it has not been started."""


class NotReachedJob(BaseModel):
    """Whose list, and when it was asked for: the same data and moment make the same file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    asked_at: AwareDatetime


def not_reached_list(connection: Connection, number: int, asked_at: datetime, asked_by: str) -> bytes:
    """The workbook of those who were not reached so far. Slow for thousands: decrypts and writes a row each.

    Raises NoBroadcastError.
    """
    from exports.annex3_info import ExportInfo  # noqa: PLC0415 - openpyxl takes 0.2 s that a start should not pay
    from exports.not_reached import NotReached, not_reached_workbook  # noqa: PLC0415

    seen = broadcasts.find(connection, number)
    if seen is None or seen.recipients is None:
        raise NoBroadcastError(f"broadcast {number} does not exist or has not been started")
    campaign = current_campaign(asked_at.date()).id
    people, after = [], 0
    while page := deliveries.page(connection, number, NOT_REACHED, after, PAGE):
        known = {each.who: each for each in addressees(connection, [each.who for each in page], campaign)}
        for each in page:
            there = known.get(each.who)
            people.append(
                NotReached(
                    name=there.recipient.name if there else "",
                    phone=there.recipient.phone if there else "",
                    unit=there.recipient.unit if there else "",
                    country=there.country if there else "",
                    state=each.state,
                    detail=each.detail,
                )
            )
        after = page[-1].id
    audience = audience_text(seen.audience)
    info = ExportInfo(asked_at=asked_at, asked_by=asked_by, filter=audience)
    report = deliveries.report(connection, seen)
    return not_reached_workbook(people, text=seen.text, audience=audience, report=report, info=info)


def work(store: Store, job: dict[str, Any], _: Progress) -> str:
    """What the child does: the workbook in base64."""
    wanted = NotReachedJob.model_validate(job)
    made = store.read_now(
        lambda connection: not_reached_list(connection, wanted.number, wanted.asked_at, f"broadcast {wanted.number}")
    )
    return base64.b64encode(made).decode()


def reports_of(children: Children) -> Slow:
    """The report timer: the list is made in a process of its own, then announced once to whoever started it."""

    def make(timer: Timer) -> bytes:
        job = NotReachedJob(number=_number(timer), asked_at=timer.due_at.astimezone(UTC))
        made = children.work(NOT_REACHED_LIST, job.model_dump(mode="json"), lambda *_: None)
        return base64.b64decode(str(made))

    return Slow(make, announce)


def announce(connection: Connection, timer: Timer, workbook: bytes, now: datetime) -> None:
    """Sends the figures, with the list where somebody is on it."""
    seen = broadcasts.find(connection, _number(timer))
    there = account_of(connection, seen.account) if seen is not None else None
    if seen is None or there is None:
        return
    chat, language = there
    report = deliveries.report(connection, seen)
    document = None
    if report.not_reached:
        name = f"not-reached-{seen.id}.xlsx"
        media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        owner = person_of(connection, chat.account)
        reference = attachments.put(connection, owner, name, media_type, workbook, now, expires_at=now + KEPT)
        document = Document(reference=reference, name=name, media_type=media_type)
    card = Card(lines=(*report_lines(seen.id, report), *_ways(connection, seen.id)), document=document)
    message = Outgoing(account=chat.account, channel=chat.channel, language=language, card=card, kind=Kind.NOTICE)
    outbox.put(connection, [message], now)


def _ways(connection: Connection, number: int) -> tuple[Line, ...]:
    """By which of WeChat's ways people were reached; nothing where nobody was."""
    ways = ways_of(connection, number)
    if not ways.customer_service and not ways.template:
        return ()
    args: dict[str, Arg] = {"custom": ways.customer_service, "template": ways.template}
    return (Line(key="broadcast.wechat_ways", args=args),)


def _number(timer: Timer) -> int:
    return int(timer.subject.rsplit(" ", 1)[-1])
