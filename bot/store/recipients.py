"""People as filters, placeholders and clocks see them, with the account on which each is written to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from bot.channels.base import ChannelName
from bot.store.audiences import WITHOUT_APPLICATION, Who
from bot.store.states import Reachability
from bot.store.tables import (
    account,
    application,
    attendance,
    candidate,
    conversation,
    enterprise,
    inbox,
    person,
    project,
    unit,
)
from domain.audience import Attendance, Recipient
from domain.countries import code_of
from domain.time_zones import zones_of
from domain.vocabulary import Language, Posting


@dataclass(frozen=True, slots=True)
class Chat:
    """Where a person is written to."""

    account: int
    channel: ChannelName


@dataclass(frozen=True, slots=True)
class Addressee:
    """A recipient; `chat` None where they have no account, `country` as it is printed."""

    who: Who
    recipient: Recipient
    chat: Chat | None
    country: str

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones that they may be in."""
        known = self.recipient
        return zones_of(zone=known.zone, country_code=known.country, location=known.location)


def addressees(connection: Connection, whom: Sequence[Who], campaign: str) -> list[Addressee]:
    """Those people, in that order; whoever is neither a person nor a candidate any more is left out.

    `campaign` is the present one's id: it is that of people who have handed nothing in. Decrypts a row each.
    """
    candidates = _candidates(connection, [each[1] for each in whom if each[1] is not None])
    persons = _persons(connection, [each[0] for each in whom if each[0] is not None])
    chats = _chats(connection, list(persons))
    called = _attendances(connection, whom)
    found = []
    for who in whom:
        own, talk = candidates.get(who[1] or 0), persons.get(who[0] or 0)
        if own is None and talk is None:
            continue
        language, zone = talk or (Language.ZH, "")
        recipient = _recipient(who, own, language, zone, called.get(who, {}), campaign)
        country = own.country if own is not None else ""
        found.append(Addressee(who, recipient, chats.get(who[0] or 0), country))
    return found


def _candidates(connection: Connection, ids: Sequence[int]) -> Mapping[int, Any]:
    if not ids:
        return {}
    rows = connection.execute(
        select(
            candidate.c.id,
            candidate.c.name,
            candidate.c.phone,
            candidate.c.field,
            candidate.c.present_location,
            candidate.c.statement,
            application.c.campaign,
            application.c.status,
            application.c.level,
            application.c.posting,
            application.c.country,
            application.c.eligible,
            unit.c.name.label("unit"),
            enterprise.c.id.label("enterprise"),
            project.c.name.label("project"),
            project.c.country.label("project_country"),
        )
        .join(application, application.c.candidate_id == candidate.c.id)
        .outerjoin(unit, unit.c.id == application.c.unit_id)
        .outerjoin(enterprise, enterprise.c.id == application.c.enterprise_id)
        .outerjoin(project, project.c.id == application.c.project_id)
        .where(candidate.c.id.in_(ids))
    )
    return {row.id: row for row in rows}


def _recipient(
    who: Who,
    own: Any,
    language: Language,
    zone: str,
    called: Mapping[str, Attendance],
    campaign: str,
) -> Recipient:
    key = f"person {who[0]}" if who[0] is not None else f"candidate {who[1]}"
    if own is None:
        return Recipient(
            key=key, language=language, campaign=campaign, stage=WITHOUT_APPLICATION, zone=zone, attendance=called
        )
    return Recipient(
        key=key,
        name=own.name,
        phone=own.phone,
        language=language,
        campaign=own.campaign,
        stage=own.status,
        field=own.field,
        level=own.level,
        posting=own.posting,
        country=code_of(own.country) or "",
        location=own.present_location,
        zone=zone,
        unit=own.unit or "",
        incomplete=_owes(own),
        eligible=own.eligible,
        attendance=called,
    )


def _owes(own: Any) -> bool:
    """The same as `audiences` asks of the database."""
    answers = (own.name, own.phone, own.present_location, own.statement, own.field, own.level, own.enterprise)
    lacks_project = own.posting is Posting.DISPATCHED and not (own.project and own.project_country)
    return not all(answers) or own.posting in (None, Posting.NONE) or lacks_project


def _persons(connection: Connection, ids: Sequence[int]) -> Mapping[int, tuple[Language, str]]:
    if not ids:
        return {}
    rows = connection.execute(
        select(person.c.id, person.c.zone, conversation.c.language)
        .join(conversation, conversation.c.person_id == person.c.id)
        .where(person.c.id.in_(ids))
    )
    return {row.id: (row.language, row.zone or "") for row in rows}


def _chats(connection: Connection, ids: Sequence[int]) -> Mapping[int, Chat]:
    """Of several accounts one that can be reached, among those the one that was heard from last."""
    if not ids:
        return {}
    heard = select(func.max(inbox.c.id)).where(inbox.c.account_id == account.c.id).correlate(account).scalar_subquery()
    rows = connection.execute(
        select(account.c.person_id, account.c.id, account.c.channel, account.c.reachability, heard.label("heard"))
        .where(account.c.person_id.in_(ids))
        .order_by(account.c.id)
    ).all()
    order = sorted(rows, key=lambda row: (row.reachability is Reachability.REACHABLE, row.heard or 0, row.id))
    return {row.person_id: Chat(row.id, row.channel) for row in order}


def _attendances(connection: Connection, whom: Sequence[Who]) -> Mapping[Who, Mapping[str, Attendance]]:
    persons = {each[0] for each in whom if each[0] is not None}
    candidates = {each[1] for each in whom if each[1] is not None}
    rows = connection.execute(
        select(attendance.c.briefing_id, attendance.c.person_id, attendance.c.candidate_id, attendance.c.answer).where(
            or_(attendance.c.person_id.in_(persons), attendance.c.candidate_id.in_(candidates))
        )
    ).all()
    of_person: dict[int, dict[str, Attendance]] = {}
    of_candidate: dict[int, dict[str, Attendance]] = {}
    for row in rows:
        if row.person_id is not None:
            of_person.setdefault(row.person_id, {})[str(row.briefing_id)] = row.answer
        else:
            of_candidate.setdefault(row.candidate_id, {})[str(row.briefing_id)] = row.answer
    return {who: {**of_candidate.get(who[1] or 0, {}), **of_person.get(who[0] or 0, {})} for who in whom}
