"""What `run` prints: where the chat is and, while nobody can be secretariat yet, a one-time code."""

from datetime import UTC, datetime

from sqlalchemy import Connection, select

from bot.settings import Settings
from bot.store import codes
from bot.store.states import CodeKind
from bot.store.store import Store
from bot.store.tables import code, role_grant
from dialogs.cards import Line
from dialogs.texts import catalogue
from domain.vocabulary import Language


def greet(store: Store, settings: Settings) -> list[str]:
    """The lines to print."""
    lines = [Line(key="operator.chat", args={"address": f"{settings.address}/"})]
    first = store.write_now(_first_code)
    if first is not None:
        lines.append(Line(key="operator.first_code", args={"code": first}))
    if settings.telegram_token is None:
        lines.append(Line(key="operator.no_telegram"))
    return [catalogue().say(line, language) for line in lines for language in (Language.ZH, Language.EN)]


def _first_code(connection: Connection) -> str | None:
    """A code for the first lead, on the very first start only."""
    begun = (
        connection.execute(select(code.c.id).limit(1)).first()
        or connection.execute(select(role_grant.c.id).limit(1)).first()
    )
    return None if begun else codes.make(connection, CodeKind.LEAD, datetime.now(UTC))
