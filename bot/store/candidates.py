"""推荐人员: written with their blind indexes, found by number and name."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.store.crypto import KeyRing, blind_index, blind_indexes, keys_of
from bot.store.name_tokens import name_tokens
from bot.store.tables import candidate, candidate_name
from domain.records import Application

PHONE = "candidate.phone"
NAME = "candidate.name"
PHONE_TAIL = "candidate.phone_tail"
TAIL_DIGITS = 4
"""Last digits of a number that it can be found by; their blind index stands with the tokens of the name."""


def put_candidate(
    connection: Connection, own: int | None, person: int | None, record: Application, now: datetime
) -> int:
    """Writes the candidate. A number that somebody else has already is not theirs a second time: it points there."""
    ring = keys_of(connection.dialect)
    given = record.candidate
    first = _owner_of_phone(connection, record.campaign, given.phone)
    doubled = first is not None and first != own
    values = {
        **given.model_dump(),
        "person_id": person,
        "phone_index": None if doubled or not given.phone else blind_index(ring, PHONE, given.phone),
        "duplicate_of": first if doubled else None,
        "years_on": now,
        "updated_at": now,
    }
    if own is None:
        own = connection.execute(
            insert(candidate).values(campaign=record.campaign, created_at=now, **values).returning(candidate.c.id)
        ).scalar_one()
    else:
        connection.execute(update(candidate).where(candidate.c.id == own).values(**values))
    connection.execute(delete(candidate_name).where(candidate_name.c.candidate_id == own))
    tokens: Sequence[bytes] = sorted(search_indexes(ring, given.name, given.phone))
    if tokens:
        connection.execute(insert(candidate_name), [{"candidate_id": own, "token": each} for each in tokens])
    return own


def search_indexes(ring: KeyRing, name: str, phone: str) -> set[bytes]:
    """What a candidate is found by in a search: the blind indexes of the name's tokens and of the number's end."""
    found_by = {blind_index(ring, NAME, each) for each in name_tokens(name)}
    if phone:
        found_by.add(blind_index(ring, PHONE_TAIL, phone_tail(phone)))
    return found_by


def phone_tail(phone: str) -> str:
    """The last digits of a number, whatever it is written with."""
    return "".join(character for character in phone if character.isdigit())[-TAIL_DIGITS:]


def _owner_of_phone(connection: Connection, campaign: str, phone: str) -> int | None:
    if not phone:
        return None
    indexes = blind_indexes(keys_of(connection.dialect), PHONE, phone)
    return connection.execute(
        select(candidate.c.id).where(candidate.c.campaign == campaign, candidate.c.phone_index.in_(indexes))
    ).scalar_one_or_none()


def own_candidate(connection: Connection, person: int, record: Application) -> int | None:
    """The candidate that the person is: theirs, or one imported for nobody yet with their number and name."""
    own: int | None = connection.execute(
        select(candidate.c.id).where(candidate.c.campaign == record.campaign, candidate.c.person_id == person)
    ).scalar_one_or_none()
    if own is not None:
        return own
    first = _owner_of_phone(connection, record.campaign, record.candidate.phone)
    if first is None:
        return None
    row = connection.execute(select(candidate.c.person_id, candidate.c.name).where(candidate.c.id == first)).one()
    same = row.person_id is None and name_tokens(row.name) == name_tokens(record.candidate.name)
    return first if same else None
