"""Template messages: what reaches a person whose reply window is closed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.channels.base import Shipment
from bot.channels.wechat_card import summary
from bot.channels.wechat_limits import TEMPLATE_FIELD_CHARACTERS, TEMPLATE_THING_CHARACTERS
from bot.errors import SettingsError
from dialogs.rendering import split_text

_FIELD = re.compile(r"[a-z_]{1,30}[0-9]{0,3}")
_OFFICE = ZoneInfo("Asia/Shanghai")
_SHORT = "thing"
_TIMES = ("time", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The account's template. `fields` are its names in order: texts take the card's words piece by piece,
    `time` and `date` fields the moment of sending; `url` is opened by a tap ('' for nothing).
    """

    id: str
    fields: tuple[str, ...]
    url: str
    now: Callable[[], datetime]

    @classmethod
    def of(cls, template_id: str, fields: str, url: str, now: Callable[[], datetime]) -> "Template | None":
        """From the settings, fields apart by commas; None without an id. Raises SettingsError."""
        if not template_id:
            return None
        names = tuple(name.strip() for name in fields.split(",") if name.strip())
        if not names or not all(_FIELD.fullmatch(name) for name in names):
            raise SettingsError("HURENTONG_WECHAT_TEMPLATE_FIELDS: names as in the template, e.g. thing1,time2")
        if all(name.startswith(_TIMES) for name in names):
            raise SettingsError("HURENTONG_WECHAT_TEMPLATE_FIELDS: at least one must take text")
        return cls(id=template_id, fields=names, url=url, now=now)

    def message(self, shipment: Shipment) -> dict[str, object]:
        """The parameters of `message/template/send`."""
        left = summary(shipment.card, shipment.language)
        data: dict[str, object] = {}
        for position, name in enumerate(self.fields):
            if name.startswith(_TIMES):
                value = self.now().astimezone(_OFFICE).strftime("%Y-%m-%d %H:%M")
            else:
                last = not any(not each.startswith(_TIMES) for each in self.fields[position + 1 :])
                value, left = _piece(left, _room(name), last=last)
            data[name] = {"value": value}
        message: dict[str, object] = {"touser": shipment.address, "template_id": self.id, "data": data}
        return message | {"url": self.url} if self.url else message


def _room(field: str) -> int:
    return TEMPLATE_THING_CHARACTERS if field.startswith(_SHORT) else TEMPLATE_FIELD_CHARACTERS


def _piece(text: str, room: int, *, last: bool) -> tuple[str, str]:
    """What goes into a field, and what is left; the last field shows by … that there is more."""
    if len(text) <= room:
        return text or "—", ""
    if last:
        return text[: room - 1] + "…", ""
    piece = split_text(text, lambda part: len(part) <= room)[0]
    return piece, text[len(piece) :].strip()
