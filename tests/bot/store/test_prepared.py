"""Statements of the hot path: what the database need not do again for each of them."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest
from sqlalchemy.dialects import sqlite

import bot.store
from bot.store.prepared import Prepared, PreparedFor


def found_in(value: object) -> Iterator[Prepared]:
    match value:
        case Prepared():
            yield value
        case PreparedFor():
            yield value.on("sqlite")
        case dict():
            for each in value.values():
                yield from found_in(each)


def prepared() -> dict[str, Prepared]:
    modules = [import_module(f"bot.store.{each.name}") for each in pkgutil.iter_modules(bot.store.__path__)]
    return {
        f"{module.__name__}.{name}.{number}": each
        for module in modules
        for name, value in vars(module).items()
        for number, each in enumerate(found_in(value))
    }


STATEMENTS = prepared()


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_word_that_a_condition_compares_with_is_written_out_since_sqlite_plans_anew_for_each_parameter_there(
    name: str,
) -> None:
    """Where a partial index might serve, SQLite compares its condition with the parameter's value, and prepares the
    statement again whenever one is bound (sqlite.org/c3ref/prepare.html, third note on prepare_v2).
    """
    plan = STATEMENTS[name]._plan(sqlite.dialect())
    before = plan.sql.partition("WHERE")[0].count("?")
    constants = [constant for _, given, constant, _ in plan.binds[before:] if given is None]
    assert not [each for each in constants if isinstance(each, str)]
