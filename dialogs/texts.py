"""The catalogue: every text shown to people, in Chinese and English side by side."""

import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from dialogs.cards import Arg, Line
from domain.errors import DataFileError
from domain.vocabulary import Language


class Text(BaseModel):
    """One text in both languages, with `str.format` placeholders."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str

    def placeholders(self, language: Language) -> frozenset[str]:
        """The names in braces."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self[language]) if name)

    def __getitem__(self, language: Language) -> str:
        return self.zh if language is Language.ZH else self.en


class Catalogue:
    """Texts by dotted key (`name.ask`)."""

    def __init__(self, texts: Mapping[str, Text]) -> None:
        self._texts = dict(texts)

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __getitem__(self, key: str) -> Text:
        try:
            return self._texts[key]
        except KeyError:
            raise DataFileError(f"no text with the key {key!r} in dialogs/data/texts") from None

    def say(self, line: Line, language: Language) -> str:
        """The line's text in that language, its placeholders filled in."""
        text = self[line.key][language]
        if not line.args:
            return text
        return text.format_map({name: self._value(value, language) for name, value in line.args.items()})

    def _value(self, value: Arg, language: Language) -> str | int:
        if isinstance(value, int):
            return value  # a text may pad it: {month:02d}
        if isinstance(value, Line):
            return self.say(value, language)
        if isinstance(value, float):
            return f"{value:.2f}".rstrip("0").rstrip(".")
        return value


@cache
def catalogue() -> Catalogue:
    """All texts of `dialogs/data/texts/*.toml`; raises DataFileError where a key stands twice."""
    texts: dict[str, Text] = {}
    for file in sorted(files("dialogs").joinpath("data/texts").iterdir(), key=lambda each: each.name):
        if not file.name.endswith(".toml"):
            continue
        for key, text in _flatten(tomllib.loads(file.read_text("utf8")), ""):
            if key in texts:
                raise DataFileError(f"text {key!r} stands twice; the second time in {file.name}")
            texts[key] = text
    return Catalogue(texts)


def _flatten(table: Mapping[str, object], prefix: str) -> Iterator[tuple[str, Text]]:
    if isinstance(table.get("zh"), str) or isinstance(table.get("en"), str):
        yield prefix, Text.model_validate(table)
        return
    for name, below in table.items():
        if not isinstance(below, Mapping):
            raise DataFileError(f"text {prefix}.{name}: expected zh and en")
        yield from _flatten(below, f"{prefix}.{name}" if prefix else name)
