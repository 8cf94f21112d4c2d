"""Draws pages: the chat, a part of it, and the few pages beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from zoneinfo import ZoneInfo

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape

from bot.web.assets import LOCALES, Assets
from bot.web.bubbles import Bubble, View
from bot.web.composer import composer
from bot.web.uploads import ACCEPTED
from dialogs.cards import Line
from dialogs.texts import catalogue
from domain.vocabulary import Language

MARKS = {"✓": "met", "✗": "unmet"}
"""How a condition's mark is drawn: the class of its line."""
OFFICE = ZoneInfo("Asia/Shanghai")
"""The clock of stamps where no script shows the person's own."""
MENU = ("back", "edit", "status", "help", "privacy")
"""Commands that the menu offers, in this order; their texts are `web.menu_<name>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is the same for all that one answer shows."""

    language: Language
    form_token: str
    """CSRF."""
    nonce: str
    """Names the page's forms, so that sending one twice is one message."""
    mark: str
    """Tells the browser whose unsent messages it keeps."""
    download: Callable[[str], str]
    """Makes a link of a stored file's reference."""
    large: bool = False


class Pages:
    """The templates, compiled once."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        folder = files("bot.web").joinpath("templates")
        sources = {each.name: each.read_text("utf8") for each in folder.iterdir() if each.name.endswith(".html")}
        self._environment = Environment(
            loader=DictLoader(sources),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            asset=assets.path, locale=LOCALES, menu=MENU, marks=MARKS, other=_other_language, accepted=ACCEPTED
        )
        self._environment.filters.update(stamp=_stamp)

    def chat(
        self,
        frame: Frame,
        view: View,
        *,
        earlier: datetime | None = None,
        past: bool = False,
        draft: str = "",
        notice: str = "",
    ) -> str:
        """The whole page. `earlier` leads to older messages; `past`: these are older ones; `notice` is a text's key."""
        return self._draw(
            "chat.html",
            frame,
            view=view,
            field=composer(view.card, draft),
            earlier=earlier,
            past=past,
            notice=notice,
        )

    def news(self, frame: Frame, view: View, bubbles: tuple[Bubble, ...]) -> str:
        """What a page that is open adds to itself."""
        return self._draw("news.html", frame, view=view, bubbles=bubbles, field=composer(view.card))

    def note(self, frame: Frame, key: str) -> str:
        """A page that says one thing and leads back to the chat."""
        return self._draw("note.html", frame, key=key)

    def resume(self, frame: Frame, link: str) -> str:
        """The link to another device."""
        return self._draw("resume.html", frame, link=link)

    def resume_here(self, frame: Frame, token: str) -> str:
        """Asks before a link's conversation takes the place of this browser's."""
        return self._draw("resume_here.html", frame, token=token)

    def manifest(self, language: Language) -> dict[str, object]:
        """The web app manifest."""

        def say(key: str) -> str:
            return catalogue().say(Line(key=key), language)

        icons = [
            {
                "src": self._assets.path(f"icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for size in (192, 512)
        ]
        return {
            "id": "/",
            "name": f"{say('web.title')} {say('web.subtitle')}",
            "short_name": say("web.title"),
            "description": say("web.description"),
            "lang": LOCALES[language],
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f4f5f7",
            "theme_color": "#0b6b57",
            "icons": icons,
        }

    def _draw(self, name: str, frame: Frame, **values: object) -> str:
        def say(key: str, **args: str | int) -> str:
            return catalogue().say(Line(key=key, args=args), frame.language)

        return self._environment.get_template(name).render(frame=frame, say=say, **values)


def _other_language(language: Language) -> Language:
    return Language.EN if language is Language.ZH else Language.ZH


def _stamp(at: datetime) -> str:
    return at.astimezone(OFFICE).strftime("%m-%d %H:%M")
