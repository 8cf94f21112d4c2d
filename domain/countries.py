"""Countries and regions by ISO 3166 alpha-2: names as printed in Annex 3 and in English, and time zones.

Source: Unicode CLDR through Babel; domain/data/countries.toml overrides the names that are printed otherwise.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from domain.errors import DataFileError
from domain.vocabulary import Language

_ALPHA_2 = 2


@dataclass(frozen=True)
class Country:
    """A country or region; `zones` are IANA names, most are alone, Russia has many."""

    code: str
    zh: str
    en: str
    zones: tuple[str, ...]

    def name(self, language: Language) -> str:
        """The name in a language."""
        return self.zh if language is Language.ZH else self.en


@dataclass(frozen=True)
class Overrides:
    """What domain/data/countries.toml holds."""

    left_out: frozenset[str]
    zh: dict[str, str]
    en: dict[str, str]


@cache
def countries() -> dict[str, Country]:
    """All countries and regions, alpha-2 code → Country, in the order of the codes."""
    from babel import Locale  # noqa: PLC0415 - loads locale data

    kept = overrides()
    zh, en = ({**Locale(language).territories, **names} for language, names in (("zh", kept.zh), ("en", kept.en)))
    zones = _zones_by_country()
    codes = sorted(code for code in zh if len(code) == _ALPHA_2 and code.isalpha() and code not in kept.left_out)
    return {code: Country(code, zh[code], en[code], zones.get(code, ())) for code in codes}


def country(code: str) -> Country | None:
    """The country of an alpha-2 code in either case, or None."""
    return countries().get(code.upper())


def printed_name(code: str) -> str:
    """The Chinese name of a code as Annex 3 prints it; raises KeyError for an unknown code."""
    return countries()[code].zh


def code_of(name: str) -> str | None:
    """The code whose printed Chinese or English name this is exactly, or None."""
    return _codes_by_name().get(name.strip())


@cache
def overrides() -> Overrides:
    """The reviewed names; raises DataFileError where the file does not hold them."""
    try:
        text = files("domain").joinpath("data", "countries.toml").read_text("utf-8")
        table = tomllib.loads(text)
        return Overrides(frozenset(table["left_out"]), dict(table["zh"]), dict(table["en"]))
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise DataFileError(f"domain/data/countries.toml: {error}") from error


@cache
def _codes_by_name() -> dict[str, str]:
    return {name: each.code for each in countries().values() for name in (each.en, each.zh)}


@cache
def _zones_by_country() -> dict[str, tuple[str, ...]]:
    from babel.core import get_global  # noqa: PLC0415

    zones: dict[str, list[str]] = {}
    for zone, code in sorted(get_global("zone_territories").items()):
        zones.setdefault(code, []).append(zone)
    return {code: tuple(names) for code, names in zones.items()}
