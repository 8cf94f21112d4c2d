"""The lists for societies and partner bodies: made beside the turns, kept in the export history."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import Connection

from bot.jobs import KEPT, XLSX, asked_by
from bot.store import allocation, attachments, audit, exports, partners
from bot.store.allocation import Person
from bot.store.audit import Entry
from bot.store.exports import HandedOut
from bot.store.store import Store
from bot.store.timers import Timer
from bot.timers import Slow
from dialogs.cards import Line
from dialogs.texts import catalogue
from domain.application import ApplicationStatus
from domain.campaign import current_campaign
from domain.vocabulary import Language

if TYPE_CHECKING:
    from exports.society_list import ListedCandidate

LISTS = "desk_list"
"""Kind of the timers whose payload is a ListJob."""
OFFICE = ZoneInfo("Asia/Shanghai")
ALLOCATED = (ApplicationStatus.ALLOCATED, ApplicationStatus.MATERIALS, ApplicationStatus.REVIEW)
"""Whom a society has to do with."""


class ListKind(StrEnum):
    """Which list."""

    SOCIETIES = "societies"
    PARTNERS = "partners"


class ListJob(BaseModel):
    """Who wants which list, and when they asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ListKind
    person: int
    asked_at: AwareDatetime


class MadeList(BaseModel):
    """A workbook on its way into the history."""

    model_config = ConfigDict(frozen=True)

    campaign: str
    name: str
    content: bytes
    rows: int


def lists_of(store: Store) -> Slow:
    """The timer that makes them."""

    def work(timer: Timer) -> MadeList:
        job = ListJob.model_validate_json(timer.payload)
        return store.read_now(lambda connection: build_list(connection, job))

    def keep(connection: Connection, timer: Timer, made: MadeList, now: datetime) -> None:
        keep_list(connection, ListJob.model_validate_json(timer.payload), made, now)

    return Slow(work, keep)


def build_list(connection: Connection, job: ListJob) -> MadeList:
    """The workbook: a sheet for each society, or for each partner body."""
    from exports.annex3_info import ExportInfo  # noqa: PLC0415 - openpyxl takes 0.2 s that a start should not pay
    from exports.society_list import partner_workbook, society_workbook  # noqa: PLC0415

    campaign = current_campaign(job.asked_at.date())
    title = catalogue().say(Line(key=f"desk.list.{job.kind}"), Language.ZH)
    info = ExportInfo(asked_at=job.asked_at, asked_by=asked_by(connection, job.person), filter=title)
    if job.kind is ListKind.SOCIETIES:
        people = [_listed(each) for each in allocation.people(connection, campaign.id, statuses=ALLOCATED)]
        content, rows = society_workbook(campaign, people, info=info), len(people)
    else:
        registered = allocation.people(connection, campaign.id, statuses=(ApplicationStatus.REGISTERED,))
        known = {each.id: each for each in registered}
        listed = partners.listed(connection, campaign.id)
        pairs = [
            (body, _all(known[each] for each in listed.get(body.id, ()) if each in known)) for body in campaign.partners
        ]
        content, rows = partner_workbook(pairs, info=info), sum(len(people) for _, people in pairs)
    moment = job.asked_at.astimezone(OFFICE)
    return MadeList(campaign=campaign.id, name=f"{title}-{moment:%Y%m%d-%H%M}.xlsx", content=content, rows=rows)


def keep_list(connection: Connection, job: ListJob, made: MadeList, now: datetime) -> None:
    """Stores the workbook, its history and its audit."""
    reference = attachments.put(connection, job.person, made.name, XLSX, made.content, now, expires_at=now + KEPT)
    handed_out = HandedOut(
        requested_by=job.person,
        campaign=made.campaign,
        filters=job.model_dump_json(include={"kind"}),
        rows=made.rows,
        digest=sha256(made.content).digest(),
        reference=reference,
        made_at=now,
    )
    exports.note(connection, handed_out)
    entry = Entry(action="export", actor=job.person, subject=f"list {job.kind}", detail=f"rows {made.rows}")
    audit.write(connection, entry, now)


def _all(people: Iterable[Person]) -> "list[ListedCandidate]":
    return [_listed(each) for each in people]


def _listed(person: Person) -> "ListedCandidate":
    from exports.society_list import ListedCandidate  # noqa: PLC0415 - see build_list

    registered = person.status is ApplicationStatus.REGISTERED
    return ListedCandidate(
        name=person.name,
        phone=person.phone,
        field=person.field,
        specialty=person.specialty,
        level=person.level,
        unit=person.unit,
        location=person.location,
        stage=person.status,
        registered_on=person.changed_at.astimezone(OFFICE).date() if registered else None,
    )
