"""Statements of the hot path, compiled once: what SQLAlchemy's own execution adds to a statement is several times the
database's work, and a turn makes eight of them.

The statement stays an ordinary Core one; only running it is short-cut. An IN list would be compiled anew for each
length: `among` takes all of it as one parameter. Words that a condition compares with are written out (`fixed`): where
a partial index might serve, SQLite plans a statement anew for every value of such a parameter, ten times its work.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    Executable,
    String,
    Table,
    any_,
    bindparam,
    exc,
    func,
    insert,
    select,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.expression import ColumnElement

Processor = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement as one dialect runs it."""

    sql: str
    binds: tuple[tuple[str, str | None, Any, Processor], ...]
    """(name, the caller's name or None for a constant, the constant, how to convert), in order."""
    positional: bool
    results: tuple[Processor, ...]

    def values(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """A row as Python values."""
        return tuple(
            value if convert is None else convert(value) for value, convert in zip(row, self.results, strict=True)
        )


def among(column: ColumnElement[int], name: str, dialect: str) -> ColumnElement[bool]:
    """The condition that the column is one of the numbers in the parameter of that name: a JSON text of them on
    SQLite, a list on PostgreSQL (`listed` makes it).
    """
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(BigInteger)))
    return column.in_(select(func.json_each(bindparam(name, type_=String)).table_valued("value").c.value))


def listed(connection: Connection, numbers: Iterable[int]) -> str | list[int]:
    """The parameter for `among`."""
    return list(numbers) if connection.dialect.name == "postgresql" else json.dumps(list(numbers))


def insertion(table: Table, *columns: str) -> "Prepared":
    """The statement that adds one row with these columns given."""
    return Prepared(insert(table).values({name: bindparam(name) for name in columns}))


def insertion_unless_known(table: Table, *columns: str, key: Sequence[str]) -> "PreparedFor":
    """The statement that adds one row with these columns given and returns its primary key; nothing where the unique
    `key` is there already.
    """

    def make(dialect: str) -> Executable:
        own = import_module(f"sqlalchemy.dialects.{dialect}")  # the other one is never loaded
        statement = own.insert(table).values({name: bindparam(name) for name in columns})
        unless_known: Executable = statement.on_conflict_do_nothing(index_elements=key).returning(*table.primary_key)
        return unless_known

    return PreparedFor(make)


class PreparedFor:
    """One statement that is written differently for each database: `make` gets the dialect's name."""

    def __init__(self, make: Callable[[str], Executable]) -> None:
        self._on = cache(lambda dialect: Prepared(make(dialect)))

    def on(self, dialect: str) -> "Prepared":
        """As it is written for that database."""
        return self._on(dialect)

    def row(self, connection: Connection, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """As Prepared's."""
        return self._on(connection.dialect.name).row(connection, parameters)

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """As Prepared's."""
        return self._on(connection.dialect.name).rows(connection, parameters)


class Prepared:
    """One Core statement, run with named parameters."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._plans: WeakKeyDictionary[Dialect, _Plan] = WeakKeyDictionary()

    def change(self, connection: Connection, parameters: Mapping[str, Any]) -> int:
        """Runs it; how many rows it changed."""
        return int(self._run(connection, self._plan(connection.dialect), parameters).rowcount)

    def row(self, connection: Connection, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Runs it; the first row of its result, as Python values in the order of its columns."""
        plan = self._plan(connection.dialect)
        cursor = self._run(connection, plan, parameters)
        found = cursor.fetchone()
        cursor.close()
        return None if found is None else plan.values(found)

    def rows(self, connection: Connection, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Runs it; all rows of its result, as Python values in the order of its columns."""
        plan = self._plan(connection.dialect)
        return [plan.values(row) for row in self._run(connection, plan, parameters).fetchall()]

    def _run(self, connection: Connection, plan: _Plan, parameters: Mapping[str, Any]) -> Any:
        if not connection.in_transaction():
            connection.begin()
        driver: Any = connection.connection.driver_connection
        values = [
            constant if given is None else parameters[given] if convert is None else convert(parameters[given])
            for _, given, constant, convert in plan.binds
        ]
        try:
            if plan.positional:
                return driver.execute(plan.sql, values)
            names = (name for name, *_ in plan.binds)
            return driver.execute(plan.sql, dict(zip(names, values, strict=True)))
        except Exception as error:
            raise _translated(connection, plan.sql, error) from error

    def _plan(self, dialect: Dialect) -> _Plan:
        plan = self._plans.get(dialect)
        if plan is None:
            plan = self._plans[dialect] = _planned(self._statement, dialect)
        return plan


def _planned(statement: Executable, dialect: Dialect) -> _Plan:
    assert isinstance(statement, ClauseElement)  # noqa: S101 - every Core statement is one
    compiled = statement.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - DDL is never prepared
    binds: list[tuple[str, str | None, Any, Processor]] = []
    for name in compiled.positiontup or list(compiled.bind_names.values()):
        bind = compiled.binds[name]
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if bind.required:
            binds.append((name, bind.key, None, convert))
        else:
            constant = bind.effective_value
            binds.append((name, None, constant if convert is None else convert(constant), None))
    results = tuple(
        each.type.dialect_impl(dialect).result_processor(dialect, None) for each in _result_columns(compiled)
    )
    return _Plan(str(compiled), tuple(binds), compiled.positiontup is not None, results)


def _result_columns(compiled: SQLCompiler) -> list[Any]:
    statement: Any = compiled.statement
    columns = getattr(statement, "selected_columns", None)
    if columns is None:
        columns = getattr(statement, "_returning", ())
    return list(columns or ())


def _translated(connection: Connection, sql: str, error: Exception) -> Exception:
    """The driver's error as SQLAlchemy would raise it, without the parameters: they are personal data."""
    dialect = connection.dialect
    driver: Any = dialect.loaded_dbapi
    if not isinstance(error, driver.Error):
        return error
    lost = dialect.is_disconnect(error, connection.connection, None)
    translated: Exception = exc.DBAPIError.instance(
        sql, {}, error, driver.Error, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )
    if lost:
        connection.invalidate(error)
    return translated
