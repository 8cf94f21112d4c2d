"""The secret that cookies, links and buttons are signed with, made once and kept encrypted in the database."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.store.tables import signing as table

_BYTES = 32


def signing_secret(connection: Connection, now: datetime) -> str:
    """The secret. Two processes may make it at once: the second one's transaction fails and finds it when run again."""
    known = connection.execute(select(table.c.secret)).scalar_one_or_none()
    if known is not None:
        return str(known)
    made = secrets.token_urlsafe(_BYTES)
    connection.execute(insert(table).values(id=1, secret=made, made_at=now))
    return made
