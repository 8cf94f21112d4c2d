"""Searching for candidates by what a person types: a name in any of its forms, the end of a number, a unit, a field.

Names and numbers are encrypted: only their blind tokens are compared, so a search reads nobody's data.

Few who are found are named by their ids, which any database looks up at once; where many are, the list is walked in
its own order and each row is asked whether it is meant. Left to a planner, either was slow in the other's place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, literal, or_, select

from bot.store.applications import STANDING
from bot.store.candidates import NAME, PHONE, PHONE_TAIL, TAIL_DIGITS, phone_tail
from bot.store.crypto import blind_indexes, keys_of
from bot.store.name_tokens import search_tokens
from bot.store.tables import application, candidate, candidate_name, unit
from dialogs.parsers.outcome import Understood
from dialogs.parsers.phones import parse_phone
from domain.annex1 import annex1

LONGEST = 100
MOST_WORDS = 4
FEW = 3000
"""Up to so many are named by their ids."""
_Ids = Select[int]


@dataclass(frozen=True, slots=True)
class Found:
    """`condition` is on application and candidate; `ids` of candidates hold everyone it lets through, where few.

    `many`: more than FEW stand in the campaign's list for certain, so that nobody has to count them again.
    """

    condition: ColumnElement[bool]
    ids: frozenset[int] | None
    many: bool = False


def search(connection: Connection, query: str, campaign: str) -> Found | None:
    """Everyone who is meant; None where there is nothing to look for.

    The words of a query must all be found, each as part of the name, the number, the unit or the field; or all of them
    together as one name.
    """
    text = " ".join(query.split())[:LONGEST]
    if not text:
        return None
    words = text.split(" ")[:MOST_WORDS]
    whole = _word(connection, text, campaign)
    if len(words) == 1:
        return whole
    each = [_word(connection, word, campaign) for word in words]
    known = [found.ids for found in each if found.ids is not None]
    fewest = min(known, key=len) if known else None
    ids = fewest | whole.ids if fewest is not None and whole.ids is not None else None
    return Found(or_(whole.condition, and_(*(found.condition for found in each))), ids)


def _word(connection: Connection, word: str, campaign: str) -> Found:
    digits = "".join(character for character in word if character.isdigit())
    if digits and all(character.isdigit() or character in "+-() " for character in word):
        return _by_number(connection, word, digits)
    conditions: list[ColumnElement[bool]] = []
    sources: list[_Ids] = []
    tokens = sorted(search_tokens(word))
    if tokens:
        conditions.append(and_(*(_has(connection, NAME, token) for token in tokens)))
        sources.append(_named(connection, tokens))
    fields = [field.name for field in annex1().fields if word in field.name or word.casefold() in field.en.casefold()]
    if fields:
        conditions.append(candidate.c.field.in_(fields))
        sources.append(select(candidate.c.id).where(candidate.c.field.in_(fields)))
    units = list(connection.execute(select(unit.c.id).where(unit.c.name.contains(word, autoescape=True))).scalars())
    if units:
        conditions.append(application.c.unit_id.in_(units))
        of_units = select(application.c.candidate_id).where(application.c.unit_id.in_(units))
        standing = of_units.where(application.c.campaign == campaign, application.c.status.in_(STANDING))
        if _few(connection, [standing]) is None:
            return Found(or_(*conditions), None, many=True)
        sources.append(of_units)
    return Found(or_(literal(False), *conditions), _few(connection, sources))


def _by_number(connection: Connection, word: str, digits: str) -> Found:
    """A whole number is found exactly (with who gave the same one), the end of one by its last digits."""
    if len(digits) < TAIL_DIGITS:
        return Found(literal(False), frozenset())
    whole = parse_phone(word, region=None)
    if not isinstance(whole, Understood):
        tail = phone_tail(digits)
        found = _few(connection, [_having(connection, PHONE_TAIL, tail)])
        return Found(_has(connection, PHONE_TAIL, tail), found)
    indexes = blind_indexes(keys_of(connection.dialect), PHONE, whole.value)
    owners = list(connection.execute(select(candidate.c.id).where(candidate.c.phone_index.in_(indexes))).scalars())
    doubles = select(candidate.c.id).where(candidate.c.duplicate_of.in_(owners))
    ids = frozenset((*owners, *connection.execute(doubles).scalars()))
    return Found(candidate.c.id.in_(ids), ids)


def _few(connection: Connection, sources: Sequence[_Ids]) -> frozenset[int] | None:
    """The ids of everyone found, or None where there are many. One source after the other: a union sorts them all."""
    ids: set[int] = set()
    for source in sources:
        ids.update(connection.execute(source.limit(FEW + 1)).scalars())
        if len(ids) > FEW:
            return None
    return frozenset(ids)


def _named(connection: Connection, tokens: Sequence[str]) -> _Ids:
    """Who has every one of the tokens (SQLite takes no INTERSECT within a UNION)."""
    query = _having(connection, NAME, tokens[0])
    for token in tokens[1:]:
        query = query.where(query.selected_columns.candidate_id.in_(_having(connection, NAME, token)))
    return query


def _having(connection: Connection, purpose: str, token: str) -> _Ids:
    names = candidate_name.alias()
    return select(names.c.candidate_id).where(names.c.token.in_(_blind(connection, purpose, token)))


def _has(connection: Connection, purpose: str, token: str) -> ColumnElement[bool]:
    names = candidate_name.alias()
    found = (names.c.candidate_id == candidate.c.id, names.c.token.in_(_blind(connection, purpose, token)))
    return exists().where(*found).correlate(candidate)


def _blind(connection: Connection, purpose: str, token: str) -> Sequence[bytes]:
    return blind_indexes(keys_of(connection.dialect), purpose, token)
