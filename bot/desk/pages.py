"""Draws the desk's pages: templates compiled once, texts from the catalogue, names of the domain in either language."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape
from markupsafe import Markup

from bot.desk.visit import Visit
from bot.web.assets import LOCALES, Assets
from dialogs.cards import Arg, Line
from dialogs.texts import catalogue
from domain.annex1 import Field, annex1
from domain.application import ApplicationStatus, StatusTraits, status_traits
from domain.countries import code_of, country
from domain.vocabulary import Language

OFFICE = ZoneInfo("Asia/Shanghai")
NAVIGATION = (
    ("/desk", "list"),
    ("/desk/stats", "stats"),
    ("/desk/societies", "societies"),
    ("/desk/clock", "clock"),
    ("/desk/partners", "partners"),
    ("/desk/questions", "questions"),
    ("/desk/briefings", "briefings"),
    ("/desk/broadcasts", "broadcasts"),
    ("/desk/exports", "exports"),
    ("/desk/people", "people"),
    ("/desk/audit", "audit"),
)
"""The pages in the menu, in this order; their names are `desk.nav.<…>`."""
SHOWN_DIGITS = 4


class DeskPages:
    """The templates. `form_token` makes the hidden field of a session's forms."""

    def __init__(self, assets: Assets) -> None:
        folder = files("bot.desk").joinpath("templates")
        sources = {each.name: each.read_text("utf8") for each in folder.iterdir() if each.name.endswith(".html")}
        self._environment = Environment(
            loader=DictLoader(sources),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(asset=assets.path, locale=LOCALES, navigation=NAVIGATION)
        self._environment.filters.update(
            moment=_moment, day=_day, clock=_clock, tail=_tail, of_status=_of_status, named=_named, worded=_worded
        )
        self.form_token: Callable[[str], str] = lambda _: ""

    def draw(self, name: str, visit: Visit, **values: object) -> str:
        """A page for somebody who is signed in; `said` in the address names what was just done."""
        done = f"desk.said.{visit.asked('said')}"
        return self._environment.get_template(name).render(
            visit=visit,
            csrf=self.form_token(visit.token),
            done=done if done in catalogue() else "",
            names=_Names(visit.language),
            **_words(visit.language),
            **values,
        )

    def entrance(self, language: Language, *, csrf: str, code: str, wrong: bool) -> str:
        """The page at which one signs in."""
        words = _words(language)
        return self._environment.get_template("enter.html").render(csrf=csrf, code=code, wrong=wrong, **words)

    def note(self, key: str, language: Language) -> str:
        """A page that says one thing."""
        return self._environment.get_template("note.html").render(key=key, **_words(language))


class _Names:
    """Names of the domain's own things in the reader's language."""

    def __init__(self, language: Language) -> None:
        self._zh = language is Language.ZH
        self._language = language

    def status(self, status: ApplicationStatus | str) -> str:
        traits = status_traits(ApplicationStatus(status))
        return traits.zh if self._zh else traits.en

    def field(self, name: str) -> str:
        found = annex1().field(name)
        return found.name_in(self._language) if found else name

    def country(self, name: str) -> str:
        found = country(code_of(name) or "") if name and not self._zh else None
        return found.en if found else name


def _words(language: Language) -> Mapping[str, object]:
    def say(key: str, **args: Arg) -> str:
        return catalogue().say(Line(key=key, args=args), language)

    return {"say": say, "language": language, "picture": Markup}


def _of_status(statuses: Iterable[StatusTraits], language: Language) -> list[tuple[str, str]]:
    """Values and words of a choice."""
    return [(each.id.value, each.zh if language is Language.ZH else each.en) for each in statuses]


def _named(fields: Iterable[Field], language: Language) -> list[tuple[str, str]]:
    return [(each.name, each.name_in(language)) for each in fields]


def _worded(values: Iterable[str], prefix: str, say: Callable[[str], str]) -> list[tuple[str, str]]:
    return [(str(each), say(f"{prefix}{each}")) for each in values]


def _moment(at: datetime | None) -> str:
    return at.astimezone(OFFICE).strftime("%Y-%m-%d %H:%M") if at else ""


def _day(at: datetime | date | None) -> str:
    if isinstance(at, datetime):
        at = at.astimezone(OFFICE).date()
    return at.isoformat() if at else ""


def _clock(at: datetime) -> str:
    return at.astimezone(OFFICE).strftime("%H:%M:%S")


def _tail(phone: str) -> str:
    return f"…{phone[-SHOWN_DIGITS:]}" if phone else ""
