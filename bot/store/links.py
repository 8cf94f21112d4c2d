"""Links that work once, and the files behind download links."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, select

from bot.store.prepared import insertion_unless_known
from bot.store.tables import account, attachment
from bot.store.tables.web import used_link

_INSERT = insertion_unless_known(used_link, "digest", "expires_at", key=("digest",))


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it is handed to a browser."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def use(connection: Connection, link: str, now: datetime, expires_at: datetime) -> bool:
    """Uses the link up; False where it was used before. What has expired meanwhile is forgotten."""
    connection.execute(delete(used_link).where(used_link.c.expires_at < now))
    digest = sha256(link.encode()).digest()
    return _INSERT.row(connection, {"digest": digest, "expires_at": expires_at}) is not None


def is_used(connection: Connection, link: str) -> bool:
    """Whether the link was used up before."""
    digest = sha256(link.encode()).digest()
    return connection.execute(select(used_link.c.digest).where(used_link.c.digest == digest)).first() is not None


def file_of(connection: Connection, account_id: int, reference: str, now: datetime) -> StoredFile | None:
    """The file with that reference, if it belongs to the account's person and is still kept."""
    row = connection.execute(
        select(attachment.c.name, attachment.c.media_type, attachment.c.content, attachment.c.expires_at)
        .join(account, account.c.person_id == attachment.c.person_id)
        .where(account.c.id == account_id, attachment.c.reference == reference)
    ).one_or_none()
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        return None
    return StoredFile(row.name, row.media_type, row.content)
