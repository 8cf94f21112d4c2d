"""One-time codes that the operator makes on the command line."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.store import audit, codes, units
from bot.store.audit import Entry
from bot.store.states import CodeKind
from bot.store.store import Store


def invitation(store: Store, kind: CodeKind, unit: str = "") -> str:
    """A fresh code; the making of it is audited, the code itself is kept nowhere in clear."""

    def make(connection: Connection) -> str:
        now = datetime.now(UTC)
        unit_id = units.find_or_make_unit(connection, unit, now) if unit else None
        audit.write(connection, Entry(action="invite", actor=None, subject=str(kind), detail="command line"), now)
        return codes.make(connection, kind, now, unit_id=unit_id)

    return store.write_now(make)
