"""Forgetting a person: every row that tells who they are or what they said goes; the audit keeps ids only."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.store import applications, conversations
from bot.store.candidates import PHONE
from bot.store.crypto import blind_index, keys_of
from bot.store.states import CodeKind, InboxStatus, OutboxState
from bot.store.tables import (
    account,
    answer,
    application,
    attachment,
    candidate,
    classification,
    code,
    consent,
    conversation,
    enquiry,
    enterprise,
    event,
    inbox,
    outbox,
    person,
    project,
    role_grant,
    timer,
    withdrawal,
)
from dialogs.conversation import Conversation


def forget_person(connection: Connection, person_id: int, now: datetime) -> None:
    """Everything, with the person and their accounts: whoever writes from there next is a stranger."""
    forget_records(connection, candidates_of(connection, person_id), now)
    talk = conversation_of(connection, person_id)
    own = select(account.c.id).where(account.c.person_id == person_id)
    connection.execute(delete(outbox).where(outbox.c.account_id.in_(own)))
    connection.execute(delete(timer).where(timer.c.subject.in_((f"person {person_id}", talk))))
    # A code that nobody has used must say who made it, so it cannot outlive them.
    connection.execute(delete(code).where(code.c.made_by == person_id, code.c.kind == CodeKind.RESUME))
    connection.execute(delete(person).where(person.c.id == person_id))


def forget_past(connection: Connection, person_id: int, before: datetime, now: datetime) -> None:
    """What the person gave until that moment; person, accounts and roles stay, and what has come since."""
    forget_records(connection, candidates_of(connection, person_id), now)
    talk = conversation_of(connection, person_id)
    own = select(account.c.id).where(account.c.person_id == person_id)
    connection.execute(delete(answer).where(answer.c.conversation_id == talk, answer.c.at <= before))
    connection.execute(
        delete(classification).where(classification.c.conversation_id == talk, classification.c.at <= before)
    )
    connection.execute(delete(attachment).where(attachment.c.person_id == person_id, attachment.c.created_at <= before))
    connection.execute(delete(enquiry).where(enquiry.c.person_id == person_id, enquiry.c.asked_at <= before))
    connection.execute(delete(consent).where(consent.c.person_id == person_id, consent.c.at <= before))
    connection.execute(
        update(inbox)
        .where(inbox.c.account_id.in_(own), inbox.c.received_at <= before, inbox.c.status != InboxStatus.WAITING)
        .values(payload=None)
    )
    connection.execute(
        update(outbox)
        .where(outbox.c.account_id.in_(own), outbox.c.created_at <= before, outbox.c.state == OutboxState.WAITING)
        .values(state=OutboxState.CANCELLED, reason="forgotten", finished_at=now)
    )
    connection.execute(
        update(outbox)
        .where(outbox.c.account_id.in_(own), outbox.c.created_at <= before, outbox.c.finished_at.is_not(None))
        .values(card=None)
    )


def forget_records(connection: Connection, candidates: Sequence[int], now: datetime, *, withdrawn: bool = True) -> None:
    """Candidates with their applications; that somebody withdrew is kept without who, so that numbers add up."""
    for each in candidates:
        row = connection.execute(
            select(
                application.c.id,
                application.c.campaign,
                application.c.status,
                application.c.unit_id,
                application.c.enterprise_id,
                application.c.project_id,
                application.c.level,
                candidate.c.field,
            )
            .join(candidate, candidate.c.id == application.c.candidate_id)
            .where(candidate.c.id == each)
        ).one_or_none()
        _pass_number_on(connection, each)
        connection.execute(delete(candidate).where(candidate.c.id == each))
        if row is None:
            continue
        # Its history names reasons, which speak of the person.
        connection.execute(delete(event).where(event.c.subject == "application", event.c.subject_id == str(row.id)))
        _forget_unused_work(connection, row.project_id, row.enterprise_id)
        if withdrawn and row.status in applications.STANDING:
            connection.execute(
                insert(withdrawal).values(
                    campaign=row.campaign, unit_id=row.unit_id, field=row.field, level=row.level, at=now
                )
            )


def candidates_of(connection: Connection, person_id: int) -> Sequence[int]:
    """The person as a candidate, in every campaign."""
    return connection.execute(select(candidate.c.id).where(candidate.c.person_id == person_id)).scalars().all()


def of_campaign(connection: Connection, campaign: str, limit: int) -> Sequence[int]:
    """Candidates of a campaign, the oldest first."""
    found = select(candidate.c.id).where(candidate.c.campaign == campaign).order_by(candidate.c.id).limit(limit)
    return connection.execute(found).scalars().all()


def idle_persons(connection: Connection, until: datetime, limit: int) -> Sequence[int]:
    """Persons who are no candidate in any campaign and have done nothing since that moment, but have said something."""
    found = (
        select(conversation.c.person_id)
        .where(
            conversation.c.updated_at < until,
            conversation.c.revision > 0,
            conversation.c.person_id.not_in(select(candidate.c.person_id).where(candidate.c.person_id.is_not(None))),
        )
        .order_by(conversation.c.person_id)
        .limit(limit)
    )
    return connection.execute(found).scalars().all()


def empty_conversation(connection: Connection, person_id: int, now: datetime) -> None:
    """As if nothing had been said yet; it counts as touched now."""
    stands = conversations.find(connection, person_id)
    fresh = Conversation(id=stands.id, language=stands.language, revision=stands.revision + 1)
    conversations.save(connection, fresh, stands.revision, now)


def conversation_of(connection: Connection, person_id: int) -> str:
    """The id of the person's conversation."""
    found = select(conversation.c.id).where(conversation.c.person_id == person_id)
    return str(connection.execute(found).scalar_one())


