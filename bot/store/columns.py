"""Column types that all tables share: aware moments, closed sets of words, keys."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    CheckConstraint,
    Column,
    Enum,
    Index,
    Integer,
    MetaData,
    String,
    literal_column,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Key = BigInteger().with_variant(Integer(), "sqlite")
"""A surrogate key, or a reference to one; an INTEGER PRIMARY KEY is SQLite's own row id."""


class Moment(TypeDecorator[datetime]):
    """An aware datetime: `timestamptz` on PostgreSQL, UTC ISO text of one width (so that it sorts) on SQLite."""

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """PostgreSQL's own type where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuses naive datetimes: they mean a different moment on every machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        if dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Always aware, always UTC."""
        if value is None:
            return None
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)


def words(kind: type[StrEnum]) -> Enum:
    """Text that can only be one of the enumeration's values; `one_of` adds the CHECK."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
        validate_strings=True,
    )


def one_of(column: str, kind: type[StrEnum]) -> CheckConstraint:
    """The CHECK that keeps every other word out, also when somebody writes SQL by hand."""
    return CheckConstraint(f"{column} IN ({quoted(*kind)})", name=column)


def quoted(*values: str) -> str:
    """The values as a list of SQL string literals (they come from enumerations, never from people)."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def fixed(value: StrEnum) -> ColumnElement[str]:
    """The value written out in the statement: a partial index serves only conditions without a parameter."""
    return literal_column(quoted(value))


def partial_index(name: str, *columns: Column[Any], where: str, unique: bool = False) -> Index:
    """An index of the rows for which the condition holds. PostgreSQL's condition stands in the migrations alone: to
    name it here as well would load that dialect at every start.
    """
    return Index(name, *columns, unique=unique, sqlite_where=text(where))


def key() -> Column[int]:
    """The surrogate primary key of a table."""
    return Column("id", Key, primary_key=True)
