"""Consents: which notice was agreed to, recorded each time it is given or refused."""

import tomllib
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.effects import Effect, Purpose, RecordConsent
from dialogs.texts import catalogue


class Notice(BaseModel):
    """What a consent is about: the version of the notice and the digest of its texts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    texts: tuple[str, ...]
    digest: str


@cache
def notices() -> dict[Purpose, Notice]:
    """The notices of `dialogs/data/consent.toml`."""
    table = tomllib.loads(files("dialogs").joinpath("data/consent.toml").read_text("utf8"))
    return {Purpose(purpose): Notice.model_validate(each) for purpose, each in table.items()}


def digest(notice: Notice) -> str:
    """Of the notice's texts in both languages: another digest needs another version."""
    words = "\n".join(f"{catalogue()[key].zh}\n{catalogue()[key].en}" for key in notice.texts)
    return blake2b(words.encode(), digest_size=8).hexdigest()


def consents(question: str, purpose: Purpose) -> Callable[[Thread, Context], tuple[Effect, ...]]:
    """What follows from the answer to a question that asks for consent."""

    def follows(thread: Thread, _: Context) -> tuple[Effect, ...]:
        return (RecordConsent(purpose, notices()[purpose].version, thread.value(question) is True),)

    return follows
