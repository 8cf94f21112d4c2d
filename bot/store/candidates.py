"""推荐人员: written with their blind indexes, found by number and name."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.store.crypto import KeyRing, blind_index, blind_indexes, keys_of
from bot.store.name_tokens import name_tokens
from bot.store.prepared import Prepared, insertion
from bot.store.tables import candidate, candidate_name
from domain.records import Application, Candidate

PHONE = "candidate.phone"
NAME = "candidate.name"
PHONE_TAIL = "candidate.phone_tail"
TAIL_DIGITS = 4
"""Last digits of a number that it can be found by; their blind index stands with the tokens of the name."""


_GIVEN = tuple(Candidate.model_fields)
_CHANGING = (*_GIVEN, "person_id", "phone_index", "duplicate_of", "years_on", "updated_at")
_INSERT = Prepared(
    insert(candidate)
    .values({name: bindparam(name) for name in (*_CHANGING, "campaign", "created_at")})
    .returning(candidate.c.id)
)
_UPDATE = Prepared(
    update(candidate).where(candidate.c.id == bindparam("own")).values({name: bindparam(name) for name in _CHANGING})
)
_FORGET_NAMES = Prepared(delete(candidate_name).where(candidate_name.c.candidate_id == bindparam("own")))
_INSERT_NAME = insertion(candidate_name, "candidate_id", "token")
_BY_PHONE = Prepared(
    select(candidate.c.id).where(
        candidate.c.campaign == bindparam("campaign"), candidate.c.phone_index == bindparam("index")
    )
)
_HOLDER = Prepared(select(candidate.c.person_id, candidate.c.name).where(candidate.c.id == bindparam("candidate")))
_BY_PERSON = Prepared(
    select(candidate.c.id).where(
        candidate.c.campaign == bindparam("campaign"), candidate.c.person_id == bindparam("person")
    )
)


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
        made = _INSERT.row(connection, {"campaign": record.campaign, "created_at": now, **values})
        assert made is not None  # noqa: S101 - RETURNING of one row
        own = int(made[0])
    else:
        _UPDATE.change(connection, {"own": own, **values})
        _FORGET_NAMES.change(connection, {"own": own})
    for token in sorted(search_indexes(ring, given.name, given.phone)):
        _INSERT_NAME.change(connection, {"candidate_id": own, "token": token})
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
    for index in blind_indexes(keys_of(connection.dialect), PHONE, phone):
        found = _BY_PHONE.row(connection, {"campaign": campaign, "index": index})
        if found:
            return int(found[0])
    return None


def own_candidate(connection: Connection, person: int, record: Application) -> int | None:
    """The candidate that the person is: theirs, or one imported for nobody yet with their number and name."""
    own = _BY_PERSON.row(connection, {"campaign": record.campaign, "person": person})
    if own is not None:
        return int(own[0])
    first = _owner_of_phone(connection, record.campaign, record.candidate.phone)
    if first is None:
        return None
    holder = _HOLDER.row(connection, {"candidate": first})
    assert holder is not None  # noqa: S101 - just found
    its_person, name = holder
    same = its_person is None and name_tokens(name) == name_tokens(record.candidate.name)
    return first if same else None
