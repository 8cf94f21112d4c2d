"""Where a recipient's clock stands: IANA zones from what is known of a person, and a moment as those clocks show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from domain.countries import countries, country
from domain.errors import HurentongError
from domain.vocabulary import Language

BEIJING = "Asia/Shanghai"
"""北京时间: the clock of the secretariat, of every briefing's start, and of whoever's own is not known."""

SHOWN_AT_MOST = 2
"""Different clocks that a message shows side by side; where there are more, the person is asked."""

_INSTEAD = {"CN": (BEIJING,), "XK": ("Europe/Belgrade",)}
"""The whole of China keeps Beijing time by law (the zone database knows Urumqi's everyday clock besides); Kosovo has
no zone of its own in that database.
"""


class UnknownZoneError(HurentongError):
    """No IANA time zone has this name."""


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A moment on one clock; `zones` are those whose clocks all show it, `days_ahead` counts from Beijing's date."""

    at: datetime
    zones: tuple[str, ...]
    days_ahead: int


@cache
def zone_info(name: str) -> ZoneInfo:
    """The zone of an IANA name; raises UnknownZoneError where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # an unknown name, a path, the name of a folder
        raise UnknownZoneError(f"no time zone is called {name!r}; expected a name like Asia/Yangon") from error


def zones_of_country(code: str) -> tuple[str, ...]:
    """The zones of an alpha-2 code in the order of their names; empty where the code is not known."""
    known = country(code)
    if known is None:
        return ()
    return _INSTEAD.get(known.code, known.zones)


def zones_of(*, zone: str = "", country_code: str = "", location: str = "") -> tuple[str, ...]:
    """The zones that a person may be in, by the best that is known of them.

    `zone`: the one they chose; else `location` (present location in words, 俄罗斯喀山, Moscow) by the city or the
    country it names; else the country of their posting. Empty where nothing is known.
    """
    if zone:
        return (zone,)
    there = country_in(location)
    of_country = zones_of_country(there or country_code)
    return _named(location, of_country) or of_country


def country_in(location: str) -> str:
    """The alpha-2 code of the country that words of a place name; '' where they name none."""
    words = location.casefold()
    found = [(len(name), code) for name, code in _country_names() if name in words]
    return max(found)[1] if found else ""


def local_times(start: datetime, zones: Sequence[str]) -> tuple[LocalTime, ...]:
    """The aware moment on the clocks of these zones, each different reading once, the earliest clock first.

    Empty where no zone is given, or where all of them show what Beijing's clock shows.
    """
    home = start.astimezone(zone_info(BEIJING))
    readings: dict[datetime, list[str]] = {}
    for name in dict.fromkeys(zones):
        readings.setdefault(start.astimezone(zone_info(name)).replace(tzinfo=None), []).append(name)
    if set(readings) <= {home.replace(tzinfo=None)}:
        return ()
    return tuple(
        LocalTime(start.astimezone(zone_info(names[0])), tuple(names), (reading.date() - home.date()).days)
        for reading, names in sorted(readings.items())
    )


def must_ask(start: datetime, zones: Sequence[str]) -> bool:
    """Whether the clocks of these zones read too differently to be shown side by side."""
    return len(local_times(start, zones)) > SHOWN_AT_MOST


def city(zone: str, language: Language) -> str:
    """The city that a zone is named after: Asia/Yangon is 仰光 and Yangon."""
    chinese, english = _city_names(zone)
    return chinese if language is Language.ZH and chinese else english


def _named(location: str, zones: tuple[str, ...]) -> tuple[str, ...]:
    """The zones whose city the words name."""
    words = location.casefold()
    return tuple(zone for zone in zones if any(city in words for city in _cities(zone))) if words else ()


def _cities(zone: str) -> tuple[str, ...]:
    return tuple(name.casefold() for name in _city_names(zone) if name)


@cache
def _city_names(zone: str) -> tuple[str, str]:
    """In Chinese ('' where it has no name of its own) and English."""
    from babel import Locale  # noqa: PLC0415 - loads locale data
    from babel.core import get_global  # noqa: PLC0415

    # CLDR keeps some cities under the name that the zone had before (Asia/Rangoon).
    former = [name for name, now in get_global("zone_aliases").items() if now == zone]
    places = Locale("zh").time_zones
    chinese: str = next((places[name]["city"] for name in (zone, *former) if "city" in places.get(name, {})), "")
    return chinese, zone.rsplit("/", 1)[-1].replace("_", " ")


@cache
def _country_names() -> tuple[tuple[str, str], ...]:
    return tuple((name.casefold(), each.code) for each in countries().values() for name in (each.zh, each.en))
