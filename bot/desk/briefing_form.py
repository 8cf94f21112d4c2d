"""The form of a briefing: its parts as typed, and the audience as chosen from lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.desk.fields import number, words
from dialogs.briefing import PLACE_LIMIT, TEXT_LIMIT, TITLE_LIMIT
from domain.audience import Audience
from domain.briefing import Briefing

OFFICE = ZoneInfo("Asia/Shanghai")
LINK_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """One field. `kind` is the input's type; its words are `<label>`, as in the dialogue where that asks for it."""

    name: str
    kind: str
    label: str
    most: int = 0
    needed: bool = False


PARTS = (
    Part("title", "text", "brief_title.label", TITLE_LIMIT, needed=True),
    Part("starts", "datetime-local", "desk.briefings.starts", needed=True),
    Part("minutes", "number", "desk.briefings.minutes", needed=True),
    Part("place", "text", "desk.briefings.place", PLACE_LIMIT),
    Part("join_link", "url", "desk.briefings.link", LINK_LIMIT),
    Part("text", "long", "brief_text.label", TEXT_LIMIT),
    Part("materials", "long", "brief_materials.label", TEXT_LIMIT),
)


def briefing_in(fields: Mapping[str, str]) -> dict[str, Any]:
    """The members of a `domain.briefing.Briefing` that the form says; raises ValueError where the time is none.

    The time is Beijing's.
    """
    given = {part.name: words(fields.get(part.name, ""), part.most or 40) for part in PARTS}
    starts = datetime.fromisoformat(given.pop("starts"))
    starts_at = starts.replace(tzinfo=OFFICE) if starts.tzinfo is None else starts
    return {**given, "starts_at": starts_at, "minutes": number(given["minutes"])}


def shown_parts(briefing: Briefing) -> Mapping[str, str]:
    """The same, to be shown in the form."""
    starts = briefing.starts_at.astimezone(OFFICE).strftime("%Y-%m-%dT%H:%M")
    return {**{part.name: str(getattr(briefing, part.name, "")) for part in PARTS}, "starts": starts}


def audience_in(fields: Mapping[str, str], campaign: str) -> Audience:
    """Whom the lists choose, among this campaign's applications; raises pydantic.ValidationError for a forged value."""
    lists = ("stages", "fields", "levels", "postings", "units")
    chosen = {name: (value,) for name in lists if (value := words(fields.get(name, ""), 200))}
    flags = {name: value == "yes" for name in ("eligible", "incomplete") if (value := fields.get(name, ""))}
    return Audience.model_validate({**chosen, **flags, "campaign": campaign})