def _pass_number_on(connection: Connection, candidate_id: int) -> None:
    """Others with the same number pointed at this one: the first of them is found by it from now on."""
    others = connection.execute(
        select(candidate.c.id, candidate.c.phone)
        .where(candidate.c.duplicate_of == candidate_id)
        .order_by(candidate.c.id)
    ).all()
    if not others:
        return
    first = others[0]
    connection.execute(update(candidate).where(candidate.c.id == candidate_id).values(phone_index=None))
    index = blind_index(keys_of(connection.dialect), PHONE, first.phone)
    connection.execute(update(candidate).where(candidate.c.id == first.id).values(duplicate_of=None, phone_index=index))
    rest = [each.id for each in others[1:]]
    connection.execute(update(candidate).where(candidate.c.id.in_(rest)).values(duplicate_of=first.id))


def _forget_unused_work(connection: Connection, project_id: int | None, enterprise_id: int | None) -> None:
    """Project and enterprise (its contact is a person, too) where no other application names them."""
    named_project = select(application.c.id).where(application.c.project_id == project_id).limit(1)
    if project_id is not None and connection.execute(named_project).first() is None:
        connection.execute(delete(project).where(project.c.id == project_id))
    if enterprise_id is None:
        return
    named = select(application.c.id).where(application.c.enterprise_id == enterprise_id).limit(1)
    holds = select(project.c.id).where(project.c.enterprise_id == enterprise_id).limit(1)
    if connection.execute(named).first() is None and connection.execute(holds).first() is None:
        connection.execute(delete(enterprise).where(enterprise.c.id == enterprise_id))


def clear_unconsented(connection: Connection, before: datetime, limit: int) -> int:
    """Clears what people said who, until that moment, had agreed to nothing; returns how many messages."""
    agreed = select(consent.c.person_id).where(consent.c.given)
    old = (
        select(inbox.c.id)
        .where(
            inbox.c.payload.is_not(None),
            inbox.c.handled_at < before,
            inbox.c.person_id.not_in(agreed),
            inbox.c.person_id.not_in(select(role_grant.c.person_id)),
        )
        .limit(limit)
        .scalar_subquery()
    )
    return connection.execute(update(inbox).where(inbox.c.id.in_(old)).values(payload=None)).rowcount
