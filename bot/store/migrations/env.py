"""Run by Alembic: applies or compares revisions on the connection that `bot.store.schema` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeEngine

from bot.store.columns import Moment
from bot.store.tables import metadata


def render_item(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Revisions name stored types, not the product's classes: those change, a revision does not."""
    if kind == "type" and isinstance(item, TypeEngine):
        if isinstance(item, Moment):
            return "moment()"
        if type(item).__name__.startswith("Encrypted"):
            return "sa.LargeBinary()"
        if type(item).__name__ == "Enum":
            return "sa.String(length=32)"
        if type(item).__name__ == "BigInteger":
            return "key()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    transactional_ddl=True,  # both databases can, and a process may die in the middle
)
with context.begin_transaction():
    context.run_migrations()
