"""Every setting, read from the environment (prefix HURENTONG_) or a `.env` file; documented in `.env.example`."""

from datetime import time
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.channels.wechat_options import Choices, Mode
from bot.errors import SettingsError
from bot.key_file import SECRET_LENGTH, KeyFile
from bot.policy import Policy
from bot.store.crypto import KeyRing, KeySource
from domain.quiet_hours import QuietHours

_HOURS = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"


class TelegramMode(StrEnum):
    """How Telegram's updates reach the bot."""

    POLLING = "polling"
    WEBHOOK = "webhook"


class Settings(BaseSettings):
    """The settings, checked. Secrets do not show in `repr`."""

    model_config = SettingsConfigDict(env_prefix="HURENTONG_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = ""
    """SQLAlchemy address; empty: SQLite in `data_dir`."""
    data_dir: Path = Path("data")
    secret_key: SecretStr | None = None
    """The keys of personal data come from it; unset: made on first start in `data_dir`."""
    secret_key_previous: SecretStr | None = None
    """While the secret is being replaced: others that stored data may be encrypted with, apart by commas."""
    trusted_proxies: str = ""
    """Addresses or networks of proxies whose X-Forwarded-For and -Proto count, apart by commas; empty: none."""
    public_url: Annotated[str, Field(pattern=r"^(https?://[^\s]+)?$")] = ""
    """How people reach the server; empty: http://HOST:PORT."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    telegram_token: SecretStr | None = None
    telegram_base_url: Annotated[str, Field(pattern=r"^https?://\S+/bot$")] = "https://api.telegram.org/bot"
    telegram_mode: TelegramMode = TelegramMode.POLLING
    telegram_rate: Annotated[float, Field(gt=0, le=1000)] = 28.0
    """Messages a second over all chats."""
    wechat_app_id: str = ""
    wechat_app_secret: SecretStr | None = None
    wechat_token: SecretStr | None = None
    wechat_token_previous: SecretStr | None = None
    """Taken besides while the token is being replaced."""
    wechat_aes_key: SecretStr | None = None
    wechat_aes_key_previous: SecretStr | None = None
    """Taken besides while the key is being replaced."""
    wechat_mode: Mode = Mode.COMPATIBLE
    wechat_base_url: AnyHttpUrl = AnyHttpUrl("https://api.weixin.qq.com")
    wechat_template_id: str = ""
    wechat_template_fields: str = "thing1"
    """The template's fields in order, apart by commas."""
    wechat_choices: Choices = Choices.NUMBERS
    wechat_rate: Annotated[float, Field(gt=0, le=1000)] = 20.0
    """Customer-service messages a second."""
    approval_size: Annotated[int, Field(ge=0)] = 200
    """Recipients of a broadcast above which a second member must approve it."""
    quiet_hours: Annotated[str, Field(pattern=_HOURS)] = "22:00-08:00"
    """When nobody is sent a broadcast, by the recipient's own clock; the same time twice: no quiet hours."""
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days that message payloads are kept once handled."""

    @field_validator(
        "telegram_token",
        "secret_key",
        "secret_key_previous",
        "wechat_app_secret",
        "wechat_token",
        "wechat_token_previous",
        "wechat_aes_key",
        "wechat_aes_key_previous",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @model_validator(mode="after")
    def _secret_is_long_enough(self) -> "Settings":
        if self.secret_key is not None and len(self.secret_key.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"HURENTONG_SECRET_KEY must have at least {SECRET_LENGTH} characters")
        if any(len(each) < SECRET_LENGTH for each in self.previous_secrets):
            raise ValueError(f"each of HURENTONG_SECRET_KEY_PREVIOUS must have at least {SECRET_LENGTH} characters")
        return self

    @property
    def database(self) -> str:
        """The address of the database in use."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'hurentong.db'}"

    @property
    def policy(self) -> Policy:
        """What the operator has decided about writing to many."""
        begins, ends = (time.fromisoformat(each) for each in self.quiet_hours.split("-"))
        return Policy(approval_above=self.approval_size, quiet=QuietHours(begins, ends))

    @property
    def address(self) -> str:
        """The address that people are given, without a slash at the end."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @cached_property
    def key_file(self) -> KeyFile | None:
        """Where the secret is kept; None where it is given as a setting."""
        return KeyFile(self.data_dir / "secret_key") if self.secret_key is None else None

    @property
    def keys(self) -> KeyRing | KeySource:
        """The keys of personal data; the file's are read anew when it changes. Raises SettingsError."""
        if self.key_file is not None:
            self.key_file.read()
            return self.key_file
        assert self.secret_key is not None  # noqa: S101 - else there is a file
        return KeyRing.from_secret([self.secret_key.get_secret_value(), *self.previous_secrets])

    @property
    def previous_secrets(self) -> tuple[str, ...]:
        """The secrets that only decrypt."""
        given = self.secret_key_previous.get_secret_value() if self.secret_key_previous else ""
        return tuple(each.strip() for each in given.split(",") if each.strip())


def read_settings() -> Settings:
    """The settings of this process; raises SettingsError naming each that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{_variable(each['loc'])}: {each['msg']}" for each in error.errors())
        raise SettingsError(f"settings: {wrong}") from error


def _variable(location: tuple[int | str, ...]) -> str:
    return "HURENTONG_" + "_".join(str(part) for part in location).upper() if location else "HURENTONG_*"
