"""Transcripts: conversations as files, played in tests on every channel and by `hurentong simulate --persona`.

A file is a YAML list. What the person does: `person: words`, `repeats: [words, times]`, `press: option id`,
`sends: sticker|voice|file …`, `shares: phone`, `waits: hours`. What must follow: `bot: text keys of the card` (one, or
a list; the same key several times in a row stands once), `record: {question: value}`, `effects: [names]`. First come,
if at all, `about: what it shows`, `roles: […]`, `stage: status of the application`, `cannot: {channel: {act: why}}` —
what is sent, shared (`phone`) or pressed here and nobody can do on that channel: there the act is left out.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from dialogs.cards import Card
from dialogs.conversation import Value
from domain.errors import DataFileError
from domain.vocabulary import Role

Sent = Literal["sticker", "voice", "video", "location", "link", "other", "file"]


class Entry(BaseModel):
    """One line of a transcript: exactly one of its members is given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str | None = None
    roles: frozenset[Role] | None = None
    stage: str | None = None
    cannot: Mapping[Literal["telegram", "wechat", "web"], Mapping[str, str]] | None = None
    person: str | None = None
    repeats: tuple[str, int] | None = None
    press: str | None = None
    sends: Sent | None = None
    shares: str | None = None
    waits: float | None = None
    bot: tuple[str, ...] | str | None = None
    record: Mapping[str, Value] | None = None
    effects: tuple[str, ...] | None = None

    @property
    def acts(self) -> bool:
        """Whether the person does something that the bot answers."""
        return any(each is not None for each in (self.words, self.press, self.sends, self.shares))

    @property
    def needs(self) -> str:
        """What a channel must be able to do for this act, by the name that `cannot` gives it; '' for words."""
        return self.press or self.sends or ("phone" if self.shares else "")

    @property
    def words(self) -> str | None:
        """What the person types."""
        return self.repeats[0] * self.repeats[1] if self.repeats else self.person

    @property
    def shown(self) -> str:
        """The act as one line."""
        return self.words or self.press or self.shares or f"[{self.sends}]"

    @property
    def expected(self) -> tuple[str, ...]:
        """The text keys of a `bot` line."""
        if self.bot is None:
            return ()
        return (self.bot,) if isinstance(self.bot, str) else self.bot


_ENTRIES = TypeAdapter(tuple[Entry, ...])


def parse_transcript(text: str, source: str) -> tuple[Entry, ...]:
    """The entries of a file; raises DataFileError that names it where it is no transcript."""
    try:
        return _ENTRIES.validate_python(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise DataFileError(f"{source} is no transcript: {error}") from error


def written(entries: Iterable[Entry]) -> str:
    """The entries as a file, one line each."""
    return "".join(f"- {_line(entry)}\n" for entry in entries)


def _line(entry: Entry) -> str:
    ((name, value),) = entry.model_dump(mode="json", exclude_none=True).items()
    return f"{name}: {_flow(value)}"


def _flow(value: Any) -> str:
    dumped = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10**6, sort_keys=False)
    return dumped.removesuffix("\n").removesuffix("\n...").strip()


def keys_of(card: Card) -> tuple[str, ...]:
    """The text keys of a card's lines, runs of the same key as one."""
    keys = [line.key for line in card.lines]
    return tuple(key for at, key in enumerate(keys) if at == 0 or keys[at - 1] != key)
