"""Searching for candidates by what a person types: a name in any of its forms, the end of a number, a unit, a field.

Names and numbers are encrypted: only their blind tokens are compared, so a search reads nobody's data.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, and_, literal, select, union

from bot.store.candidates import NAME, PHONE, PHONE_TAIL, TAIL_DIGITS, phone_tail
from bot.store.crypto import blind_indexes, keys_of
from bot.store.name_tokens import search_tokens
from bot.store.tables import application, candidate, candidate_name, unit
from dialogs.parsers.outcome import Understood
from dialogs.parsers.phones import parse_phone
from domain.annex1 import annex1

LONGEST = 100
MOST_WORDS = 4
_Ids = Select[tuple[int]]


def found_by(connection: Connection, query: str) -> ColumnElement[bool] | None:
    """The condition on `candidate` under which it is found; None where there is nothing to look for.

    The words of a query must all be found, each as part of the name, the number, the unit or the field.
    """
    text = " ".join(query.split())[:LONGEST]
    words = text.split(" ")[:MOST_WORDS]
    if not text:
        return None
    whole = _ids(connection, text)
    if len(words) == 1:
        return _among(whole)
    every = and_(*(_among(_ids(connection, word)) for word in words))
    return _among(whole) | every


def _among(ids: list[_Ids]) -> ColumnElement[bool]:
    if not ids:
        return literal(False)
    return candidate.c.id.in_(union(*ids) if len(ids) > 1 else ids[0])


def _ids(connection: Connection, word: str) -> list[_Ids]:
    """Each a query of candidates' ids."""
    digits = "".join(character for character in word if character.isdigit())
    if digits and all(character.isdigit() or character in "+-() " for character in word):
        return _by_number(connection, word, digits)
    found: list[_Ids] = []
    tokens = sorted(search_tokens(word))
    if tokens:
        found.append(_named(connection, tokens))
    fields = [field.name for field in annex1().fields if word in field.name or word.casefold() in field.en.casefold()]
    if fields:
        found.append(select(candidate.c.id).where(candidate.c.field.in_(fields)))
    units = select(unit.c.id).where(unit.c.name.contains(word, autoescape=True))
    found.append(select(application.c.candidate_id).where(application.c.unit_id.in_(units)))
    return found


def _named(connection: Connection, tokens: Sequence[str]) -> Select[tuple[int]]:
    """Who has every one of the tokens (SQLite takes no INTERSECT within a UNION)."""
    query = _having(connection, NAME, tokens[0])
    for token in tokens[1:]:
        query = query.where(query.selected_columns.candidate_id.in_(_having(connection, NAME, token)))
    return query


def _by_number(connection: Connection, word: str, digits: str) -> list[_Ids]:
    """A whole number is found exactly (with who gave the same one), the end of one by its last digits."""
    if len(digits) < TAIL_DIGITS:
        return []
    whole = parse_phone(word, region=None)
    if not isinstance(whole, Understood):
        return [_having(connection, PHONE_TAIL, phone_tail(digits))]
    indexes = blind_indexes(keys_of(connection.dialect), PHONE, whole.value)
    owner = select(candidate.c.id).where(candidate.c.phone_index.in_(indexes))
    return [owner, select(candidate.c.id).where(candidate.c.duplicate_of.in_(owner))]


def _having(connection: Connection, purpose: str, token: str) -> Select[tuple[int]]:
    indexes = blind_indexes(keys_of(connection.dialect), purpose, token)
    names = candidate_name.alias()
    return select(names.c.candidate_id).where(names.c.token.in_(indexes))
