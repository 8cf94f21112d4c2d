"""What a person sees in a chat: messages, buttons, toasts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True, frozen=True)
class Button:
    """A button as seen; `data` is empty for links and for buttons of a reply keyboard."""

    text: str
    data: str = ""
    url: str = ""
    asks_contact: bool = False


@dataclass(slots=True, frozen=True)
class SeenMessage:
    """A message on the screen, with all edits applied. `rows` are inline buttons, `keyboard` is what replaced the
    phone's own. `file_id` is of the document or the largest photo."""

    message_id: int
    text: str
    from_bot: bool
    rows: tuple[tuple[Button, ...], ...]
    keyboard: tuple[tuple[Button, ...], ...]
    file_name: str
    file_id: str
    edits: int
    raw: dict[str, Any]

    @property
    def buttons(self) -> tuple[Button, ...]:
        """The inline buttons, row by row."""
        return tuple(itertools.chain.from_iterable(self.rows))

    def button(self, label: str) -> Button | None:
        """The inline button with that text or data."""
        return next((button for button in self.buttons if label in (button.text, button.data)), None)


@dataclass(slots=True, frozen=True)
class Toast:
    """What popped up after a press."""

    text: str
    show_alert: bool
    query_id: str


def _rows(rows: Sequence[Sequence[dict[str, Any]]]) -> tuple[tuple[Button, ...], ...]:
    return tuple(
        tuple(
            Button(b["text"], b.get("callback_data", ""), b.get("url", ""), bool(b.get("request_contact"))) for b in row
        )
        for row in rows
    )


def seen(body: dict[str, Any]) -> SeenMessage:
    """A message as the `view` action gives it."""
    photos = body.get("photo") or []
    document = body.get("document") or (photos[-1] if photos else {})
    return SeenMessage(
        message_id=body["message_id"],
        text=body.get("text") or body.get("caption") or "",
        from_bot=body["from_bot"],
        rows=_rows((body.get("reply_markup") or {}).get("inline_keyboard", [])),
        keyboard=_rows((body.get("keyboard") or {}).get("keyboard", [])),
        file_name=document.get("file_name", ""),
        file_id=document.get("file_id", ""),
        edits=body["edits"],
        raw=body,
    )
