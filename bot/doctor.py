"""`hurentong doctor`: what an operator should know about this installation before people use it."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine

from bot.errors import SettingsError
from bot.settings import Settings, TelegramMode
from bot.store import audit, schema
from bot.store.crypto import use_keys
from bot.store.engine import database_url, open_engine
from domain.campaign import current_campaign
from domain.errors import HurentongError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_WELL_KNOWN = ("changeme", "secret", "password", "example", "test", "default", "hurentong", "12345678")
"""Words that a secret made by chance does not hold."""
_FEW = 10
"""Different characters that a secret must have more of."""


class Grade(StrEnum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"
    MEND = "mend"
    """Must be mended: the exit status is 1."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing, in words."""

    grade: Grade
    text: str


def examine(settings: Settings) -> list[Finding]:
    """Looks at everything; changes nothing."""
    return [*_secret(settings), *_address(settings), *_channels(settings), *_files(settings), *_database(settings)]


def refuse_weak_secrets(settings: Settings) -> None:
    """For a start: a guessable secret is nobody's business on loopback, and everybody's beyond it.

    Raises bot.errors.SettingsError.
    """
    if not is_loopback(settings) and (why := _weakness(settings)):
        raise SettingsError(f"HURENTONG_SECRET_KEY {why}: unset it, then a random one is made; or give a random one")


def is_loopback(settings: Settings) -> bool:
    """Whether the server can be reached from this machine only."""
    names = [settings.host, *([urlsplit(settings.public_url).hostname or ""] if settings.public_url else [])]
    return all(_is_local(name) for name in names)


def _is_local(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def _weakness(settings: Settings) -> str:
    """What is wrong with a secret that was given as a setting; '' for none."""
    given = [settings.secret_key.get_secret_value()] if settings.secret_key else []
    for secret in (*given, *settings.previous_secrets):
        if any(word in secret.lower() for word in _WELL_KNOWN):
            return "holds a well-known word"
        if len(set(secret)) <= _FEW:
            return "has too few different characters"
    return ""


def _secret(settings: Settings) -> Iterator[Finding]:
    why = _weakness(settings)
    if why:
        yield Finding(Grade.NOTE if is_loopback(settings) else Grade.MEND, f"HURENTONG_SECRET_KEY {why}")
    try:
        settings.keys  # noqa: B018 - reading it is the check
    except HurentongError as error:
        yield Finding(Grade.MEND, str(error))
        return
    if settings.key_file is None:
        yield Finding(Grade.OK, "the secret key is given as a setting")
        return
    stands = settings.key_file.read()
    yield Finding(Grade.OK, f"the secret key is in {settings.key_file.path}: keep a copy apart from the backups")
    if stands.announced or len(stands.used) > 1:
        yield Finding(Grade.MEND, "a key rotation was interrupted: run  hurentong keys rotate")


def _address(settings: Settings) -> Iterator[Finding]:
    if is_loopback(settings):
        yield Finding(Grade.NOTE, f"{settings.address} can be reached from this machine only")
        return
    if settings.address.startswith("https://"):
        yield Finding(Grade.OK, f"people reach the server at {settings.address}")
    else:
        yield Finding(Grade.MEND, "HURENTONG_PUBLIC_URL must begin with https:// where others reach the server")


def _channels(settings: Settings) -> Iterator[Finding]:
    if settings.telegram_token is None:
        yield Finding(Grade.NOTE, "Telegram is off: HURENTONG_TELEGRAM_TOKEN is empty")
    else:
        yield Finding(Grade.OK, f"Telegram is on, {settings.telegram_mode}")
        if settings.telegram_mode is TelegramMode.WEBHOOK and not settings.public_url.startswith("https://"):
            yield Finding(Grade.MEND, "HURENTONG_TELEGRAM_MODE=webhook needs an https HURENTONG_PUBLIC_URL")
    if not settings.wechat_app_id:
        yield Finding(Grade.NOTE, "WeChat is off: HURENTONG_WECHAT_APP_ID is empty")
        return
    missing = [name for name in ("wechat_app_secret", "wechat_token") if getattr(settings, name) is None]
    for name in missing:
        yield Finding(Grade.MEND, f"WeChat is on, but HURENTONG_{name.upper()} is empty")
    if not missing:
        yield Finding(Grade.OK, f"WeChat is on, {settings.wechat_mode}")
    if settings.wechat_aes_key is None:
        yield Finding(Grade.NOTE, "HURENTONG_WECHAT_AES_KEY is empty: messages travel unencrypted within https")


def _files(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.is_dir():
        yield Finding(Grade.NOTE, f"{folder} does not exist yet: the first start makes it")
        return
    for each in (folder, *_private_files(folder)):
        mode = each.stat().st_mode
        if mode & _OTHERS:
            fitting = "700" if each.is_dir() else "600"
            yield Finding(Grade.MEND, f"{each} is open to others: run  chmod {fitting} {each}")


def _private_files(folder: Path) -> list[Path]:
    names = ("secret_key", "hurentong.db")
    return sorted(each for each in folder.iterdir() if each.name.startswith(names) and each.suffix != ".lock")


def _database(settings: Settings) -> Iterator[Finding]:
    url = database_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        yield Finding(Grade.NOTE, "there is no database yet: the first start makes it")
        return
    engine = open_engine(url)
    try:
        use_keys(engine, settings.keys)
        yield from _stored(engine)
    except HurentongError as error:
        yield Finding(Grade.MEND, str(error))
    except Exception as error:
        yield Finding(Grade.MEND, f"the database cannot be read: {type(error).__name__}")
    finally:
        engine.dispose()


def _stored(engine: Engine) -> Iterator[Finding]:
    with engine.connect().execution_options(reads_only=True) as connection:
        found = schema.revision(connection)
        if found != schema.HEAD:
            yield Finding(Grade.NOTE, f"the database is at revision {found}: the next start brings it to {schema.HEAD}")
            return
        schema.check_key(connection)
        yield Finding(Grade.OK, f"the database opens with this key, revision {found}")
        wrong = audit.problem(connection)
    if wrong:
        yield Finding(Grade.MEND, f"the audit was tampered with: {wrong}")
    else:
        yield Finding(Grade.OK, "the audit is whole")
    today = datetime.now(UTC).date()
    ends = current_campaign(today).ends_on
    if ends < today:
        yield Finding(Grade.NOTE, f"the current campaign ended on {ends}: a notice for this year is missing")
