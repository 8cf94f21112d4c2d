"""Many people at once: accounts, conversations and, where wanted, applications, written straight into the tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.channels.base import ChannelName
from bot.store import people
from bot.store.store import Store
from bot.store.tables import account, application, candidate, conversation, enterprise, unit
from domain.application import ApplicationStatus
from domain.campaign import current_campaign
from domain.vocabulary import Language, Level, Posting
from tests.bot.tiny import now

CAMPAIGN = current_campaign(now().date()).id


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """What is known of one; `person` None: imported, nobody has confirmed it."""

    person: int | None
    name: str = "王芳"
    phone: str = "+8613800000000"
    campaign: str = CAMPAIGN
    status: ApplicationStatus = ApplicationStatus.SUBMITTED
    field: str = "土木工程类"
    level: Level | None = Level.PROFESSIONAL
    posting: Posting | None = Posting.PLANNED
    country: str = "缅甸"
    location: str = "仰光"
    unit: str = ""
    enterprise: str = "某某公司"
    eligible: bool | None = True


def crowd(store: Store, count: int, first: int = 1000, language: Language = Language.ZH) -> list[int]:
    """That many people on Telegram, their addresses in a row; returns their ids."""

    def make(connection: Connection) -> list[int]:
        addresses = [(ChannelName.TELEGRAM, str(first + each)) for each in range(count)]
        return [people.make(connection, address, now(), language).person for address in addresses]

    return store.write_now(make)


def apply_for(store: Store, applicants: Iterable[Applicant]) -> list[int]:
    """Their applications; returns the candidates' ids."""
    return store.write_now(lambda connection: [_apply(connection, each) for each in applicants])


def _apply(connection: Connection, each: Applicant) -> int:
    made = connection.execute(
        insert(candidate)
        .values(
            campaign=each.campaign,
            person_id=each.person,
            name=each.name,
            phone=each.phone,
            major="",
            field=each.field,
            specialty="",
            present_location=each.location,
            statement="我负责施工。",
            created_at=now(),
            updated_at=now(),
        )
        .returning(candidate.c.id)
    ).scalar_one()
    connection.execute(
        insert(application).values(
            candidate_id=made,
            campaign=each.campaign,
            status=each.status,
            level=each.level,
            posting=each.posting,
            country=each.country,
            unit_id=_named(connection, unit, each.unit, {"created_at": now()}),
            enterprise_id=_named(connection, enterprise, each.enterprise, {"contact_name": "", "contact_phone": ""}),
            eligible=each.eligible,
            confirmed=True,
            submitted_at=now(),
            version=1,
            updated_at=now(),
        )
    )
    return int(made)


def _named(connection: Connection, table: Any, name: str, values: Mapping[str, Any]) -> int | None:
    if not name:
        return None
    known = connection.execute(select(table.c.id).where(table.c.name == name)).scalar_one_or_none()
    if known is not None:
        return int(known)
    return int(connection.execute(insert(table).values(name=name, **values).returning(table.c.id)).scalar_one())


def speak(store: Store, persons: Sequence[int], language: Language) -> None:
    """These people's language."""
    store.write_now(
        lambda c: c.execute(update(conversation).where(conversation.c.person_id.in_(persons)).values(language=language))
    )


def account_of(store: Store, person: int) -> int:
    """The person's account."""
    query = select(account.c.id).where(account.c.person_id == person)
    return store.read_now(lambda c: int(c.execute(query).scalar_one()))
